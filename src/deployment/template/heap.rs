//! Where maps and lists of a rendering stand: shared as Go shares them, and dropped all at once however they hold one another.

use super::model::{Datum, Sort};
use crate::deployment::value::{Body, Value};
use crate::document::{Kind, Node, Style};
use crate::source::{Span, Text};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Values nest no deeper where they are gone through.
pub(super) const DEEPEST: usize = 48;
/// Maps, lists and scalars that one rendering may make.
const MOST: usize = 300_000;

/// A value of a map, and the place of its key.
#[derive(Debug, Clone)]
pub(in crate::deployment) struct Slot {
    pub key: Span,
    pub value: Datum,
}

/// A map by its keys, as Go's templates go through it.
pub(in crate::deployment) type Map = BTreeMap<String, Slot>;

/// All maps and lists.
#[derive(Debug, Default)]
pub(in crate::deployment) struct Heap {
    lists: Vec<Vec<Datum>>,
    maps: Vec<Map>,
    made: usize,
}

impl Heap {
    /// Keeps a list; one too many is empty.
    pub fn list(&mut self, items: Vec<Datum>) -> Datum {
        let items = if self.spend(items.len()) { items } else { Vec::new() };
        self.lists.push(items);
        Datum::List(self.lists.len() - 1)
    }

    /// Keeps a map; one too many is empty.
    pub fn map(&mut self, map: Map) -> Datum {
        let map = if self.spend(map.len()) { map } else { Map::new() };
        self.maps.push(map);
        Datum::Map(self.maps.len() - 1)
    }

    fn spend(&mut self, count: usize) -> bool {
        self.made = self.made.saturating_add(count + 1);
        self.made <= MOST
    }

    /// Tells whether more was made than any chart needs.
    pub fn is_full(&self) -> bool {
        self.made > MOST
    }

    /// Answers the items of a list; none of anything else.
    pub fn items(&self, datum: &Datum) -> &[Datum] {
        match datum {
            Datum::List(id) => self.lists.get(*id).map_or(&[], Vec::as_slice),
            _ => &[],
        }
    }

    /// Answers the entries of a map.
    pub fn entries(&self, datum: &Datum) -> Option<&Map> {
        match datum {
            Datum::Map(id) => self.maps.get(*id),
            _ => None,
        }
    }

    /// Answers the value of a key; nothing if there is no such key, or no map.
    pub fn get(&self, datum: &Datum, key: &str) -> Option<&Datum> {
        self.entries(datum)?.get(key).map(|slot| &slot.value)
    }

