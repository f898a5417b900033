//! Writes values as YAML the way Helm's `toYaml` does, each scalar and key with the place where it was written.

use super::heap::{DEEPEST, sort};
use super::machine::Machine;
use super::model::{Datum, Sort};
use super::piece::{indented, quoted, single_quoted};
use crate::source::{Span, Text};

/// Writes values at one place where they have none of their own.
pub(super) struct Writer<'m> {
    pub machine: &'m Machine,
    pub place: Span,
    pub out: Text,
    /// Bytes that may still be written.
    pub room: usize,
}

impl Writer<'_> {
    /// Writes a value without a line break at its end.
    pub fn write(&mut self, value: &Datum) {
        self.value(value, 0, 0, false);
    }

    fn sign(&mut self, text: &str) {
        self.out.push_inexact(text, self.place);
    }

    fn line(&mut self, width: usize) {
        self.sign("\n");
        self.sign(&" ".repeat(width));
    }

    /// Writes a value whose first line is begun; `after_key` says that a key stands in it.
    fn value(&mut self, value: &Datum, width: usize, depth: usize, after_key: bool) {
        self.room = self.room.saturating_sub(8);
        if depth > DEEPEST || self.room == 0 {
            return self.sign("null");
        }
        match value {
            Datum::Null => self.sign("null"),
            Datum::Hole(text) => self.out.append(text),
            Datum::Scalar(sort, text) => self.scalar(*sort, text, width),
            Datum::List(_) => self.list(value, width, depth, after_key),
            Datum::Map(_) => self.map(value, width, depth, after_key),
        }
    }

    fn list(&mut self, list: &Datum, width: usize, depth: usize, after_key: bool) {
        let machine = self.machine;
        let items = machine.heap.items(list);
        if items.is_empty() {
            return self.sign("[]");
        }
        for (at, item) in items.iter().enumerate() {
            if at > 0 || after_key {
                self.line(width);
            }
            self.sign("- ");
            self.value(item, width + 2, depth + 1, false);
        }
    }

    fn map(&mut self, map: &Datum, width: usize, depth: usize, after_key: bool) {
        let machine = self.machine;
        let entries = machine.heap.entries(map).filter(|entries| !entries.is_empty());
        let Some(entries) = entries else { return self.sign("{}") };
        for (at, (key, slot)) in entries.iter().enumerate() {
            if at > 0 || after_key {
                self.line(width);
            }
            self.key(key, slot.key);
            self.sign(":");
            let nested = match &slot.value {
                Datum::List(_) => !machine.heap.items(&slot.value).is_empty(),
                Datum::Map(_) => machine.heap.truth(&slot.value) == Some(true),
                _ => false,
            };
            if !nested {
                self.sign(" ");
            }
            // Items of a list stand below their key, not further in.
            let inner = if matches!(slot.value, Datum::List(_)) { width } else { width + 2 };
            self.value(&slot.value, inner, depth + 1, nested);
        }
    }

    fn key(&mut self, key: &str, place: Span) {
        self.room = self.room.saturating_sub(key.len());
        let mut text = Text::empty(place);
        text.push(key, place, None);
        let plain = is_plain(key) && sort(key) == Sort::Word;
        self.out.append(&if plain { text } else { quoted(&text) });
    }

    fn scalar(&mut self, sort_of_value: Sort, text: &Text, width: usize) {
        let value = text.value();
        self.room = self.room.saturating_sub(value.len());
        if sort_of_value != Sort::Word {
            return self.out.append(text);
        }
        if value.contains('\n') && !value.starts_with([' ', '\n']) {
            return self.block(text, width);
        }
        let holds_holes = !text.is_known();
        if is_plain(value) && sort(value) == Sort::Word {
            self.out.append(text);
        } else if !value.contains(['\n', '\t']) && !holds_holes {
            self.out.append(&single_quoted(text, true));
        } else {
            self.out.append(&quoted(text));
        }
    }

    /// Writes a text of several lines as a literal block.
    fn block(&mut self, text: &Text, width: usize) {
        let value = text.value();
        let body = value.trim_end_matches('\n');
        let closing = match value.len() - body.len() {
            0 => "|-",
            1 => "|",
            _ => "|+",
        };
        self.sign(closing);
        let body = if closing == "|+" { value.strip_suffix('\n').unwrap_or(value) } else { body };
        self.out.append(&indented(&text.slice(0..body.len()), width.max(1), true));
    }
}

/// Tells whether a word can stand without quotes.
fn is_plain(text: &str) -> bool {
    const WORDS: [&str; 6] = ["~", "null", "Null", "NULL", "y", "n"];
    let Some(first) = text.chars().next() else { return false };
    let starts = !"-?:,[]{}#&*!|>'\"%@` ".contains(first)
        || (first == '-' && text.len() > 1 && !text.starts_with("- ") && !text.starts_with("---"))
        || (first == ':' && text.len() > 1 && !text.starts_with(": "));
    starts
        && !WORDS.contains(&text)
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.contains(['\n', '\t', '\r', '\0'])
}
