//! A validator unit keeps its name when its folder gets another one.

use crate::deployment::Supervisor;
use crate::lint::fact::called;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a card says of names.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FixedName {}

impl Check for FixedName {
    fn check(&self, scene: &mut Scene<'_>) {
        let mut seen = BTreeSet::new();
        for client in scene.validators() {
            let unit = &client.workload.unit;
            let project = (unit.host.as_str(), unit.project.as_str());
            if unit.named || unit.supervisor != Supervisor::Compose || !seen.insert(project) {
                continue;
            }
            let headline = format!("{} is named after the folder that it happens to lie in", called(client.workload));
            scene.report(Report::on(client.workload, &unit.name, headline).subject(format!("name {}", unit.project)));
        }
    }
}
