//! Goes through tasks as Ansible does: blocks, loops, conditions, includes and roles, until each does something.

use super::assign::{include_vars, set_fact};
use super::datum::Datum;
use super::deed::{Deed, Given, What};
use super::jinja;
use super::module;
use super::rounds::rounds;
use super::scope::{Rank, Scope};
use crate::deployment::{UnseenKind, tree};
use crate::source::{Span, Spanned, Text};

/// Includes and roles nest no deeper.
const DEEPEST: usize = 24;
/// A loop runs no longer.
const MOST_ROUNDS: usize = 500;
/// No playbook does more to one host.
const MOST_DEEDS: usize = 5_000;

/// What a task says beside what it does.
const KEYWORDS: [&str; 48] = [
    "name",
    "when",
    "loop",
    "loop_control",
    "vars",
    "tags",
    "become",
    "become_user",
    "become_method",
    "become_flags",
    "become_exe",
    "register",
    "notify",
    "delegate_to",
    "delegate_facts",
    "run_once",
    "environment",
    "ignore_errors",
    "ignore_unreachable",
    "failed_when",
    "changed_when",
    "no_log",
    "args",
    "until",
    "retries",
    "delay",
    "listen",
    "any_errors_fatal",
    "max_fail_percentage",
    "check_mode",
    "diff",
    "connection",
    "collections",
    "module_defaults",
    "async",
    "poll",
    "throttle",
    "debugger",
    "remote_user",
    "timeout",
    "port",
    "hosts",
    "serial",
    "gather_facts",
    "static",
    "tasks",
    "rescue",
    "always",
];

/// What goes through tasks carries with it.
#[derive(Clone)]
pub(super) struct Frame<'w> {
    pub scope: Scope<'w>,
    pub given: Vec<Given>,
    /// The folder of the file that the tasks stand in.
    pub folder: String,
    pub depth: usize,
    /// A condition is known not to hold: nothing runs here, and only what would be stopped is of interest.
    pub avoided: bool,
    /// The task runs on another machine, for this host: what it does to a cluster counts, and nothing else.
    pub elsewhere: bool,
}

/// The tasks of a playbook, on one host.
pub(super) struct Walk {
    pub deeds: Vec<Deed>,
    /// The roles that were met.
    pub roles: Vec<String>,
    /// The number of the play at work.
    pub play: usize,
    /// A role is gone through that no playbook of the tree uses.
    pub alone: bool,
    /// The tasks run on the machine that runs Ansible, which is no host of the fleet.
    pub elsewhere: bool,
}

/// A task that is about to act.
pub(super) struct Task<'t> {
    pub name: &'t str,
    pub key: &'t Spanned<String>,
    /// The arguments of the module as they are written.
    pub written: &'t Datum,
    /// The whole task.
    pub whole: &'t Datum,
}

impl Walk {
    pub fn new() -> Self {
        Self { deeds: Vec::new(), roles: Vec::new(), play: 0, alone: false, elsewhere: false }
    }

    fn note(&mut self, whats: Vec<What>, given: &[Given], place: Span) {
        let play = self.play;
        self.deeds.extend(whats.into_iter().map(|what| Deed { what, given: given.to_vec(), place, play }));
    }

    /// Goes through a list of tasks.
    pub fn tasks(&mut self, tasks: &Datum, frame: &Frame<'_>) {
        for task in tasks.items() {
            if self.deeds.len() > MOST_DEEDS {
                return;
            }
            self.task(task, frame);
        }
    }

    fn task(&mut self, task: &Datum, frame: &Frame<'_>) {
        if frame.depth > DEEPEST {
            return;
        }
        let mut frame = frame.clone();
        frame.depth += 1;
        frame.elsewhere |= is_elsewhere(task, &frame);
        if let Some(vars) = task.get("vars") {
            frame.scope = frame.scope.with(Rank::Task, vars);
        }
        if let Some(block) = task.get("block") {
            self.judge(task, &mut frame);
            for part in [Some(block), task.get("always")].into_iter().flatten() {
                self.tasks(part, &frame);
            }
            return;
        }
        let Some((key, written)) = action(task) else { return };
        let named = match key.value.as_str() {
            "local_action" | "action" => written.get("module").and_then(Datum::known).unwrap_or(&key.value),
            name => name,
        };
        let name = named.rsplit('.').next().unwrap_or(named);
        let task = Task { name, key, written, whole: task };
        match rounds(task.whole, &frame.scope) {
            None => self.once(&task, &frame),
            Some(items) => {
                let control = task.whole.get("loop_control");
                let variable =
                    control.and_then(|control| control.get("loop_var")?.known()).unwrap_or("item").to_owned();
                let index = control.and_then(|control| control.get("index_var")?.known().map(str::to_owned));
                for (at, item) in items.into_iter().take(MOST_ROUNDS).enumerate() {
                    let mut round = frame.clone();
                    if let Some(index) = &index {
                        round.scope = round.scope.with_one(Rank::Loop, index, Datum::integer(at as i64, item.place));
                    }
                    round.scope = round.scope.with_one(Rank::Loop, &variable, item);
                    self.once(&task, &round);
                }
            }
        }
    }

