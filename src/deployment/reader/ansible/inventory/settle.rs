//! Which groups each host belongs to, in the order in which their variables count.

use super::model::Inventory;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The hosts of an inventory belong to no more groups together, as long as each belongs to no more than a few.
const MOST: usize = 200_000;
const FEW: usize = 64;

/// Works out the groups of every host: those that name it, and all that those are children of, the deepest last.
pub(super) fn settle(inventory: &mut Inventory) {
    let depths = depths(inventory);
    let mut parents: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, group) in &inventory.groups {
        for child in &group.children {
            parents.entry(child).or_default().push(name);
        }
    }
    let share = (MOST / inventory.hosts.len().max(1)).max(FEW);
    let mut belonging: Vec<(Vec<String>, bool)> = Vec::with_capacity(inventory.hosts.len());
    for host in inventory.hosts.values() {
        let mut known: BTreeSet<&str> = BTreeSet::new();
        let mut pending: Vec<&str> = host.named_by.iter().map(|(group, _)| group.as_str()).collect();
        while known.len() < share
            && let Some(group) = pending.pop()
        {
            if known.insert(group) {
                pending.extend(parents.get(group).into_iter().flatten());
            }
        }
        let is_cut = !pending.is_empty();
        known.remove("all");
        let mut groups: Vec<&str> = known.into_iter().collect();
        groups.sort_by_key(|group| (depths.get(*group).copied().unwrap_or(1), *group));
        let all = std::iter::once("all".to_owned()).chain(groups.into_iter().map(str::to_owned));
        belonging.push((all.collect(), is_cut));
    }
    for (host, (groups, is_cut)) in inventory.hosts.values_mut().zip(belonging) {
        host.groups = groups;
        if is_cut {
            // Groups that are left out may set any name.
            Arc::make_mut(&mut host.set).open = true;
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

#[cfg(test)]
mod tests {
    use crate::deployment::reader::ansible::inventory::find;
    use crate::workspace::Workspace;

    /// The groups of all hosts where each group is a child of the one before, and how many hosts are in some that are left out.
    fn nested(many: usize) -> (usize, usize) {
        let hosts: String = (0..many).map(|at| format!("[g{at}]\nh{at}\n")).collect();
        let children: String = (1..many).map(|at| format!("[g{}:children]\ng{at}\n", at - 1)).collect();
        let inventories = find(&Workspace::of(&[("hosts.ini", &format!("{hosts}{children}"))]));
        let hosts = || inventories.iter().flat_map(|inventory| inventory.hosts.values());
        (hosts().map(|host| host.groups.len()).sum(), hosts().filter(|host| host.set.open).count())
    }

    #[test]
    fn hosts_times_groups_come_to_an_end() {
        assert_eq!(nested(100), (100 + 100 * 101 / 2, 0));
        let (groups, cut) = nested(1_000);
        assert!(groups <= 201 * 1_000 && cut > 700, "{groups} {cut}");
    }
}
