//! Secrets lie in stores that are made for them.

use crate::deployment::Misplaced;
use crate::fleet::Fleet;
use crate::lint::bearing::Bearings;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Further entries of one store that are shown.
const MOST_SHOWN: usize = 12;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MisplacedSecret {}

impl Check for MisplacedSecret {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let bearings = Bearings::of(fleet);
        // What lies in one store is one mistake.
        let mut stores: BTreeMap<_, Vec<&Misplaced>> = BTreeMap::new();
        for misplaced in &fleet.inventory.misplaced {
            stores.entry((misplaced.store_place, &misplaced.store)).or_default().push(misplaced);
        }
        for entries in stores.values() {
            if let Some(report) = report(entries, &bearings, fleet) {
                scene.report(report);
            }
        }
    }
}

fn report(entries: &[&Misplaced], bearings: &Bearings<'_>, fleet: &Fleet) -> Option<Report> {
    let (first, rest) = entries.split_first()?;
    let path = fleet.path(first.span.file);
    let more = match rest.len() {
        0 => String::new(),
        1 => " and another secret".to_owned(),
        count => format!(" and {count} other secrets"),
    };
    let headline =
        format!("{} (`{}`){more} lies in {}, which is no store for secrets", first.what, first.name, first.store);
    let mut report = Report::at(first.span, headline)
        .subject(format!("{path} {}", first.store))
        .related(first.store_place, "this is what everybody with read access to the namespace can read");
    for entry in rest.iter().take(MOST_SHOWN) {
        report = report.related(entry.span, format!("{} (`{}`)", entry.what, entry.name));
    }
    for workload in bearings.units(first.span) {
        report = report.also(workload);
    }
    if first.fixture {
        report = report.milder("It stands in what is obviously test data: one step milder.");
    }
    if first.default {
        report = report.milder("It is a default, for whoever doesn't set another: one step milder.");
    }
    Some(if first.template { report.written_in(path) } else { report })
}