    /// Runs a task, or one round of its loop.
    fn once(&mut self, task: &Task<'_>, frame: &Frame<'_>) {
        let mut frame = frame.clone();
        self.judge(task.whole, &mut frame);
        // What a task finds out is not known, whether it ran or not.
        if let Some(name) = task.whole.get("register").and_then(Datum::known) {
            let found = module::found(name, task, &frame);
            frame.scope.site.facts.borrow_mut().insert(name.to_owned(), found);
        }
        match task.name {
            "include_tasks" | "import_tasks" | "include" => self.include(task, &frame),
            "include_role" | "import_role" => self.include_role(task, &frame),
            "include_vars" | "set_fact" if frame.avoided => {}
            "include_vars" => include_vars(task, &frame),
            "set_fact" => set_fact(task, &frame),
            _ => {
                let mut whats = module::act(task, &frame);
                let of_cluster = |what: &What| {
                    matches!(what, What::Apply { .. } | What::Withdraw { .. } | What::Install(_) | What::Uninstall(_))
                };
                whats.retain(|what| !frame.elsewhere || of_cluster(what));
                whats.retain(|what| !frame.avoided || of_cluster(what) || matches!(what, What::Stop(_)));
                self.note(whats, &frame.given, task.whole.place);
            }
        }
    }

    /// Judges the conditions of a task, and notes them.
    fn judge(&self, task: &Datum, frame: &mut Frame<'_>) {
        for condition in task.get("when").map_or(&[] as &[Datum], Datum::several) {
            let Some(text) = condition.shown() else { continue };
            let holds = jinja::holds(text, &frame.scope).filter(|holds| *holds || !self.may_be_switched(text));
            frame.avoided |= holds == Some(false);
            let facts = frame.scope.site.facts.borrow();
            let names = jinja::identifiers(text).into_iter().map(|name| name.value).filter(|name| {
                // What an earlier task found out.
                !facts.get(name).is_some_and(|value| value.get("failed").unwrap_or(value).is_unknown())
            });
            frame.given.push(Given { text: text.clone(), holds, names: names.collect() });
        }
    }

    /// Tells whether a condition is a mere switch of a role that nobody uses here: whoever uses it may turn it on.
    fn may_be_switched(&self, condition: &Text) -> bool {
        let name = condition.value().trim().trim_end_matches("| bool").trim_end();
        self.alone && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    }

    fn include(&mut self, task: &Task<'_>, frame: &Frame<'_>) {
        let named = task.written.get("file").unwrap_or(task.written);
        let settled = frame.scope.settle(named);
        let Some(path) = settled.known().map(|path| path.split(' ').next().unwrap_or(path).to_owned()) else { return };
        let scope = match task.written.get("vars") {
            Some(vars) => frame.scope.with(Rank::Parameter, vars),
            None => frame.scope.clone(),
        };
        self.file(&path, &Frame { scope, ..frame.clone() });
    }

    /// Goes through the tasks of a file, found beside the one that names it or in the role.
    fn file(&mut self, path: &str, frame: &Frame<'_>) {
        let world = frame.scope.site.world;
        let in_role = frame.scope.roles.last().and_then(|role| tree::join(role, "tasks"));
        let folders =
            [Some(frame.folder.clone()), in_role, Some(frame.scope.site.playbook.clone()), Some(String::new())];
        // Of the two endings, trees mix one and the other.
        let other = match path.rsplit_once('.') {
            Some((stem, "yml")) => format!("{stem}.yaml"),
            Some((stem, "yaml")) => format!("{stem}.yml"),
            _ => path.to_owned(),
        };
        let paths = folders.iter().flatten().flat_map(|folder| [path, &other].map(|path| tree::join(folder, path)));
        let found = paths.flatten().find_map(|path| world.workspace.find(&path));
        if let Some((file, tasks)) = found.and_then(|file| Some((file, world.file(file)?))) {
            self.tasks(&tasks, &Frame { folder: file.folder().to_owned(), depth: frame.depth + 1, ..frame.clone() });
        }
    }

    fn include_role(&mut self, task: &Task<'_>, frame: &Frame<'_>) {
        let arguments = frame.scope.settle(&module::arguments(task));
        let name = arguments.get("name").or_else(|| arguments.get("role")).and_then(Datum::known);
        if let Some(name) = name {
            let from = |key: &str| {
                arguments
                    .get(key)
                    .and_then(Datum::known)
                    .map(|name| name.trim_end_matches(".yml").trim_end_matches(".yaml"))
            };
            let parts = Parts {
                tasks: from("tasks_from").unwrap_or("main"),
                defaults: from("defaults_from").unwrap_or("main"),
                vars: from("vars_from").unwrap_or("main"),
            };
            self.role(name, &parts, frame, task.key.span);
        }
    }

