//! The interchange files beside a unit speak of every key that it holds.

use crate::ethereum::PublicKey;
use crate::finding::Confidence;
use crate::fleet::Fleet;
use crate::lint::beside::{Beside, beside, held};
use crate::lint::interchange::place;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::source::Span;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct InterchangeCover {}

/// So many of the keys that are missing are shown by themselves.
const SHOWN: usize = 5;

impl Check for InterchangeCover {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let places = beside(fleet);
        if places.is_empty() {
            return;
        }
        let held = held(fleet);
        for beside in &places {
            let keys = held.get(&beside.unit).map_or(&[][..], Vec::as_slice);
            report(beside, keys, fleet).into_iter().for_each(|report| scene.report(report));
        }
    }
}

fn report(beside: &Beside<'_>, keys: &[(PublicKey, Span)], fleet: &Fleet) -> Option<Report> {
    let entries = beside.files.iter().flat_map(|file| &file.history.entries);
    let covered: BTreeSet<PublicKey> = entries.map(|entry| entry.key.value).collect();
    let missing: Vec<&(PublicKey, Span)> = keys.iter().filter(|(key, _)| !covered.contains(key)).collect();
    // A file that speaks of none of its keys may be another unit's; one that holds nothing is told elsewhere.
    let strange = missing.len() == keys.len() && !beside.alone;
    let torn = beside.files.iter().any(|file| file.history.is_incomplete());
    // A client that keeps a record a key makes it when it first signs.
    let kept = beside.files.iter().all(|file| file.kept);
    if kept || missing.is_empty() || strange || torn || covered.is_empty() {
        return None;
    }
    let file = beside.files.last()?;
    // Keys that moved in bring a history of their own; an export of the whole unit goes by its name, or names most of its keys.
    let is_whole = missing.len() * 2 <= keys.len() || beside.files.iter().any(|file| is_export(&file.path));
    let workload = &fleet.workloads[beside.unit];
    let what = match (keys.len(), missing.len()) {
        (1, _) => "its key".to_owned(),
        (all, one) if one == all => format!("any of its {all} keys"),
        (all, some) => format!("{some} of its {all} keys"),
    };
    let headline = format!("the signing history beside `{}` has no record of {what}", workload.name());
    let subject = format!("{} {}", workload.name(), file.path);
    let mut report = Report::on(workload, place(&file.history), headline).label("the history").subject(subject);
    for (key, span) in missing.iter().take(SHOWN) {
        report = report.related(*span, format!("{} is not in it", key.short()));
    }
    report = report.related(&workload.unit.name, "the unit that holds them");
    report = report.confidence(if is_whole { Confidence::Medium } else { Confidence::Low });
    Some(report.keys(missing.iter().map(|(key, _)| key.to_string())).written_in(&file.path))
}

/// Clients name an export after what it is (`slashing_protection.json`); people name a part after its keys.
fn is_export(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase().replace('-', "_");
    name.starts_with("slashing_protection")
        || name.starts_with("interchange")
        || name.starts_with("slashing_interchange")
}
