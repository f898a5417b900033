//! `--changed-since`: of what the whole tree gives cause to say, that which has to do with a change.

use super::Failure;
use crate::finding::{Finding, Outcome};
use crate::workspace::{self, Changed, Workspace};
use clap::Args;
use std::collections::BTreeSet;

/// The options of a narrowed report.
#[derive(Debug, Args)]
#[group(skip)]
pub struct Options {
    /// Report only what has to do with files that changed since the work left this git revision; all of the tree is read
    #[arg(long, value_name = "REV", help_heading = "Adoption", conflicts_with = "write_baseline")]
    pub changed_since: Option<String>,
}

/// What a report is narrowed to.
#[derive(Debug)]
pub struct Scope {
    revision: String,
    changed: Changed,
    /// What there was to say before, where files are gone: what is new then comes of that, wherever it stands.
    known: Option<BTreeSet<(String, String)>>,
}

impl Options {
    /// Finds what has changed; `before` says what was found at a commit, and is asked only if files are gone.
    ///
    /// # Errors
    /// If the tree is in no git repository, or there is no such revision.
    pub fn scope(
        &self,
        workspace: &Workspace,
        before: impl FnOnce(&str) -> Option<Outcome>,
    ) -> Result<Option<Scope>, Failure> {
        let Some(revision) = &self.changed_since else { return Ok(None) };
        let changed = workspace::changed_since(workspace, revision)
            .map_err(|error| Failure::new(format!("--changed-since {error}")))?;
        let known = changed.deleted.then(|| before(&changed.base)).flatten();
        let known = known.map(|outcome| identities(&outcome));
        Ok(Some(Scope { revision: revision.clone(), changed, known }))
    }
}

impl Scope {
    /// Takes out of an outcome what has nothing to do with the change, and says how much that is.
    pub fn narrow(&self, outcome: &mut Outcome) {
        let all = outcome.findings.len();
        outcome.findings.retain(|finding| self.holds(finding));
        outcome.suppressed.retain(|entry| self.holds(&entry.finding));
        let (one, what) = match all - outcome.findings.len() {
            0 => return,
            1 => ("1 finding".to_owned(), "is"),
            many => (format!("{many} findings"), "are"),
        };
        outcome
            .notices
            .push(format!("{one} in files that have not changed since `{}` {what} not shown", self.revision));
    }

    fn holds(&self, finding: &Finding) -> bool {
        let is_new = || self.known.as_ref().is_some_and(|known| !known.contains(&identity(finding)));
        finding.labels.iter().any(|label| self.changed.files.contains(&label.span.file)) || is_new()
    }
}

fn identity(finding: &Finding) -> (String, String) {
    (finding.rule.clone(), finding.fingerprint())
}

fn identities(outcome: &Outcome) -> BTreeSet<(String, String)> {
    let suppressed = outcome.suppressed.iter().map(|entry| &entry.finding);
    outcome.findings.iter().chain(suppressed).map(identity).collect()
}
