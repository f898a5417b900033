//! Keystores that git keeps, for everybody who has the repository or ever had it.

use crate::deployment::CommittedKeystore;
use crate::ethereum::PublicKey;
use crate::fleet::Fleet;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CommittedKeystores {}

/// So many keystores of a folder are shown beside the first.
const SHOWN: usize = 6;

impl Check for CommittedKeystores {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        // With its password beside it, a keystore is a graver matter, and said as such.
        let opened: BTreeSet<_> = fleet.inventory.keystore_passwords.iter().map(|pair| pair.keystore.file).collect();
        let mut folders: BTreeMap<&str, Vec<&CommittedKeystore>> = BTreeMap::new();
        for kept in fleet.inventory.committed_keystores.iter().filter(|kept| !opened.contains(&kept.span.file)) {
            folders.entry(folder_of_keys(&kept.path)).or_default().push(kept);
        }
        for (folder, keystores) in folders {
            if let Some(report) = report(fleet, folder, &keystores) {
                scene.report(report);
            }
        }
    }
}

/// The folder that holds a keystore, or the one above where each key has a folder of its own.
fn folder_of_keys(path: &str) -> &str {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (above, own) = folder.rsplit_once('/').unwrap_or(("", folder));
    if PublicKey::parse(own).is_ok() { above } else { folder }
}

fn report(fleet: &Fleet, folder: &str, keystores: &[&CommittedKeystore]) -> Option<Report> {
    let first = keystores.first()?;
    let wherever = if folder.is_empty() { String::new() } else { format!(" of `{folder}`") };
    let headline = match (keystores.len(), first.key) {
        (1, Some(key)) => format!("the keystore of validator key {} is kept in git", key.short()),
        (1, None) => format!("keystore `{}` is kept in git", first.path),
        (count, _) => format!("{count} keystores{wherever} are kept in git"),
    };
    let report = Report::at(first.span, headline).written_in(fleet.path(first.span.file));
    let report =
        keystores.iter().skip(1).take(SHOWN).fold(report, |report, kept| report.related(kept.span, "kept as well"));
    let keys: BTreeSet<PublicKey> = keystores.iter().filter_map(|kept| kept.key).collect();
    let places = keys.iter().take(1).flat_map(|key| fleet.places_of(key));
    let owners: BTreeSet<_> = places.flat_map(|place| place.lodging.owners.iter().copied()).collect();
    let report = owners.into_iter().fold(report, |report, id| report.also(&fleet.workloads[id]));
    Some(report.subject(folder).keys(keys.iter().map(ToString::to_string)))
}
