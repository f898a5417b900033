//! One description of a validator unit, deployed to two places that both give it the same keys.

use crate::deployment::MountSource;
use crate::finding::Confidence;
use crate::fleet::{Fleet, Purpose, Workload, WorkloadId};
use crate::lint::fact::called;
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use crate::source::Span;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ReleasedTwice {}

impl Check for ReleasedTwice {
    fn check(&self, scene: &mut Scene<'_>) {
        // Units that are written in one place.
        let mut written: BTreeMap<Span, Vec<Client<'_>>> = BTreeMap::new();
        for client in scene.validators() {
            written.entry(client.workload.unit.name.span).or_default().push(client);
        }
        let fleet = scene.fleet();
        written.retain(|_, clients| clients.len() > 1);
        let held = held(written.values().flatten(), fleet);
        for clients in written.into_values() {
            if let Some(report) = clash(&clients, &held, fleet) {
                scene.report(report);
            }
        }
    }
}

/// The places of keys that units sign with.
type Held = BTreeMap<WorkloadId, BTreeSet<Span>>;

/// Answers the places of the keys of some units, in one look at all places.
fn held<'c>(clients: impl Iterator<Item = &'c Client<'c>>, fleet: &Fleet) -> Held {
    let mut held: Held = clients.map(|client| (client.id, BTreeSet::new())).collect();
    if held.is_empty() {
        return held;
    }
    for holding in fleet.holdings.iter().filter(|holding| holding.form.makes_owner()) {
        for id in &holding.lodging.owners[..] {
            if let Some(places) = held.get_mut(id) {
                places.insert(holding.span);
            }
        }
    }
    held
}

/// How sure it is that two units are given the same keys.
fn sameness(one: &Client<'_>, other: &Client<'_>, held: &Held, fleet: &Fleet) -> Option<Confidence> {
    let (first, second) = (&one.workload.unit, &other.workload.unit);
    let apart = first.host != second.host || first.project != second.project;
    if !apart || first.alternative != second.alternative || fleet.together(one.id, other.id).is_none() {
        return None;
    }
    if let (Some(mine), Some(others)) = (held.get(&one.id), held.get(&other.id))
        && !mine.is_disjoint(others)
    {
        return Some(Confidence::High);
    }
    // Of what the tree does not show, the name alone says little: each cluster can have its own.
    let names = |workload: &Workload| -> BTreeSet<String> { sources(workload) };
    let same = names(one.workload).intersection(&names(other.workload)).next().is_some();
    same.then_some(Confidence::Low)
}

/// The volumes that a unit's keys lie on, and that others could be given, too, by their names.
fn sources(workload: &Workload) -> BTreeSet<String> {
    let keys = workload.stores.iter().filter(|store| store.purpose == Purpose::Keys);
    let mounts = keys.filter_map(|store| workload.unit.mounts.get(store.mount?));
    let named = mounts.filter_map(|mount| match &mount.source {
        MountSource::Volume { name, .. } if mount.read_only => Some(name.clone()),
        _ => None,
    });
    named.collect()
}

/// Answers the pairs of units that have a place of keys or a volume's name in common; others cannot be given the same keys.
fn neighbours(clients: &[Client<'_>], held: &Held) -> impl Iterator<Item = (usize, usize)> {
    let mut places: BTreeMap<Span, Vec<usize>> = BTreeMap::new();
    let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, client) in clients.iter().enumerate() {
        for place in held.get(&client.id).into_iter().flatten() {
            places.entry(*place).or_default().push(at);
        }
        for name in sources(client.workload) {
            names.entry(name).or_default().push(at);
        }
    }
    // Most keys are held by the same units as the one before.
    let groups: BTreeSet<Vec<usize>> = places.into_values().chain(names.into_values()).collect();
    groups.into_iter().flat_map(|group| {
        let count = group.len();
        let pairs = (0..count).flat_map(move |one| (one + 1..count).map(move |other| (one, other)));
        pairs.map(move |(one, other)| (group[one], group[other]))
    })
}

fn clash(clients: &[Client<'_>], held: &Held, fleet: &Fleet) -> Option<Report> {
    let mut involved: BTreeSet<usize> = BTreeSet::new();
    let mut confidence = Confidence::Low;
    for (one, other) in neighbours(clients, held) {
        if confidence == Confidence::High && involved.contains(&one) && involved.contains(&other) {
            continue;
        }
        if let Some(sure) = sameness(&clients[one], &clients[other], held, fleet) {
            confidence = confidence.max(sure);
            involved.extend([one, other]);
        }
    }
    let units: Vec<&Workload> = involved.into_iter().map(|at| clients[at].workload).collect();
    let (first, rest) = units.split_first()?;
    let names: Vec<String> = units.iter().map(|unit| format!("`{}`", unit.name())).collect();
    let headline = format!(
        "one {} is deployed {} times with the same keys: {}",
        called_alone(first),
        units.len(),
        names.join(" and ")
    );
    let place = |workload: &Workload| workload.unit.released_by.unwrap_or(workload.unit.name.span);
    let mut report = Report::on(first, Spot::from(place(first)), headline)
        .label(format!("`{}` is deployed from here", first.name()))
        .confidence(confidence)
        .subject(names.join(" "));
    for unit in rest {
        report = report.also(unit).related(place(unit), format!("`{}` is deployed from here", unit.name()));
    }
    Some(report.related(&first.unit.name, "this is what is deployed"))
}

fn called_alone(workload: &Workload) -> String {
    let whole = called(workload);
    whole.split(" on host").next().unwrap_or_default().to_owned()
}
