//! The shape of the settings file in one table: the keys of each of its tables, what they say, and what fits there.

use super::words::Words;

/// A table of the settings file.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Its name; the top has none.
    pub name: &'static str,
    /// The keys that it can have.
    pub keys: &'static [Key],
    /// Other keys are no mistake: somebody else knows them.
    pub is_open: bool,
}

/// A key of a table.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub says: &'static str,
    /// What fits there.
    pub value: Value,
    /// The table makes no sense without it.
    pub is_needed: bool,
    /// The word that holds where nothing is said.
    pub default: Option<&'static str>,
}

/// What fits as the value of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Text,
    /// A glob, relative to the file.
    Glob,
    /// The id of a rule or of a group of rules.
    Rule,
    /// A day.
    Day,
    /// True or false.
    Truth,
    /// One of several words.
    Word(Words),
    /// A list of such values.
    List(&'static Value),
    /// One table of this name.
    Table(&'static str),
    /// Any number of tables of this name.
    Tables(&'static str),
    /// A table from rules and groups to a severity, or to a table of the name `rules`.
    Rules,
}

/// All tables of the settings file, the top first.
pub const TABLES: &[Table] = &[
    table("", TOP),
    table(
        "rules",
        &[
            key("severity", "The severity of the rule, or \"off\".", Value::Word(Words::Level)),
            key("unsuppressible", "No comment in a file can silence the rule.", Value::Truth).or("false"),
        ],
    ),
    table(
        "environment",
        &[
            key("path", "The folders and files that belong to it.", Value::Glob).needed(),
            key("network", "The network, as \"mainnet\" or \"hoodi\".", Value::Text),
            key("host", "The host that everything there runs on.", Value::Text),
            key("stage", "What is at stake there, whatever the network says.", Value::Word(Words::Stage)),
            key(
                "rules",
                "The severity of single rules or groups there, by id, whatever the rest of the tree says.",
                Value::Rules,
            ),
        ],
    ),
    table(
        "allow",
        &[
            key("rule", "The rule or group.", Value::Rule).needed(),
            key("path", "The folders and files in which it is allowed; everywhere, if none are named.", Value::Glob),
            key("reason", "Why it is no hazard here.", Value::Text).needed(),
            key("until", "The last day on which it holds; past it the finding returns.", Value::Day),
        ],
    ),
    table(
        "inventory",
        &[key("file", "A file from `stakelint inventory --format ndjson`, relative to this one.", Value::Text)
            .needed()],
    ),
    table(
        "plan",
        &[key("path", "The plan, in Markdown; relative to this file, and below its folder.", Value::Text).needed()],
    ),
    Table { is_open: true, ..table("own", &[key("id", "The id of the client or wrapper.", Value::Text).needed()]) },
];

const TOP: &[Key] = &[
    key("fail-on", "The least severity that fails a run.", Value::Word(Words::Gate)).or("medium"),
    key(
        "persona",
        "Who reads the report; each persona sees what the one before sees, and more.",
        Value::Word(Words::Persona),
    )
    .or("regular"),
    key(
        "packs",
        "Packs of demands, by name; where two disagree, the one of higher precedence decides.",
        Value::List(&Value::Word(Words::Pack)),
    ),
    key("exclude", "Paths that are left out; globs relative to this file.", Value::List(&Value::Glob)),
    key("rules", "The severity of single rules or groups, by id.", Value::Rules),
    key(
        "environment",
        "What is true of everything below a folder; of several entries that fit a path the last one decides.",
        Value::Tables("environment"),
    ),
    key("allow", "Findings that the operator allows.", Value::Tables("allow")),
    key("inventory", "Keys that other trees own.", Value::Tables("inventory")),
    key("plan", "The emergency plan, where its name does not tell that it is one.", Value::Table("plan")),
    key(
        "clients",
        "Files with tables of clients, named for the client's id (lighthouse.toml); relative to this file.",
        Value::List(&Value::Text),
    ),
    key(
        "wrappers",
        "Files with tables of wrappers, named for the wrapper's id; relative to this file.",
        Value::List(&Value::Text),
    ),
    key("client", "Tables of clients, as in rules/clients, laid over those that are baked in.", Value::Tables("own")),
    key(
        "wrapper",
        "Tables of wrappers, as in rules/wrappers, laid over those that are baked in.",
        Value::Tables("own"),
    ),
];

const fn table(name: &'static str, keys: &'static [Key]) -> Table {
    Table { name, keys, is_open: false }
}

const fn key(name: &'static str, says: &'static str, value: Value) -> Key {
    Key { name, says, value, is_needed: false, default: None }
}

impl Key {
    const fn needed(self) -> Self {
        Self { is_needed: true, ..self }
    }

    const fn or(self, word: &'static str) -> Self {
        Self { default: Some(word), ..self }
    }
}

impl Table {
    /// Answers the table of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        TABLES.iter().find(|table| table.name == name)
    }

    /// Answers a key of the table.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use std::path::Path;

    /// A value that fits, and one that does not.
    fn samples(value: Value) -> (String, &'static str) {
        match value {
            Value::Text | Value::Glob | Value::Rule => ("\"a\"".into(), "3"),
            Value::Day => ("\"2027-03-01\"".into(), "\"tomorrow\""),
            Value::Truth => ("true".into(), "\"yes\""),
            Value::Word(words) => (format!("{:?}", words.all()[0]), "\"zzz\""),
            Value::List(Value::Word(_)) => ("[]".into(), "\"lido\""),
            Value::List(inner) => (format!("[{}]", samples(*inner).0), "\"a\""),
            Value::Table(name) => (minimal(name), "3"),
            Value::Tables(name) => (format!("[{}]", minimal(name)), "3"),
            Value::Rules => (format!("{{ a = \"low\", b = {} }}", minimal("rules")), "[]"),
        }
    }

    /// A table with what it cannot do without.
    fn minimal(name: &str) -> String {
        inline(&needed(name, ""))
    }

    /// What a table cannot do without, but for one key.
    fn needed(name: &str, but: &str) -> Vec<String> {
        let keys = Table::named(name).expect("is a table").keys.iter();
        let needed = keys.filter(|key| key.is_needed && key.name != but);
        needed.map(|key| format!("{} = {}", key.name, samples(key.value).0)).collect()
    }

    fn inline(entries: &[String]) -> String {
        format!("{{ {} }}", entries.join(", "))
    }

    /// What the reader says of a file in which a table of this name has these entries.
    fn told(name: &str, entries: &[String]) -> Vec<String> {
        problems(&match name {
            "" => entries.join("\n"),
            "own" => format!("client = [{}]", inline(entries)),
            "rules" => format!("rules = {{ a = {} }}", inline(entries)),
            "plan" => format!("plan = {}", inline(entries)),
            name => format!("{name} = [{}]", inline(entries)),
        })
    }

    fn problems(text: &str) -> Vec<String> {
        let read = Settings::parse(text, Path::new("stakelint.toml"));
        read.err().into_iter().flatten().map(|problem| problem.message).collect()
    }

    #[test]
    fn the_reader_takes_what_the_table_says_and_nothing_else() {
        for table in TABLES {
            for key in table.keys {
                let rest = needed(table.name, key.name);
                let among = |value: &str| [rest.clone(), vec![format!("{} = {value}", key.name)]].concat();
                let (good, bad) = samples(key.value);
                assert_eq!(told(table.name, &among(&good)), [""; 0], "{}.{} = {good}", table.name, key.name);
                assert_ne!(told(table.name, &among(bad)), [""; 0], "{}.{} = {bad}", table.name, key.name);
                let missing = told(table.name, &rest).contains(&format!("`{}` is missing", key.name));
                assert_eq!(missing, key.is_needed, "{}.{}", table.name, key.name);
            }
            let odd = [needed(table.name, ""), vec!["zzz = 1".to_owned()]].concat();
            assert_eq!(told(table.name, &odd).is_empty(), table.is_open, "{}", table.name);
        }
    }

    #[test]
    fn every_table_is_reached_from_the_top() {
        let named = TABLES.iter().flat_map(|table| table.keys).filter_map(|key| match key.value {
            Value::Table(name) | Value::Tables(name) => Some(name),
            Value::Rules => Some("rules"),
            _ => None,
        });
        let named: Vec<&str> = named.collect();
        assert!(TABLES.iter().all(|table| table.name.is_empty() || named.contains(&table.name)));
        assert!(named.iter().all(|name| Table::named(name).is_some()));
    }
}
