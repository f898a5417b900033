//! Inventories of groups within groups, as YAML.

use super::model::{Inventory, Layer};
use super::range::expand;
use crate::deployment::reader::ansible::datum::Datum;
use crate::document::{Kind, Node};
use crate::source::FileId;

/// Groups stand in groups no deeper.
const DEEPEST: usize = 16;
const MOST_VALUES: usize = 300_000;
const MOST_HOSTS: usize = 20_000;

/// Tells whether a tree is an inventory: groups that hold nothing but hosts, groups and variables.
fn is_inventory(root: Node<'_>) -> bool {
    let is_group = |group: Node<'_>| {
        group.entries().all(|entry| ["hosts", "children", "vars"].contains(&entry.name()))
            && group.entries().next().is_some()
    };
    let of_map = |node: Node<'_>| node.kind() == Kind::Map || node.is_null();
    root.kind() == Kind::Map
        && root.entries().next().is_some()
        && root.entries().all(|entry| entry.value.is_null() || is_group(entry.value))
        && root.entries().any(|entry| ["hosts", "children"].iter().any(|key| entry.value.get(key).is_some_and(of_map)))
}

/// Reads an inventory; nothing if the tree is none.
pub(super) fn read(file: FileId, path: &str, root: Node<'_>) -> Option<Inventory> {
    if !is_inventory(root) {
        return None;
    }
    let mut inventory = Inventory::new(file, path);
    let mut budget = MOST_VALUES;
    for entry in root.entries() {
        group(entry.name(), entry.key, entry.value, &mut inventory, &mut budget, 0);
    }
    (!inventory.hosts.is_empty()).then_some(inventory)
}

fn group(name: &str, key: Node<'_>, node: Node<'_>, inventory: &mut Inventory, budget: &mut usize, depth: usize) {
    inventory.group(name, key.place());
    for entry in node.get("hosts").into_iter().flat_map(Node::entries) {
        for host in expand(entry.name()) {
            if inventory.hosts.len() > MOST_HOSTS {
                return;
            }
            let known = inventory.name_host(&host, name, entry.key.place());
            for setting in entry.value.entries() {
                Layer::set(&mut known.set, setting.name(), Datum::of(setting.value, budget));
            }
        }
    }
    for entry in node.get("vars").into_iter().flat_map(Node::entries) {
        let value = Datum::of(entry.value, budget);
        Layer::set(&mut inventory.group(name, key.place()).set, entry.name(), value);
    }
    if depth > DEEPEST {
        return;
    }
    for child in node.get("children").into_iter().flat_map(Node::entries) {
        inventory.group(name, key.place()).children.insert(child.name().to_owned());
        group(child.name(), child.key, child.value, inventory, budget, depth + 1);
    }
}
