//! A pod that signs is never deleted without waiting for its end.

use crate::deployment::Act;
use crate::lint::cast::Cast;
use crate::lint::model::{Check, Scene};
use crate::lint::procedure::Names;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a card says of deletions by force.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ForcedDelete {
    /// Which units sign.
    validators: Names,
}

impl Check for ForcedDelete {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let cast = Cast::of(fleet);
        // Several procedures may go on in one file.
        let mut known = BTreeSet::new();
        for procedure in &fleet.inventory.procedures {
            for one in self.validators.moves(procedure, &cast) {
                if one.step.act != Act::ForceDelete || !known.insert((one.step.place, one.unit.1.clone())) {
                    continue;
                }
                let headline =
                    format!("{} is deleted by force, so that its successor may start beside it", one.called());
                scene.report(one.report(headline, procedure, fleet));
            }
        }
    }
}
