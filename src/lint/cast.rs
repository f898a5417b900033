//! The units of a fleet by what procedures call them: names, and compose projects.

use crate::deployment::{Activation, Supervisor, Unit};
use crate::fleet::{Fleet, Workload, WorkloadId};
use std::collections::{BTreeMap, BTreeSet};

/// No more units are meant by one name.
const MOST: usize = 100;

/// A name, the host where units of that name are looked for, and whether pods are that have a number behind it.
type Call<'a> = (&'a str, Option<&'a str>, bool);

/// Who can be meant in a procedure. It is made once for all of a fleet's procedures.
pub struct Cast<'a> {
    /// The fleet.
    pub fleet: &'a Fleet,
    /// The units that sign, by what units are called, on their hosts and anywhere.
    names: BTreeMap<Call<'a>, BTreeSet<WorkloadId>>,
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
                cast.call(name, id);
            }
            if is_composed(workload) {
                for project in projects(&workload.unit, fleet) {
                    cast.projects.entry(project).or_default().insert(id);
                }
            }
        }
        cast
    }

    fn call(&mut self, name: &'a str, id: WorkloadId) {
        let workload = &self.fleet.workloads[id];
        for host in [None, Some(workload.unit.host.as_str())] {
            for ordinal in [false, true].into_iter().filter(|ordinal| !ordinal || workload.unit.ordinals) {
                let called = self.names.entry((name, host, ordinal)).or_default();
                if workload.is_validator() && called.len() < MOST {
                    called.insert(id);
                }
            }
        }
    }

    /// Answers the units that sign of those with a name, on a host or anywhere, in order; nothing if no unit has the name there. A pod
    /// has that of its workload and a number.
    #[must_use]
    pub fn named(&self, name: &str, host: Option<&str>) -> Option<Vec<&'a Workload>> {
        let ordinal = name.rsplit_once('-').filter(|(_, number)| number.bytes().all(|byte| byte.is_ascii_digit()));
        let pods = ordinal.and_then(|(base, _)| self.names.get(&(base, host, true)));
        let own = self.names.get(&(name, host, false));
        let meant: BTreeSet<WorkloadId> = own.into_iter().chain(pods).flatten().copied().collect();
        (own.is_some() || pods.is_some()).then(|| meant.into_iter().map(|id| &self.fleet.workloads[id]).collect())
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
