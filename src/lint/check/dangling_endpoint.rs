//! An endpoint leads to a unit that is there.

use crate::fleet::{Api, Dial, Target, Workload};
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a card says of endpoints.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DanglingEndpoint {}

impl Check for DanglingEndpoint {
    fn check(&self, scene: &mut Scene<'_>) {
        let mut projects: BTreeMap<&str, Vec<&Workload>> = BTreeMap::new();
        for unit in scene.fleet().workloads.iter().filter(|unit| unit.is_hot()) {
            projects.entry(&unit.unit.project).or_default().push(unit);
        }
        for client in scene.clients() {
            let neighbours = projects.get(client.workload.unit.project.as_str()).map_or(&[][..], Vec::as_slice);
            for dial in client.workload.dials.iter().filter(|dial| dial.api != Api::Metrics) {
                let Target::Missing(name) = &dial.target else { continue };
                let fault = match name.as_str() {
                    "localhost" | "127.0.0.1" | "::1" => "which is its own container, where nobody answers",
                    _ => "and no unit that it can reach is called so",
                };
                let headline = format!("{} asks `{name}`, {fault}", called(client.workload));
                let mut report = Report::on(client.workload, &dial.url, headline).subject(format!(
                    "{} {} {name}",
                    identity(client.workload),
                    dial.setting
                ));
                report = report.cause(name);
                if let Some(meant) = meant(name, dial, client.workload, neighbours) {
                    report = report.related(&meant.unit.name, "this may be the one that is meant");
                }
                scene.report(report);
            }
        }
    }
}

/// Answers the unit of the same project that serves what is wanted; of several, the one whose name is most like the missing one.
fn meant<'a>(name: &str, dial: &Dial, asker: &Workload, neighbours: &[&'a Workload]) -> Option<&'a Workload> {
    let near = neighbours.iter().copied().filter(|unit| {
        let same = unit.unit.alternative == asker.unit.alternative;
        same && unit.serves.iter().any(|service| service.api == dial.api)
    });
    near.min_by_key(|unit| strsim::damerau_levenshtein(name, &unit.unit.name.value))
}
