//! What a settings file can say.

use super::glob::Glob;
use crate::catalogue::Overrides;
use crate::finding::{Persona, Severity};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

/// What the settings file says; what it does not say is left to the command line and the defaults.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Where the file lies; globs and inventories are relative to its folder.
    pub path: Option<PathBuf>,
    /// The least severity that fails a run; [`Level::Off`] for `never`.
    pub fail_on: Option<Level>,
    /// Who reads the report.
    pub persona: Option<Persona>,
    /// Packs of rules, by name, and the place of each name.
    pub packs: Vec<(String, Range<usize>)>,
    /// What is left out of the walk.
    pub exclude: Vec<Glob>,
    /// What is said of single rules or groups, by id.
    pub rules: BTreeMap<String, RuleSetting>,
    /// How folders map to environments; of several that fit a path the last one decides.
    pub environments: Vec<Environment>,
    /// What the operator allows.
    pub allows: Vec<Allow>,
    /// Keys that other trees own.
    pub inventories: Vec<KeptInventory>,
    /// The emergency plan, where its name does not tell: its path from the folder of the settings file, with `/`.
    pub plan: Option<String>,
    /// The salt of the digests among them; it never stands in a file.
    pub salt: Option<String>,
    /// Tables of clients and wrappers that stand in the settings file.
    pub tables: Vec<OwnTable>,
    /// Files with such tables, joined to the folder of the settings file, and where each is named.
    pub table_files: Vec<(TableKind, PathBuf, Range<usize>)>,
    /// What the operator knows of clients, images and releases beside what is baked in.
    pub overrides: Overrides,
}

/// What an operator's own table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// A client.
    Client,
    /// A wrapper.
    Wrapper,
}

/// An operator's own table of a client or a wrapper, in the format of `rules/clients` and `rules/wrappers`.
#[derive(Debug, Clone)]
pub struct OwnTable {
    /// What it is about.
    pub kind: TableKind,
    /// The id of the client or wrapper.
    pub id: String,
    /// What it says.
    pub body: serde_json::Value,
    /// Where it stands, by bytes of its file.
    pub place: Range<usize>,
    /// Where the entries of its lists stand (`flag`), in order.
    pub entries: BTreeMap<String, Vec<Range<usize>>>,
}

impl Settings {
    /// Tells whether a path, relative to the settings file, is left out.
    #[must_use]
    pub fn excludes(&self, path: &str) -> bool {
        self.exclude.iter().any(|glob| glob.matches(path))
    }

    /// Answers the environments that a path, relative to the settings file, belongs to; the deciding one comes last.
    pub fn environments_of<'s>(&'s self, path: &str) -> impl Iterator<Item = &'s Environment> {
        self.environments.iter().filter(move |environment| environment.path.matches(path))
    }
}

/// A severity, or none at all: a rule that is `"off"`, a gate that `"never"` closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// None.
    Off,
    /// This one.
    At(Severity),
}

impl Level {
    /// Answers the severity, if there is one.
    #[must_use]
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::At(severity) => Some(severity),
        }
    }
}

/// What is said of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSetting {
    /// Its severity, or off; nothing leaves the card's.
    pub level: Option<Level>,
    /// No comment in a file can silence it.
    pub unsuppressible: bool,
    /// The rule's id, by bytes of the settings file.
    pub place: Range<usize>,
}

/// An `[[environment]]`: what is true of everything below a folder.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The paths that belong to it.
    pub path: Glob,
    /// The network's name.
    pub network: Option<String>,
    /// The host that everything there runs on.
    pub host: Option<String>,
    /// What is at stake there, whatever the network says.
    pub stage: Option<StageName>,
    /// What is said of single rules or groups there, by id.
    pub rules: BTreeMap<String, RuleSetting>,
    /// The entry, by bytes of the settings file.
    pub place: Range<usize>,
}

/// What is at stake in an environment, as the settings file names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageName {
    /// Stake of value.
    Production,
    /// A public test network.
    Test,
    /// A network of one's own.
    Development,
}

/// An `[[allow]]`: what the operator takes upon himself.
#[derive(Debug, Clone)]
pub struct Allow {
    /// The rule or group.
    pub rule: String,
    /// The paths; nothing means the whole tree.
    pub path: Option<Glob>,
    /// Why.
    pub reason: String,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// The rule's id, by bytes of the settings file.
    pub place: Range<usize>,
}

/// An `[[inventory]]`: a file with the keys of another tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptInventory {
    /// The file, joined to the folder of the settings file.
    pub file: PathBuf,
    /// Where the file is named, by bytes of the settings file.
    pub place: Range<usize>,
    /// What it says, once somebody has read it.
    pub keys: Vec<KeptKey>,
}

/// A key of another tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptKey {
    /// The key: `0x` and 96 digits, or a salted digest of it (`key-…`).
    pub key: String,
    /// Who owns it there.
    pub owners: Vec<String>,
    /// The line of the file, from 1.
    pub line: usize,
}

/// Something in the settings file that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsProblem {
    /// Where, by bytes of the settings file.
    pub span: Range<usize>,
    /// What is wrong, in words.
    pub message: String,
}
