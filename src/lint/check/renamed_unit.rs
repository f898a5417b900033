//! A unit that holds keys got another name: the one with the old name keeps running.

use crate::deployment::Supervisor;
use crate::fleet::{Before, Fleet, Move, MoveKind, Place, Workload};
use crate::lint::convoy::{Convoy, named};
use crate::lint::fact::called;
use crate::lint::model::{Check, Scene};
use crate::lint::moves::{counted, crossing};
use crate::source::{Span, Text};
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RenamedUnit {}

impl Check for RenamedUnit {
    fn check(&self, scene: &mut Scene<'_>) {
        let Some(before) = scene.before() else { return };
        numbers(before, scene);
        for found in named(before).filter(|found| found.kind == MoveKind::Rename) {
            let (Some(from), Some(to)) = (&found.from, &found.to) else { continue };
            let old = from.workload.and_then(|id| before.fleet.workloads.get(id));
            let new = to.workload.and_then(|id| scene.fleet().workloads.get(id));
            let Some((old, new)) = old.zip(new) else { continue };
            // A unit that is still there did not get another name; whether it can start is another rule's matter.
            if before.unit_now(&from.home).is_some() || takes_its_place(old, new) {
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
            scene.report(report);
        }
    }

    fn compares(&self) -> bool {
        true
    }
}

/// Units that go by their numbers, and that roles outside of the tree bring: only their names are known.
fn numbers(before: &Before, scene: &mut Scene<'_>) {
    let renamed = |found: &Move| {
        let pair = found.from.as_ref().zip(found.to.as_ref())?;
        let name = |fleet: &Fleet, place: &Place| -> Option<(Span, String)> {
            let stand = fleet.inventory.stands.get(place.stand?)?;
            Some((stand.name.span, stand.name.value.clone()))
        };
        let (old, new) = (name(&before.fleet, pair.0)?, name(scene.fleet(), pair.1)?);
        (found.kind == MoveKind::Rename).then_some((old.0, new.0))
    };
    for ((_, (old, new)), convoy) in Convoy::gather(before.moves.iter(), renamed) {
        let Some((from, to)) = convoy.first().and_then(|found| found.from.as_ref().zip(found.to.as_ref())) else {
            continue;
        };
        let headline = format!(
            "what runs as `{}` is called `{}` now, and is not stopped by that: {} are in its hands",
            from.home.unit,
            to.home.unit,
            convoy.counted()
        );
        let Some(report) = convoy.report(headline, scene) else { continue };
        scene.report(report.pointing(new, "the name is made here").related(old, "as it was made before"));
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
