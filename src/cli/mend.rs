//! Makes the safe edits of a run in memory, pass after pass, and keeps those after which nothing is worse.

use crate::Checked;
use crate::finding::{Edit, Finding, Outcome, Severity, chosen, patched};
use crate::source::{FileId, Sources};
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An edit can make room for another one; more passes than this mean that two of them undo each other.
const MOST_PASSES: usize = 64;

/// What the edits come to.
pub struct Mended {
    /// What a check finds once they are made.
    pub checked: Checked,
    /// Findings that are mended.
    pub fixed: usize,
    /// The files that they change, as they were.
    pub before: BTreeMap<FileId, Arc<str>>,
    /// What could not be mended although there was an edit for it, and why.
    pub refused: Vec<String>,
}

/// Mends a tree in memory; `check` looks at it, as often as need be.
pub fn mend(workspace: &mut Workspace, mut check: impl FnMut(&Workspace) -> Checked) -> Mended {
    let mut mending = Mending { refused: BTreeMap::new(), protected: BTreeMap::new() };
    let checked = check(workspace);
    let mut mended = Mended { checked, fixed: 0, before: BTreeMap::new(), refused: Vec::new() };
    let mut alone = false;
    for _ in 0..MOST_PASSES {
        let fixes: Vec<Finding> = mending.choose(&mended, workspace, alone);
        if fixes.is_empty() {
            break;
        }
        let Some(texts) = new_texts(workspace, &fixes) else { break };
        let known: BTreeMap<FileId, Arc<str>> =
            texts.keys().filter_map(|file| Some((*file, workspace.text(*file)?))).collect();
        texts.iter().for_each(|(file, (text, _))| workspace.rewrite(*file, text));
        let parses =
            |(file, (_, problems)): (&FileId, &(String, usize))| workspace.file(*file).problems().count() <= *problems;
        let next = texts.iter().all(parses).then(|| check(workspace));
        match next.filter(|next| is_better(&mended.checked.outcome, &next.outcome, &fixes)) {
            Some(next) => {
                mended.fixed += fixes.len();
                for (file, text) in known {
                    mended.before.entry(file).or_insert(text);
                }
                mended.checked = next;
            }
            None => {
                known.iter().for_each(|(file, text)| workspace.rewrite(*file, text));
                if let [one] = fixes.as_slice() {
                    mending.refused.insert(id(one), "the tree would not be better for it".to_owned());
                }
                // One of several stands in the way of the others: from here on each is tried by itself.
                alone = true;
            }
        }
    }
    mended.refused = mending.told(&mended.checked.outcome, workspace);
    mended
}

/// What is known of edits that cannot be made.
struct Mending {
    refused: BTreeMap<Id, String>,
    protected: BTreeMap<FileId, Option<String>>,
}

/// A finding's rule and identity.
type Id = (String, String);

fn id(finding: &Finding) -> Id {
    (finding.rule.clone(), finding.fingerprint())
}

impl Mending {
    /// Chooses what is mended next.
    fn choose(&mut self, mended: &Mended, workspace: &Workspace, alone: bool) -> Vec<Finding> {
        let findings = &mended.checked.outcome.findings;
        let edits = findings.iter().flat_map(|finding| finding.fix.iter().flat_map(|fix| &fix.edits));
        let files: BTreeSet<FileId> = edits.map(|edit| edit.span.file).collect();
        for file in files.into_iter().filter(|file| !mended.before.contains_key(file)) {
            self.protected.entry(file).or_insert_with(|| workspace.changeable(file).err());
        }
        let is_open = |finding: &Finding| {
            let edits = || finding.fix.iter().flat_map(|fix| &fix.edits);
            let protected = edits().any(|edit| self.protected.get(&edit.span.file).is_some_and(Option::is_some));
            !protected && !self.refused.contains_key(&id(finding))
        };
        chosen(findings, is_open).into_iter().take(if alone { 1 } else { usize::MAX }).cloned().collect()
    }

    /// Says of every edit that is still open why it was not made.
    fn told(&self, outcome: &Outcome, workspace: &Workspace) -> Vec<String> {
        let mut told = BTreeSet::new();
        for finding in &outcome.findings {
            for edit in finding.fix.iter().flat_map(|fix| &fix.edits) {
                let path = workspace.path(edit.span.file);
                if let Some(Some(why)) = self.protected.get(&edit.span.file) {
                    told.insert(format!("{path} is not changed: {why}"));
                } else if let Some(why) = self.refused.get(&id(finding)) {
                    told.insert(format!("{path}: {} is not mended: {why}", finding.rule));
                }
            }
        }
        told.into_iter().collect()
    }
}

/// Answers what each file would hold, and how many problems it has now; nothing if an edit does not fit.
fn new_texts(workspace: &Workspace, fixes: &[Finding]) -> Option<BTreeMap<FileId, (String, usize)>> {
    let mut edits: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in fixes.iter().flat_map(|finding| finding.fix.iter().flat_map(|fix| &fix.edits)) {
        edits.entry(edit.span.file).or_default().push(edit);
    }
    let new = |(file, edits): (FileId, Vec<&Edit>)| {
        let text = patched(&workspace.text(file)?, edits)?;
        Some((file, (text, workspace.file(file).problems().count())))
    };
    edits.into_iter().map(new).collect()
}

/// Tells whether nothing new is found, nothing worse, and less of what was to be mended.
fn is_better(before: &Outcome, after: &Outcome, fixes: &[Finding]) -> bool {
    let (before, after) = (found(before), found(after));
    let is_known =
        |(id, (severity, _)): (&Id, &(Severity, usize))| before.get(id).is_some_and(|(known, _)| severity <= known);
    let is_less = |finding: &Finding| after.get(&id(finding)).is_none_or(|(_, places)| *places < finding.labels.len());
    after.iter().all(is_known) && fixes.iter().all(is_less)
}

/// Answers how bad each finding is, those that are allowed too, and how many places it has.
fn found(outcome: &Outcome) -> BTreeMap<Id, (Severity, usize)> {
    let suppressed = outcome.suppressed.iter().map(|entry| &entry.finding);
    let all = outcome.findings.iter().chain(suppressed);
    all.map(|finding| (id(finding), (finding.severity, finding.labels.len()))).collect()
}
