//! The signing history lies where its unit alone can write.

use super::shared_source;
use crate::deployment::{Mount, MountSource};
use crate::finding::{Confidence, Severity};
use crate::fleet::{Durability, Fleet, Location, Purpose, Store, WorkloadId};
use crate::invocation::Answer;
use crate::lint::fact::called;
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a card says of the place of a history.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HistoryPlace {
    /// What is wrong with it.
    fault: Fault,
}

/// What can be wrong with the place of a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Fault {
    /// Two units write there, or could.
    Shared,
    /// Its unit cannot write there.
    ReadOnly,
}

impl Check for HistoryPlace {
    fn check(&self, scene: &mut Scene<'_>) {
        let reports: Vec<Report> = match self.fault {
            Fault::Shared => shared(scene),
            Fault::ReadOnly => scene.validators().filter_map(|client| read_only(&client)).collect(),
        };
        reports.into_iter().for_each(|report| scene.report(report));
    }
}

/// Units that keep a history of their own: those that sign, and signers with storage of their own.
fn histories<'a>(scene: &Scene<'a>) -> BTreeMap<&'a Location, Vec<(Client<'a>, &'a Store)>> {
    let mut places: BTreeMap<&Location, Vec<(Client<'_>, &Store)>> = BTreeMap::new();
    for client in scene.clients() {
        for store in client.workload.stores.iter().filter(|store| store.purpose == Purpose::History) {
            if let Some(place) = &store.outside {
                places.entry(place).or_default().push((client, store));
            }
        }
    }
    places
}

fn shared(scene: &Scene<'_>) -> Vec<Report> {
    let fleet = scene.fleet();
    // Who shares keys as well is told that, which is the graver matter.
    let known = shared_source::sharing(fleet);
    let mut reports = Vec::new();
    let mut told = BTreeSet::new();
    for (place, units) in histories(scene) {
        let clash = units.iter().enumerate().find_map(|(at, one)| {
            let mut others = units[at + 1..].iter();
            others.find_map(|other| Some((one, other, together(fleet, one.0.id, other.0.id, &known)?)))
        });
        let Some(((one, first), (other, second), why)) = clash else { continue };
        let headline =
            format!("{} and {} keep their signing history in one place", called(one.workload), called(other.workload));
        let report = Report::on(one.workload, spot(one, first), headline)
            .label(format!("`{}` keeps it in {place}", one.workload.name()))
            .also(other.workload)
            .related(spot(other, second), format!("and so does `{}`", other.workload.name()))
            .because(format!("They can be at work together: {why}."));
        told.insert(one.id);
        told.insert(other.id);
        reports.push(report);
    }
    let alone =
        scene.clients().filter(|client| !told.contains(&client.id)).filter_map(|client| many_writers(&client, scene));
    reports.extend(alone);
    reports
}

/// A history on a volume that several machines can write to at once: nothing there keeps a second unit away.
fn many_writers(client: &Client<'_>, scene: &Scene<'_>) -> Option<Report> {
    let store = client.workload.stores.iter().find(|store| store.purpose == Purpose::History);
    if store.is_none_or(|store| store.mount.is_none() && store.durability == Durability::Unknown) {
        return scene.client_has(client, "history.path").then(|| nowhere_else(client)).flatten();
    }
    let store = store?;
    let mount = client.workload.unit.mounts.get(store.mount?)?;
    let shared = mount.shared.filter(|_| !mount.read_only)?;
    let headline =
        format!("{} keeps its signing history on a volume that several machines can write to", called(client.workload));
    let report = Report::on(client.workload, shared, headline).severity(Severity::Medium);
    Some(
        report
            .related(spot(client, store), "this decides where it lies")
            .related(mount.place, "the volume is mounted here"),
    )
}

/// A unit whose settings are not all seen and that can write to nothing but such volumes: there its history lies, or nowhere.
fn nowhere_else(client: &Client<'_>) -> Option<Report> {
    let stays = |mount: &&Mount| !mount.read_only && mount.source != MountSource::Tmpfs;
    let mut mounts = client.workload.unit.mounts.iter().filter(stays).filter(|_| client.workload.is_validator());
    let first = mounts.next()?;
    let (shared, all) = (first.shared?, mounts.all(|mount| mount.shared.is_some()));
    let headline =
        format!("{} can write to no volume but one that several machines can write to", called(client.workload));
    let report =
        Report::on(client.workload, shared, headline).severity(Severity::Medium).confidence(Confidence::Medium);
    let because =
        "Where it keeps its signing history is said in a file that is not here: on this volume, or on none at all.";
    all.then(|| report.because(because).related(first.place, "the volume is mounted here"))
}

fn together(fleet: &Fleet, one: WorkloadId, other: WorkloadId, known: &shared_source::Groups) -> Option<String> {
    let one_name = shared_source::have_one_name(&fleet.workloads[one], &fleet.workloads[other]);
    if known.join(one, other) || one_name { None } else { fleet.together(one, other) }
}

/// The flag that decides, else the mount that leads there.
fn spot(client: &Client<'_>, store: &Store) -> Spot {
    let unit = &client.workload.unit;
    let mount = store.mount.and_then(|mount| unit.mounts.get(mount));
    if store.place != unit.name.span {
        store.place.into()
    } else {
        mount.map_or((&unit.name).into(), |mount| mount.place.into())
    }
}

fn read_only(client: &Client<'_>) -> Option<Report> {
    let unit = &client.workload.unit;
    let store = client.workload.stores.iter().find(|store| store.purpose == Purpose::History)?;
    let keeps_none = matches!(client.invocation.setting("validator.slashing-protection"), Answer::Set(setting) if setting.is_on() == Some(false));
    if keeps_none {
        return None;
    }
    let (place, why) = match store.mount.and_then(|mount| unit.mounts.get(mount)) {
        Some(mount) if mount.read_only => (mount.place, "its mount is read-only"),
        None if unit.read_only && store.durability != Durability::Unknown => {
            (unit.name.span, "its file system is read-only, and no volume holds that folder")
        }
        _ => return None,
    };
    let headline = format!("{} cannot write its signing history in `{}`: {why}", called(client.workload), store.path);
    let report = Report::on(client.workload, place, headline);
    Some(if store.place == unit.name.span { report } else { report.related(store.place, "this decides where it lies") })
}
