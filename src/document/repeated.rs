//! Keys that are written twice in one map.

use super::arena::{MERGE_KEY, NONE, Shape};
use super::model::Repeated;
use super::tree::Document;
use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

/// Up to how many entries a map is compared pair by pair.
const FEW: usize = 12;

/// Finds them in every map of a document.
pub(super) fn find(document: &Document) -> Vec<Repeated> {
    let arena = &document.arena;
    let mut found = Vec::new();
    let mut keys: Vec<(&str, u32)> = Vec::new();
    for map in (0..arena.len()).map(|id| arena.cell(id)).filter(|cell| cell.shape == Shape::Map) {
        keys.clear();
        let mut next = map.link;
        while next != NONE {
            let value = arena.cell(next);
            next = value.next;
            // The key of an entry that is itself an alias has the name of what it refers to.
            if let Some(name) = document.node(value.key, NONE).str()
                && !arena.cell(value.key).is(MERGE_KEY)
            {
                keys.push((name, value.key));
            }
        }
        compare(document, &keys, &mut found);
    }
    found.sort_by_key(|repeated| repeated.again);
    found
}

fn compare(document: &Document, keys: &[(&str, u32)], found: &mut Vec<Repeated>) {
    let mut report = |name: &str, first: u32, again: u32| {
        let place = |key| document.node(key, NONE).place();
        found.push(Repeated { key: name.into(), first: place(first), again: place(again) });
    };
    if keys.len() <= FEW {
        for (at, (name, again)) in keys.iter().enumerate() {
            if let Some((_, first)) = keys[..at].iter().find(|(earlier, _)| earlier == name) {
                report(name, *first, *again);
            }
        }
        return;
    }
    let mut seen: HashMap<&str, u32> = HashMap::with_capacity(keys.len());
    for (name, key) in keys {
        match seen.entry(name) {
            Slot::Vacant(slot) => _ = slot.insert(*key),
            Slot::Occupied(slot) => report(name, *slot.get(), *key),
        }
    }
}
