//! Reads an operator's own tables of clients and wrappers, inline or from files of their own.

use super::model::{OwnTable, SettingsProblem, TableKind};
use super::table::{Problems, Value, kind_of};
use crate::catalogue::{Client, Wrapper, overlay};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// A client or a wrapper, as an operator's table makes it.
#[derive(Debug)]
pub enum Own {
    /// A client.
    Client(Box<Client>),
    /// A wrapper.
    Wrapper(Box<Wrapper>),
}

impl OwnTable {
    /// Reads a file that holds one table, for the client or wrapper that its name says.
    ///
    /// # Errors
    /// Where it is no TOML.
    pub fn parse(text: &str, kind: TableKind, id: &str) -> Result<Self, Vec<SettingsProblem>> {
        let (root, errors) = DeTable::parse_recoverable(text);
        match errors.first() {
            Some(error) => {
                let span = error.span().unwrap_or(0..0);
                Err(vec![SettingsProblem { span, message: error.message().to_owned() }])
            }
            None => Ok(Self::of(kind, id.to_owned(), root.get_ref(), 0..0)),
        }
    }

    fn of(kind: TableKind, id: String, table: &DeTable<'_>, place: Range<usize>) -> Self {
        let mut entries: BTreeMap<String, Vec<Range<usize>>> = BTreeMap::new();
        for (key, value) in table.iter() {
            if let DeValue::Array(items) = value.get_ref() {
                entries.insert(key.get_ref().to_string(), items.iter().map(|item| item.span()).collect());
            }
        }
        Self { kind, id, body: json_of_table(table), place, entries }
    }

    /// Lays the table over the one that is baked in.
    ///
    /// # Errors
    /// Every place where it does not fit.
    pub fn lay(&self) -> Result<Own, Vec<SettingsProblem>> {
        let laid = match self.kind {
            TableKind::Client => {
                overlay::client(&self.id, self.body.clone()).map(|client| Own::Client(Box::new(client)))
            }
            TableKind::Wrapper => {
                overlay::wrapper(&self.id, self.body.clone()).map(|wrapper| Own::Wrapper(Box::new(wrapper)))
            }
        };
        laid.map_err(|misfits| misfits.iter().map(|misfit| self.problem(misfit)).collect())
    }

    fn problem(&self, misfit: &overlay::Misfit) -> SettingsProblem {
        let entry = misfit.entry.as_ref();
        let span = entry.and_then(|(list, number)| self.entries.get(list)?.get(*number)).unwrap_or(&self.place);
        let list = entry.map_or_else(String::new, |(list, _)| format!(", {list}"));
        SettingsProblem { span: span.clone(), message: format!("`{}`{list}: {}", self.id, misfit.message) }
    }
}

/// Reads `[[client]]` and `[[wrapper]]`: the table, with the `id` of what it is about.
pub(super) fn inline(root: &DeTable<'_>, problems: &mut Problems) -> Vec<OwnTable> {
    let mut tables = Vec::new();
    for (key, kind) in [("client", TableKind::Client), ("wrapper", TableKind::Wrapper)] {
        for (table, place) in problems.free_tables(root, key) {
            let Some((id, _)) = problems.needed(table, "id", &place) else { continue };
            let mut own = OwnTable::of(kind, id, table, place);
            if let Some(body) = own.body.as_object_mut() {
                body.remove("id");
            }
            tables.push(own);
        }
    }
    tables
}

/// Reads `clients` and `wrappers`: files with one table each, relative to the settings file.
pub(super) fn files(
    root: &DeTable<'_>,
    path: &Path,
    problems: &mut Problems,
) -> Vec<(TableKind, PathBuf, Range<usize>)> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut files = Vec::new();
    for (key, kind) in [("clients", TableKind::Client), ("wrappers", TableKind::Wrapper)] {
        let named = problems.strings(root, key).into_iter();
        files.extend(named.map(|(file, place)| (kind, folder.join(file), place)));
    }
    files
}

fn json_of_table(table: &DeTable<'_>) -> serde_json::Value {
    table
        .iter()
        .map(|(key, value)| (key.get_ref().to_string(), json_of(value)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn json_of(value: &Value<'_>) -> serde_json::Value {
    match value.get_ref() {
        DeValue::String(text) => serde_json::Value::from(text.as_ref()),
        DeValue::Boolean(truth) => serde_json::Value::from(*truth),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(serde_json::Value::Null, Into::into)
        }
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(serde_json::Value::Null, Into::into),
        DeValue::Array(items) => items.iter().map(json_of).collect(),
        DeValue::Table(table) => json_of_table(table),
        DeValue::Datetime(_) => serde_json::Value::from(kind_of(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    #[test]
    fn a_table_that_does_not_fit_says_where() {
        let text =
            "[[client]]\nid = \"teku\"\n[[client.flag]]\nname = \"a\"\nroles = [\"beacon\"]\nsinse = \"1.0.0\"\n";
        let settings = Settings::parse(text, Path::new("stakelint.toml")).expect("is TOML of the right shape");
        let problems = settings.tables[0].lay().expect_err("has an unknown key");
        assert!(problems[0].message.contains("unknown field `sinse`"), "{}", problems[0].message);
        assert!(text[problems[0].span.clone()].starts_with("[[client.flag]]"), "{}", &text[problems[0].span.clone()]);
    }

    #[test]
    fn an_inline_table_needs_an_id() {
        let problems =
            Settings::parse("[[wrapper]]\nname = \"x\"\n", Path::new("stakelint.toml")).expect_err("lacks it");
        assert!(problems[0].message.contains("`id` is missing"));
    }
}
