//! Goes through tasks as Ansible does: blocks, loops, conditions, includes and roles, until each does something.

use super::assign::{include_vars, set_fact};
use super::datum::Datum;
use super::deed::{Deed, Given, What};
use super::jinja;
use super::module;
use super::rounds::rounds;
use super::scope::{Rank, Scope};
use crate::source::{Span, Spanned, Text};

/// Includes and roles nest no deeper.
pub(super) const DEEPEST: usize = 24;
/// A loop runs no longer.
const MOST_ROUNDS: usize = 500;
/// No playbook does more to one host.
const MOST_DEEDS: usize = 5_000;

/// What a task says beside what it does.
pub(super) const KEYWORDS: [&str; 48] = [
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
    /// The one of several ways that is gone, where whoever runs the playbook takes one.
    pub choice: Option<String>,
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

    pub fn note(&mut self, whats: Vec<What>, frame: &Frame<'_>, place: Span) {
        let play = self.play;
        let (given, choice) = (&frame.given, &frame.choice);
        let deed = |what| Deed { what, given: given.clone(), choice: choice.clone(), place, play };
        self.deeds.extend(whats.into_iter().map(deed));
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
                self.note(whats, &frame, task.whole.place);
            }
        }
    }

    /// Judges the conditions of a task, and notes them.
    pub fn judge(&self, task: &Datum, frame: &mut Frame<'_>) {
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
