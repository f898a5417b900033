//! The steps of a script: each command that it may run, behind `sudo`, `ssh` and the like.

use super::command::deeds;
use super::page::{Carrier, Page};
use crate::deployment::shell::{self, Call, Routine};
use crate::deployment::{Branch, Step, tree};
use crate::source::{Span, Text};

/// Scripts stand in one another's words no deeper.
const DEEPEST: usize = 4;

/// What names the folder that a script lies in.
const OWN_FOLDER: [&str; 4] = ["dirname", "BASH_SOURCE", "SCRIPT_DIR", "SCRIPTDIR"];

/// Where a script runs, and what becomes of it.
#[derive(Debug, Clone, Default)]
pub(super) struct Setting {
    /// The machine.
    pub target: Option<Text>,
    /// What makes its failure go by.
    pub ignores: Option<Span>,
    /// The ways that lead to it.
    pub branches: Vec<Branch>,
    /// The folder of the tree that the script lies in; nothing if that is not known.
    pub home: Option<String>,
    /// The folder of the tree that it is in; nothing if that is not known.
    pub folder: Option<String>,
}

impl Setting {
    /// The setting of a script of the tree that is started where it lies.
    pub fn in_tree(folder: &str) -> Self {
        Self { home: Some(folder.to_owned()), folder: Some(folder.to_owned()), ..Self::default() }
    }

    /// Goes to another folder.
    fn go(&mut self, words: &[Text]) {
        self.folder = words.get(1).and_then(|word| self.path(word));
    }

    /// Answers the path of the tree that a word of the script names.
    fn path(&self, word: &Text) -> Option<String> {
        let text = word.value();
        // `$(dirname "$0")/..`, and the variables that are usually called so.
        if OWN_FOLDER.iter().any(|own| text.contains(own)) {
            let rest = text.rsplit([')', '}', '$']).next().unwrap_or_default();
            let rest = rest.trim_start_matches(|sign: char| sign != '/').trim_matches(['"', '\'']);
            return tree::join(self.home.as_deref()?, rest);
        }
        let text = word.known().filter(|text| !text.starts_with(['/', '~', '-']))?;
        tree::join(self.folder.as_deref()?, text)
    }
}

/// Answers what each part of a script does that runs in one go, with the name of the function if it is one. Points of branching
/// are numbered from `points`, which is moved on.
pub(super) fn parts(
    script: &Text,
    setting: &Setting,
    page: &Page,
    points: &mut u32,
) -> Vec<(Option<String>, Vec<Step>)> {
    let mut work = Work { page, points: *points, depth: 0 };
    let routines = work.routines(script);
    let parts = routines.into_iter().map(|routine| (routine.name, work.steps(routine.calls, setting))).collect();
    *points = work.points;
    parts
}

struct Work<'p> {
    page: &'p Page,
    /// How many points of branching are numbered so far.
    points: u32,
    depth: usize,
}

impl Work<'_> {
    fn routines(&mut self, script: &Text) -> Vec<Routine> {
        let routines = shell::routines(script, self.points);
        let branches = routines.iter().flat_map(|routine| &routine.calls).flat_map(|call| &call.branches);
        self.points = branches.map(|branch| branch.point).max().unwrap_or(self.points).max(self.points);
        routines
    }

    fn steps(&mut self, calls: Vec<Call>, setting: &Setting) -> Vec<Step> {
        let mut setting = setting.clone();
        let mut steps = Vec::new();
        for call in calls {
            if call.words.first().is_some_and(|word| ["cd", "pushd"].contains(&word.value())) {
                setting.go(&call.words);
            }
            steps.extend(self.call(call, &setting));
        }
        steps
    }

    fn call(&mut self, call: Call, setting: &Setting) -> Vec<Step> {
        let ignores = setting.ignores.or(call.ignores);
        let branches = setting.branches.iter().chain(&call.branches).copied().collect();
        let mut setting = Setting { ignores, branches, ..setting.clone() };
        let (mut words, mut input) = (call.words, call.input);
        for _ in 0..DEEPEST {
            let Some((carrier, from)) = self.carrier(&words) else { break };
            if carrier.target {
                setting.target = words.get(from.saturating_sub(1)).cloned();
                (setting.home, setting.folder) = (None, None);
            }
            if let Some(script) = script_of(carrier, &words, from, &mut input) {
                return self.inner(&script, &setting);
            }
            if !carrier.script.is_empty() {
                return Vec::new();
            }
            words.drain(..from.min(words.len()));
        }
        let step = |deed: super::command::Deed| Step {
            act: deed.act,
            subject: deed.subject.filter(|subject| !subject.value().is_empty()),
            target: deed.target.or_else(|| setting.target.clone()),
            place: call.place,
            ignores: setting.ignores,
            branches: setting.branches.clone(),
            project: deed.project.as_deref().and_then(|named| match named.first() {
                Some(path) => setting.path(path),
                None => setting.folder.clone(),
            }),
        };
        deeds(&words, self.page).into_iter().map(step).collect()
    }

    /// A script in the words of a command: it runs where the command says, and its failure is the command's.
    fn inner(&mut self, script: &Text, setting: &Setting) -> Vec<Step> {
        self.depth += 1;
        let steps = if self.depth > DEEPEST {
            Vec::new()
        } else {
            let own = self.routines(script).into_iter().next();
            own.map_or_else(Vec::new, |routine| self.steps(routine.calls, setting))
        };
        self.depth -= 1;
        steps
    }

    /// Finds the program that only runs another one, and where the other one's words begin.
    fn carrier(&self, words: &[Text]) -> Option<(&'_ Carrier, usize)> {
        let name = tree::name(words.first()?.value());
        self.page.carrier.iter().filter(|carrier| carrier.names.iter().any(|other| other == name)).find_map(|carrier| {
            let (mut at, mut own, mut skips) = (1, carrier.words.iter(), carrier.skips);
            let mut next = own.next();
            while let Some(word) = words.get(at).map(Text::value) {
                if carrier.script.iter().any(|option| option == word) {
                    break;
                }
                if word.starts_with('-') {
                    at += if carrier.values.iter().any(|option| option == word) { 2 } else { 1 };
                } else if let Some(wanted) = next {
                    if wanted != word {
                        return None;
                    }
                    next = own.next();
                    at += 1;
                } else if skips > 0 {
                    (skips, at) = (skips - 1, at + 1);
                } else if is_assignment(word) {
                    at += 1;
                } else {
                    break;
                }
            }
            (next.is_none() && skips == 0).then_some((carrier, at))
        })
    }
}

/// The script that a carrier is handed: behind its option, as one word with blanks, or as a here-document.
fn script_of(carrier: &Carrier, words: &[Text], from: usize, input: &mut Option<Text>) -> Option<Text> {
    let here = words.get(from);
    if here.is_some_and(|word| carrier.script.iter().any(|option| option == word.value())) {
        return words.get(from + 1).cloned();
    }
    match here {
        // A remote shell gets its words as one line.
        Some(word) if carrier.target && (word.value().contains(char::is_whitespace)) => Some(word.clone()),
        Some(word) if carrier.target && tree::name(word.value()) == "bash" && words.len() == from + 2 => input.take(),
        None if carrier.target || !carrier.script.is_empty() => input.take(),
        _ => None,
    }
}

fn is_assignment(word: &str) -> bool {
    let Some((name, _)) = word.split_once('=') else { return false };
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
