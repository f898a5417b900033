//! A keystore is worth its password: together in one tree they are the key itself.

use crate::deployment::{KeystorePassword, is_test_data};
use crate::ethereum::PublicKey;
use crate::finding::Confidence;
use crate::fleet::{Fleet, Workload};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
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
        let mut seen = BTreeSet::new();
        for pair in fleet.inventory.keystore_passwords.iter().filter(|pair| seen.insert(pair.keystore)) {
            let folder = folder_of_keys(fleet.path(pair.keystore.file));
            folders.entry((folder, pair.fixture)).or_default().push(pair);
        }
        for ((folder, fixture), pairs) in folders {
            let Some(mut report) = report(fleet, folder, &pairs) else { continue };
            if fixture {
                report = report.milder("It looks like test data: one step milder.").confidence(Confidence::Medium);
            }
            // Keys of test data open nothing, as far as anybody has seen.
            if is_test_data(fleet.path(pairs[0].keystore.file)) {
                report = report.confidence(Confidence::Low);
            }
            scene.report(report);
        }
    }
}

/// Answers the folder that holds a keystore, or the one above where each key has a folder of its own (`validators/0x…/`).
fn folder_of_keys(path: &str) -> &str {
    let above = |path: &str| path.rfind('/').unwrap_or_default();
    let folder = &path[..above(path)];
    let own = folder.rsplit('/').next().unwrap_or_default();
    if PublicKey::parse(own).is_ok() { &folder[..above(folder)] } else { folder }
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
    let places = known.flat_map(|key| fleet.places_of(&key));
    let ids: BTreeSet<usize> = places.flat_map(|place| place.lodging.owners.iter().copied()).collect();
    ids.into_iter().filter_map(|id| fleet.workloads.get(id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::lint::model::heard;
    use crate::source::{FileId, Span};

    fn pair(number: u8, fixture: bool) -> KeystorePassword {
        let span = |file: u32| Span::new(FileId(file), 0, 8);
        let key = Some(PublicKey([number; 48]));
        KeystorePassword {
            keystore: span(u32::from(number) * 2),
            key,
            password: span(u32::from(number) * 2 + 1),
            fixture,
        }
    }

    #[test]
    fn a_folder_of_keystores_is_one_mistake() {
        let mut fleet = Fleet::default();
        fleet.inventory.keystore_passwords = (0..100).map(|number| pair(number, false)).collect();
        fleet.paths = (0..200).map(|file| (FileId(file), format!("a/keys/{file}").into())).collect();
        fleet.inventory.keystore_passwords.push(pair(100, true));
        fleet.paths.insert(FileId(200), "test/keys/0".into());
        let found = heard(&KeystoreWithPassword {}, &fleet, "critical");
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].headline, "100 keystores of `a/keys` lie in one tree with their passwords");
        assert_eq!((found[0].keys.len(), found[0].severity), (100, Severity::Critical));
        assert!(found[0].labels.len() <= 2 * MORE_PLACES);
        assert_eq!(found[1].severity, Severity::High);
    }

    #[test]
    fn each_key_in_a_folder_of_its_own_is_one_folder() {
        let key = format!("0x{}", "8a".repeat(48));
        assert_eq!(folder_of_keys(&format!("a/validators/{key}/voting-keystore.json")), "a/validators");
        assert_eq!((folder_of_keys("a/keys/keystore-0.json"), folder_of_keys("keystore-0.json")), ("a/keys", ""));
        assert_eq!(folder_of_keys(&format!("{key}/k.json")), "");
    }
}
