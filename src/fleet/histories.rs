//! Signing histories that lie in the tree as their clients keep them, be they databases that are only known to be there.

use super::model::{Fleet, Location, Purpose, Workload, WorkloadId};
use crate::catalogue::Catalogue;
use crate::deployment::{HistoryPlace, below};
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};

/// Finds the files and folders that are named as a client names its signing history, in order of path.
#[must_use]
pub fn histories(workspace: &Workspace, catalogue: &Catalogue) -> Vec<HistoryPlace> {
    let mut names = catalogue.history_names();
    // A folder `storage` or `db` can be anybody's.
    names.retain(|name, _| name.contains("slash") || name.contains("validator"));
    let mut places: BTreeMap<&str, HistoryPlace> = BTreeMap::new();
    for (path, clients) in workspace.found(|file| within(&file.path, &names)) {
        let new = || HistoryPlace { path: path.to_owned(), clients: narrowed(path, clients) };
        places.entry(path).or_insert_with(new);
    }
    places.into_values().collect()
}

impl Fleet {
    /// Answers the workloads that keep their signing history at a path of the tree, or in what lies below or above it.
    pub fn working_on(&self, path: &str) -> impl Iterator<Item = WorkloadId> {
        let meets = move |place: &Location| {
            place.base == "tree" && (below(&place.path, path).is_some() || below(path, &place.path).is_some())
        };
        let works = move |workload: &Workload| {
            let mut stores = workload.stores.iter().filter(|store| store.purpose == Purpose::History);
            stores.any(|store| store.outside.as_ref().is_some_and(meets))
        };
        self.workloads.iter().enumerate().filter(move |(_, workload)| works(workload)).map(|(id, _)| id)
    }
}

/// Answers the part of a path that is a history, up to its name.
fn within<'p, 'n>(
    path: &'p str,
    names: &'n BTreeMap<&str, BTreeSet<&str>>,
) -> Option<(&'p str, &'n BTreeSet<&'n str>)> {
    let mut start = 0;
    for part in path.split('/') {
        let end = start + part.len();
        if let Some(clients) = names.get(part) {
            return Some((path.get(..end)?, clients));
        }
        start = end + 1;
    }
    None
}

/// Of several clients that use one name, those that a folder of the path is called after, if one is.
fn narrowed(path: &str, clients: &BTreeSet<&str>) -> Vec<String> {
    let named = |client: &&&str| path.split(['/', '-', '_', '.']).any(|part| part.eq_ignore_ascii_case(client));
    let narrow: Vec<String> = clients.iter().filter(named).map(|client| (*client).to_owned()).collect();
    if narrow.is_empty() { clients.iter().map(|client| (*client).to_owned()).collect() } else { narrow }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn histories_are_told_by_the_names_that_clients_give_them() {
        let key = "935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";
        let record = "lastSignedBlockSlot: 327\nlastSignedAttestationSourceEpoch: 51\nlastSignedAttestationTargetEpoch: 174\ngenesisValidatorsRoot: \"0x00\"\n";
        let teku = format!("teku/validator/slashprotection/{key}.yml");
        let texts = [
            (teku.as_str(), record),
            ("a/data/validators/slashing_protection.sqlite", "SQLite format 3\0"),
            ("grandine/validator/slashing_protection.sqlite", "SQLite format 3\0"),
            ("b/slashing_protection.sqlite3", "SQLite format 3\0"),
            ("c/validator.db", "\0"),
            ("d/validator-db/000003.log", "x"),
            ("d/validator-db/CURRENT", "x"),
            ("e/storage/x", "y"),
            ("slashing_protection.json", "null"),
        ];
        let found = histories(&Workspace::of(&texts), &Catalogue::builtin());
        let paths: Vec<(&str, String)> =
            found.iter().map(|place| (place.path.as_str(), place.clients.join(" "))).collect();
        assert_eq!(
            paths,
            [
                ("a/data/validators/slashing_protection.sqlite", "anchor grandine lighthouse".to_owned()),
                ("b/slashing_protection.sqlite3", "nimbus".to_owned()),
                ("c/validator.db", "prysm".to_owned()),
                ("d/validator-db", "lodestar".to_owned()),
                ("grandine/validator/slashing_protection.sqlite", "grandine".to_owned()),
                ("teku/validator/slashprotection", "teku".to_owned()),
            ]
        );
    }
}
