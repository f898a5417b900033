//! An emergency plan speaks of the fleet that there is.

use crate::deployment::PlanFile;
use crate::fleet::{WorkloadId, count, digest};
use crate::lint::model::{Check, Scene};
use crate::lint::plan::{beginning, concerned, plans};
use crate::lint::report::Report;
use crate::source::Span;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// More places are counted, and not shown.
const SHOWN: usize = 6;

/// Needs no parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanDiffers {}

impl Check for PlanDiffers {
    fn check(&self, scene: &mut Scene<'_>) {
        for plan in plans(scene) {
            gone(plan, scene);
            unnamed(plan, scene);
            keys(plan, scene);
        }
    }
}

/// Units that the inventory of the plan lists, and the fleet does not have.
fn gone(plan: &PlanFile, scene: &mut Scene<'_>) {
    let fleet = scene.fleet();
    let names: BTreeSet<String> = (0..fleet.workloads.len()).map(|id| fleet.name(id)).collect();
    let gone: Vec<_> = plan.units.iter().filter(|unit| !names.contains(&unit.name.value)).collect();
    let Some(first) = gone.first() else { return };
    let headline = match gone.len() {
        1 => format!("the emergency plan lists `{}`, which the tree does not have", first.name.value),
        count => {
            format!("the emergency plan lists {count} units that the tree does not have, `{}` first", first.name.value)
        }
    };
    let report = Report::at(first.name.span, headline).subject(format!("{} gone", plan.path));
    let more = gone.iter().skip(1).take(SHOWN - 1);
    scene.report(more.fold(report, |report, unit| report.related(unit.name.span, "neither is this one there")));
}

/// Units that can sign, and that no plan and no run-book names: by their whole name, or by host and name.
fn unnamed(plan: &PlanFile, scene: &mut Scene<'_>) {
    let pages = &scene.fleet().inventory.plans;
    let says = |word: &str| pages.iter().any(|page| page.words.contains(word));
    let named = |id: WorkloadId| {
        let unit = &scene.fleet().workloads[id].unit;
        let apart = || unit.host.split('/').all(says) && unit.name.value.split('/').all(says);
        says(&scene.fleet().name(id)) || says(&unit.name.value) && (unit.host.is_empty() || apart()) || apart()
    };
    let missing: Vec<_> = concerned(scene).into_iter().filter(|(id, _)| !named(*id)).collect();
    let Some((_, first)) = missing.first() else { return };
    let heading = plan.headings.iter().find(|heading| heading.text.value.contains("inventory"));
    let place = heading.map_or_else(|| beginning(plan), |heading| heading.text.span);
    let headline = match missing.len() {
        1 => format!("the emergency plan `{}` does not name `{}`, which can sign", plan.path, first.name()),
        count => format!(
            "the emergency plan `{}` does not name {count} units that can sign, `{}` first",
            plan.path,
            first.name()
        ),
    };
    let report = Report::at(place, headline).subject(format!("{} unnamed", plan.path));
    let shown = missing.iter().take(SHOWN);
    scene
        .report(shown.fold(report, |report, (_, workload)| {
            report.also(workload).related(&workload.unit.name, "it stands here")
        }));
}

/// Units whose keys are more, fewer or other than the plan says.
fn keys(plan: &PlanFile, scene: &mut Scene<'_>) {
    let fleet = scene.fleet();
    let owned = fleet.owned_keys();
    let mut counts: BTreeMap<String, (u64, String)> = BTreeMap::new();
    for id in fleet.roster() {
        let keys = owned.get(&id).map_or(&[] as &[_], Vec::as_slice);
        let entry = match keys {
            [] => (count(&fleet.numbers(id)), String::new()),
            keys => (keys.len() as u64, digest(keys)),
        };
        let known = counts.entry(fleet.name(id)).or_default();
        if known.0 <= entry.0 {
            *known = entry;
        }
    }
    let mut other: Vec<(Span, String)> = Vec::new();
    for unit in &plan.units {
        let Some((count, digest)) = counts.get(&unit.name.value).filter(|(count, _)| *count > 0) else { continue };
        let stated = unit.keys.as_ref().map_or(0, |keys| keys.value);
        let place = unit.keys.as_ref().map_or(unit.name.span, |keys| keys.span);
        match &unit.digest {
            _ if stated != *count => {
                other.push((place, format!("`{}` owns {count} keys, not {stated}", unit.name.value)))
            }
            Some(said) if !digest.is_empty() && said.value != *digest => {
                other.push((said.span, format!("`{}` owns {count} keys, but others than these", unit.name.value)));
            }
            _ => {}
        }
    }
    let Some((place, first)) = other.first() else { return };
    let more = if other.len() > 1 { format!(", and {} more units differ", other.len() - 1) } else { String::new() };
    let headline = format!("the emergency plan `{}` is wrong about keys: {first}{more}", plan.path);
    let report = Report::at(*place, headline).subject(format!("{} keys", plan.path));
    let shown = other.iter().skip(1).take(SHOWN - 1);
    scene.report(shown.fold(report, |report, (place, why)| report.related(*place, why.clone())));
}
