//! A validator whose name changes when something else does, so that the old one goes on beside the new one.

use crate::fleet::Stage;
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a card says of names.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MutableName {
    /// Words of variables that change in ordinary operation: `version`, `date`.
    words: Vec<String>,
}

impl Check for MutableName {
    fn check(&self, scene: &mut Scene<'_>) {
        let mut seen = BTreeSet::new();
        for client in scene.validators().filter(|client| client.workload.stage != Stage::Development) {
            let unit = &client.workload.unit;
            let Some(variable) = unit.name_variables.iter().find(|variable| self.changes(&variable.value)) else {
                continue;
            };
            if !seen.insert((variable.span, unit.name.span)) {
                continue;
            }
            let headline = format!("the name of {} is built from `{}`", called(client.workload), variable.value);
            let report = Report::on(client.workload, variable, headline)
                .because("When the variable changes, a unit of a new name starts, and the one of the old name goes on with the same keys.");
            scene.report(report.related(&unit.name, "names the unit").subject(identity(client.workload)));
        }
    }
}

impl MutableName {
    fn changes(&self, name: &str) -> bool {
        let lower = name.to_ascii_lowercase();
        lower.split(|sign: char| !sign.is_ascii_alphanumeric()).any(|part| self.words.iter().any(|word| word == part))
    }
}
