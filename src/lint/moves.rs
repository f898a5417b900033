//! Moves of keys in words, and reports that point into both trees.

use super::model::Scene;
use super::report::Report;
use crate::deployment::KeyForm;
use crate::ethereum::PublicKey;
use crate::finding::thousands;
use crate::fleet::{Before, Fleet, Move, Place};
use sha2::{Digest, Sha256};

/// As many keys stand in a finding by themselves.
const NAMED: usize = 100;

/// Says how many keys moved: "22,500 keys", or the one key.
#[must_use]
pub fn counted(found: &Move) -> String {
    match (found.keys.as_slice(), found.ranges.as_slice()) {
        ([key], []) => format!("validator key {}", key.short()),
        _ => many(found.count()),
    }
}

/// Says a number of keys.
#[must_use]
pub fn many(count: u64) -> String {
    if count == 1 {
        return "1 validator key".to_owned();
    }
    format!("{} validator keys", thousands(usize::try_from(count).unwrap_or(usize::MAX)))
}

/// Says from whom to whom: "validator client `vc` on host `a` → validator client `vc` on host `b`".
#[must_use]
pub fn route(found: &Move) -> String {
    let name =
        |place: &Option<Place>| place.as_ref().map_or_else(|| "nobody".to_owned(), |place| place.home.to_string());
    format!("{} → {}", name(&found.from), name(&found.to))
}

/// Tells a move apart for fingerprints: from whom to whom, and a digest of the keys, so that a move of other keys is another finding.
#[must_use]
pub fn identity(found: &Move) -> String {
    format!("{} {}", route(found), digest(found))
}

fn digest(found: &Move) -> String {
    let mut digest = Sha256::new();
    found.keys.iter().for_each(|key| digest.update(key.0));
    for range in &found.ranges {
        digest.update(range.list.as_bytes());
        digest.update(range.start.to_be_bytes());
        digest.update(range.end.to_be_bytes());
    }
    digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Tells whether the signing history of a key is proven to be carried over: a file of the tree tells it, or other evidence does.
#[must_use]
pub fn is_carried_over(key: &PublicKey, before: &Before, after: &Fleet) -> bool {
    let told = || after.places_of(key).iter().any(|place| place.form == KeyForm::Interchange);
    before.evidence.contains(key) || told()
}

/// Starts a report on keys that went from one place to another: the new place first, the old one beside it.
pub fn crossing(found: &Move, headline: String, scene: &Scene<'_>) -> Option<Report> {
    let before = scene.before()?;
    let (from, to) = (found.from.as_ref(), found.to.as_ref());
    let mut report = Report::at(to.or(from)?.span, headline);
    if let (Some(from), Some(_)) = (from, to) {
        report = report.related(from.span, "it was here before");
    }
    let old = from.and_then(|place| before.fleet.workloads.get(place.workload?));
    let new = to.and_then(|place| scene.fleet().workloads.get(place.workload?));
    report = old.into_iter().chain(new).fold(report, Report::also);
    Some(report.keys(found.keys.iter().take(NAMED).map(ToString::to_string)).subject(identity(found)))
}
