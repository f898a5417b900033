//! The steps of a playbook or a list of tasks, and of the files that it goes on in.

use super::book::{Book, Place, argument, names};
use super::script::Setting;
use super::task::{Acts, subjects};
use crate::deployment::{Branch, Step};
use crate::document::{Document, Kind, Node};
use crate::source::{FileId, Span};
use crate::workspace::SourceFile;
use std::collections::{BTreeMap, BTreeSet};
use std::mem;

/// Blocks, files and roles stand in one another no deeper.
const DEEPEST: usize = 24;
/// No procedure goes through more files and roles.
const MOST_FILES: usize = 400;
/// No procedure does more.
const MOST_STEPS: usize = 4_000;
/// No play has more handlers.
const MOST_HANDLERS: usize = 400;
/// The number of the outermost point at which conditions decide, from which those of inner ones are counted down; those of scripts
/// are numbered from above zero.
const CONDITIONS: u32 = u32::MAX - 1;
/// The number of the point that keeps what only runs on request apart from everything else, and its two ways.
const ON_REQUEST: u32 = u32::MAX;
const ASKED: u64 = 1;
const UNASKED: u64 = 2;

/// Answers the steps of a file that is a playbook or a list of tasks, and the lists of tasks that it goes on in.
pub(super) fn steps(file: &SourceFile, book: &Book<'_>) -> (Vec<Step>, BTreeSet<FileId>) {
    let mut work = Work::new(file, book);
    let base = Setting { branches: vec![Branch { point: ON_REQUEST, ways: UNASKED }], ..Setting::default() };
    work.book(file, &base, 0);
    (work.acts.steps, work.followed)
}

struct Work<'w> {
    book: &'w Book<'w>,
    /// Where the tasks at work stand.
    place: Place,
    /// Conditions of tasks as written and numbered, by the point at which they decide: two that differ may never hold together.
    conditions: BTreeMap<u32, BTreeMap<String, usize>>,
    /// The points at which conditions decide, by the ways that lead there.
    inner: BTreeMap<Vec<(u32, u64)>, u32>,
    acts: Acts<'w>,
    /// Lists of tasks that were gone through.
    followed: BTreeSet<FileId>,
    /// The files that are under way.
    stack: Vec<FileId>,
    visits: usize,
    handlers: Vec<Handler<'w>>,
    /// What the tasks at work have notified.
    notified: BTreeMap<String, Notice>,
}

/// A task that runs when it is notified.
struct Handler<'w> {
    names: Vec<String>,
    task: Node<'w>,
    place: Place,
}

/// What notifies a handler.
struct Notice {
    setting: Setting,
    /// Several tasks do.
    several: bool,
}

impl<'w> Work<'w> {
    fn new(file: &SourceFile, book: &'w Book<'w>) -> Self {
        Self {
            book,
            place: Place::of(file),
            conditions: BTreeMap::new(),
            inner: BTreeMap::new(),
            acts: Acts::new(book.page),
            followed: BTreeSet::new(),
            stack: Vec::new(),
            visits: 0,
            handlers: Vec::new(),
            notified: BTreeMap::new(),
        }
    }

    /// Goes through the plays of a playbook, or through a list of tasks.
    fn book(&mut self, file: &SourceFile, base: &Setting, depth: usize) {
        let book = self.book;
        let Some(file) = book.workspace.find(&file.path).filter(|file| !self.stack.contains(&file.id)) else { return };
        self.visits += 1;
        if depth > DEEPEST || self.visits > MOST_FILES {
            return;
        }
        self.stack.push(file.id);
        let before = mem::replace(&mut self.place, Place::of(file));
        if let Some(role) = self.place.role.clone() {
            self.handlers_of(&role);
        }
        let roots = file.document().into_iter().flat_map(Document::roots);
        for item in roots.flat_map(Node::items).filter(|item| item.kind() == Kind::Map) {
            if let Some(other) = book.imported(item, &self.place) {
                self.book(other, base, depth + 1);
            } else if let Some(hosts) = item.get("hosts") {
                let setting = Setting { target: hosts.text(), ..base.clone() };
                self.play(item, &asked(item, setting), depth);
            } else {
                self.task(item, base, depth);
            }
        }
        self.flush(base, depth);
        self.handlers.clear();
        self.place = before;
        self.stack.pop();
    }

