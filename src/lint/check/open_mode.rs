//! Files of keys are for their owner only.

use crate::deployment::opened;
use crate::fleet::Workload;
use crate::lint::fact::called;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OpenModes {}

impl Check for OpenModes {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let mut told = BTreeSet::new();
        for mode in fleet.inventory.open_modes.iter().filter(|mode| told.insert(mode.span)) {
            let path = fleet.path(mode.file);
            let headline = format!("`{}` is opened to every user of the machine", mode.path);
            let report = Report::at(mode.span, headline).written_in(path).subject(format!("{path} {}", mode.path));
            scene.report(report.cause("mode"));
        }
        for workload in fleet.workloads.iter().filter(|workload| workload.is_hot()) {
            for report in of_unit(workload, &mut told) {
                scene.report(report);
            }
        }
    }
}

/// The commands of a unit that are written in its manifest; those of a script of the tree are told there.
fn of_unit(workload: &Workload, told: &mut BTreeSet<crate::source::Span>) -> Vec<Report> {
    let commands = workload.unit.command.before.iter().chain(std::iter::once(&workload.unit.command.words));
    let mut reports = Vec::new();
    for words in commands {
        let known: Vec<&str> = words.iter().map(crate::source::Text::value).collect();
        let Some(opened) = opened(&known) else { continue };
        let Some(mode) = words.get(opened.word).filter(|mode| mode.is_known() && told.insert(mode.span())) else {
            continue;
        };
        let headline = format!("{} opens `{}` to every user of the machine", called(workload), opened.path);
        reports.push(Report::on(workload, mode, headline).cause("mode"));
    }
    reports
}
