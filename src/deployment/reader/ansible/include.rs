//! Tasks of other files and roles: what is included, and with which variables.

use super::choice;
use super::datum::Datum;
use super::deed::What;
use super::module;
use super::scope::Rank;
use super::task::{DEEPEST, Frame, KEYWORDS, Task, Walk};
use crate::deployment::{UnseenKind, tree};
use crate::source::Span;

impl Walk {
    pub fn include(&mut self, task: &Task<'_>, frame: &Frame<'_>) {
        let named = task.written.get("file").unwrap_or(task.written);
        let settled = frame.scope.settle(named);
        let scope = match task.written.get("vars") {
            Some(vars) => frame.scope.with(Rank::Parameter, vars),
            None => frame.scope.clone(),
        };
        let frame = Frame { scope, ..frame.clone() };
        match settled.known() {
            Some(path) => self.file(path.split(' ').next().unwrap_or(path), &frame),
            None => {
                let folder = frame.folder.clone();
                let text = settled.shown().cloned();
                let paths = text.map_or_else(Vec::new, |text| choice::files(&text, &folder, frame.scope.site.world));
                self.each(&paths, &frame, |walk, path, frame| walk.file(path, frame));
            }
        }
    }

    /// Goes each of several ways, of which whoever runs the playbook takes one.
    fn each(&mut self, ways: &[String], frame: &Frame<'_>, mut go: impl FnMut(&mut Self, &str, &Frame<'_>)) {
        if frame.choice.is_some() {
            return;
        }
        let before = frame.scope.site.facts.borrow().clone();
        for way in ways {
            let name = tree::stem(way).to_owned();
            go(self, way, &Frame { choice: Some(name), ..frame.clone() });
            frame.scope.site.facts.replace(before.clone());
        }
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

    pub fn include_role(&mut self, task: &Task<'_>, frame: &Frame<'_>) {
        let arguments = frame.scope.settle(&module::arguments(task));
        let name = arguments.get("name").or_else(|| arguments.get("role")).and_then(Datum::known);
        let Some(name) = name else { return };
        let bare = |name: &str| name.trim_end_matches(".yml").trim_end_matches(".yaml").to_owned();
        let from = |key: &str| arguments.get(key).and_then(Datum::known).map_or_else(|| "main".to_owned(), bare);
        let (tasks, defaults, vars) = (from("tasks_from"), from("defaults_from"), from("vars_from"));
        let parts = Parts { tasks: &tasks, defaults: &defaults, vars: &vars };
        let open = [("tasks_from", "tasks"), ("defaults_from", "defaults"), ("vars_from", "vars")];
        let open =
            open.iter().find_map(|(key, kind)| Some((*kind, arguments.get(key).filter(|it| it.known().is_none())?)));
        let world = frame.scope.site.world;
        let near = frame.scope.roles.last().map_or(frame.scope.site.playbook.as_str(), String::as_str);
        let ways = open.zip(world.role(name, near)).and_then(|((kind, pattern), folder)| {
            let ways = choice::parts(pattern.shown()?, &tree::join(folder, kind)?, world);
            (!ways.is_empty()).then_some((kind, ways))
        });
        match ways {
            None => self.role(name, &parts, frame, task.key.span),
            Some((kind, ways)) => self.each(&ways, frame, |walk, way, frame| {
                let parts = match kind {
                    "tasks" => Parts { tasks: way, ..parts },
                    "defaults" => Parts { defaults: way, ..parts },
                    _ => Parts { vars: way, ..parts },
                };
                walk.role(name, &parts, frame, task.key.span);
            }),
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
            self.note(whats, frame, place);
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
#[derive(Clone, Copy)]
pub(super) struct Parts<'p> {
    tasks: &'p str,
    defaults: &'p str,
    vars: &'p str,
}

impl Parts<'_> {
    pub const MAIN: Self = Self { tasks: "main", defaults: "main", vars: "main" };
}
