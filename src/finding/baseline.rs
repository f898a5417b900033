//! The baseline: findings that were known when the tool came, and are not to fail the gate.

use super::model::Finding;
use super::outcome::{Allowance, Outcome, Suppressed};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The version of the file; it changes when a member changes its meaning.
const SCHEMA: &str = "stakelint-baseline/1";

/// Findings that are known, by fingerprint: neither a moved line nor a renamed file makes a finding new.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    schema: String,
    findings: Vec<Known>,
}

/// A finding that is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Known {
    /// The rule, for people who read the file.
    rule: String,
    /// What it is about, for the same.
    about: String,
    /// Its identity.
    fingerprint: String,
}

impl Baseline {
    /// Takes what a run has found, and what an earlier baseline silenced in it.
    #[must_use]
    pub fn of(outcome: &Outcome) -> Self {
        let known = outcome.suppressed.iter().filter(|entry| entry.by == Allowance::Baseline);
        let all = outcome.findings.iter().chain(known.map(|entry| &entry.finding));
        let about = |finding: &Finding| match finding.owners.is_empty() {
            true => finding.headline.clone(),
            false => finding.owners.join(", "),
        };
        let known = |finding: &Finding| Known {
            rule: finding.rule.clone(),
            about: about(finding),
            fingerprint: finding.fingerprint(),
        };
        let mut findings: Vec<Known> = all.map(known).collect();
        findings.sort();
        findings.dedup();
        Self { schema: SCHEMA.to_owned(), findings }
    }

    /// Reads the text of a baseline file.
    ///
    /// # Errors
    /// A sentence, if it is none, or one of a version that is not known.
    pub fn parse(text: &str) -> Result<Self, String> {
        let baseline: Self = serde_json::from_str(text).map_err(|error| format!("no baseline: {error}"))?;
        if baseline.schema != SCHEMA {
            return Err(format!("its schema is `{}`, this version reads `{SCHEMA}`", baseline.schema));
        }
        Ok(baseline)
    }

    /// Writes the file: sorted, one finding after the other, so that two versions compare well.
    #[must_use]
    pub fn text(&self) -> String {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        format!("{text}\n")
    }

    /// Counts its findings.
    #[must_use]
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Tells whether it knows nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Parts findings into new ones and known ones, and says what of the baseline is no longer found.
    pub(super) fn apply(
        &self,
        findings: Vec<Finding>,
        suppressed: &mut Vec<Suppressed>,
    ) -> (Vec<Finding>, Option<String>) {
        let mut met: BTreeMap<&str, bool> =
            self.findings.iter().map(|known| (known.fingerprint.as_str(), false)).collect();
        let mut new = Vec::new();
        for finding in findings {
            match met.get_mut(finding.fingerprint().as_str()) {
                Some(seen) => {
                    *seen = true;
                    let reason = "known since the baseline was written".to_owned();
                    suppressed.push(Suppressed { finding, by: Allowance::Baseline, reason, until: None, place: None });
                }
                None => new.push(finding),
            }
        }
        let gone = met.values().filter(|seen| !**seen).count();
        let notice = (gone > 0).then(|| {
            let (findings, are) = if gone == 1 { ("finding", "is") } else { ("findings", "are") };
            format!("{gone} {findings} of the baseline {are} no longer there; --write-baseline drops what has gone")
        });
        (new, notice)
    }
}