    fn play(&mut self, play: Node<'w>, setting: &Setting, depth: usize) {
        self.handlers.clear();
        self.notified.clear();
        let place = self.place.clone();
        play.get("handlers").into_iter().for_each(|list| self.handle(list, &place));
        play.get("pre_tasks").into_iter().for_each(|list| self.list(list, setting, depth + 1));
        self.flush(setting, depth);
        play.get("roles").into_iter().flat_map(Node::items).for_each(|role| self.listed(role, setting, depth + 1));
        play.get("tasks").into_iter().for_each(|list| self.list(list, setting, depth + 1));
        self.flush(setting, depth);
        play.get("post_tasks").into_iter().for_each(|list| self.list(list, setting, depth + 1));
        self.flush(setting, depth);
        self.handlers.clear();
    }

    fn list(&mut self, list: Node<'w>, setting: &Setting, depth: usize) {
        list.items().filter(|item| item.kind() == Kind::Map).for_each(|item| self.task(item, setting, depth));
    }

    fn task(&mut self, task: Node<'w>, outer: &Setting, depth: usize) {
        if depth > DEEPEST || self.acts.steps.len() > MOST_STEPS {
            return;
        }
        let mut setting = asked(task, outer.clone());
        setting.ignores = ignores(task).or(setting.ignores);
        if let Some(text) = task.get("delegate_to").and_then(Node::text) {
            setting.target = Some(text);
        }
        if let Some(condition) = task.get("when") {
            self.branch(condition, &mut setting);
        }
        if let Some(block) = task.get("block") {
            if task.get("rescue").is_some() {
                setting.ignores = outer.ignores;
            }
            self.list(block, &setting, depth + 1);
            task.get("always").into_iter().for_each(|list| self.list(list, &setting, depth + 1));
            return;
        }
        for entry in task.entries() {
            let name = entry.name();
            let module = name.rsplit('.').next().unwrap_or(name);
            if !self.goes_on(module, entry.value, task, &setting, depth) {
                self.acts.module(module, entry.value, task, &setting);
            }
        }
        self.notify(task, &setting);
    }

    /// Goes on in the files that a task names; nothing if it names none.
    fn goes_on(&mut self, module: &str, value: Node<'w>, task: Node<'w>, setting: &Setting, depth: usize) -> bool {
        // What is included while the play runs has its own say about failures.
        let included = Setting { ignores: None, ..setting.clone() };
        let setting = if module.starts_with("include") { &included } else { setting };
        match module {
            "include_tasks" | "import_tasks" | "include" => {
                let named = value.get("file").unwrap_or(value);
                for path in subjects(Some(named), task).into_iter().flatten() {
                    if let Some(file) = self.book.tasks(path.value(), &self.place) {
                        self.enter(file, self.place.role.clone(), setting, depth);
                    }
                }
            }
            "include_role" | "import_role" => {
                let tasks = argument(value, "tasks_from").unwrap_or("main");
                match value.get("name") {
                    Some(name) => {
                        let named = subjects(Some(name), task).into_iter().flatten();
                        named.for_each(|name| self.role(name.value(), tasks, setting, depth));
                    }
                    None => argument(value, "name").into_iter().for_each(|name| self.role(name, tasks, setting, depth)),
                }
            }
            "meta" if value.str() == Some("flush_handlers") => self.flush(setting, depth),
            _ => return false,
        }
        true
    }

    /// Goes through a list of tasks in a file of its own.
    fn enter(&mut self, file: &'w SourceFile, role: Option<String>, setting: &Setting, depth: usize) {
        self.visits += 1;
        if self.stack.contains(&file.id) || self.visits > MOST_FILES {
            return;
        }
        self.followed.insert(file.id);
        self.stack.push(file.id);
        let place = Place { folder: file.folder().to_owned(), role, playbook: self.place.playbook.clone() };
        let before = mem::replace(&mut self.place, place);
        if let Some(root) = file.document().and_then(Document::root) {
            self.list(root, setting, depth + 1);
        }
        self.place = before;
        self.stack.pop();
    }

    /// Goes through an entry of a list of roles.
    fn listed(&mut self, entry: Node<'w>, outer: &Setting, depth: usize) {
        let mut setting = asked(entry, outer.clone());
        if let Some(condition) = entry.get("when") {
            self.branch(condition, &mut setting);
        }
        let named = entry.get("role").or_else(|| entry.get("name")).unwrap_or(entry);
        if let Some(name) = named.str() {
            self.role(name, argument(entry, "tasks_from").unwrap_or("main"), &setting, depth);
        }
    }

