//! What the operator wants to hear: levels, selection, persona, the gate, and the allowances of the settings.

use super::card::Cards;
use super::model::{Confidence, Finding, Persona, Severity};
use crate::source::Span;
use globset::GlobMatcher;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What the operator wants to hear, from the command line and the settings file.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The least severity that fails the run; nothing means that none does.
    pub fail_on: Option<Severity>,
    /// Who reads the report.
    pub persona: Persona,
    /// Rules or groups to run; none means all.
    pub select: Vec<String>,
    /// Rules or groups to leave out.
    pub ignore: Vec<String>,
    /// Severities of the settings file by rule; nothing means that the rule is off.
    pub levels: BTreeMap<String, Option<Severity>>,
    /// What the settings file allows.
    pub allow: Vec<AllowRule>,
    /// Rules that no comment can silence.
    pub unsuppressible: BTreeSet<String>,
    /// The day to judge allowances by.
    pub today: Date,
}

/// An `[[allow]]` of the settings file.
#[derive(Debug, Clone)]
pub struct AllowRule {
    /// The rule or group.
    pub rule: String,
    /// The paths it holds for; nothing means the whole tree.
    pub path: Option<GlobMatcher>,
    /// The operator's reason.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Where it is written, if the settings file lies in the tree.
    pub place: Option<Span>,
}

impl Policy {
    /// Makes the policy of a run without settings and options.
    #[must_use]
    pub fn new(today: Date) -> Self {
        Self {
            fail_on: Some(Severity::Medium),
            persona: Persona::Regular,
            select: Vec::new(),
            ignore: Vec::new(),
            levels: BTreeMap::new(),
            allow: Vec::new(),
            unsuppressible: BTreeSet::new(),
            today,
        }
    }

    /// Tells whether a rule should run: selected, not left out, and not off.
    #[must_use]
    pub fn runs(&self, rule: &str, cards: &Cards) -> bool {
        let group = cards.get(rule).map(|card| card.group.as_str());
        let names = |names: &[String]| names.iter().any(|name| name == rule || Some(name.as_str()) == group);
        (self.select.is_empty() || names(&self.select))
            && !names(&self.ignore)
            && !matches!(self.levels.get(rule), Some(None))
    }

    /// Tells whether the reader wants to hear of a finding.
    #[must_use]
    pub fn shows(&self, finding: &Finding) -> bool {
        let least = if finding.confidence == Confidence::Low { Persona::Auditor } else { finding.persona };
        self.persona >= least
    }
}
