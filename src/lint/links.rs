//! Who dials a unit: the endpoints of the fleet, seen from the other end.

use crate::fleet::{Api, Dial, Fleet, Target, WorkloadId};
use std::collections::BTreeMap;

/// The endpoints that lead to each unit, with the unit that is told them, in order of that unit.
#[derive(Debug)]
pub struct Callers<'f> {
    by_target: BTreeMap<WorkloadId, Vec<(WorkloadId, &'f Dial)>>,
}

impl<'f> Callers<'f> {
    /// Collects the endpoints of one interface that lead to units of the tree.
    #[must_use]
    pub fn of(fleet: &'f Fleet, api: Api) -> Self {
        let mut by_target: BTreeMap<WorkloadId, Vec<(WorkloadId, &Dial)>> = BTreeMap::new();
        for (id, workload) in fleet.workloads.iter().enumerate() {
            for dial in workload.dials.iter().filter(|dial| dial.api == api) {
                if let Target::Workload(target) = dial.target {
                    by_target.entry(target).or_default().push((id, dial));
                }
            }
        }
        Self { by_target }
    }

    /// Answers who dials a unit, each unit once, with the first endpoint that says so.
    pub fn to(&self, target: WorkloadId) -> impl Iterator<Item = (WorkloadId, &'f Dial)> + '_ {
        let calls = self.by_target.get(&target).map_or(&[][..], Vec::as_slice);
        let mut last = None;
        calls.iter().copied().filter(move |(id, _)| last.replace(*id) != Some(*id))
    }
}
