//! The settings of a unit file and its drop-ins, in the order in which systemd reads them.

use crate::document::{Document, Syntax, parse_rendered};
use crate::source::{Span, Text};
use std::collections::BTreeSet;

/// A unit file, laid under its drop-ins.
#[derive(Debug, Clone, Default)]
pub(super) struct Sections {
    entries: Vec<Assignment>,
}

/// `Key=value` of a section.
#[derive(Debug, Clone)]
struct Assignment {
    section: String,
    key: String,
    value: Text,
    place: Span,
}

impl Sections {
    /// Reads texts that stand in no file as they are: rendered, embedded, written by a script; the deciding one last.
    pub fn of_texts(texts: &[Text]) -> Self {
        let mut sections = Self::default();
        texts.iter().for_each(|text| sections.lay(&parse_rendered(text, Syntax::Ini)));
        sections
    }

    /// Lays a file over those before it.
    pub fn lay(&mut self, document: &Document) {
        let Some(root) = document.root() else { return };
        for section in root.entries() {
            for entry in section.value.entries() {
                let place = entry.key.place();
                let value = if entry.value.is_null() { None } else { entry.value.text() };
                self.entries.push(Assignment {
                    section: section.name().to_owned(),
                    key: entry.name().to_owned(),
                    value: value.unwrap_or_else(|| Text::empty(place)),
                    place,
                });
            }
        }
    }

    /// Answers how many settings there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Answers the values of a key that can be given several times; an empty one takes back those before it.
    pub fn list(&self, section: &str, key: &str) -> Vec<&Text> {
        let mut values = Vec::new();
        for entry in self.entries.iter().filter(|entry| entry.section == section && entry.key == key) {
            if entry.value.value().trim().is_empty() {
                values.clear();
            } else {
                values.push(&entry.value);
            }
        }
        values
    }

    /// Answers the value that holds of a key.
    pub fn last(&self, section: &str, key: &str) -> Option<&Text> {
        self.list(section, key).pop()
    }

    /// Answers a key of `[Service]`.
    pub fn service(&self, key: &str) -> Option<&Text> {
        self.last("Service", key)
    }

    /// Answers a line that stands behind a command and is none of the file's own keys, but flags: the line before does not go
    /// on.
    pub fn lost(&self) -> Option<Text> {
        let mut own = self.entries.iter().filter(|entry| entry.section == "Service");
        let stray = own.find(|entry| entry.key.trim_start().starts_with('-'))?;
        let mut text = Text::literal(&stray.key, stray.place);
        if !stray.value.value().is_empty() {
            text.push_inexact("=", stray.place);
            text.append(&stray.value);
        }
        Some(text)
    }

    /// Answers the place of the whole: from the first key to the last value of the first file.
    pub fn place(&self) -> Option<Span> {
        let first = self.entries.first()?.place;
        Some(self.entries.iter().fold(first, |place, entry| place.to(entry.place).to(entry.value.span())))
    }

    /// Answers every file that something stands in, the deciding one last.
    pub fn files(&self) -> Vec<crate::source::FileId> {
        let (mut files, mut known) = (Vec::new(), BTreeSet::new());
        let all = self.entries.iter().map(|entry| entry.place.file);
        files.extend(all.filter(|file| known.insert(*file)));
        files
    }
}
