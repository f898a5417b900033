//! A unit understood as a client: which one, in which role and version, and how it is set.

use crate::catalogue::{Asked, Channel, Defaults, Role, RolePage, Version};
use crate::source::{Span, Text};
use std::sync::Arc;

/// A client at work in a unit.
#[derive(Debug, Clone)]
pub struct Invocation {
    /// The client's id in the catalogue (`lighthouse`).
    pub client: String,
    /// Its name for people (`Lighthouse`).
    pub client_name: String,
    /// The part it plays.
    pub role: Role,
    /// The text that names it: the program's word, else the image.
    pub named_at: Span,
    /// The release that the image's tag names, where it names one.
    pub version: Option<Version>,
    /// What is known of the release where no version is named.
    pub channel: Channel,
    /// The numbers that the release begins with, where its tag names no more of it (`v8`).
    pub series: Option<Version>,
    /// The version is not the tree's but the operator's, who asks what it would be like.
    pub assumed: bool,
    /// Every setting that is decided by a flag, a variable or a file, the deciding one only, in order of name.
    pub settings: Vec<Setting>,
    /// Settings that were decided differently by a weaker carrier (file against flag).
    pub overruled: Vec<Setting>,
    /// Every flag that was met on the command line and in settings files, in order; other words of the line are none.
    pub flags: Vec<FlagUse>,
    /// Variables that stand for flags by the client's rule; each is known.
    pub variables: Vec<FlagUse>,
    /// Why settings can exist that the tree does not show; nothing if all is seen.
    pub unseen: Option<Unseen>,
    /// Settings that are known although others are unseen, because the table of the script that starts it tells all of them.
    pub answered: Vec<String>,
    /// Defaults of this client, role and version, by canonical setting.
    pub defaults: Defaults,
    /// What is true of the client in this role: interfaces, places of its files, whether it signs.
    pub page: Arc<RolePage>,
}

/// A canonical setting and what decides it.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The canonical name (`rules/settings.toml`).
    pub name: String,
    /// What it means: for switches `true` or `false`, else the value as written.
    pub value: Text,
    /// Further values of a list that is given item by item.
    pub more: Vec<Text>,
    /// What carries it.
    pub carrier: Carrier,
    /// The place to point at: the flag and its value, the variable, the entry of the file.
    pub place: Span,
    /// How the client spells it (`--suggested-fee-recipient`).
    pub spelling: String,
}

/// What carries a setting to the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Carrier {
    /// The client's settings file.
    File,
    /// An environment variable that the client or its wrapper reads.
    Environment,
    /// A flag.
    Flag,
}

/// A flag on the command line, or a key of a settings file.
#[derive(Debug, Clone)]
pub struct FlagUse {
    /// The flag as written, without its value.
    pub name: Text,
    /// Its values; none for a bare switch.
    pub values: Vec<Text>,
    /// The flag's name in the catalogue, or that of its family, if that knows it for this client (in any role).
    pub known: Option<String>,
    /// What carries it: a flag, a variable, or a file.
    pub carrier: Carrier,
    /// The client stops at what it does not know there.
    pub strict: bool,
}

/// Why settings can exist that the tree does not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unseen {
    /// The image decides the command line.
    Image,
    /// A script adds words.
    Script(String),
    /// A variable holds words, and nothing says which.
    Variable(Span),
    /// A settings file is named that the tree does not hold.
    File(Span),
    /// A file of variables is named that the tree does not hold, and the client or its script reads variables.
    Environment,
}

/// What files are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// The signing history (slashing-protection database).
    History,
    /// Keystores or a wallet.
    Keys,
    /// The client's data folder.
    Data,
    /// Passwords of keystores.
    Passwords,
}

/// A path that a client uses inside its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResolvedPath {
    /// The path; with a hole as written if it is not known.
    pub path: String,
    /// The value that decides it, else the text that names the client.
    pub place: Span,
    /// The path is known: it has no hole, and nothing unseen can decide it otherwise.
    pub certain: bool,
    /// A flag, a variable or a file decides it; else the client's default holds.
    pub chosen: bool,
}

