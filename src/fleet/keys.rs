//! Who loads which key: places that name a key, joined with the workloads whose folders, files and flags they are.

use super::model::{Holding, Key, Workload, WorkloadId};
use crate::deployment::{KeyForm, KeyPlace};
use crate::source::FileId;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Folders and files of the tree, and the workloads that load keys from them.
pub struct Loaders {
    folders: HashMap<String, Arc<[WorkloadId]>>,
    nobody: Arc<[WorkloadId]>,
}

impl Loaders {
    /// Collects the folders and files that the workloads load keys from.
    #[must_use]
    pub fn new(workloads: &[Workload]) -> Self {
        let mut loads: BTreeMap<String, Vec<WorkloadId>> = BTreeMap::new();
        for (id, workload) in workloads.iter().enumerate() {
            for path in workload.key_sources() {
                let loaders = loads.entry(path.to_owned()).or_default();
                if loaders.last() != Some(&id) {
                    loaders.push(id);
                }
            }
        }
        let folders = loads.keys().map(|path| (path.clone(), with_ancestors(&loads, path))).collect();
        Self { folders, nobody: Arc::from([]) }
    }

    /// Tells whether a workload names just this file or folder, and not only one above it.
    #[must_use]
    pub fn names(&self, path: &str) -> bool {
        self.folders.contains_key(path)
    }

    /// Answers the workloads that load a file of the tree: those of the deepest folder that holds it, and of all above.
    #[must_use]
    pub fn of(&self, path: &str) -> Arc<[WorkloadId]> {
        let mut at = path;
        loop {
            if let Some(loaders) = self.folders.get(at) {
                return Arc::clone(loaders);
            }
            match at.rfind('/') {
                Some(cut) => at = &at[..cut],
                None if at.is_empty() => return Arc::clone(&self.nobody),
                None => at = "",
            }
        }
    }
}

fn with_ancestors(loads: &BTreeMap<String, Vec<WorkloadId>>, path: &str) -> Arc<[WorkloadId]> {
    let mut all: Vec<WorkloadId> = Vec::new();
    let mut at = Some(path);
    while let Some(folder) = at {
        all.extend(loads.get(folder).into_iter().flatten());
        at = folder.rfind('/').map(|cut| &folder[..cut]).or(if folder.is_empty() { None } else { Some("") });
    }
    all.sort_unstable();
    all.dedup();
    all.into()
}

/// Joins every place that names a key with the workloads that load it; answers the keys in order of their bytes.
///
/// `path` answers the path of a file in the tree, `host` the host that a path belongs to, `given` the places that a
/// workload's own settings name, with that workload.
pub fn survey<'p>(
    places: Vec<KeyPlace>,
    given: Vec<(KeyPlace, WorkloadId)>,
    loaders: &Loaders,
    path: impl Fn(FileId) -> &'p str,
    host: impl Fn(&str) -> String,
) -> Vec<Key> {
    let mut hosts: BTreeMap<String, Arc<str>> = BTreeMap::new();
    let mut folder: Option<(&str, Arc<[WorkloadId]>, Arc<str>)> = None;
    let mut held: Vec<(KeyPlace, Arc<[WorkloadId]>, Arc<str>)> = Vec::with_capacity(places.len() + given.len());
    for place in places {
        let path = path(place.span.file);
        let here = path.rfind('/').map_or("", |cut| &path[..cut]);
        // Keystores of one folder stand one after the other, and have the same owners unless a file is mounted by itself.
        let alone = place.form != KeyForm::Keystore || loaders.names(path);
        let known = folder.as_ref().filter(|(folder, ..)| *folder == here && !alone);
        let (owners, host) =
            known.map(|(_, owners, host)| (Arc::clone(owners), Arc::clone(host))).unwrap_or_else(|| {
                let name = host(path);
                let host = hosts.entry(name.clone()).or_insert_with(|| name.into());
                (loaders.of(path), Arc::clone(host))
            });
        if !alone {
            folder = Some((here, Arc::clone(&owners), Arc::clone(&host)));
        }
        held.push((place, owners, host));
    }
    let nowhere: Arc<str> = "".into();
    held.extend(given.into_iter().map(|(place, owner)| (place, Arc::from([owner]), Arc::clone(&nowhere))));
    held.sort_by_key(|(place, ..)| (place.key, place.span));
    group(held)
}

fn group(held: Vec<(KeyPlace, Arc<[WorkloadId]>, Arc<str>)>) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::with_capacity(held.len());
    for (place, owners, host) in held {
        let holding = Holding { span: place.span, form: place.form, enabled: place.enabled, owners, host };
        match keys.last_mut().filter(|key| key.key == place.key) {
            Some(key) => key.places.push(holding),
            None => keys.push(Key { key: place.key, places: vec![holding] }),
        }
    }
    keys
}
