//! What a task does with its module.

use super::page::{Page, Task};
use super::script::{Setting, parts};
use crate::deployment::{Act, Step};
use crate::document::{Kind, Node};
use crate::source::{Span, Text};

/// Loops over more items are gone through once.
const MOST_TURNS: usize = 16;

/// What the tasks of a playbook do, one after the other.
pub(super) struct Acts<'p> {
    page: &'p Page,
    /// How many points of branching the scripts of tasks have had so far.
    points: u32,
    pub steps: Vec<Step>,
}

impl<'p> Acts<'p> {
    pub fn new(page: &'p Page) -> Self {
        Self { page, points: 0, steps: Vec::new() }
    }

    /// Takes what a module does.
    pub fn module(&mut self, module: &str, value: Node<'_>, task: Node<'_>, setting: &Setting) {
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
pub(super) fn subjects(named: Option<Node<'_>>, task: Node<'_>) -> Vec<Option<Text>> {
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

fn step(act: Act, subject: Option<Text>, place: Span, setting: &Setting) -> Step {
    Step {
        act,
        subject: subject.filter(|subject| !subject.value().trim().is_empty()),
        target: setting.target.clone(),
        place,
        ignores: setting.ignores,
        branches: setting.branches.clone(),
        project: None,
    }
}