    /// Goes through a role: what it depends on, then its own tasks with its own variables.
    pub fn role(&mut self, name: &str, parts: &Parts<'_>, frame: &Frame<'_>, place: Span) {
        let world = frame.scope.site.world;
        let near = frame.scope.roles.last().map_or(frame.scope.site.playbook.as_str(), String::as_str);
        let Some(folder) = world.role(name, near).map(str::to_owned) else {
            if frame.elsewhere {
                return;
            }
            let mut whats: Vec<What> = super::stand::brings(name, &frame.scope).into_iter().collect();
            if !frame.avoided {
                match super::collection::role(name, &frame.scope, place) {
                    Some(known) => whats.extend(known),
                    None => whats.push(What::Unseen(UnseenKind::Role, name.to_owned())),
                }
            }
            self.note(whats, &frame.given, place);
            return;
        };
        if frame.depth > DEEPEST || frame.scope.roles.iter().filter(|known| **known == folder).count() > 1 {
            return;
        }
        let mut scope = frame.scope.clone();
        scope.roles.push(folder.clone());
        for (kind, part, rank) in [("defaults", parts.defaults, Rank::Default), ("vars", parts.vars, Rank::Role)] {
            if let Some(path) = tree::join(&folder, &format!("{kind}/{part}")) {
                world.variables.under(&path).into_iter().for_each(|layer| scope.push(rank, layer));
            }
        }
        let inner = Frame {
            scope,
            folder: tree::join(&folder, "tasks").unwrap_or_default(),
            depth: frame.depth + 1,
            ..frame.clone()
        };
        if !self.roles.contains(&folder) {
            self.roles.push(folder.clone());
        }
        self.dependencies(&folder, &inner);
        for ending in ["yml", "yaml"] {
            let path = tree::join(&inner.folder, &format!("{}.{ending}", parts.tasks));
            if let Some(tasks) = path.and_then(|path| world.file(world.workspace.find(&path)?)) {
                return self.tasks(&tasks, &inner);
            }
        }
    }

    fn dependencies(&mut self, folder: &str, frame: &Frame<'_>) {
        let world = frame.scope.site.world;
        let meta = ["yml", "yaml"]
            .iter()
            .find_map(|ending| world.workspace.find(&tree::join(folder, &format!("meta/main.{ending}"))?));
        let Some(meta) = meta.and_then(|file| world.file(file)) else { return };
        for dependency in meta.get("dependencies").map_or(&[] as &[Datum], Datum::items) {
            self.listed_role(dependency, frame);
        }
    }

    /// Goes through an entry of a list of roles: its name, and the parameters that it is given.
    pub fn listed_role(&mut self, entry: &Datum, frame: &Frame<'_>) {
        let mut frame = frame.clone();
        frame.depth += 1;
        if frame.depth > DEEPEST {
            return;
        }
        self.judge(entry, &mut frame);
        let named = entry.get("role").or_else(|| entry.get("name")).unwrap_or(entry);
        let settled = frame.scope.settle(named);
        let Some(name) = settled.known() else { return };
        let own: Vec<_> = entry
            .entries()
            .iter()
            .filter(|(key, _)| !KEYWORDS.contains(&key.value.as_str()) && key.value != "role")
            .cloned()
            .collect();
        frame.scope = frame.scope.with(Rank::Parameter, &Datum::map(own, entry.place));
        if let Some(vars) = entry.get("vars") {
            frame.scope = frame.scope.with(Rank::Parameter, vars);
        }
        self.role(name, &Parts::MAIN, &frame, named.place);
    }
}

/// Which files of a role are taken.
pub(super) struct Parts<'p> {
    tasks: &'p str,
    defaults: &'p str,
    vars: &'p str,
}

impl Parts<'_> {
    pub const MAIN: Self = Self { tasks: "main", defaults: "main", vars: "main" };
}

/// The module of a task, and its arguments.
fn action(task: &Datum) -> Option<(&Spanned<String>, &Datum)> {
    let is_action = |key: &str| !KEYWORDS.contains(&key) && !key.starts_with("with_");
    task.entries().iter().find(|(key, _)| is_action(&key.value)).map(|(key, value)| (key, value))
}

/// What is done on the machine that runs Ansible, or on another host, is not done here.
fn is_elsewhere(task: &Datum, frame: &Frame<'_>) -> bool {
    if task.get("local_action").is_some() || task.get("connection").and_then(Datum::known) == Some("local") {
        return true;
    }
    let Some(delegate) = task.get("delegate_to") else { return false };
    frame.scope.settle(delegate).known().is_some_and(|host| host != frame.scope.site.host)
}
