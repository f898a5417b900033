//! The fleet before a change, held against the one after it.

use super::home::Home;
use super::loss::Loss;
use super::model::{Fleet, Workload, WorkloadId};
use super::moves::{Move, moves};
use crate::ethereum::PublicKey;
use std::collections::{BTreeMap, BTreeSet};

/// The fleet before a change, and what the change does.
#[derive(Debug)]
pub struct Before {
    /// The fleet as it was.
    pub fleet: Fleet,
    /// What became of the keys, the moves of most keys first.
    pub moves: Vec<Move>,
    /// Keys whose signing history is proven by other means to have moved.
    pub evidence: BTreeSet<PublicKey>,
    /// What units lost in earlier changes.
    pub losses: Vec<Loss>,
    /// The units of the fleet.
    units: Units,
    /// The units of the fleet after it.
    units_now: Units,
}

/// Units by host and name; of several with one name, the first that can start.
#[derive(Debug, Default)]
struct Units(BTreeMap<String, BTreeMap<String, WorkloadId>>);

impl Units {
    fn of(fleet: &Fleet) -> Self {
        let mut units = Self::default();
        for (id, workload) in fleet.workloads.iter().enumerate() {
            let of_host = units.0.entry(workload.unit.host.clone()).or_default();
            let known = of_host.entry(workload.unit.name.value.clone()).or_insert(id);
            if !fleet.workloads[*known].is_hot() && workload.is_hot() {
                *known = id;
            }
        }
        units
    }

    fn named(&self, host: &str, unit: &str) -> Option<WorkloadId> {
        self.0.get(host)?.get(unit).copied()
    }
}

impl Before {
    /// Compares a fleet with the one that it was made of.
    #[must_use]
    pub fn new(fleet: Fleet, after: &Fleet) -> Self {
        let moves = moves(&fleet, after, true);
        let (units, units_now) = (Units::of(&fleet), Units::of(after));
        Self { fleet, moves, evidence: BTreeSet::new(), losses: Vec::new(), units, units_now }
    }

    /// Answers the unit that had the host and the name of this one.
    #[must_use]
    pub fn counterpart(&self, workload: &Workload) -> Option<&Workload> {
        let id = self.units.named(&workload.unit.host, &workload.unit.name.value)?;
        self.fleet.workloads.get(id)
    }

    /// Answers the unit of the fleet after the change that has the host and the name of a home, the one that can start first.
    #[must_use]
    pub fn unit_now(&self, home: &Home) -> Option<WorkloadId> {
        self.units_now.named(&home.host, &home.unit).filter(|_| !home.unit.is_empty())
    }
}
