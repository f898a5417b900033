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

/// What the path of a file says about the keys in it.
#[derive(Clone)]
struct Lodging {
    owners: Arc<[WorkloadId]>,
    host: Arc<str>,
    kept_for: Option<Arc<str>>,
}

/// Answers what the tree says about a path: which file it is, which host and which client its folders stand for.
pub trait Guide {
    /// The path of a file in the tree.
    fn path(&self, file: FileId) -> &str;
    /// The host that a path belongs to.
    fn host(&self, path: &str) -> String;
    /// The client that a folder of the path is named after.
    fn client(&self, path: &str) -> Option<String>;
}

/// Joins every place that names a key with the workloads that load it; answers the keys in order of their bytes.
///
/// `given` are the places that a workload's own settings name, with that workload.
pub fn survey(
    places: Vec<KeyPlace>,
    given: Vec<(KeyPlace, WorkloadId)>,
    loaders: &Loaders,
    guide: &impl Guide,
) -> Vec<Key> {
    let mut names: BTreeMap<String, Arc<str>> = BTreeMap::new();
    let mut shared = |name: String| Arc::clone(names.entry(name.clone()).or_insert_with(|| name.into()));
    let mut folder: Option<(&str, Lodging)> = None;
    let mut held: Vec<(KeyPlace, Lodging)> = Vec::with_capacity(places.len() + given.len());
    for place in places {
        let path = guide.path(place.span.file);
        let here = path.rfind('/').map_or("", |cut| &path[..cut]);
        // Keystores of one folder stand one after the other, and have the same owners unless a file is mounted by itself.
        let alone = place.form != KeyForm::Keystore || loaders.names(path);
        let known = folder.as_ref().filter(|(folder, _)| *folder == here && !alone);
        let lodging = known.map(|(_, lodging)| lodging.clone()).unwrap_or_else(|| Lodging {
            owners: loaders.of(path),
            host: shared(guide.host(path)),
            kept_for: guide.client(path).map(&mut shared),
        });
        if !alone {
            folder = Some((here, lodging.clone()));
        }
        held.push((place, lodging));
    }
    let nowhere = shared(String::new());
    held.extend(given.into_iter().map(|(place, owner)| {
        let owners = Arc::from([owner]);
        (place, Lodging { owners, host: Arc::clone(&nowhere), kept_for: None })
    }));
    held.sort_by_key(|(place, _)| (place.key, place.span));
    group(held)
}

fn group(held: Vec<(KeyPlace, Lodging)>) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::with_capacity(held.len());
    for (place, Lodging { owners, host, kept_for }) in held {
        let KeyPlace { key, span, form, enabled } = place;
        let holding = Holding { span, form, enabled, owners, host, kept_for };
        match keys.last_mut().filter(|known| known.key == key) {
            Some(known) => known.places.push(holding),
            None => keys.push(Key { key, places: vec![holding] }),
        }
    }
    keys
}
