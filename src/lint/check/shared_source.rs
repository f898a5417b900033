//! Two validator units that read their keys from one folder, or from folders that contain each other.

use crate::catalogue::Role;
use crate::deployment::{MountSource, Supervisor};
use crate::fleet::{Fleet, Location, Purpose, Store, Workload, WorkloadId};
use crate::invocation::Ability;
use crate::lint::fact::called;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::lint::vault;
use crate::source::Span;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SharedSource {}

/// A place from which a unit can load keys.
struct Source<'f> {
    id: WorkloadId,
    outside: Cow<'f, Location>,
    /// The flag that decides it, or the mount that leads there.
    place: Span,
}

impl Check for SharedSource {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let clashes = clashes(fleet);
        let groups = Groups::of(clashes.keys().copied());
        let mut of_groups: BTreeMap<WorkloadId, Vec<&Clash>> = BTreeMap::new();
        for (pair, clash) in &clashes {
            of_groups.entry(groups.first(pair.0)).or_default().push(clash);
        }
        for clashes in of_groups.into_values() {
            if let Some(report) = report(fleet, &clashes) {
                scene.report(report);
            }
        }
        vault::report(scene);
    }
}

/// No unit is held against more others of the same place: what a whole fleet shares shows by so many, too.
const MOST: usize = 32;

/// Answers the units that read keys from one folder, or from folders that contain each other.
#[must_use]
pub fn sharing(fleet: &Fleet) -> Groups {
    Groups::of(clashes(fleet).into_keys())
}

/// Three units with one folder are one mistake: units that share something with each other, by pairs or over others.
#[derive(Debug, Default)]
pub struct Groups {
    /// Another unit of the group with a lower number, for each that is not the first of it.
    lower: BTreeMap<WorkloadId, WorkloadId>,
    members: BTreeSet<WorkloadId>,
}

impl Groups {
    fn of(pairs: impl Iterator<Item = (WorkloadId, WorkloadId)>) -> Self {
        let mut groups = Self::default();
        for (one, other) in pairs {
            groups.members.extend([one, other]);
            let (first, second) = (groups.first(one), groups.first(other));
            if first != second {
                groups.lower.insert(first.max(second), first.min(second));
            }
            // The way is short for whoever asks next.
            let first = first.min(second);
            for member in [one, other].into_iter().filter(|member| *member != first) {
                groups.lower.insert(member, first);
            }
        }
        groups
    }

    /// Answers the first unit of a unit's group.
    fn first(&self, unit: WorkloadId) -> WorkloadId {
        let mut unit = unit;
        while let Some(lower) = self.lower.get(&unit) {
            unit = *lower;
        }
        unit
    }

    /// Tells whether two units are of one group.
    #[must_use]
    pub fn join(&self, one: WorkloadId, other: WorkloadId) -> bool {
        self.members.contains(&one) && self.members.contains(&other) && self.first(one) == self.first(other)
    }
}

fn clashes(fleet: &Fleet) -> BTreeMap<(WorkloadId, WorkloadId), Clash> {
    // Only what lies in one file system can be shared.
    let mut sources: BTreeMap<String, Vec<Source<'_>>> = BTreeMap::new();
    for (id, workload) in fleet.workloads.iter().enumerate().filter(|(_, workload)| can_hold_keys(workload)) {
        for source in key_stores(id, workload) {
            sources.entry(source.outside.base.clone()).or_default().push(source);
        }
    }
    let mut clashes: BTreeMap<(WorkloadId, WorkloadId), Clash> = BTreeMap::new();
    for mut sources in sources.into_values() {
        // With a slash at the end of each path, what a folder holds follows it directly.
        sources.sort_by_cached_key(|source| (format!("{}/", source.outside.path), source.id));
        for (at, outer) in sources.iter().enumerate() {
            let inner = sources[at + 1..].iter().take_while(|inner| outer.outside.holds(&inner.outside));
            for inner in inner.filter(|inner| inner.id != outer.id).take(MOST) {
                let pair = (outer.id.min(inner.id), outer.id.max(inner.id));
                if let Some(clash) = judge(fleet, outer, inner) {
                    clashes.entry(pair).or_insert(clash);
                }
            }
        }
    }
    let given = sharing_keystores(fleet).into_iter().filter(|pair| !clashes.contains_key(pair));
    for pair in given.collect::<Vec<_>>() {
        let [one, other] = [pair.0, pair.1].map(|id| mounts(id, &fleet.workloads[id]));
        let nested = |one: &Source<'_>, other: &Source<'_>| {
            one.outside.holds(&other.outside) || other.outside.holds(&one.outside)
        };
        let mut shared = one.iter().flat_map(|one| other.iter().map(move |other| (one, other)));
        if let Some((one, other)) = shared.find(|(one, other)| nested(one, other)) {
            clashes.extend(judge(fleet, one, other).map(|clash| (pair, clash)));
        }
    }
    clashes
}

/// Two units that read keys from one place, with the place that says so for each.
struct Clash {
    places: [(WorkloadId, Span, Location); 2],
    why: String,
}

