//! Who loads which key: places that name a key, joined with the workloads whose folders, files and flags they are.

use super::model::{Holding, Lodging, Workload, WorkloadId};
use crate::deployment::{Assignment, KeyForm, KeyPlace};
use crate::ethereum::PublicKey;
use crate::source::Span;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// So many places are joined by one thread at a time.
const PART: usize = 4096;

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

/// Answers what the tree says about a path: which file it is, which host and which client its folders stand for.
pub trait Guide: Sync {
    /// The path of the file that a place lies in; of one that stands inside another file, its own.
    fn path(&self, place: Span) -> &str;
    /// The host that a path belongs to.
    fn host(&self, path: &str) -> String;
    /// The client that a folder of the path is named after.
    fn client(&self, path: &str) -> Option<String>;
}

/// Joins every place that names a key with the workloads that load it; answers them in order of key, file and place.
///
/// `given` are the places that a workload's own settings name, with that workload; `assigned` are those of tables, with a host.
pub fn survey(
    places: &[KeyPlace],
    (given, assigned): (Vec<(KeyPlace, WorkloadId)>, Vec<Assignment>),
    loaders: &Loaders,
    guide: &impl Guide,
) -> Vec<Holding> {
    let parts: Vec<Vec<Holding>> = places.par_chunks(PART).map(|places| lodge(places, loaders, guide)).collect();
    let mut holdings: Vec<Holding> = Vec::with_capacity(places.len() + given.len() + assigned.len());
    parts.into_iter().for_each(|part| holdings.extend(part));
    let owned = |(place, owner)| holding(place, Arc::new(Lodging { owners: vec![owner], ..Lodging::default() }));
    holdings.extend(given.into_iter().map(owned));
    let on_host = |row: Assignment| holding(row.place, Arc::new(Lodging { host: row.host, ..Lodging::default() }));
    holdings.extend(assigned.into_iter().map(on_host));
    in_order(holdings)
}

fn lodge(places: &[KeyPlace], loaders: &Loaders, guide: &impl Guide) -> Vec<Holding> {
    let mut folder: Option<(&str, Arc<Lodging>)> = None;
    let mut holdings: Vec<Holding> = Vec::with_capacity(places.len());
    for place in places {
        let path = guide.path(place.span);
        let here = path.rfind('/').map_or("", |cut| &path[..cut]);
        // Keystores of one folder stand one after the other, and have the same owners unless a file is mounted by itself.
        let alone = place.form != KeyForm::Keystore || loaders.names(path);
        let known = folder.as_ref().filter(|(folder, _)| *folder == here && !alone);
        let lodging = known.map(|(_, lodging)| Arc::clone(lodging)).unwrap_or_else(|| {
            let owners = loaders.of(path).to_vec();
            let lodging = Lodging { owners, host: guide.host(path), kept_for: guide.client(path) };
            // Where each key has a folder of its own, those of one client still share what is said of them.
            let last = holdings.last().map(|last| &last.lodging).filter(|last| ***last == lodging);
            last.map_or_else(|| Arc::new(lodging.clone()), Arc::clone)
        });
        if !alone {
            folder = Some((here, Arc::clone(&lodging)));
        }
        holdings.push(holding(*place, lodging));
    }
    holdings
}

fn holding(place: KeyPlace, lodging: Arc<Lodging>) -> Holding {
    let KeyPlace { key, span, form, enabled } = place;
    Holding { key, span, form, enabled, lodging }
}

/// Sorts by key and place. Most keys differ in their first bytes, so that these and a number are all that has to move.
fn in_order(holdings: Vec<Holding>) -> Vec<Holding> {
    let first = |key: &PublicKey| key.0.first_chunk().map_or(0, |bytes| u64::from_be_bytes(*bytes));
    let mut order: Vec<(u64, u32)> = holdings.iter().zip(0..).map(|(place, at)| (first(&place.key), at)).collect();
    order.par_sort_unstable_by(|one, other| {
        let (left, right) = (&holdings[one.1 as usize], &holdings[other.1 as usize]);
        one.0.cmp(&other.0).then_with(|| (left.key, left.span, one.1).cmp(&(right.key, right.span, other.1)))
    });
    order.into_par_iter().map(|(_, at)| holdings[at as usize].clone()).collect()
}
