//! Takes values out of TOML tables, and notes what is missing, misspelt or of the wrong kind.

use super::glob::Glob;
use super::model::SettingsProblem;
use super::shape::Table;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value of TOML with its place.
pub(super) type Value<'t> = Spanned<DeValue<'t>>;

/// Collects what is wrong with a settings file.
#[derive(Default)]
pub(super) struct Problems(pub Vec<SettingsProblem>);

impl Problems {
    pub(super) fn add(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.0.push(SettingsProblem { span, message: message.into() });
    }

    /// Notes every key that a table of this name does not have.
    pub(super) fn unknown_keys(&mut self, name: &str, table: &DeTable<'_>) {
        let keys: Vec<&str> = Table::named(name).into_iter().flat_map(|table| table.keys).map(|key| key.name).collect();
        for key in table.keys().filter(|key| !keys.contains(&key.get_ref().as_ref())) {
            let near = nearest(key.get_ref(), &keys);
            self.add(key.span(), format!("unknown key `{}`{near}", key.get_ref()));
        }
    }

    /// Takes a string out of a table.
    pub(super) fn string(&mut self, table: &DeTable<'_>, key: &str) -> Option<(String, Range<usize>)> {
        let value = table.get(key)?;
        self.text(key, value).map(|text| (text.to_owned(), value.span()))
    }

    /// Takes a string that must be there and say something.
    pub(super) fn needed(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        place: &Range<usize>,
    ) -> Option<(String, Range<usize>)> {
        if !table.contains_key(key) {
            self.add(place.clone(), format!("`{key}` is missing"));
            return None;
        }
        let (text, span) = self.string(table, key)?;
        if text.trim().is_empty() {
            self.add(span, format!("`{key}` is empty"));
            return None;
        }
        Some((text, span))
    }

    /// Reads a value as a string.
    pub(super) fn text<'v>(&mut self, key: &str, value: &'v Value<'_>) -> Option<&'v str> {
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.add(value.span(), format!("`{key}` is a string, not {}", kind_of(value)));
        }
        text
    }

    /// Takes a list of strings out of a table.
    pub(super) fn strings(&mut self, table: &DeTable<'_>, key: &str) -> Vec<(String, Range<usize>)> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.add(value.span(), format!("`{key}` is a list of strings, not {}", kind_of(value)));
            return Vec::new();
        };
        items.iter().filter_map(|item| Some((self.text(key, item)?.to_owned(), item.span()))).collect()
    }

    /// Takes the tables of `[[key]]` out of a table, each with its place; a key that is not known is a problem.
    pub(super) fn tables<'v, 't>(&mut self, table: &'v DeTable<'t>, key: &str) -> Vec<(&'v DeTable<'t>, Range<usize>)> {
        let tables = self.free_tables(table, key);
        tables.iter().for_each(|(table, _)| self.unknown_keys(key, table));
        tables
    }

    /// Takes the tables of `[[key]]` out of a table, each with its place, whatever their keys.
    pub(super) fn free_tables<'v, 't>(
        &mut self,
        table: &'v DeTable<'t>,
        key: &str,
    ) -> Vec<(&'v DeTable<'t>, Range<usize>)> {
        let Some(value) = table.get(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.add(value.span(), format!("write `[[{key}]]`: there can be several"));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_table() {
                Some(table) => tables.push((table, item.span())),
                None => self.add(item.span(), format!("`{key}` holds tables, not {}", kind_of(item))),
            }
        }
        tables
    }

    /// Reads a glob.
    pub(super) fn glob(&mut self, text: &str, place: Range<usize>) -> Option<Glob> {
        Glob::new(text, place.clone()).map_err(|message| self.add(place, message)).ok()
    }

    /// Reads one of several words.
    pub(super) fn word<T: Copy>(&mut self, text: &str, place: Range<usize>, words: &[(&str, T)]) -> Option<T> {
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.add(place, format!("`{text}` is none of {}{}", names.join(", "), nearest(text, &names)));
        }
        found
    }
}

/// Names the kind of a value with its article.
pub(super) fn kind_of(value: &Value<'_>) -> String {
    let kind = value.get_ref().type_str();
    let article = if kind.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {kind}")
}

/// Asks back for the name that looks most alike, if one does.
fn nearest(word: &str, names: &[&str]) -> String {
    let alike = |name: &&str| strsim::jaro_winkler(word, name);
    let best =
        names.iter().copied().filter(|name| alike(name) > 0.8).max_by(|one, other| alike(one).total_cmp(&alike(other)));
    best.map_or(String::new(), |name| format!("; did you mean `{name}`?"))
}
