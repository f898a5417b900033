//! Signers keep one history, on storage that lasts, in the database that is written first.

use crate::catalogue::Role;
use crate::ethereum::PublicKey;
use crate::fleet::{Api, Fleet, Location, Purpose, Target, Workload, WorkloadId, endpoint};
use crate::lint::database::{Database, forgetful};
use crate::lint::fact::{are_choices, called, called_beside};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a card says of the histories of signers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SignerHistory {
    /// What is wrong with one.
    fault: Fault,
    /// Of a replica: parts of a host's name that only followers have.
    #[serde(default)]
    followers: Vec<String>,
    /// Of a replica: what in the rest of the URL leads to one.
    #[serde(default)]
    options: Vec<String>,
}

/// What can be wrong with the history of a signer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Fault {
    /// Signers of one key do not share it.
    Apart,
    /// Its database forgets.
    Volatile,
    /// Its database follows another one.
    Replica,
}

impl Check for SignerHistory {
    fn check(&self, scene: &mut Scene<'_>) {
        let signers: Vec<Client<'_>> =
            scene.clients().filter(|client| client.invocation.role == Role::Signer).collect();
        let reports = match self.fault {
            Fault::Apart => apart(scene.fleet(), &signers),
            Fault::Volatile => volatile(scene.fleet(), &signers),
            Fault::Replica => signers.iter().filter_map(|signer| self.replica(signer)).collect(),
        };
        reports.into_iter().for_each(|report| scene.report(report));
    }
}

/// The keys of signers.
type Served = BTreeMap<WorkloadId, BTreeSet<PublicKey>>;

/// Answers the keys of some signers, in one look at all keys.
fn served(fleet: &Fleet, signers: impl Iterator<Item = WorkloadId>) -> Served {
    let mut served: Served = signers.map(|id| (id, BTreeSet::new())).collect();
    if served.len() < 2 {
        return served;
    }
    for holding in fleet.holdings.iter().filter(|holding| holding.form.makes_owner()) {
        for id in &holding.lodging.owners[..] {
            if let Some(keys) = served.get_mut(id) {
                keys.insert(holding.key);
            }
        }
    }
    served
}

/// Signers by their places among those that are held against each other, with the first client that asks both of two.
type Pairs<'f> = BTreeMap<(usize, usize), Option<&'f Workload>>;

/// Each signer is held against so many others at most that have a key, a place or a client in common with it.
const MOST: usize = 8;

/// Answers the signers with different databases that may serve one key: no others are held against each other.
fn pairs<'f>(fleet: &'f Fleet, known: &[(&Client<'f>, Database<'f>)], served: &Served) -> Pairs<'f> {
    let places: BTreeMap<WorkloadId, usize> =
        known.iter().enumerate().map(|(at, (signer, _))| (signer.id, at)).collect();
    let mut of_keys: BTreeMap<PublicKey, Vec<usize>> = BTreeMap::new();
    let mut of_folders: BTreeMap<&Location, Vec<usize>> = BTreeMap::new();
    for (at, (signer, _)) in known.iter().enumerate() {
        served.get(&signer.id).into_iter().flatten().for_each(|key| of_keys.entry(*key).or_default().push(at));
        folders(signer).for_each(|folder| of_folders.entry(folder).or_default().push(at));
    }
    // Most keys are served by the same signers as the one before.
    let alike: BTreeSet<Vec<usize>> = of_keys.into_values().chain(of_folders.into_values()).collect();
    let asked = fleet.workloads.iter().filter(|workload| workload.is_hot()).map(|workload| {
        let signers: BTreeSet<usize> = asked(workload).filter_map(|id| places.get(&id).copied()).collect();
        (signers.into_iter().collect::<Vec<_>>(), Some(workload))
    });
    let mut pairs = Pairs::new();
    for (group, asker) in asked.chain(alike.into_iter().map(|group| (group, None))) {
        for (at, one) in group.iter().enumerate() {
            let others = group[at + 1..].iter().filter(|other| are_apart(&known[*one], &known[**other]));
            others.take(MOST).for_each(|other| _ = pairs.entry((*one, *other)).or_insert(asker));
        }
    }
    pairs
}

/// Tells whether two signers can be at work for the same validators, and have different databases.
fn are_apart((one, first): &(&Client<'_>, Database<'_>), (other, second): &(&Client<'_>, Database<'_>)) -> bool {
    let networks = one.workload.network.as_ref().zip(other.workload.network.as_ref());
    let one_network = networks.is_none_or(|(one, other)| one.value == other.value);
    one_network && !first.is(second) && !are_choices(one.workload, other.workload)
}

/// Answers where a signer has its keys.
fn folders<'f>(signer: &Client<'f>) -> impl Iterator<Item = &'f Location> + use<'f> {
    let stores = signer.workload.stores.iter().filter(|store| store.purpose == Purpose::Keys);
    stores.filter_map(|store| store.outside.as_ref())
}

