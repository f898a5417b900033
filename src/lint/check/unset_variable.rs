//! A variable that a manifest uses is set somewhere, or has a default.

use crate::deployment::{Activation, Unit, UnsetVariable as Unset};
use crate::finding::Confidence;
use crate::fleet::{Fleet, Workload};
use crate::lint::bearing::Bearings;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::source::FileId;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a card says of variables.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UnsetVariable {
    /// Variables that the shell or the tool always sets; `*` at the end stands for anything.
    given: Vec<String>,
}

impl Check for UnsetVariable {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        if fleet.inventory.unset.is_empty() {
            return;
        }
        let (live, bearings) = (live_files(fleet), Bearings::of(fleet));
        let mut variables: BTreeMap<(&str, &str), Vec<&Unset>> = BTreeMap::new();
        for unset in fleet.inventory.unset.iter().filter(|unset| !unset.documented && !self.is_given(&unset.name)) {
            if live.contains(&(unset.project.as_str(), unset.span.file)) {
                variables.entry((&unset.project, &unset.name)).or_default().push(unset);
            }
        }
        // What one command lacks in many places is one matter.
        let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for ((project, name), places) in variables {
            let Some(first) = places.first() else { continue };
            let units: Vec<String> = bearings.units(first.span).into_iter().map(Workload::name).collect();
            let alone = if units.is_empty() || places.len() > 1 { name } else { "" };
            groups.entry((project, first.span.file, units, alone)).or_default().push((name, places));
        }
        for ((project, ..), variables) in groups {
            if variables.len() >= MANY {
                scene.report(of_many(project, &variables, &bearings));
                continue;
            }
            for (name, places) in variables {
                if let Some(report) = report((project, name), &places, &bearings) {
                    scene.report(report);
                }
            }
        }
    }
}

impl UnsetVariable {
    fn is_given(&self, name: &str) -> bool {
        self.given.iter().any(|given| match given.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == given,
        })
    }
}

/// Answers the files that a plain start of their project reads: no choice among several, no example.
fn live_files(fleet: &Fleet) -> BTreeSet<(&str, FileId)> {
    let is_live = |unit: &&Unit| unit.alternative.is_none() && !unit.template && unit.activation != Activation::Off;
    let units = fleet.workloads.iter().map(|workload| &workload.unit).filter(is_live);
    units.flat_map(|unit| unit.files.iter().map(|file| (unit.project.as_str(), *file))).collect()
}

/// From so many on, the variables that one unit lacks are one finding.
const MANY: usize = 3;

fn of_many(project: &str, variables: &[(&str, Vec<&Unset>)], bearings: &Bearings<'_>) -> Report {
    let mut all: Vec<(&str, &Unset)> =
        variables.iter().filter_map(|(name, places)| Some((*name, *places.first()?))).collect();
    all.sort_by_key(|(_, unset)| unset.span);
    let (name, first) = all[0];
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    let headline = format!(
        "`{name}` and {} more variables are set nowhere and have no default, so that nothing stands in their stead",
        all.len() - 1
    );
    let mut report = Report::at(first.span, headline).subject(format!("{project} {}", names.join(" "))).cause("unset");
    for (name, unset) in &all[1..] {
        report = report.related(unset.span, format!("`{name}`, too"));
    }
    for workload in bearings.units(first.span) {
        report = report.also(workload);
    }
    if all.iter().any(|(_, unset)| unset.environment) { report } else { unseen(report) }
}

fn report((project, name): (&str, &str), places: &[&Unset], bearings: &Bearings<'_>) -> Option<Report> {
    let first = places.first()?;
    let times = if places.len() > 1 { format!(" in {} places", places.len()) } else { String::new() };
    let headline = format!("`{name}` is set nowhere and has no default, so that nothing stands in its stead{times}");
    let mut report = Report::at(first.span, headline).subject(format!("{project} {name}")).cause("unset");
    for place in places.iter().skip(1) {
        report = report.related(place.span, "and here");
    }
    for workload in places.iter().flat_map(|place| bearings.units(place.span)) {
        report = report.also(workload);
    }
    Some(if places.iter().any(|place| place.environment) { report } else { unseen(report) })
}

fn unseen(report: Report) -> Report {
    report.confidence(Confidence::Medium).milder(
        "No `.env` of the project is in the tree, and the host may have one that sets it: one step milder. A sample of that \
         file beside the manifest would say so.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_shell_always_sets_is_given() {
        let check = UnsetVariable { given: vec!["HOME".into(), "COMPOSE_*".into()] };
        assert!(check.is_given("HOME") && check.is_given("COMPOSE_PROJECT_NAME"));
        assert!(!check.is_given("HOMES") && !check.is_given("XCOMPOSE_"));
    }
}
