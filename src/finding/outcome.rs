//! The outcome of a run: what was found, what was allowed, what was not checked, and whether the gate holds.

use super::model::{Finding, Severity};
use crate::source::Span;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Everything that a report tells.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The findings to show, in order of file, place and rule; one a subject.
    pub findings: Vec<Finding>,
    /// Findings that the operator has allowed, in the same order.
    pub suppressed: Vec<Suppressed>,
    /// What was not checked, in order of path.
    pub not_checked: Vec<NotChecked>,
    /// What the tree holds.
    pub summary: Summary,
    /// Findings that only another persona sees.
    pub hidden: usize,
    /// Remarks about the run that belong to no place in the tree, such as an allowance outside of it that silences nothing.
    pub notices: Vec<String>,
    /// The least severity that fails the run; nothing means that none does.
    pub fail_on: Option<Severity>,
    /// The day that the run takes for today.
    pub today: Date,
    /// In a comparison of two trees, what became of the keys; the moves of most keys first.
    pub moves: Option<Vec<KeyMove>>,
    /// The places of secrets, in order: no report quotes these bytes.
    pub secrets: Vec<Span>,
}

/// Keys that went from one owner to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyMove {
    /// The owner that they left, as `host/unit`; nothing for new ones.
    pub from: Option<Party>,
    /// The owner that they came to; nothing for those that nobody owns any more.
    pub to: Option<Party>,
    /// The keys.
    pub keys: Vec<String>,
    /// Keys that are known by their numbers in a list only.
    pub ranges: Vec<KeySpan>,
    /// `host`, `process`, `rename`, `added` or `dropped`.
    pub kind: &'static str,
}

/// Keys by their numbers in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySpan {
    /// The list: a network whose keys are numbered, or the file that numbers them.
    pub list: String,
    /// The first number.
    pub start: u64,
    /// The number after the last.
    pub end: u64,
}

impl KeyMove {
    /// Counts the keys, those of ranges among them.
    #[must_use]
    pub fn count(&self) -> u64 {
        let numbered = self.ranges.iter().map(|range| range.end.saturating_sub(range.start));
        numbered.fold(self.keys.len() as u64, u64::saturating_add)
    }
}

/// One side of a move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// `host/unit`.
    pub owner: String,
    /// The same for people: "validator client `vc` on host `a`".
    pub words: String,
    /// The host; empty where the tree has but one.
    pub host: String,
    /// The kind of process, for people: "validator client".
    pub part: &'static str,
}

/// A finding that the operator has allowed, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// What was found.
    pub finding: Finding,
    /// Who allowed it.
    pub by: Allowance,
    /// The operator's reason.
    pub reason: String,
    /// The last day on which it is allowed.
    pub until: Option<Date>,
    /// Where the allowance is written, if that is in the tree.
    pub place: Option<Span>,
}

/// Where an allowance comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowance {
    /// A comment beside the finding.
    Comment,
    /// The settings file.
    Settings,
    /// The baseline: known since before the tool came.
    Baseline,
}

/// A file or folder that was not checked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotChecked {
    /// Its path, relative to the folder given, with `/`.
    pub path: String,
    /// The reason in a few words; never the file's content.
    pub why: String,
    /// It should have been checked, so that silence about it would be no news: the run is incomplete.
    pub gap: bool,
}

/// What the tree holds, in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were read.
    pub files: usize,
    /// Units that run.
    pub units: usize,
    /// Different validator keys.
    pub keys: usize,
    /// Hosts.
    pub hosts: usize,
}

/// How a run ends, where it does not fail by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// All was checked, and nothing fails the gate.
    Passed,
    /// A finding fails the gate.
    Failed,
    /// Nothing fails the gate, but something that should have been checked was not.
    Incomplete,
}

impl Status {
    /// Answers the exit status of the process: 0, 1 or 3 (2 is a run that failed by itself).
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Passed => 0,
            Self::Failed => 1,
            Self::Incomplete => 3,
        }
    }
}

impl Outcome {
    /// Tells how the run ends.
    #[must_use]
    pub fn status(&self) -> Status {
        if self.findings.iter().any(|finding| self.fails(finding)) {
            Status::Failed
        } else if self.summary.files == 0 || self.not_checked.iter().any(|entry| entry.gap) {
            Status::Incomplete
        } else {
            Status::Passed
        }
    }

    /// Answers the findings, the worst first, and otherwise in their order.
    #[must_use]
    pub fn worst_first(&self) -> Vec<&Finding> {
        let mut findings: Vec<&Finding> = self.findings.iter().collect();
        findings.sort_by_key(|finding| Reverse(finding.severity));
        findings
    }

    /// Tells whether a finding fails the run.
    #[must_use]
    pub fn fails(&self, finding: &Finding) -> bool {
        self.fail_on.is_some_and(|least| finding.severity >= least)
    }

    /// Counts the findings of each severity, none left out.
    #[must_use]
    pub fn by_severity(&self) -> BTreeMap<Severity, usize> {
        let mut counts: BTreeMap<_, _> = Severity::ALL.into_iter().map(|severity| (severity, 0)).collect();
        for finding in &self.findings {
            *counts.entry(finding.severity).or_default() += 1;
        }
        counts
    }
}

impl Finding {
    /// Answers the identity of the finding: a digest of rule and subject, so that it outlives moved lines and renamed files.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        digest.update(self.rule.as_bytes());
        digest.update([0]);
        digest.update(self.identity().as_bytes());
        digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Answers what the finding is about; a rule that names no subject is told apart by its headline.
    pub(super) fn identity(&self) -> &str {
        if self.subject.is_empty() { &self.headline } else { &self.subject }
    }
}
