//! The entries of a map, and those that it takes from others through `<<`.

use super::arena::{MERGE_KEY, MERGES, NONE, Shape, UNKNOWN};
use super::model::Kind;
use super::node::Node;
use crate::source::Span;
use std::collections::HashSet;

/// A key and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry<'d> {
    /// The key.
    pub key: Node<'d>,
    /// The value.
    pub value: Node<'d>,
}

impl<'d> Entry<'d> {
    /// Answers the key as text; of a key that is a map or a sequence, nothing.
    #[must_use]
    pub fn name(&self) -> &'d str {
        self.key.str().unwrap_or_default()
    }

    /// Answers the bytes from key to value; of an entry that was taken through an alias, the alias.
    #[must_use]
    pub fn span(&self) -> Span {
        if self.key.place != NONE && self.key.place == self.value.place {
            return self.key.place();
        }
        self.key.outer_place().to(self.value.outer_place())
    }
}

/// The entries of a map, in order.
#[derive(Debug)]
pub struct Entries<'d> {
    map: Node<'d>,
    next: u32,
    merge: Option<Box<Merge<'d>>>,
}

/// What is left to take from other maps.
#[derive(Debug)]
struct Merge<'d> {
    /// Maps to go through, the next one last.
    pending: Vec<Node<'d>>,
    /// Maps that were gone through; another time they would add nothing.
    visited: HashSet<u32>,
    /// Names that are taken.
    seen: HashSet<&'d str>,
    /// Names of the map that is being gone through.
    fresh: Vec<&'d str>,
}

impl<'d> Entries<'d> {
    /// Starts with a map's own entries, and goes on with what it takes from others.
    pub(super) fn all(map: Node<'d>) -> Self {
        let mut entries = Self::own(map);
        if map.cell().is(MERGES) {
            let (pending, seen) = (Vec::new(), HashSet::new());
            entries.merge = Some(Box::new(Merge { pending, visited: HashSet::new(), seen, fresh: Vec::new() }));
            entries.enter(map);
        }
        entries
    }

    /// Goes through a map's own entries only, and leaves `<<` out.
    pub(super) fn own(map: Node<'d>) -> Self {
        let cell = map.cell();
        Self { map, next: if cell.shape == Shape::Map { cell.link } else { NONE }, merge: None }
    }

    /// Starts to go through a map, and remembers which maps it takes entries from.
    fn enter(&mut self, map: Node<'d>) {
        *self = Self { merge: self.merge.take(), ..Self::own(map) };
        let Some(merge) = &mut self.merge else { return };
        merge.seen.extend(merge.fresh.drain(..));
        if map.cell().is(MERGES) {
            let sources = sources(map);
            merge.pending.extend(sources.into_iter().rev().filter(|source| !merge.visited.contains(&source.id)));
        }
        merge.visited.insert(map.id);
    }

    /// Answers the next entry of the map that is being gone through, `<<` included.
    fn step(&mut self) -> Option<(Entry<'d>, bool)> {
        let id = (self.next != NONE).then_some(self.next)?;
        let document = self.map.document;
        let cell = document.arena.cell(id);
        self.next = cell.next;
        let key = document.node(cell.key, self.map.place);
        let entry = Entry { key, value: document.node(id, self.map.place) };
        Some((entry, document.arena.cell(cell.key).is(MERGE_KEY)))
    }
}

/// Answers the maps that a map takes entries from, the strongest first.
fn sources<'d>(map: Node<'d>) -> Vec<Node<'d>> {
    let mut sources = Vec::new();
    let mut own = Entries::own(map);
    while let Some((entry, merges)) = own.step() {
        match (merges, entry.value.kind()) {
            (true, Kind::Map) => sources.push(entry.value),
            (true, Kind::Sequence) => sources.extend(entry.value.items().filter(|item| item.kind() == Kind::Map)),
            _ => {}
        }
    }
    sources
}

impl<'d> Iterator for Entries<'d> {
    type Item = Entry<'d>;

    fn next(&mut self) -> Option<Entry<'d>> {
        loop {
            while let Some((entry, merges)) = self.step() {
                if merges {
                    continue;
                }
                let Some(merge) = &mut self.merge else { return Some(entry) };
                // A key without a name cannot be compared, and so it shadows nothing.
                let Some(name) = entry.key.str().filter(|_| !entry.key.cell().is(UNKNOWN)) else { return Some(entry) };
                if !merge.seen.contains(name) {
                    merge.fresh.push(name);
                    return Some(entry);
                }
            }
            let map = self.next_map()?;
            self.enter(map);
        }
    }
}

impl<'d> Entries<'d> {
    fn next_map(&mut self) -> Option<Node<'d>> {
        let merge = self.merge.as_mut()?;
        std::iter::from_fn(|| merge.pending.pop()).find(|map| !merge.visited.contains(&map.id))
    }
}
