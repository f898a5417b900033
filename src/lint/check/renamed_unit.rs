//! A unit that holds keys got another name: the one with the old name keeps running.

use crate::deployment::Supervisor;
use crate::fleet::{MoveKind, Workload};
use crate::lint::fact::called;
use crate::lint::model::{Check, Scene};
use crate::lint::moves::{counted, crossing, digest, route};
use crate::source::Text;
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RenamedUnit {}

impl Check for RenamedUnit {
    fn check(&self, scene: &mut Scene<'_>) {
        let Some(before) = scene.before() else { return };
        for found in before.moves.iter().filter(|found| found.kind == MoveKind::Rename) {
            let (Some(from), Some(to)) = (&found.from, &found.to) else { continue };
            let old = from.workload.and_then(|id| before.fleet.workloads.get(id));
            let new = to.workload.and_then(|id| scene.fleet().workloads.get(id));
            let Some((old, new)) = old.zip(new) else { continue };
            // A unit that is still there did not get another name; whether it can start is another rule's matter.
            if from.home.unit_in(scene.fleet()).is_some() || takes_its_place(old, new) {
                continue;
            }
            let headline = format!(
                "{} is now called `{}`, and what runs as `{}` is not stopped by that",
                called(old),
                new.unit.name.value,
                old.unit.name.value
            );
            let Some(report) = crossing(found, headline, scene) else { continue };
            let variables: Vec<&str> = new.unit.name_variables.iter().map(|variable| variable.value.as_str()).collect();
            let mut report = report
                .pointing(&new.unit.name, "the new name")
                .related(&old.unit.name, "the old name")
                .because(format!("{} are in its hands.", counted(found)));
            if !variables.is_empty() {
                report = report.because(format!("The name is made of {}.", variables.join(", ")));
            }
            scene.report(report.subject(format!("{} {}", route(found), digest(&found.keys))));
        }
    }

    fn compares(&self) -> bool {
        true
    }
}

/// Tells whether the new unit cannot start beside the old one: it has the name of the old one's container, or the supervisor
/// removes what the tree no longer names.
fn takes_its_place(old: &Workload, new: &Workload) -> bool {
    let fixed = |unit: &Workload| -> Vec<String> {
        unit.unit.names.iter().skip(1).filter_map(Text::known).map(str::to_owned).collect()
    };
    let (old_names, new_names) = (fixed(old), fixed(new));
    let same = old_names.iter().any(|name| new_names.contains(name));
    same && matches!(old.unit.supervisor, Supervisor::Compose | Supervisor::Docker)
}
