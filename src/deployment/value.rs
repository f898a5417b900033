//! The values of a manifest: owned, filled in, and so ready to be merged across files and patched.

use crate::document::{Kind, Node};
use crate::source::{Span, Spanned, Text};
use std::collections::BTreeMap;

/// No file nests deeper, aliases included.
const DEEPEST: usize = 48;

/// A value, with the place where it is used.
#[derive(Debug, Clone)]
pub(in crate::deployment) struct Value {
    pub place: Span,
    pub tag: Tag,
    pub body: Body,
}

/// What a value is told to do to the one that it is merged with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::deployment) enum Tag {
    /// To merge.
    None,
    /// To remove it (`!reset`).
    Reset,
    /// To replace it (`!override`).
    Override,
}

#[derive(Debug, Clone)]
pub(in crate::deployment) enum Body {
    Null,
    Scalar(Text),
    List(Vec<Value>),
    Map(Vec<Entry>),
}

#[derive(Debug, Clone)]
pub(in crate::deployment) struct Entry {
    pub key: Spanned<String>,
    pub value: Value,
}

/// Turns nodes into values.
pub(in crate::deployment) struct Taking<'a> {
    /// Fills in what a scalar leaves open.
    pub fill: &'a mut dyn FnMut(Text) -> Text,
    /// How many values may still be made: aliases can make a short file endless.
    pub budget: &'a mut usize,
}

impl Taking<'_> {
    /// Takes a node with all below it; variables are filled in values, not in keys.
    pub fn take(&mut self, node: Node<'_>) -> Value {
        self.take_at(node, 0)
    }

    fn take_at(&mut self, node: Node<'_>, depth: usize) -> Value {
        let place = node.place();
        let tag = match node.tag() {
            Some("!reset") => Tag::Reset,
            Some("!override") => Tag::Override,
            _ => Tag::None,
        };
        *self.budget = self.budget.saturating_sub(1);
        if depth > DEEPEST || *self.budget == 0 || node.is_null() {
            return Value { place, tag, body: Body::Null };
        }
        let body = match node.kind() {
            Kind::Scalar if is_sealed(node) => Body::Scalar(sealed(node)),
            Kind::Scalar => node.text().map_or(Body::Null, |text| Body::Scalar((self.fill)(text))),
            Kind::Sequence => Body::List(node.items().map(|item| self.take_at(item, depth + 1)).collect()),
            Kind::Map => Body::Map(self.entries(node, depth)),
        };
        Value { place, tag, body }
    }

    fn entries(&mut self, node: Node<'_>, depth: usize) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut places = Places::default();
        for entry in node.entries() {
            let value = self.take_at(entry.value, depth + 1);
            let (place, own) = (entry.key.place(), entry.key.span());
            let origin = (place != own).then_some(own);
            let key = Spanned { value: entry.name().to_owned(), span: place, origin };
            // Of a key that is written twice, the last one holds.
            match places.of(entry.name(), &entries) {
                Some(at) => entries[at] = Entry { key, value },
                None => {
                    places.note(entry.name(), entries.len());
                    entries.push(Entry { key, value });
                }
            }
        }
        entries
    }
}

/// Where the keys of a map stand, found in time that does not grow with it; a short one is looked through.
#[derive(Default)]
struct Places<'n>(BTreeMap<&'n str, usize>);

impl<'n> Places<'n> {
    const FEW: usize = 12;

    fn of(&mut self, name: &str, entries: &[Entry]) -> Option<usize> {
        let (few, _) = entries.split_at(entries.len().min(Self::FEW));
        few.iter().position(|entry| entry.key.value == name).or_else(|| self.0.get(name).copied())
    }

    fn note(&mut self, name: &'n str, at: usize) {
        if at >= Self::FEW {
            self.0.insert(name, at);
        }
    }
}

/// An encrypted value, which nobody can read here.
fn is_sealed(node: Node<'_>) -> bool {
    matches!(node.tag(), Some("!vault" | "!vault-encrypted" | "!encrypted"))
        || node.str().is_some_and(|text| text.starts_with("ENC[") || text.starts_with("$ANSIBLE_VAULT;"))
}

fn sealed(node: Node<'_>) -> Text {
    let mut text = Text::empty(node.place());
    text.push_hole("(encrypted)", node.place());
    text
}

impl Value {
    /// Takes a node with all below it as it is written; of a tree that aliases make endless, the first half million values.
    pub fn of(node: Node<'_>) -> Self {
        Taking { fill: &mut |text| text, budget: &mut 500_000 }.take(node)
    }

    /// Follows one key after the other.
    pub fn path(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Makes an absent value.
    pub fn null(place: Span) -> Self {
        Self { place, tag: Tag::None, body: Body::Null }
    }

    /// Answers the value of a key of a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }

    /// Answers the text of a scalar under a key of a map.
    pub fn text_of(&self, key: &str) -> Option<&Text> {
        self.get(key)?.text()
    }

    /// Answers the text of a scalar.
    pub fn text(&self) -> Option<&Text> {
        match &self.body {
            Body::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// Answers the entries of a map; none of anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.body {
            Body::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Answers the items of a list, or the single value that stands for a list of one.
    pub fn list(&self) -> &[Self] {
        match &self.body {
            Body::List(items) => items,
            Body::Scalar(_) => std::slice::from_ref(self),
            _ => &[],
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self.body, Body::Null)
    }

    /// Tells whether a scalar is a switch that is on.
    pub fn is_true(&self) -> bool {
        self.text().and_then(Text::known).is_some_and(|text| matches!(text, "true" | "True" | "TRUE" | "yes" | "on"))
    }
}
