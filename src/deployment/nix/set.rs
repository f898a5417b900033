//! The sets of a Nix file, and what names are bound to.

use super::parse::{DEEPEST, Parser};
use crate::deployment::value::{Body, Entry, Value};
use crate::source::{Spanned, Text};

/// Entries of one set.
const MOST_ENTRIES: usize = 1_000;

impl Parser<'_> {
    /// Reads a set; where `names` says so, its values may call one another by their names.
    pub fn set(&mut self, start: usize, names: bool) -> Value {
        self.scan.step();
        self.depth += 1;
        let mut known = Vec::new();
        let mut value = if self.depth < DEEPEST { self.bindings(names, &mut known) } else { self.hole(start) };
        self.depth -= 1;
        self.close("}");
        self.forget(known);
        value.place = self.span(start..self.scan.at);
        if value.get("serviceConfig").is_some() {
            self.services.push((self.bound.last().cloned(), value.clone()));
        }
        value
    }

    /// Reads `name = value;` up to what closes them; where `names` says so, later values may call earlier ones by their names, which
    /// are noted with what they stood for before.
    pub fn bindings(&mut self, names: bool, known: &mut Vec<(String, Option<Value>)>) -> Value {
        let mut set = Value { body: Body::Map(Vec::new()), ..Value::null(self.span(self.scan.at..self.scan.at)) };
        loop {
            self.scan.skip();
            let before = self.scan.at;
            if self.scan.peek().is_none() || self.scan.sees("}") || self.scan.name() == Some("in") {
                return set;
            }
            if self.scan.takes_name("inherit") {
                self.inherit(&mut set);
            } else {
                self.binding(&mut set, names, known);
            }
            if self.scan.at == before {
                self.scan.step();
            }
        }
    }

    /// Gives names back what they stood for before.
    pub fn forget(&mut self, known: Vec<(String, Option<Value>)>) {
        for (name, before) in known.into_iter().rev() {
            match before {
                Some(before) => drop(self.scope.insert(name, before)),
                None => drop(self.scope.remove(&name)),
            }
        }
    }

    fn inherit(&mut self, set: &mut Value) {
        self.scan.skip();
        let from = self.scan.sees("(");
        if from {
            self.scan.skip_brackets();
        }
        while let Some(part) = self.part() {
            let key = spanned(&part);
            let value = self.named(part.value()).filter(|_| !from);
            let value = value.unwrap_or_else(|| {
                let mut text = Text::empty(part.span());
                text.push_hole(part.value(), part.span());
                Value { body: Body::Scalar(text), ..Value::null(part.span()) }
            });
            insert(set, &[key], value);
        }
        self.scan.takes(";");
    }

    fn binding(&mut self, set: &mut Value, names: bool, known: &mut Vec<(String, Option<Value>)>) {
        let mut path = Vec::new();
        while let Some(part) = self.part() {
            path.push(part);
            if !self.scan.takes(".") {
                break;
            }
        }
        if path.is_empty() || !self.scan.takes("=") {
            self.give_up();
            self.scan.takes(";");
            return;
        }
        let held = self.bound.len();
        self.bound.extend(path.iter().cloned());
        let value = self.expression();
        self.bound.truncate(held);
        if !self.scan.takes(";") {
            self.give_up();
            self.scan.takes(";");
        }
        if let [name] = path.as_slice()
            && names
        {
            let before = self.scope.insert(name.value().to_owned(), value.clone());
            known.push((name.value().to_owned(), before));
        }
        let keys: Vec<Spanned<String>> = path.iter().map(spanned).collect();
        insert(set, &keys, value);
    }

    /// One part of a dotted name.
    pub fn part(&mut self) -> Option<Text> {
        self.scan.skip();
        let start = self.scan.at;
        if self.scan.sees("\"") {
            return self.quoted().text().cloned();
        }
        if self.scan.sees("${") {
            self.scan.at += 2;
            let value = self.expression();
            self.close("}");
            let known = value.text().filter(|text| text.is_known());
            return known.cloned().or_else(|| self.hole(start).text().cloned());
        }
        let name = self.scan.name()?;
        self.scan.at += name.len();
        Some(self.source.slice(start..self.scan.at))
    }
}

fn spanned(text: &Text) -> Spanned<String> {
    Spanned { value: text.value().to_owned(), span: text.span(), origin: text.origin() }
}

/// Sets the value at a path of a set; sets at the same path become one.
pub(super) fn insert(set: &mut Value, path: &[Spanned<String>], value: Value) {
    let Some((first, rest)) = path.split_first() else {
        match (&mut set.body, value.body) {
            (Body::Map(_), Body::Map(entries)) => {
                entries.into_iter().for_each(|entry| insert(set, &[entry.key], entry.value));
            }
            (_, body) => *set = Value { place: value.place, tag: value.tag, body },
        }
        return;
    };
    if !matches!(set.body, Body::Map(_)) {
        set.body = Body::Map(Vec::new());
    }
    let Body::Map(entries) = &mut set.body else { return };
    let at = match entries.iter().position(|entry| entry.key.value == first.value) {
        Some(at) => at,
        None if entries.len() >= MOST_ENTRIES => return,
        None => {
            entries.push(Entry { key: first.clone(), value: Value::null(value.place) });
            entries.len() - 1
        }
    };
    insert(&mut entries[at].value, rest, value);
}