/// Pairs of validator units that are both given one and the same keystore.
fn sharing_keystores(fleet: &Fleet) -> BTreeSet<(WorkloadId, WorkloadId)> {
    let shared = fleet.holdings.iter().map(|place| &place.lodging.owners);
    let mut pairs = BTreeSet::new();
    for owners in shared.filter(|owners| owners.len() > 1) {
        let validators: Vec<_> = owners.iter().filter(|id| fleet.workloads[**id].is_validator()).collect();
        let all = validators.iter().enumerate();
        pairs.extend(
            all.flat_map(|(at, one)| validators[at + 1..].iter().take(MOST).map(move |other| (**one, **other))),
        );
    }
    pairs
}

/// Folders of the tree that a unit mounts.
fn mounts(id: WorkloadId, workload: &Workload) -> Vec<Source<'static>> {
    let trees = workload.unit.mounts.iter().filter_map(|mount| match &mount.source {
        MountSource::Tree(path) => Some((path, mount.place)),
        _ => None,
    });
    let location = |path: &String| Location { base: "tree".into(), path: path.clone() };
    trees.map(|(path, place)| Source { id, outside: Cow::Owned(location(path)), place }).collect()
}

/// Validator units, and beacon nodes that would sign with whatever keys they find.
fn can_hold_keys(workload: &Workload) -> bool {
    let finds = workload.invocation.as_ref().is_some_and(|client| client.can_sign() == Ability::WithKeysFound);
    workload.is_validator() || finds || keeps_history(workload)
}

/// A signer that keeps a history of its own on its disk: two of them with one wallet refuse nothing that the other has signed.
fn keeps_history(workload: &Workload) -> bool {
    let signer = workload.invocation.as_ref().is_some_and(|client| client.role == Role::Signer);
    signer && workload.stores.iter().any(|store| store.purpose == Purpose::History)
}

fn key_stores(id: WorkloadId, workload: &Workload) -> impl Iterator<Item = Source<'_>> {
    let purposes = [Purpose::Keys, Purpose::Data];
    let stores = workload.stores.iter().filter(move |store| purposes.contains(&store.purpose));
    // The data folder of a beacon node is its chain's; keys lie in a folder of their own.
    let own = stores.filter(|store| store.purpose == Purpose::Keys || workload.is_validator());
    own.filter_map(move |store| {
        let outside = Cow::Borrowed(store.outside.as_ref()?);
        Some(Source { id, outside, place: place(workload, store) })
    })
}

/// A path that a flag decides is pointed at there, any other at the mount that leads to it.
fn place(workload: &Workload, store: &Store) -> Span {
    let mount = store.mount.and_then(|mount| workload.unit.mounts.get(mount));
    if store.place != workload.unit.name.span { store.place } else { mount.map_or(store.place, |mount| mount.place) }
}

fn judge(fleet: &Fleet, one: &Source<'_>, other: &Source<'_>) -> Option<Clash> {
    let (outer, inner) = if one.id <= other.id { (one, other) } else { (other, one) };
    let signs = |source: &Source<'_>| {
        let workload = &fleet.workloads[source.id];
        workload.is_validator() || keeps_history(workload)
    };
    if !(signs(outer) || signs(inner)) {
        return None;
    }
    // One description that is deployed twice is a matter of `released_twice`.
    let name = |source: &Source<'_>| fleet.workloads[source.id].unit.name.span;
    if name(outer) == name(inner) && fleet.workloads[outer.id].unit.host != fleet.workloads[inner.id].unit.host {
        return None;
    }
    if have_one_name(&fleet.workloads[outer.id], &fleet.workloads[inner.id]) && outer.outside.base != "tree" {
        return None;
    }
    let why = fleet.together(outer.id, inner.id)?;
    let place = |source: &Source<'_>| (source.id, source.place, source.outside.clone().into_owned());
    Some(Clash { places: [place(outer), place(inner)], why })
}

/// A machine has no two containers of one name: of two scripts that start one, the second is refused while the first is at work.
#[must_use]
pub fn have_one_name(one: &Workload, other: &Workload) -> bool {
    let contained = |workload: &Workload| matches!(workload.unit.supervisor, Supervisor::Docker | Supervisor::Compose);
    let name = &one.unit.handle.name;
    contained(one)
        && contained(other)
        && !name.is_empty()
        && (&one.unit.host, name) == (&other.unit.host, &other.unit.handle.name)
}

fn report(fleet: &Fleet, clashes: &[&Clash]) -> Option<Report> {
    let first = clashes.first()?;
    let mut places: BTreeMap<WorkloadId, (Span, &Location)> = BTreeMap::new();
    for (id, span, outside) in clashes.iter().flat_map(|clash| &clash.places) {
        places.entry(*id).or_insert((*span, outside));
    }
    let one_place = places.values().all(|(_, outside)| **outside == first.places[0].2);
    let how = if one_place { "read keys from one place" } else { "read keys from one folder tree" };
    let names: Vec<String> = places.keys().map(|id| called(&fleet.workloads[*id])).collect();
    let mut spots = places.iter().map(|(id, (span, outside))| {
        let workload = &fleet.workloads[*id];
        (workload, *span, format!("`{}` reads {outside}", workload.name()))
    });
    let (workload, span, words) = spots.next()?;
    let report = Report::on(workload, span, format!("{} {how}", names.join(" and "))).label(words);
    let report = spots.fold(report, |report, (workload, span, words)| report.also(workload).related(span, words));
    let subject: Vec<String> = places.keys().map(|id| fleet.name(*id)).collect();
    Some(report.because(format!("They can be at work together: {}.", first.why)).subject(subject.join(" ")))
}
