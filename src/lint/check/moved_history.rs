//! Keys that moved, and nothing in the tree that says that their history moved with them.

use crate::ethereum::PublicKey;
use crate::finding::thousands;
use crate::fleet::{Api, Before, Fleet, Location, Move, MoveKind, Place, Purpose, Signs, Target, Workload, WorkloadId};
use crate::lint::convoy::{Convoy, named};
use crate::lint::expect::position;
use crate::lint::fact::called;
use crate::lint::model::{Check, Scene};
use crate::lint::moves::{counted, crossing, is_carried_over};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MovedHistory {}

impl Check for MovedHistory {
    fn check(&self, scene: &mut Scene<'_>) {
        let Some(before) = scene.before() else { return };
        numbers(before, scene);
        let brought = brought(before, scene.fleet());
        for found in named(before) {
            let (Some(from), Some(to)) = (&found.from, &found.to) else { continue };
            let unproven = found.keys.iter().filter(|key| !is_carried_over(key, before, scene.fleet()));
            let missing = unproven.count();
            if missing == 0 || goes_along(from, to, before, scene.fleet()) {
                continue;
            }
            let rest = if missing == found.keys.len() {
                String::new()
            } else {
                format!(", for {} of them", thousands(missing))
            };
            let headline = format!("{} moved and nothing shows that their signing history did{rest}", counted(found));
            let Some(report) = crossing(found, headline, scene) else { continue };
            let mut report = report.because(format!("From {} to {}.", from.home, to.home));
            if let Some(unit) = to.workload.map(|id| &scene.fleet().workloads[id]).filter(|unit| listens_first(unit)) {
                report = report.milder(format!(
                    "{} listens for a doppelganger before it signs, which catches an old owner that still runs, but not what it signed before: one step milder.",
                    called(unit)
                ));
            }
            if let Some(path) = to.workload.and_then(|id| brought.get(&id)) {
                report = report.milder(format!(
                    "A signing history came along in `{path}`, but it stays closed here: see that it is the one of these keys, taken from a client that was stopped."
                ));
            }
            scene.report(report);
        }
    }

    fn compares(&self) -> bool {
        true
    }
}

/// Numbers say nothing of which keys they stand for, so that no file can prove their histories to have moved.
fn numbers(before: &Before, scene: &mut Scene<'_>) {
    let crossing = |found: &Move| {
        let pair = found.from.as_ref().zip(found.to.as_ref())?;
        let proven = |key: &PublicKey| is_carried_over(key, before, scene.fleet());
        let unproven = !found.ranges.is_empty() || !found.keys.iter().all(proven);
        (unproven && found.kind != MoveKind::Rename && !goes_along(pair.0, pair.1, before, scene.fleet())).then_some(())
    };
    let loose = scene.fleet().inventory.loose_key_lists.first();
    for (_, convoy) in Convoy::gather(before.moves.iter(), crossing) {
        let keys = convoy.counted();
        let headline = format!("{keys} moved and nothing shows that their signing history did");
        let Some(mut report) = convoy.report(headline, scene) else { continue };
        report = report.because(format!("They go: {}.", convoy.roads()));
        if let Some(loose) = loose {
            report = report.related(loose.span, "the list that they are numbered in is not fixed").because(
                "The list can change by itself: one name put in makes every number above it another key, on hosts that nobody touches.",
            );
        }
        scene.report(report);
    }
}

/// Answers, for each unit that has one, the first database that the change put where the unit keeps its history.
fn brought<'f>(before: &Before, after: &'f Fleet) -> BTreeMap<WorkloadId, &'f str> {
    let known: BTreeSet<&str> = before.fleet.inventory.histories.iter().map(|place| place.path.as_str()).collect();
    let places = after.inventory.histories.iter().map(|place| place.path.as_str());
    let mut brought = BTreeMap::new();
    for path in places.filter(|path| !known.contains(path)) {
        after.working_on(path).for_each(|id| _ = brought.entry(id).or_insert(path));
    }
    brought
}

/// Tells whether the new owner has the history of the old one by where it lies: a signer that both ask, or one folder.
fn goes_along(from: &Place, to: &Place, before: &Before, after: &Fleet) -> bool {
    let old = from.workload.and_then(|id| before.fleet.workloads.get(id));
    let new = to.workload.and_then(|id| after.workloads.get(id));
    let Some((old, new)) = old.zip(new) else { return false };
    // A cluster that keeps the history of its shares by itself, and a container that is only called otherwise.
    shares_signer(old, &before.fleet, new, after) || shares_folder(old, new)
}

fn shares_signer(old: &Workload, before: &Fleet, new: &Workload, after: &Fleet) -> bool {
    let signers = |unit: &Workload, fleet: &Fleet| -> BTreeSet<String> {
        let dials = unit.dials.iter().filter(|dial| dial.api == Api::Signer);
        let name = |dial: &crate::fleet::Dial| match dial.target {
            Target::Workload(id) => fleet.name(id),
            _ => dial.url.value().to_owned(),
        };
        dials.map(name).collect()
    };
    let remote = |unit: &Workload| unit.signs == Signs::Remote;
    remote(old) && remote(new) && !signers(old, before).is_disjoint(&signers(new, after))
}

fn shares_folder(old: &Workload, new: &Workload) -> bool {
    fn folders(unit: &Workload) -> BTreeSet<&Location> {
        let stores = unit.stores.iter().filter(|store| store.purpose == Purpose::History);
        stores.filter_map(|store| store.outside.as_ref()).collect()
    }
    let one_client = old.invocation.as_ref().map(|it| &it.client) == new.invocation.as_ref().map(|it| &it.client);
    one_client && !folders(old).is_disjoint(&folders(new))
}

fn listens_first(unit: &Workload) -> bool {
    let client = unit.invocation.as_ref();
    client.and_then(|client| position(client.setting("validator.doppelganger-protection"))) == Some(true)
}
