//! What several checks ask of one fleet, found once.

use super::flag::Given;
use super::model::Ground;
use crate::ethereum::PublicKey;
use crate::fleet::WorkloadId;
use crate::source::{FileId, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// What is found for the first check that asks, and kept for the others.
#[derive(Default)]
pub struct Shared<'a> {
    given: OnceLock<Vec<Vec<Given<'a>>>>,
    asked: OnceLock<BTreeMap<WorkloadId, BTreeSet<PublicKey>>>,
    torn: OnceLock<BTreeSet<FileId>>,
    names: OnceLock<BTreeSet<Span>>,
}

impl<'a> Shared<'a> {
    /// Answers every flag of the fleet, as `Scene::given` says.
    pub(super) fn given(&self, ground: &'a Ground<'a>) -> &[Vec<Given<'a>>] {
        self.given.get_or_init(|| super::flag::given(ground))
    }

    /// Answers the keys that a unit is to ask a signer for; none, if the tree lists none.
    pub(super) fn asked(&self, ground: &Ground<'_>, id: WorkloadId) -> Option<&BTreeSet<PublicKey>> {
        self.asked.get_or_init(|| super::sharing::listed(ground.fleet)).get(&id)
    }

    /// Tells whether a place is the name of a unit, in a file of which a part could not be read.
    pub(super) fn is_torn(&self, ground: &Ground<'_>, place: Span) -> bool {
        let unreadable = || ground.fleet.inventory.unreadable.iter().map(|unreadable| unreadable.span.file).collect();
        let names = || ground.fleet.workloads.iter().map(|workload| workload.unit.name.span).collect();
        self.torn.get_or_init(unreadable).contains(&place.file) && self.names.get_or_init(names).contains(&place)
    }
}
