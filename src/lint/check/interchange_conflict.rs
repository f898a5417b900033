//! The histories of a tree hold no two messages of one key that contradict each other.

use crate::history::{self, History};
use crate::lint::interchange;
use crate::lint::model::{Check, Scene};
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct InterchangeConflict {}

impl Check for InterchangeConflict {
    fn check(&self, scene: &mut Scene<'_>) {
        let (fleet, catalogue) = (scene.fleet(), scene.catalogue());
        let live = fleet.inventory.interchanges.iter().filter(|file| !file.fixture);
        let histories: Vec<&History> = live.map(|file| &file.history).collect();
        for conflicts in history::conflicts(&histories) {
            let network = conflicts.genesis.and_then(|root| interchange::network(root, catalogue));
            let report = interchange::conflicts(&conflicts, network);
            report.into_iter().for_each(|report| scene.report(report));
        }
    }
}
