//! The units of a fleet by what procedures call them: names, and compose projects.

use crate::deployment::{Activation, Supervisor, Unit};
use crate::fleet::{Fleet, Workload, WorkloadId};
use std::collections::{BTreeMap, BTreeSet};

/// Who can be meant in a procedure. It is made once for all of a fleet's procedures.
pub struct Cast<'a> {
    /// The fleet.
    pub fleet: &'a Fleet,
    names: BTreeMap<&'a str, BTreeSet<WorkloadId>>,
    /// The units that sign and that a plain start brings up, by their compose files and the folders where these are taken unasked.
    projects: BTreeMap<&'a str, BTreeSet<WorkloadId>>,
}

impl<'a> Cast<'a> {
    /// Collects the units; none where the tree has no procedure.
    #[must_use]
    pub fn of(fleet: &'a Fleet) -> Self {
        let mut cast = Self { fleet, names: BTreeMap::new(), projects: BTreeMap::new() };
        if fleet.inventory.procedures.is_empty() {
            return cast;
        }
        for (id, workload) in fleet.workloads.iter().enumerate() {
            for name in names(&workload.unit) {
                cast.names.entry(name).or_default().insert(id);
            }
            if is_composed(workload) {
                for project in projects(&workload.unit, fleet) {
                    cast.projects.entry(project).or_default().insert(id);
                }
            }
        }
        cast
    }

    /// Answers the units of a name, in order; a pod has that of its workload and a number.
    #[must_use]
    pub fn named(&self, name: &str) -> Vec<&'a Workload> {
        let of = |name: &str| self.names.get(name).into_iter().flatten().copied();
        let ordinal = name.rsplit_once('-').filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()));
        let pods = ordinal.into_iter().flat_map(|(base, _)| of(base));
        let pods = pods.filter(|id| self.fleet.workloads[*id].unit.ordinals);
        let meant: BTreeSet<WorkloadId> = of(name).chain(pods).collect();
        meant.into_iter().map(|id| &self.fleet.workloads[id]).collect()
    }

    /// Answers the units that sign of a whole compose project, in order: of a file, or of those that are taken in a folder.
    pub fn composed(&self, project: &str) -> impl Iterator<Item = &'a Workload> {
        self.projects.get(project).into_iter().flatten().map(|id| &self.fleet.workloads[*id])
    }
}

fn names(unit: &Unit) -> impl Iterator<Item = &str> {
    std::iter::once(unit.name.value.as_str()).chain(unit.names.iter().filter_map(|name| name.known()))
}

fn is_composed(workload: &Workload) -> bool {
    let unit = &workload.unit;
    workload.is_validator() && unit.supervisor == Supervisor::Compose && unit.activation == Activation::Always
}

/// The files of a unit, and the folders of those that compose looks for by itself.
fn projects<'a>(unit: &'a Unit, fleet: &'a Fleet) -> impl Iterator<Item = &'a str> {
    let paths = unit.files.iter().chain([&unit.place.file]).map(|file| fleet.path(*file));
    paths.flat_map(|path| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let usual = ["compose.", "docker-compose."].iter().any(|start| name.starts_with(start));
        std::iter::once(path).chain(usual.then_some(folder))
    })
}