    /// Follows one key after the other.
    pub fn path(&self, datum: &Datum, path: &[&str]) -> Option<&Datum> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.get(datum, first)?, |datum, key| self.get(datum, key))
    }

    /// Sets a key of a map, for all who hold it.
    pub fn set(&mut self, datum: &Datum, key: &str, place: Span, value: Datum) {
        let room = self.spend(1);
        if let Datum::Map(id) = datum
            && room
            && let Some(map) = self.maps.get_mut(*id)
        {
            map.insert(key.to_owned(), Slot { key: place, value });
        }
    }

    /// Takes a key out of a map, for all who hold it.
    pub fn unset(&mut self, datum: &Datum, key: &str) {
        if let Datum::Map(id) = datum
            && let Some(map) = self.maps.get_mut(*id)
        {
            map.remove(key);
        }
    }

    /// Takes a node of a document with all below it.
    pub fn load(&mut self, node: Node<'_>) -> Datum {
        self.load_at(node, 0)
    }

    fn load_at(&mut self, node: Node<'_>, depth: usize) -> Datum {
        if depth > DEEPEST || self.is_full() || node.is_null() {
            return Datum::Null;
        }
        match node.kind() {
            Kind::Scalar => scalar(node),
            Kind::Sequence => {
                let items = node.items().map(|item| self.load_at(item, depth + 1)).collect();
                self.list(items)
            }
            Kind::Map => {
                let mut map = Map::new();
                for entry in node.entries() {
                    let value = self.load_at(entry.value, depth + 1);
                    map.insert(entry.name().to_owned(), Slot { key: entry.key.place(), value });
                }
                self.map(map)
            }
        }
    }

    /// Takes a value with all below it; `quoted` tells whether a scalar at a place stands in quotes, and so is a word.
    pub fn take(&mut self, value: &Value, quoted: &dyn Fn(Span) -> bool) -> Datum {
        self.take_at(value, quoted, 0)
    }

    fn take_at(&mut self, value: &Value, quoted: &dyn Fn(Span) -> bool, depth: usize) -> Datum {
        if depth > DEEPEST || self.is_full() {
            return Datum::Null;
        }
        match &value.body {
            Body::Null => Datum::Null,
            Body::Scalar(text) if text.is_hole() => Datum::Hole(Rc::new(text.clone())),
            Body::Scalar(text) => {
                let word = text.origin().is_none() && quoted(text.span());
                Datum::Scalar(if word { Sort::Word } else { sort(text.value()) }, Rc::new(text.clone()))
            }
            Body::List(items) => {
                let items = items.iter().map(|item| self.take_at(item, quoted, depth + 1)).collect();
                self.list(items)
            }
            Body::Map(entries) => {
                let mut map = Map::new();
                for entry in entries {
                    let value = self.take_at(&entry.value, quoted, depth + 1);
                    map.insert(entry.key.value.clone(), Slot { key: entry.key.span, value });
                }
                self.map(map)
            }
        }
    }

    /// Lays one map over another, as Helm lays values: maps are merged, everything else is replaced, and null takes away.
    pub fn overlay(&mut self, base: &Datum, over: &Datum) {
        self.overlay_at(base, over, 0);
    }

    fn overlay_at(&mut self, base: &Datum, over: &Datum, depth: usize) {
        let Some(entries) = self.entries(over).cloned() else { return };
        for (key, slot) in entries {
            match (self.get(base, &key).cloned(), &slot.value) {
                (Some(below @ Datum::Map(_)), Datum::Map(_)) if depth < DEEPEST => {
                    self.overlay_at(&below, &slot.value, depth + 1);
                }
                (_, Datum::Null) => self.unset(base, &key),
                _ => {
                    let value = self.copy(&slot.value);
                    self.set(base, &key, slot.key, value);
                }
            }
        }
    }

    /// Fills in what a map lacks from another one; with `replace`, what the other has counts.
    pub fn merge(&mut self, base: &Datum, other: &Datum, replace: bool, depth: usize) {
        let Some(entries) = self.entries(other).cloned() else { return };
        for (key, slot) in entries {
            match (self.get(base, &key).cloned(), &slot.value) {
                (Some(below @ Datum::Map(_)), Datum::Map(_)) if depth < DEEPEST => {
                    self.merge(&below, &slot.value, replace, depth + 1);
                }
                (Some(known), _) if !replace && self.truth(&known) != Some(false) => {}
                _ => {
                    let value = self.copy(&slot.value);
                    self.set(base, &key, slot.key, value);
                }
            }
        }
    }

    /// Copies a value with all that it holds.
    pub fn copy(&mut self, datum: &Datum) -> Datum {
        self.copy_at(datum, 0)
    }

    fn copy_at(&mut self, datum: &Datum, depth: usize) -> Datum {
        if depth > DEEPEST || self.is_full() {
            return Datum::Null;
        }
        match datum {
            Datum::List(_) => {
                let items = self.items(datum).to_vec();
                let items = items.iter().map(|item| self.copy_at(item, depth + 1)).collect();
                self.list(items)
            }
            Datum::Map(_) => {
                let entries = self.entries(datum).cloned().unwrap_or_default();
                let copied = entries.into_iter().map(|(key, slot)| {
                    let value = self.copy_at(&slot.value, depth + 1);
                    (key, Slot { value, ..slot })
                });
                let map = copied.collect();
                self.map(map)
            }
            other => other.clone(),
        }
    }

    /// Tells whether a value counts as true in a condition; nothing if nobody knows.
    pub fn truth(&self, datum: &Datum) -> Option<bool> {
        match datum {
            Datum::Null => Some(false),
            Datum::Hole(_) => None,
            Datum::List(_) => Some(!self.items(datum).is_empty()),
            Datum::Map(_) => Some(self.entries(datum).is_some_and(|map| !map.is_empty())),
            Datum::Scalar(_, text) if text.is_hole() => None,
            Datum::Scalar(Sort::Word, text) => Some(!text.value().is_empty()),
            Datum::Scalar(Sort::Truth, text) => text.known().map(|text| text == "true"),
            Datum::Scalar(_, text) => text.known().map(|text| text.parse::<f64>() != Ok(0.0)),
        }
    }

    /// Tells whether two values are the same; nothing if nobody knows.
    pub fn same(&self, one: &Datum, other: &Datum, depth: usize) -> Option<bool> {
        match (one, other) {
            (Datum::Hole(_), _) | (_, Datum::Hole(_)) => None,
            (Datum::Null, Datum::Null) => Some(true),
            (Datum::Scalar(_, one), Datum::Scalar(_, other)) => Some(one.known()? == other.known()?),
            (Datum::List(_), Datum::List(_)) => {
                let (one, other) = (self.items(one), self.items(other));
                if one.len() != other.len() || depth > DEEPEST {
                    return Some(false);
                }
                let mut pairs = one.iter().zip(other);
                pairs.try_fold(true, |same, (one, other)| Some(same && self.same(one, other, depth + 1)?))
            }
            (Datum::Map(one), Datum::Map(other)) => Some(one == other),
            _ => Some(false),
        }
    }
}

/// Takes a scalar with its sort, as Helm's YAML reads it.
fn scalar(node: Node<'_>) -> Datum {
    let Some(text) = node.text() else { return Datum::Null };
    let sealed = text.value().starts_with("ENC[") || text.value().starts_with("$ANSIBLE_VAULT;");
    if text.is_hole() || sealed {
        let mut hole = Text::empty(text.span());
        hole.push_hole("(encrypted)", text.span());
        return Datum::Hole(Rc::new(if sealed { hole } else { text }));
    }
    let plain = node.style() == Style::Plain && node.tag().is_none();
    let sort = if plain { sort(text.value()) } else { Sort::Word };
    Datum::Scalar(sort, Rc::new(text))
}

/// Tells what a plain scalar is.
pub(in crate::deployment) fn sort(text: &str) -> Sort {
    match text {
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => return Sort::Truth,
        "yes" | "Yes" | "on" | "On" | "no" | "No" | "off" | "Off" => return Sort::Truth,
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return Sort::Word;
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Sort::Integer;
    }
    let decimal = digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    if decimal && digits.parse::<f64>().is_ok() { Sort::Decimal } else { Sort::Word }
}
