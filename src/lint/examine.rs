//! Histories that were named one by one, judged by the rules on interchange files: on their own, and against what was asked.

use super::interchange::{self, newest, place, root_of};
use super::report::Report;
use super::rulebook::Rulebook;
use crate::catalogue::{Catalogue, Network};
use crate::ethereum::PublicKey;
use crate::finding::{Card, Finding, Persona};
use crate::history::{self, GenesisRoot, History};
use crate::source::{Sources, Spanned};
use std::collections::BTreeSet;

/// Histories, and what they are held against.
#[derive(Clone, Copy)]
pub struct Examination<'e> {
    /// The histories, in the order in which they were named.
    pub histories: &'e [History],
    /// The paths of their files.
    pub sources: &'e dyn Sources,
    /// What is known about networks.
    pub catalogue: &'e Catalogue,
    /// The network that they have to be of.
    pub network: Option<&'e Network>,
    /// The keys that they have to speak of, all together.
    pub keys: Option<&'e [Spanned<PublicKey>]>,
    /// The epoch of the import, and by how many epochs a history may end before it.
    pub epoch: Option<(u64, u64)>,
}

/// So many of the keys that are missing are shown by themselves.
const SHOWN: usize = 5;

/// Answers what the rules of a book find in histories, in no order.
#[must_use]
pub fn examine(examination: &Examination<'_>, rulebook: &Rulebook) -> Vec<Finding> {
    let mut findings = Vec::new();
    for card in rulebook.rules().iter().map(|rule| &rule.card) {
        let reports = match card.id.as_str() {
            "interchange-malformed" => examination.malformed(),
            "interchange-slashable" => examination.slashable(),
            "interchange-foreign-network" => examination.foreign(),
            "interchange-misses-key" => examination.missing().into_iter().collect(),
            "interchange-stale" => examination.stale(),
            _ => continue,
        };
        findings.extend(reports.into_iter().filter_map(|report| asked(report, card)));
    }
    findings
}

/// What was asked for is heard, whoever reads the report.
fn asked(report: Report, card: &Card) -> Option<Finding> {
    let finding = report.finish(card)?;
    let persona = if card.persona == finding.persona { Persona::Regular } else { finding.persona };
    Some(Finding { persona, ..finding })
}

impl Examination<'_> {
    fn path(&self, history: &History) -> &str {
        self.sources.path(history.file)
    }

    /// The network that was named says what is at stake, or else the one that a file is of.
    fn stake(&self, root: Option<GenesisRoot>) -> Option<&Network> {
        self.network.or_else(|| interchange::network(root?, self.catalogue))
    }

    fn malformed(&self) -> Vec<Report> {
        let flaws = |history: &History| {
            interchange::flaws(history, self.path(history), self.stake(history.genesis.as_ref().map(|root| root.value)))
        };
        self.histories.iter().flat_map(flaws).chain(self.early()).collect()
    }

    /// A mark ahead of its time keeps a signer silent until then.
    fn early(&self) -> Vec<Report> {
        let Some((epoch, _)) = self.epoch else { return Vec::new() };
        let early = |history: &History| {
            let (newest, span) = newest(history)?;
            // A clock may be a little ahead, and a vote is for the epoch that begins.
            let headline = format!(
                "the signing history `{}` has a vote for epoch {newest}, which epoch {epoch} has not reached",
                self.path(history)
            );
            let report = Report::at(span, headline).subject(format!("{} early", self.path(history)));
            let because = "A client that imports it does not sign with this key until then.";
            (newest > epoch.saturating_add(1)).then(|| report.because(because))
        };
        self.histories.iter().filter_map(early).collect()
    }

    fn slashable(&self) -> Vec<Report> {
        let all: Vec<&History> = self.histories.iter().collect();
        let conflicts = history::conflicts(&all);
        let report = |found: &history::Conflicts| interchange::conflicts(found, self.stake(found.genesis));
        conflicts.iter().filter_map(report).collect()
    }

    /// Without a network that was named, the files have to agree with one another.
    fn foreign(&self) -> Vec<Report> {
        let roots = self.histories.iter().filter_map(|history| Some((history, history.genesis.as_ref()?)));
        let first = roots.clone().next();
        let (expected, name): (GenesisRoot, String) = match (self.network, first) {
            (Some(network), _) => match root_of(network) {
                Some(root) => (root, format!("`{}`", network.name)),
                None => return Vec::new(),
            },
            (None, Some((history, genesis))) => (genesis.value, format!("that of `{}`", self.path(history))),
            (None, None) => return Vec::new(),
        };
        let foreign = roots.filter(|(_, genesis)| genesis.value != expected).filter_map(|(history, _)| {
            let (place, headline) = interchange::foreign(history, self.path(history), &name, self.catalogue)?;
            Some(Report::at(place, headline).label("the network of the file").subject(self.path(history)))
        });
        foreign.collect()
    }

    fn missing(&self) -> Option<Report> {
        let keys = self.keys?;
        let entries = self.histories.iter().flat_map(|history| &history.entries);
        let covered: BTreeSet<PublicKey> = entries.map(|entry| entry.key.value).collect();
        let missing: Vec<&Spanned<PublicKey>> = keys.iter().filter(|key| !covered.contains(&key.value)).collect();
        let first = missing.first()?;
        let which = match self.histories {
            [one] => format!("`{}` has", self.path(one)),
            all => format!("the {} files have", all.len()),
        };
        let what = match (keys.len(), missing.len()) {
            (_, 1) => format!("key {}", first.value.short()),
            (all, some) => format!("{some} of the {all} keys"),
        };
        let mut report = Report::at(first.span, format!("{which} no signing history of {what}"))
            .label(format!("{} is not in it", first.value.short()))
            .subject(missing.iter().map(|key| key.value.to_string()).collect::<Vec<_>>().join(" "));
        for key in missing.iter().skip(1).take(SHOWN - 1) {
            report = report.related(key.span, format!("{} neither", key.value.short()));
        }
        for history in self.histories.iter().take(SHOWN) {
            report = report.related(place(history), "a history that was looked through");
        }
        Some(report.keys(missing.iter().map(|key| key.value.to_string())))
    }

    fn stale(&self) -> Vec<Report> {
        let Some((epoch, most)) = self.epoch else { return Vec::new() };
        let stale = |history: &History| interchange::stale(history, self.path(history), epoch, most);
        self.histories.iter().filter_map(stale).collect()
    }
}
