//! A variable that a manifest uses is set somewhere, or has a default.

use crate::deployment::{Activation, UnsetVariable as Unset};
use crate::finding::{Confidence, Severity};
use crate::fleet::{Fleet, Workload};
use crate::lint::model::{Check, Scene};
use crate::lint::report::{Report, lower};
use crate::source::FileId;
use serde::Deserialize;
use std::collections::BTreeMap;

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
        let mut variables: BTreeMap<(&str, &str), Vec<&Unset>> = BTreeMap::new();
        for unset in fleet.inventory.unset.iter().filter(|unset| !unset.documented && !self.is_given(&unset.name)) {
            variables.entry((&unset.project, &unset.name)).or_default().push(unset);
        }
        for ((project, name), places) in variables {
            let live: Vec<&Unset> = places.into_iter().filter(|unset| is_live(fleet, unset)).collect();
            if let Some(report) = report(fleet, (project, name), &live, scene.card().severity) {
                scene.report(report);
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

/// Tells whether a reference stands in a file that a plain start of its project reads: no choice among several, no example.
fn is_live(fleet: &Fleet, unset: &Unset) -> bool {
    readers(fleet, unset.span.file, &unset.project).any(|workload| {
        let unit = &workload.unit;
        unit.alternative.is_none() && !unit.template && unit.activation != Activation::Off
    })
}

/// Answers the units of a project that are written in a file.
fn readers<'f>(fleet: &'f Fleet, file: FileId, project: &'f str) -> impl Iterator<Item = &'f Workload> {
    let of_project = fleet.workloads.iter().filter(move |workload| workload.unit.project == project);
    of_project.filter(move |workload| workload.unit.files.contains(&file))
}

fn report(fleet: &Fleet, (project, name): (&str, &str), places: &[&Unset], severity: Severity) -> Option<Report> {
    let first = places.first()?;
    let times = if places.len() > 1 { format!(" in {} places", places.len()) } else { String::new() };
    let headline = format!("`{name}` is set nowhere and has no default, so that nothing stands in its stead{times}");
    let mut report = Report::at(first.span, headline).subject(format!("{project} {name}")).cause("unset");
    for place in places.iter().skip(1) {
        report = report.related(place.span, "and here");
    }
    let touched = |workload: &&Workload| places.iter().any(|place| workload.unit.place.contains(place.span));
    for workload in fleet.workloads.iter().filter(touched) {
        report = report.also(workload);
    }
    if !places.iter().any(|place| place.environment) {
        report = report.severity(lower(severity)).confidence(Confidence::Medium).because(
            "No `.env` of the project is in the tree: if the host has one that sets it, a sample of that file beside the manifest would say so.",
        );
    }
    Some(report)
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
