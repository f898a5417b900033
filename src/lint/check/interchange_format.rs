//! Interchange files keep to the format, and hold something.

use crate::lint::interchange::{flaws, network_of};
use crate::lint::model::{Check, Scene};
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct InterchangeFormat {}

impl Check for InterchangeFormat {
    fn check(&self, scene: &mut Scene<'_>) {
        for file in scene.fleet().inventory.interchanges.iter().filter(|file| !file.fixture) {
            let reports = flaws(&file.history, &file.path, network_of(&file.history, scene.catalogue()));
            reports.into_iter().for_each(|report| scene.report(report.written_in(&file.path)));
        }
    }
}
