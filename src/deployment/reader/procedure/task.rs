//! The steps of a playbook or a list of tasks.

use super::page::{Page, Task};
use super::script::{Setting, parts};
use crate::deployment::{Act, Branch, Step};
use crate::document::{Kind, Node};
use crate::source::{Span, Text};

/// Blocks stand in one another no deeper.
const DEEPEST: usize = 12;
/// Loops over more items are gone through once.
const MOST_TURNS: usize = 16;
/// The number of the point at which conditions decide; those of scripts are numbered from above it.
const CONDITIONS: u32 = u32::MAX;
/// Parts of a play that run in this order.
const PARTS: [&str; 3] = ["pre_tasks", "tasks", "post_tasks"];

/// Answers the steps of a document that is a playbook or a list of tasks.
pub(super) fn steps(root: Node<'_>, page: &Page) -> Vec<Step> {
    let mut work = Work { page, conditions: Vec::new(), points: 0, steps: Vec::new() };
    for item in root.items().filter(|item| item.kind() == Kind::Map) {
        match item.get("hosts") {
            Some(hosts) => {
                let setting = Setting { target: hosts.text(), ..Setting::default() };
                let lists = PARTS.iter().filter_map(|part| item.get(part));
                lists.for_each(|list| work.list(list, &setting, 0));
            }
            None => work.task(item, &Setting::default(), 0),
        }
    }
    work.steps
}

struct Work<'p> {
    page: &'p Page,
    /// Conditions of tasks as written: two that differ may never hold together.
    conditions: Vec<String>,
    /// How many points of branching the scripts of tasks have had so far.
    points: u32,
    steps: Vec<Step>,
}

impl Work<'_> {
    fn list(&mut self, list: Node<'_>, setting: &Setting, depth: usize) {
        if depth <= DEEPEST {
            list.items().filter(|item| item.kind() == Kind::Map).for_each(|item| self.task(item, setting, depth));
        }
    }

    fn task(&mut self, task: Node<'_>, outer: &Setting, depth: usize) {
        let mut setting = outer.clone();
        setting.ignores = ignores(task).or(setting.ignores);
        if let Some(text) = task.get("delegate_to").and_then(Node::text) {
            setting.target = Some(text);
        }
        if let Some(condition) = task.get("when") {
            setting.branches.extend(self.branch(condition));
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
            self.module(module, entry.value, task, &setting);
        }
    }

    fn branch(&mut self, condition: Node<'_>) -> Option<Branch> {
        let text = match condition.kind() {
            Kind::Scalar => condition.str()?.to_owned(),
            _ => condition.items().filter_map(Node::str).collect::<Vec<_>>().join(" and "),
        };
        let known = self.conditions.iter().position(|other| *other == text);
        let at = known.unwrap_or_else(|| {
            self.conditions.push(text);
            self.conditions.len() - 1
        });
        Some(Branch { point: CONDITIONS, ways: 1 << at.min(63) })
    }

    fn module(&mut self, module: &str, value: Node<'_>, task: Node<'_>, setting: &Setting) {
        match module {
            "shell" | "command" | "raw" => {
                let script = value.text().or_else(|| value.get("cmd").and_then(Node::text));
                let found = script.map_or_else(Vec::new, |script| parts(&script, setting, self.page, &mut self.points));
                self.steps.extend(found.into_iter().flat_map(|(_, steps)| steps));
            }
            "get_url" | "unarchive" => {
                let address = if module == "get_url" { value.get("url") } else { value.get("src") };
                let address = address.and_then(Node::text).filter(|url| self.page.archive.fits(url.value()));
                if let Some(url) = address.filter(|url| url.value().contains("://")) {
                    let checked = value.get("checksum").is_some() || value.get("sha256sum").is_some();
                    let place = url.span();
                    self.steps.push(step(Act::Download { checked }, Some(url), place, setting));
                }
            }
            "pause" | "wait_for" => self.wait(module, value, setting),
            "stat" if value.get("checksum_algorithm").is_some() => {
                self.steps.push(step(Act::Verify, None, value.place(), setting));
            }
            _ if self.page.ask.modules.iter().any(|other| other == module) => {
                self.steps.push(step(Act::Ask, None, value.place(), setting));
            }
            _ => {
                let page = self.page;
                let fitting = page.task.iter().filter(|row| row.modules.iter().any(|other| other == module));
                fitting.for_each(|row| self.row(row, value, task, setting));
            }
        }
    }

    fn wait(&mut self, module: &str, value: Node<'_>, setting: &Setting) {
        let number = |key: &str| value.get(key).and_then(Node::str).and_then(|text| text.trim().parse::<u64>().ok());
        let waits_for = ["port", "path", "host"].iter().any(|key| value.get(key).is_some());
        if module == "wait_for" && waits_for {
            return;
        }
        let minutes = number("minutes").and_then(|minutes| minutes.checked_mul(60));
        let seconds = number("seconds").or(minutes).or_else(|| number("timeout"));
        self.steps.push(step(Act::Wait { seconds }, None, value.place(), setting));
    }

    fn row(&mut self, row: &Task, value: Node<'_>, task: Node<'_>, setting: &Setting) {
        let state = value.get(&row.key);
        let word = match state {
            Some(state) => state.str().map(|word| word.trim().to_ascii_lowercase()),
            None => row.default.clone(),
        };
        let Some(acts) = word.and_then(|word| row.acts.get(&word)) else { return };
        let named = row.subject.iter().find_map(|key| value.get(key));
        let subjects = subjects(named, task);
        let place = state.map_or_else(|| named.unwrap_or(value).place(), Node::place);
        for subject in subjects {
            let own = acts.iter().map(|word| step(word.act(), subject.clone(), place, setting));
            self.steps.extend(own);
        }
    }
}

/// Answers the units that a task names: one, a list, or the items of its loop.
fn subjects(named: Option<Node<'_>>, task: Node<'_>) -> Vec<Option<Text>> {
    let Some(named) = named else { return vec![None] };
    let texts = |list: Node<'_>| -> Vec<Option<Text>> {
        list.items().filter_map(Node::text).take(MOST_TURNS).map(Some).collect()
    };
    if named.kind() == Kind::Sequence {
        return texts(named);
    }
    let turns = named.str().is_some_and(|text| text.trim_matches(['{', '}', ' ']) == "item");
    let list = ["loop", "with_items"].iter().find_map(|key| task.get(key)).filter(|_| turns);
    match list.map(texts).filter(|items| !items.is_empty()) {
        Some(items) => items,
        None => vec![named.text()],
    }
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

fn step(act: Act, subject: Option<Text>, place: Span, setting: &Setting) -> Step {
    Step {
        act,
        subject: subject.filter(|subject| !subject.value().trim().is_empty()),
        target: setting.target.clone(),
        place,
        ignores: setting.ignores,
        branches: setting.branches.clone(),
    }
}
