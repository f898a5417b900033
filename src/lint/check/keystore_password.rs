//! A keystore is worth its password: together in one tree they are the key itself.

use crate::deployment::KeystorePassword;
use crate::finding::Confidence;
use crate::fleet::{Fleet, Workload};
use crate::lint::model::{Check, Scene};
use crate::lint::report::{Report, lower};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Pairs that are shown beside the first one.
const MORE_PLACES: usize = 12;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct KeystoreWithPassword {}

impl Check for KeystoreWithPassword {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        // A folder of keys with their passwords is one mistake.
        let mut folders: BTreeMap<(&str, bool), Vec<&KeystorePassword>> = BTreeMap::new();
        for pair in &fleet.inventory.keystore_passwords {
            let folder = fleet.path(pair.keystore.file).rsplit_once('/').map_or("", |(folder, _)| folder);
            folders.entry((folder, pair.fixture)).or_default().push(pair);
        }
        for ((folder, fixture), pairs) in folders {
            let Some(mut report) = report(fleet, folder, &pairs) else { continue };
            if fixture {
                report = report.severity(lower(scene.card().severity)).confidence(Confidence::Medium);
                report = report.because("It looks like test data: one step milder.");
            }
            scene.report(report);
        }
    }
}

fn report(fleet: &Fleet, folder: &str, pairs: &[&KeystorePassword]) -> Option<Report> {
    let first = pairs.first()?;
    let headline = match (pairs.len(), first.key) {
        (1, Some(key)) => format!("the keystore of validator key {} lies in one tree with its password", key.short()),
        (1, None) => format!("keystore `{}` lies in one tree with its password", fleet.path(first.keystore.file)),
        (count, _) if folder.is_empty() => format!("{count} keystores lie in one tree with their passwords"),
        (count, _) => format!("{count} keystores of `{folder}` lie in one tree with their passwords"),
    };
    let keys: BTreeSet<String> = pairs.iter().filter_map(|pair| pair.key).map(|key| key.to_string()).collect();
    let subject = if keys.is_empty() { folder.to_owned() } else { keys.iter().cloned().collect::<Vec<_>>().join(" ") };
    let mut report = Report::at(first.password, headline).label("opens the keystore").subject(subject).keys(keys);
    for pair in pairs.iter().take(MORE_PLACES) {
        report = report.related(pair.keystore, "is opened by it");
        if pair.password != first.password {
            report = report.related(pair.password, "opens another one");
        }
    }
    for workload in loaders(fleet, pairs) {
        report = report.also(workload);
    }
    Some(report)
}

/// Answers the units that load the keys, each once.
fn loaders<'f>(fleet: &'f Fleet, pairs: &[&KeystorePassword]) -> Vec<&'f Workload> {
    let known = pairs.iter().filter_map(|pair| pair.key);
    let found = known.filter_map(|key| fleet.keys.binary_search_by_key(&key, |found| found.key).ok());
    let places = found.flat_map(|at| &fleet.keys[at].places);
    let ids: BTreeSet<usize> = places.flat_map(|place| place.owners.iter().copied()).collect();
    ids.into_iter().filter_map(|id| fleet.workloads.get(id)).collect()
}