    fn role(&mut self, name: &str, tasks: &str, setting: &Setting, depth: usize) {
        let book = self.book;
        self.visits += 1;
        if depth > DEEPEST || self.visits > MOST_FILES {
            return;
        }
        let Some(folder) = book.role(name, &self.place) else { return };
        self.handlers_of(folder);
        let needed = book.part(folder, "meta", "main").and_then(|meta| meta.document()?.root()?.get("dependencies"));
        needed.into_iter().flat_map(Node::items).for_each(|role| self.listed(role, setting, depth + 1));
        if let Some(file) = book.part(folder, "tasks", tasks) {
            self.enter(file, Some(folder.to_owned()), setting, depth + 1);
        }
    }

    fn handlers_of(&mut self, role: &str) {
        let Some(file) = self.book.part(role, "handlers", "main") else { return };
        let place = Place { role: Some(role.to_owned()), ..Place::of(file) };
        if let Some(list) = file.document().and_then(Document::root).filter(|_| self.is_new(file)) {
            self.handle(list, &place);
        }
    }

    fn is_new(&self, file: &SourceFile) -> bool {
        !self.handlers.iter().any(|handler| handler.task.place().file == file.id)
    }

    fn handle(&mut self, list: Node<'w>, place: &Place) {
        for task in list.items().filter(|task| task.kind() == Kind::Map) {
            let names: Vec<String> =
                ["name", "listen"].iter().filter_map(|key| task.get(key)).flat_map(names).collect();
            if !names.is_empty() && self.handlers.len() < MOST_HANDLERS {
                self.handlers.push(Handler { names, task, place: place.clone() });
            }
        }
    }

    fn notify(&mut self, task: Node<'w>, setting: &Setting) {
        for name in task.get("notify").into_iter().flat_map(names) {
            let again = self.notified.get_mut(&name).map(|notice| notice.several = true);
            if again.is_none() {
                self.notified.insert(name, Notice { setting: setting.clone(), several: false });
            }
        }
    }

    /// Runs the handlers that were notified.
    fn flush(&mut self, base: &Setting, depth: usize) {
        let notified = mem::take(&mut self.notified);
        if notified.is_empty() {
            return;
        }
        let handlers = mem::take(&mut self.handlers);
        for handler in &handlers {
            let mut notices = handler.names.iter().filter_map(|name| notified.get(name));
            let Some(first) = notices.next() else { continue };
            let one = !first.several && notices.next().is_none();
            // A handler ignores what it says itself, and not what the task does that notifies it.
            let setting = if one { Setting { ignores: None, ..first.setting.clone() } } else { base.clone() };
            let before = mem::replace(&mut self.place, handler.place.clone());
            self.task(handler.task, &setting, depth + 1);
            self.place = before;
        }
        self.handlers = handlers;
        self.notified.clear();
    }

    /// Notes the condition of a task: within what leads to it, it holds or another one does.
    fn branch(&mut self, condition: Node<'_>, setting: &mut Setting) {
        let text = match condition.kind() {
            Kind::Scalar => condition.str().unwrap_or_default().to_owned(),
            _ => condition.items().filter_map(Node::str).collect::<Vec<_>>().join(" and "),
        };
        let ways: Vec<(u32, u64)> = setting.branches.iter().map(|branch| (branch.point, branch.ways)).collect();
        let next = CONDITIONS - self.inner.len().min(1 << 16) as u32;
        let point = *self.inner.entry(ways).or_insert(next);
        let known = self.conditions.entry(point).or_default();
        let new = known.len();
        let at = *known.entry(text).or_insert(new);
        setting.branches.push(Branch { point, ways: 1 << at.min(63) });
    }
}

/// Keeps what only runs on request apart from all else.
fn asked(task: Node<'_>, mut setting: Setting) -> Setting {
    if task.get("tags").into_iter().flat_map(names).any(|tag| tag == "never") {
        let points = setting.branches.iter_mut().filter(|branch| branch.point == ON_REQUEST);
        points.for_each(|branch| branch.ways = ASKED);
    }
    setting
}

/// What makes the failure of a task go by.
fn ignores(task: Node<'_>) -> Option<Span> {
    let says = |key: &str, words: &[&str]| {
        let value = task.get(key)?;
        let word = value.str()?.trim().to_ascii_lowercase();
        words.contains(&word.as_str()).then(|| value.place())
    };
    says("ignore_errors", &["true", "yes"]).or_else(|| says("failed_when", &["false", "no"]))
}
