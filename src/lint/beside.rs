//! Which units an interchange file lies beside: those that load keys from its folder, or else those of the project that it lies in.

use crate::deployment::{InterchangeFile, KeyForm};
use crate::ethereum::PublicKey;
use crate::fleet::{Fleet, Lodging, Owner, Workload, WorkloadId};
use crate::source::{FileId, Span};
use std::collections::BTreeMap;

/// A unit that signs, the interchange files beside it, and how many other units they lie beside.
pub(super) struct Beside<'f> {
    pub unit: WorkloadId,
    pub files: Vec<&'f InterchangeFile>,
    /// No other unit lies beside any of the files.
    pub alone: bool,
}

/// Answers each interchange file that is no test data with the units that it lies beside, in order.
pub(super) fn files(fleet: &Fleet) -> Vec<(&InterchangeFile, Vec<WorkloadId>)> {
    let interchanges = &fleet.inventory.interchanges;
    if interchanges.is_empty() {
        return Vec::new();
    }
    let places = fleet.holdings.iter().filter(|holding| holding.form == KeyForm::Interchange);
    let lodgings: BTreeMap<FileId, &Lodging> = places.map(|place| (place.span.file, &*place.lodging)).collect();
    let signs = |workload: &Workload| workload.is_validator() && workload.is_hot();
    let mut projects: BTreeMap<&str, Vec<WorkloadId>> = BTreeMap::new();
    for (id, workload) in fleet.workloads.iter().enumerate().filter(|(_, workload)| signs(workload)) {
        projects.entry(workload.unit.project.trim_start_matches('.')).or_default().push(id);
    }
    let near = |file: &InterchangeFile| {
        let owners = lodgings.get(&file.history.file).map_or(&[][..], |lodging| &lodging.owners).iter().copied();
        let loading: Vec<WorkloadId> = owners.filter(|id| signs(&fleet.workloads[*id])).collect();
        if loading.is_empty() { in_project(&file.path, &projects) } else { loading }
    };
    interchanges.iter().filter(|file| !file.fixture).map(|file| (file, near(file))).collect()
}

/// The units of the deepest project whose folder a path lies in.
fn in_project(path: &str, projects: &BTreeMap<&str, Vec<WorkloadId>>) -> Vec<WorkloadId> {
    let ends = path.match_indices('/').map(|(at, _)| at);
    let mut folders = ends.rev().filter_map(|end| path.get(..end)).chain([""]);
    folders.find_map(|folder| projects.get(folder)).cloned().unwrap_or_default()
}

/// Answers the units that lie beside interchange files, in order.
pub(super) fn beside(fleet: &Fleet) -> Vec<Beside<'_>> {
    let mut units: BTreeMap<WorkloadId, (Vec<&InterchangeFile>, bool)> = BTreeMap::new();
    for (file, near) in files(fleet) {
        for id in &near {
            let (files, alone) = units.entry(*id).or_insert((Vec::new(), true));
            files.push(file);
            *alone &= near.len() == 1;
        }
    }
    units.into_iter().map(|(unit, (files, alone))| Beside { unit, files, alone }).collect()
}

/// Answers the keys that each unit holds, with a place of each, in order of the keys.
pub(super) fn held(fleet: &Fleet) -> BTreeMap<WorkloadId, Vec<(PublicKey, Span)>> {
    let mut held: BTreeMap<WorkloadId, Vec<(PublicKey, Span)>> = BTreeMap::new();
    for key in fleet.keys() {
        for (owner, places) in fleet.owners(key) {
            let place = places.iter().find(|place| place.enabled);
            if let (Owner::Workload(id), Some(place)) = (owner, place) {
                held.entry(id).or_default().push((key.key, place.span));
            }
        }
    }
    held
}
