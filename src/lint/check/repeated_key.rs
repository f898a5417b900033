//! A mapping key is written once.

use crate::deployment::ReaderKind;
use crate::lint::bearing::Bearings;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RepeatedKey {}

impl Check for RepeatedKey {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let bearings = Bearings::of(fleet);
        for repeated in &fleet.inventory.repeated {
            let (key, path) = (&repeated.key, fleet.path(repeated.again.file));
            let headline = format!("`{key}` is written twice, and what stands first is lost");
            let mut report = Report::at(repeated.again, headline)
                .label("counts, where the file is accepted at all")
                .related(repeated.first, "is lost")
                .because(reading(repeated.reader));
            let units = bearings.units(repeated.again);
            let whose: Vec<String> = units.iter().map(|workload| workload.name()).collect();
            for workload in units {
                report = report.also(workload);
            }
            scene.report(report.subject(format!("{path} {} {key}", whose.join(" "))).written_in(path));
        }
    }
}

/// Says what a reader makes of a file with a key that is written twice.
fn reading(reader: ReaderKind) -> &'static str {
    match reader {
        ReaderKind::Compose => {
            "Docker Compose refuses the file, so that the host keeps what it runs until somebody starts it anew; tools that accept it take the last."
        }
        ReaderKind::Settings => "Some clients take the last, others do not start.",
        ReaderKind::Keys => "Clients that are strict about their key lists do not start; the others take the last.",
        ReaderKind::Environment => "Compose and shells take the last.",
        ReaderKind::Kubernetes => "The API server refuses it or takes the last, by its field validation.",
        ReaderKind::Ansible => "Ansible warns, and takes the last.",
    }
}