/// Whether a client signs with validator keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ability {
    /// It cannot hold keys, or it is given none.
    Never,
    /// It is there to sign, or it is given keys.
    Always,
    /// With whatever keys its key folder holds.
    WithKeysFound,
    /// What would give it keys cannot be seen.
    Unknown,
}

/// What is known of a setting. "Not set" is claimed only when every carrier was read.
#[derive(Debug, Clone, Copy)]
pub enum Answer<'a> {
    /// A flag, a variable or a file decides.
    Set(&'a Setting),
    /// Nothing sets it: the client's default holds, if it has one.
    Default(Option<&'a str>),
    /// It cannot be known here.
    Unknown,
}

impl FlagUse {
    /// Answers the flag's name without dashes, if all of it is known.
    #[must_use]
    pub fn bare(&self) -> Option<&str> {
        let name = self.name.known()?;
        Some(name.strip_prefix("--").or_else(|| name.strip_prefix('-')).unwrap_or(name))
    }
}

impl Invocation {
    /// Answers the role and release that its flags are judged in.
    #[must_use]
    pub fn asked(&self) -> Asked<'_> {
        Asked { role: self.role, version: self.version.as_ref(), channel: self.channel, series: self.series.as_ref() }
    }

    /// Answers what is known of its release, as its tag says it: all of it, or what it begins with.
    #[must_use]
    pub fn release(&self) -> Option<&Version> {
        self.version.as_ref().or(self.series.as_ref())
    }

    /// Answers the last release that it can be; of a series, what comes after that.
    #[must_use]
    pub fn at_most(&self) -> Option<Version> {
        self.version.clone().or_else(|| self.series.as_ref().map(Version::end_of_series))
    }

    /// Answers the flags of its command line.
    pub fn line(&self) -> impl Iterator<Item = &FlagUse> {
        self.flags.iter().filter(|given| given.carrier == Carrier::Flag)
    }

    /// Answers what is known of a canonical setting.
    #[must_use]
    pub fn setting(&self, name: &str) -> Answer<'_> {
        if let Some(setting) = self.settings.iter().find(|setting| setting.name == name) {
            return Answer::Set(setting);
        }
        if self.unseen.is_some() && !self.answered.iter().any(|answered| answered == name) {
            return Answer::Unknown;
        }
        Answer::Default(self.default(name))
    }

    /// Answers the client's own default of a canonical setting.
    #[must_use]
    pub fn default(&self, name: &str) -> Option<&str> {
        let found = self.defaults.binary_search_by(|(setting, _)| setting.as_str().cmp(name)).ok()?;
        Some(self.defaults[found].1.as_str())
    }

    /// Answers a setting if a flag, a variable or a file decides it.
    #[must_use]
    pub fn set(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.name == name)
    }
}

impl Setting {
    /// Answers the value if all of it is known.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        self.value.known()
    }

    /// Answers a switch's position if it is known: `true`, `on`, `yes`, `1` and their opposites, whatever the case.
    #[must_use]
    pub fn is_on(&self) -> Option<bool> {
        match self.known()?.to_ascii_lowercase().as_str() {
            "true" | "on" | "yes" | "1" => Some(true),
            "false" | "off" | "no" | "0" => Some(false),
            _ => None,
        }
    }

    /// Answers every item: the values given one by one, each cut at commas, and URLs at semicolons.
    #[must_use]
    pub fn items(&self) -> Vec<Text> {
        std::iter::once(&self.value)
            .chain(&self.more)
            .flat_map(|value| value.split(','))
            .flat_map(addresses)
            .map(|item| item.trim())
            .collect()
    }
}

/// The URLs of a list that is cut at semicolons, or the one item that it is.
fn addresses(item: Text) -> Vec<Text> {
    let parts = if item.value().contains(';') { item.split(';') } else { Vec::new() };
    if parts.iter().all(|part| part.value().contains("://")) && !parts.is_empty() { parts } else { vec![item] }
}
