//! Whether an owner keeps the material of keys that a change takes from it.

use super::change::Before;
use super::home::Place;
use super::model::{Fleet, Workload};
use super::moves::Move;
use crate::deployment::{KeyForm, Supervisor};

/// Tells whether an old owner still has the keys that it lost, since they lie where the change does not reach; not if it reads them
/// from the tree.
#[must_use]
pub fn keeps_material(found: &Move, from: &Place, before: &Fleet) -> bool {
    let Some(old) = from.workload.and_then(|id| before.workloads.get(id)) else { return from.tabled };
    let Some(first) = found.keys.first() else { return !found.ranges.is_empty() };
    let shown = before.places_of(first).iter().any(|place| {
        place.form != KeyForm::Listing && place.lodging.owners.iter().any(|owner| Some(*owner) == from.workload)
    });
    !shown || !reads_tree(old)
}

/// Tells whether a unit reads key files where they lie in the tree, and not copies of them.
fn reads_tree(workload: &Workload) -> bool {
    matches!(workload.unit.supervisor, Supervisor::Compose | Supervisor::Kubernetes)
}

impl Before {
    /// Answers the units that this change replaces by ones that differ, so that they start again: before and after.
    pub fn restarted<'f>(&'f self, after: &'f Fleet) -> impl Iterator<Item = (&'f Workload, &'f Workload)> {
        let pairs = after.workloads.iter().filter_map(|new| Some((self.counterpart(new)?, new)));
        pairs.filter(|(old, new)| {
            old.is_hot()
                && new.is_hot()
                && (old.is_validator() || new.is_validator() || new.is_signer())
                && differs(old, new)
        })
    }
}

/// Tells whether two states of a unit differ in what its supervisor starts again for.
fn differs(old: &Workload, new: &Workload) -> bool {
    let image = |unit: &Workload| unit.unit.image.as_ref().map(|image| image.value().to_owned());
    let words = |unit: &Workload| -> Vec<String> {
        unit.unit.command.words.iter().map(|word| word.value().to_owned()).collect()
    };
    let env = |unit: &Workload| -> Vec<(String, String)> {
        unit.unit.env.iter().map(|one| (one.name.value.clone(), one.value.value().to_owned())).collect()
    };
    let mounts = |unit: &Workload| -> Vec<_> {
        unit.unit.mounts.iter().map(|mount| (mount.source.clone(), mount.target.value().to_owned())).collect()
    };
    image(old) != image(new) || words(old) != words(new) || env(old) != env(new) || mounts(old) != mounts(new)
}
