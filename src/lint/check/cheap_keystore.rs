//! The password of a keystore costs an attacker about what the standard asks for.

use crate::deployment::CheapKeystore;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a card says of the cost of keystores.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CheapKeystores {
    /// The least cost that is still near the standard's.
    least: u32,
}

/// So many keystores are shown beside the first.
const SHOWN: usize = 6;

impl Check for CheapKeystores {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let mut folders: BTreeMap<(&str, &str, u32), Vec<&CheapKeystore>> = BTreeMap::new();
        for cheap in fleet.inventory.cheap_keystores.iter().filter(|cheap| cheap.cost < self.least) {
            let path = fleet.path(cheap.span.file);
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            folders.entry((folder, cheap.function, cheap.cost)).or_default().push(cheap);
        }
        for ((folder, function, cost), keystores) in folders {
            let Some(first) = keystores.first() else { continue };
            let headline = match (keystores.len(), first.key) {
                (1, Some(key)) => {
                    format!("the password of key {} is cheap to guess: {function} with a cost of {cost}", key.short())
                }
                (1, None) => {
                    format!("the password of this keystore is cheap to guess: {function} with a cost of {cost}")
                }
                (count, _) => {
                    format!("the passwords of {count} keystores are cheap to guess: {function} with a cost of {cost}")
                }
            };
            let report = Report::at(first.span, headline).written_in(fleet.path(first.span.file));
            let others = keystores.iter().skip(1).take(SHOWN);
            let report = others.fold(report, |report, cheap| report.related(cheap.span, "as cheap"));
            let keys: BTreeSet<String> =
                keystores.iter().filter_map(|cheap| cheap.key).map(|key| key.to_string()).collect();
            let cause = format!("{function} {cost}");
            scene.report(report.subject(format!("{folder} {cause}")).cause(cause).keys(keys));
        }
    }
}
