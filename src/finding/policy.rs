//! What the operator wants to hear: levels, selection, persona, the gate, and the allowances of the settings.

use super::baseline::Baseline;
use super::card::Cards;
use super::model::{Confidence, Finding, Persona, Severity};
use crate::source::{Sources, Span};
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
    /// Severities of the settings file by rule or group; nothing means off.
    pub levels: BTreeMap<String, Option<Severity>>,
    /// Severities that hold below some paths only; of several that fit the last one decides.
    pub places: Vec<PlaceLevels>,
    /// What the settings file allows.
    pub allow: Vec<AllowRule>,
    /// Rules that no comment can silence.
    pub unsuppressible: BTreeSet<String>,
    /// The day to judge allowances by.
    pub today: Date,
    /// What stands in front of a path of the run to make it relative to the settings file; empty if that lies in the folder given.
    pub prefix: String,
    /// Findings that are known.
    pub baseline: Option<Baseline>,
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

/// The severities of an `[[environment]]`.
#[derive(Debug, Clone)]
pub struct PlaceLevels {
    /// The paths that they hold for.
    pub path: GlobMatcher,
    /// Severities by rule or group; nothing means off.
    pub levels: BTreeMap<String, Option<Severity>>,
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
            places: Vec::new(),
            allow: Vec::new(),
            unsuppressible: BTreeSet::new(),
            today,
            prefix: String::new(),
            baseline: None,
        }
    }

    /// Tells whether a rule should run: selected, not left out, and not off.
    #[must_use]
    pub fn runs(&self, rule: &str, cards: &Cards) -> bool {
        let group = cards.get(rule).map(|card| card.group.as_str());
        let names = |names: &[String]| names.iter().any(|name| name == rule || Some(name.as_str()) == group);
        let on = self.setting(rule, cards) != Some(None);
        (self.select.is_empty() || names(&self.select)) && !names(&self.ignore) && on
    }

    /// Answers the severity that the settings give to a rule, if they do.
    #[must_use]
    pub fn level(&self, rule: &str, cards: &Cards) -> Option<Severity> {
        self.setting(rule, cards).flatten()
    }

    /// What the settings say of a rule, or else of its group.
    fn setting(&self, rule: &str, cards: &Cards) -> Option<Option<Severity>> {
        let of_group = || self.levels.get(&cards.get(rule)?.group);
        self.levels.get(rule).or_else(of_group).copied()
    }

    /// Answers what the settings say of a rule in the place where a finding lies; nothing inside means off.
    pub(super) fn there(&self, finding: &Finding, cards: &Cards, sources: &dyn Sources) -> Option<Option<Severity>> {
        let said = |place: &PlaceLevels| {
            let of_group = || place.levels.get(&cards.get(&finding.rule)?.group);
            place.levels.get(&finding.rule).or_else(of_group).copied()
        };
        let places = self.places.iter().rev();
        places
            .filter_map(|place| Some((place, said(place)?)))
            .find_map(|(place, level)| self.lies_below(finding, &place.path, sources).then_some(level))
    }

    /// Tells whether a finding lies below a path. One that concerns several units does only if all of its places do: what is said
    /// of one folder is not said of what a second unit elsewhere does with it.
    pub(super) fn lies_below(&self, finding: &Finding, path: &GlobMatcher, sources: &dyn Sources) -> bool {
        let lies = |file| path.is_match(format!("{}{}", self.prefix, sources.path(file)));
        !finding.labels.is_empty() && finding.places().all(lies)
    }

    /// Tells whether the reader wants to hear of a finding.
    #[must_use]
    pub fn shows(&self, finding: &Finding) -> bool {
        let least = if finding.confidence == Confidence::Low { Persona::Auditor } else { finding.persona };
        self.persona >= least
    }
}
