//! Where the files of a workload lie, and whether they outlive it.

use super::location::locate;
use super::model::{Durability, Store, Workload};
use crate::deployment::{MountSource, Unit};
use crate::invocation::{Invocation, Purpose};

/// Lists the stores of a unit: its signing history, its keys, their passwords and its data.
#[must_use]
pub fn stores(unit: &Unit, invocation: &Invocation) -> Vec<Store> {
    let purposes = [Purpose::History, Purpose::Keys, Purpose::Passwords, Purpose::Data];
    purposes.into_iter().flat_map(|purpose| of_purpose(unit, invocation, purpose)).collect()
}

fn of_purpose(unit: &Unit, invocation: &Invocation, purpose: Purpose) -> Vec<Store> {
    let store = |path: crate::invocation::ResolvedPath| {
        let placing = locate(unit, &path.path);
        // A path that is only likely says nothing about what is lost, but a folder that is mounted there is still one.
        let durability = if path.certain { placing.durability } else { Durability::Unknown };
        let place = if path.chosen { path.place } else { unit.name.span };
        let outside = placing.outside;
        Store { purpose, path: path.path, place, mount: placing.mount, outside, durability }
    };
    invocation.paths(purpose).into_iter().map(store).collect()
}

impl Workload {
    /// Answers the folders and files of the tree from which it loads keys.
    ///
    /// A validator client or signer loads what lies in its key folders; one whose keys come from elsewhere (an import at
    /// every start) still has them on the disk that is mounted, so that every folder of the tree that is mounted counts.
    pub fn key_sources(&self) -> impl Iterator<Item = &str> {
        let keys = self.stores.iter().filter(|store| store.purpose == Purpose::Keys);
        let in_tree = keys.filter_map(|store| store.outside.as_ref()).filter(|place| place.base == "tree");
        let mounted = self.unit.mounts.iter().filter(|_| self.loads_whatever_is_mounted());
        let trees = mounted.filter_map(|mount| match &mount.source {
            MountSource::Tree(path) => Some(path.as_str()),
            _ => None,
        });
        in_tree.map(|place| place.path.as_str()).chain(trees)
    }

    fn loads_whatever_is_mounted(&self) -> bool {
        use crate::catalogue::Role;
        self.invocation.as_ref().is_some_and(|client| matches!(client.role, Role::Validator | Role::Signer))
    }
}
