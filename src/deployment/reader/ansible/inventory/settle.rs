//! Which groups each host belongs to, in the order in which their variables count.

use super::model::Inventory;
use std::collections::{BTreeMap, BTreeSet};

/// Works out the groups of every host: those that name it, and all that those are children of, the deepest last.
pub(super) fn settle(inventory: &mut Inventory) {
    let depths = depths(inventory);
    let mut parents: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, group) in &inventory.groups {
        for child in &group.children {
            parents.entry(child).or_default().push(name);
        }
    }
    let mut belonging: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, host) in &inventory.hosts {
        let mut known: BTreeSet<&str> = BTreeSet::new();
        let mut pending: Vec<&str> = host.named_by.iter().map(|(group, _)| group.as_str()).collect();
        while let Some(group) = pending.pop() {
            if known.insert(group) {
                pending.extend(parents.get(group).into_iter().flatten());
            }
        }
        known.remove("all");
        let mut groups: Vec<&str> = known.into_iter().collect();
        groups.sort_by_key(|group| (depths.get(*group).copied().unwrap_or(1), *group));
        let all = std::iter::once("all".to_owned()).chain(groups.into_iter().map(str::to_owned));
        belonging.insert(name.clone(), all.collect());
    }
    for (name, groups) in belonging {
        if let Some(host) = inventory.hosts.get_mut(&name) {
            host.groups = groups;
        }
    }
}

/// How deep each group lies below `all`. Groups that hold one another lie nowhere, and so are left where they are.
fn depths(inventory: &Inventory) -> BTreeMap<String, usize> {
    let mut depths: BTreeMap<String, usize> = inventory.groups.keys().map(|name| (name.clone(), 1)).collect();
    // A group lies no deeper than there are groups.
    for _ in 0..inventory.groups.len().min(32) {
        let mut moved = false;
        for (name, group) in &inventory.groups {
            let depth = if name == "all" { 0 } else { depths.get(name).copied().unwrap_or(1) };
            for child in &group.children {
                let known = depths.entry(child.clone()).or_insert(1);
                if *known < depth + 1 && depth < 32 {
                    *known = depth + 1;
                    moved = true;
                }
            }
        }
        if !moved {
            break;
        }
    }
    depths
}