/// Answers the signers that a unit asks.
fn asked(workload: &Workload) -> impl Iterator<Item = WorkloadId> {
    workload.dials.iter().filter(|dial| dial.api == Api::Signer).filter_map(|dial| match dial.target {
        Target::Workload(id) => Some(id),
        _ => None,
    })
}

/// Two signers that serve one key, by what shows it.
fn one_key(
    served: &Served,
    one: &Client<'_>,
    other: &Client<'_>,
    asker: Option<&Workload>,
) -> Option<(String, Vec<PublicKey>)> {
    let both = served.get(&one.id).zip(served.get(&other.id));
    let shared = both.map_or_else(Vec::new, |(one, other)| one.intersection(other).copied().collect());
    match shared.as_slice() {
        [] => {}
        [key] => return Some((format!("validator key {}", key.short()), shared)),
        keys => return Some((format!("{} validator keys", keys.len()), shared)),
    }
    let places: BTreeSet<&Location> = folders(other).collect();
    let folder = folders(one).filter(|place| places.contains(place)).min().map(|place| format!("the keys of {place}"));
    // A client that is told both signers takes one for the other's stand-in.
    let asked = || asker.map(|workload| format!("the keys of `{}`, which asks both,", workload.name()));
    folder.or_else(asked).map(|folder| (folder, Vec::new()))
}

fn apart(fleet: &Fleet, signers: &[Client<'_>]) -> Vec<Report> {
    let known: Vec<_> = signers.iter().filter_map(|signer| Some((signer, Database::of(signer.workload)?))).collect();
    let served = served(fleet, known.iter().map(|(signer, _)| signer.id));
    let mut reports = Vec::new();
    for ((one, other), asker) in pairs(fleet, &known, &served) {
        let ((one, first), (other, second)) = (&known[one], &known[other]);
        let Some((what, keys)) = one_key(&served, one, other, asker) else { continue };
        let names = [called(one.workload), called_beside(other.workload, one.workload)];
        let headline = format!("{} sign with {what} and remember it in different databases", names.join(" and "));
        let report = Report::on(one.workload, first.url, headline)
            .label("the history of the one")
            .also(other.workload)
            .related(second.url, "the history of the other");
        reports.push(report.keys(keys.iter().map(ToString::to_string)));
    }
    reports
}

fn volatile(fleet: &Fleet, signers: &[Client<'_>]) -> Vec<Report> {
    let mut served: BTreeMap<WorkloadId, Vec<&Client<'_>>> = BTreeMap::new();
    for signer in signers {
        if let Some(id) = Database::of(signer.workload).and_then(|database| database.unit).or_else(|| unit_of(signer)) {
            served.entry(id).or_default().push(signer);
        }
    }
    let lost = served.into_iter().filter_map(|(id, signers)| {
        let unit = &fleet.workloads[id];
        let (place, why) = forgetful(unit)?;
        let names: Vec<String> =
            signers.iter().map(|signer| format!("`{}`", signer.workload.unit.name.value)).collect();
        let headline =
            format!("database `{}` loses the signing history of {}: {why}", unit.name(), names.join(" and "));
        let report = Report::on(unit, place, headline);
        let dials = signers.iter().filter_map(|signer| {
            let dial = signer.workload.dials.iter().find(|dial| dial.api == Api::Database)?;
            Some((signer, dial))
        });
        Some(dials.fold(report, |report, (signer, dial)| {
            report.also(signer.workload).related(&dial.url, "its history is kept there")
        }))
    });
    lost.collect()
}

/// A hole in the URL does not hide which unit it leads to.
fn unit_of(signer: &Client<'_>) -> Option<WorkloadId> {
    let dial = signer.workload.dials.iter().find(|dial| dial.api == Api::Database)?;
    match dial.target {
        Target::Workload(id) => Some(id),
        _ => None,
    }
}

impl SignerHistory {
    fn replica(&self, signer: &Client<'_>) -> Option<Report> {
        let dial = signer.workload.dials.iter().find(|dial| dial.api == Api::Database)?;
        let url = dial.url.value();
        let host = endpoint(url).map(|found| found.host.to_ascii_lowercase()).unwrap_or_default();
        let at = url.to_ascii_lowercase().find(&host).unwrap_or_default();
        let known = dial.url.is_known_in(at..at + host.len());
        let of_host = || {
            let parts = host.split('.').map(|part| format!("-{}-", part.replace('_', "-")));
            let has = |part: String| self.followers.iter().any(|word| part.contains(&format!("-{word}-")));
            let first = parts.into_iter().any(has);
            (known && first).then(|| "its host is a follower by its name".to_owned())
        };
        let options = url.split_once('?').map_or("", |(_, options)| options).to_ascii_lowercase();
        let of_options = || {
            let found =
                self.options.iter().find(|option| options.split('&').any(|set| set == option.to_ascii_lowercase()))?;
            Some(format!("`{found}` leads to a follower"))
        };
        let why = of_host().or_else(of_options)?;
        let headline = format!("{} keeps its history in a copy of a database: {why}", called(signer.workload));
        Some(Report::on(signer.workload, &dial.url, headline))
    }
}
