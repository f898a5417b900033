//! Who is concerned in an emergency: the units that can sign, the keys of each, and a digest that tells two lists of keys apart.

use super::model::{Fleet, Stage, Workload, WorkloadId};
use super::ownership::Owner;
use crate::catalogue::Role;
use crate::ethereum::PublicKey;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

impl Workload {
    /// Tells whether it can sign: a validator unit, or a remote signer. A node of a distributed validator counts, too.
    #[must_use]
    pub fn can_sign(&self) -> bool {
        let role = self.invocation.as_ref().map(|client| client.role);
        self.is_validator() || role == Some(Role::Signer)
    }
}

impl Fleet {
    /// Lists the units that can sign and that a deployment of the tree can start, in order of name: those of production, or, where
    /// there are none, those of every network. Templates and the defaults of charts are none.
    #[must_use]
    pub fn roster(&self) -> Vec<WorkloadId> {
        let live = |workload: &Workload| !workload.unit.template && !workload.unit.default && workload.can_sign();
        let of = |fits: &dyn Fn(&Workload) -> bool| {
            let all = self.workloads.iter().enumerate();
            let fitting = all.filter(|(_, workload)| live(workload) && fits(workload));
            let mut found: Vec<WorkloadId> = fitting.map(|(id, _)| id).collect();
            found.sort_by_cached_key(|id| (self.name(*id), *id));
            found
        };
        let production = of(&|workload| workload.stage == Stage::Production);
        if production.is_empty() { of(&|_| true) } else { production }
    }

    /// Answers the keys of every unit that owns some, each list in order.
    #[must_use]
    pub fn owned_keys(&self) -> BTreeMap<WorkloadId, Vec<PublicKey>> {
        let mut owned: BTreeMap<WorkloadId, Vec<PublicKey>> = BTreeMap::new();
        for key in self.keys() {
            for (owner, _) in self.owners(key) {
                if let Owner::Workload(id) = owner {
                    owned.entry(id).or_default().push(key.key);
                }
            }
        }
        owned
    }

    /// Counts the keys that any of these units owns.
    #[must_use]
    pub fn count_owned(&self, units: &BTreeSet<WorkloadId>) -> usize {
        let is_one = |owner: &Owner| matches!(owner, Owner::Workload(id) if units.contains(id));
        self.keys().filter(|key| self.owners(*key).iter().any(|(owner, _)| is_one(owner))).count()
    }

    /// Answers the ranges of numbers by which a unit owns keys, each once: its keys, where the tree holds none of them.
    #[must_use]
    pub fn numbers(&self, id: WorkloadId) -> BTreeSet<(u64, u64)> {
        let own = self.ranges.iter().filter(|range| range.workload == Some(id) && range.start < range.end);
        own.map(|range| (range.start, range.end)).collect()
    }

    /// Answers the keys that lists of the tree give to a host, where nothing shows which process loads them.
    #[must_use]
    pub fn hosted_keys(&self) -> BTreeMap<String, Vec<PublicKey>> {
        let mut hosted: BTreeMap<String, Vec<PublicKey>> = BTreeMap::new();
        for key in self.keys() {
            for (owner, _) in self.owners(key) {
                if let Owner::Host(host) = owner {
                    hosted.entry(host).or_default().push(key.key);
                }
            }
        }
        hosted
    }
}

/// Answers how many keys ranges of numbers come to.
#[must_use]
pub fn count(numbers: &BTreeSet<(u64, u64)>) -> u64 {
    numbers.iter().fold(0, |sum, (start, end)| sum.saturating_add(end.saturating_sub(*start)))
}

/// Answers the first 16 digits of the SHA-256 of keys, each in 48 bytes and in order: two lists with one digest are the same.
#[must_use]
pub fn digest(keys: &[PublicKey]) -> String {
    let mut digest = Sha256::new();
    keys.iter().for_each(|key| digest.update(key.0));
    digest.finalize().iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
