//! Keys that move bring their history along, or wait.

use crate::deployment::{Act, Procedure, Step};
use crate::finding::{Confidence, Persona};
use crate::lint::cast::Cast;
use crate::lint::model::{Check, Scene};
use crate::lint::procedure::{Names, home};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a card says of imports of keys.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct KeysWithoutHistory {
    /// Which units sign.
    validators: Names,
    /// Seconds after which no history is needed.
    least: u64,
    /// Parts of a file's or function's name that say that keys move.
    moving: Vec<String>,
}

impl Check for KeysWithoutHistory {
    fn check(&self, scene: &mut Scene<'_>) {
        let cast = Cast::of(scene.fleet());
        // Several procedures may go on in one file.
        let mut places = BTreeSet::new();
        for procedure in &cast.fleet.inventory.procedures {
            let mut files = BTreeSet::new();
            let imports = procedure.steps.iter().filter(|step| step.act == Act::ImportKeys { with_history: false });
            for import in imports.filter(|import| files.insert(import.place.file)) {
                let report = self.look(procedure, import, &cast).filter(|_| places.insert(import.place));
                report.into_iter().for_each(|report| scene.report(report));
            }
        }
    }
}

impl KeysWithoutHistory {
    fn look(&self, procedure: &Procedure, import: &Step, cast: &Cast<'_>) -> Option<Report> {
        let fleet = cast.fleet;
        let near = || procedure.steps.iter().filter(|step| step.meets(import));
        if near().any(is_history) || self.waits(near()) {
            return None;
        }
        let path = fleet.path(import.place.file);
        let mut report = Report::at(import.place, "keys are imported without their history, and nothing waits")
            .subject(home(procedure, import, fleet))
            .confidence(Confidence::Medium)
            .written_in(path);
        let moves = self.validators.moves(procedure, cast);
        let stop = moves.iter().find(|one| one.step.ends() && one.step.meets(import));
        if let Some(stop) = stop {
            report = report.related(stop.step.place, format!("{} signed until here", stop.called()));
            report = stop.concerns(report);
        }
        let named = format!("{} {} {path}", fleet.path(procedure.file), procedure.name).to_ascii_lowercase();
        let moving = stop.is_some() || self.moving.iter().any(|word| named.contains(word.as_str()));
        Some(if moving { report } else { report.milder(FRESH).persona(Persona::Pedantic) })
    }

    fn waits<'s>(&self, steps: impl Iterator<Item = &'s Step>) -> bool {
        let waits = steps.filter_map(|step| match step.act {
            Act::Wait { seconds } => Some(seconds),
            _ => None,
        });
        // A wait of unknown length may be long enough.
        waits.map(|seconds| seconds.unwrap_or(u64::MAX)).fold(0, u64::saturating_add) >= self.least
    }
}

const FRESH: &str = "Nothing here says that the keys have signed before: one step milder.";

/// A history comes along, or the keys are new and have none.
fn is_history(step: &Step) -> bool {
    matches!(step.act, Act::ImportHistory | Act::MakeKeys | Act::ImportKeys { with_history: true })
}
