//! Lock, definition and key shares of a cluster tell one story.

use crate::deployment::{Cluster, ClusterForm, is_test_data};
use crate::ethereum::PublicKey;
use crate::fleet::Fleet;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::source::Spanned;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DvtLock {}

impl Check for DvtLock {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let clusters = fleet.inventory.clusters.iter().filter(|cluster| !is_test_data(&cluster.path));
        for lock in clusters.filter(|cluster| cluster.form == ClusterForm::Lock) {
            let reports = [counted(lock), beside(fleet, lock), stored(lock), mixed(lock), missing(lock)];
            for (what, report) in reports.into_iter().flatten() {
                let report = report.written_in(&lock.path).subject(format!("{} {what}", lock.path)).cause(what);
                scene.report(with_owners(fleet, lock, report));
            }
        }
    }
}

type Said = Option<(&'static str, Report)>;

fn with_owners(fleet: &Fleet, lock: &Cluster, report: Report) -> Report {
    let seats = fleet.seats.iter().filter(|seat| {
        seat.cluster.and_then(|at| fleet.inventory.clusters.get(at)).is_some_and(|own| own.file == lock.file)
    });
    seats.fold(report, |report, seat| report.also(&fleet.workloads[seat.workload]))
}

/// The lock itself says how many validators it has, and lists them.
fn counted(lock: &Cluster) -> Said {
    let said = lock.validators.as_ref()?;
    let (found, first) = (lock.keys.len() as u64, lock.keys.first()?);
    if found == said.value {
        return None;
    }
    let headline = format!("the cluster lock is for {} validators and lists {found}", said.value);
    Some(("count", Report::at(said, headline).related(&first.key, "the list begins here")))
}

/// The definition in the same folder is the one that the lock was made from.
fn beside(fleet: &Fleet, lock: &Cluster) -> Said {
    let folder = |cluster: &Cluster| cluster.path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let is_near = |other: &&Cluster| other.form == ClusterForm::Definition && folder(other) == folder(lock);
    let definition = fleet.inventory.clusters.iter().find(is_near)?;
    let numbers =
        |cluster: &Cluster| [cluster.operators.clone(), cluster.threshold.clone(), cluster.validators.clone()];
    let named = ["operators", "as threshold", "validators"].into_iter();
    for ((ours, theirs), name) in numbers(lock).into_iter().zip(numbers(definition)).zip(named) {
        let Some((ours, theirs)) = ours.zip(theirs).filter(|(ours, theirs)| ours.value != theirs.value) else {
            continue;
        };
        let headline = format!("the cluster definition has {} {name}, the lock beside it {}", theirs.value, ours.value);
        return Some(("definition", Report::at(&theirs, headline).related(&ours, "the lock")));
    }
    let (ours, theirs) = lock.agreement.as_ref().zip(definition.agreement.as_ref())?;
    let headline = "the cluster definition is not the one that the lock beside it was made from";
    let differs = !ours.value.eq_ignore_ascii_case(&theirs.value);
    differs.then(|| ("definition", Report::at(theirs, headline).related(ours, "the lock's own digest of it")))
}

/// Where each share stands in the lock: validator and operator.
fn shares(lock: &Cluster) -> BTreeMap<PublicKey, (usize, usize)> {
    let of_key = lock.keys.iter().enumerate().flat_map(|(validator, key)| {
        key.shares.iter().enumerate().map(move |(operator, share)| (*share, (validator, operator)))
    });
    of_key.collect()
}

/// Every keystore beside the lock holds one of its shares.
fn stored(lock: &Cluster) -> Said {
    let shares = shares(lock);
    let strangers: Vec<&Spanned<PublicKey>> =
        lock.keystores.iter().filter(|keystore| !shares.is_empty() && !shares.contains_key(&keystore.value)).collect();
    let first = strangers.first()?;
    let headline = match strangers.len() {
        1 => format!("keystore {} beside the cluster lock holds no share of it", first.value.short()),
        count => format!("{count} keystores beside the cluster lock hold no share of it"),
    };
    let begins = lock.keys.first()?;
    let report = Report::at(*first, headline).related(&begins.key, "the validators of the lock begin here");
    Some(("stranger", report.keys(strangers.iter().map(|key| key.value.to_string()))))
}

/// All keystores of a node are shares of one operator.
fn mixed(lock: &Cluster) -> Said {
    let shares = shares(lock);
    let mut operators: BTreeMap<usize, &Spanned<PublicKey>> = BTreeMap::new();
    for keystore in &lock.keystores {
        if let Some((_, operator)) = shares.get(&keystore.value) {
            operators.entry(*operator).or_insert(keystore);
        }
    }
    let mut kinds = operators.values();
    let (first, second) = (kinds.next()?, kinds.next()?);
    let headline = format!("one node holds key shares of {} operators", operators.len());
    Some(("operators", Report::at(*second, headline).related(*first, "a share of another operator")))
}

/// A node that has shares has one of every validator.
fn missing(lock: &Cluster) -> Said {
    let shares = shares(lock);
    let held: BTreeSet<usize> = lock.keystores.iter().filter_map(|key| Some(shares.get(&key.value)?.0)).collect();
    let first = lock.keys.iter().enumerate().find(|(at, key)| !held.contains(at) && !key.shares.is_empty())?.1;
    if held.is_empty() {
        return None;
    }
    let count = lock.keys.len() - held.len();
    let headline =
        format!("no key share of {count} of the {} validators of the cluster lies beside its lock", lock.keys.len());
    let report = Report::at(&first.key, headline).label("no share of this one");
    Some(("missing", report.keys([first.key.value.to_string()])))
}
