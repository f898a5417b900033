//! A flag of a client: how it is spelled, what it takes, when it came and went, and which canonical setting it carries.

use super::client::Role;
use super::version::{Moment, Version};
use serde::Deserialize;

/// One option of a client, in the roles that have it; two roles that mean different things by one name have two entries.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Flag {
    /// The long name without dashes (`suggested-fee-recipient`); of an option that only a file has, its dotted key.
    pub name: String,
    /// The roles that have it.
    pub roles: Vec<Role>,
    /// What it takes.
    #[serde(default)]
    pub kind: FlagKind,
    /// What its value is, or each item of its list.
    #[serde(default, rename = "type")]
    pub value_type: ValueType,
    /// The only values it takes, where they are few.
    #[serde(default)]
    pub choices: Vec<String>,
    /// What holds when it is not given; a switch without one is off.
    #[serde(default)]
    pub default: Option<String>,
    /// Other defaults of earlier releases, oldest first.
    #[serde(default)]
    pub former_defaults: Vec<FormerDefault>,
    /// Other long names that mean the same.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The name behind a single dash, mostly one letter.
    #[serde(default)]
    pub short: Option<String>,
    /// The environment variable, where the client's rule does not yield it.
    #[serde(default)]
    pub env: Option<String>,
    /// The key in the settings file, where it is not the name.
    #[serde(default)]
    pub key: Option<String>,
    /// Where it can be written at all.
    #[serde(default)]
    pub carriers: Carriers,
    /// The first release that has it; nothing if the oldest release read had it.
    #[serde(default)]
    pub since: Option<String>,
    /// The first release that marks it as deprecated.
    #[serde(default)]
    pub deprecated: Option<String>,
    /// The first release that no longer takes it.
    #[serde(default)]
    pub removed: Option<String>,
    /// Spells of absence: the first release without it, and the first that has it again.
    #[serde(default)]
    pub absent: Vec<[String; 2]>,
    /// The flag that took its place.
    #[serde(default)]
    pub replaced_by: Option<String>,
    /// What took its place is the same flag under another name: it takes the same values, and they mean the same.
    #[serde(default)]
    pub renamed: bool,
    /// A list that is one word: given again, it is as a single value given twice.
    #[serde(default)]
    pub once: bool,
    /// It is taken and does nothing (any more).
    #[serde(default)]
    pub noop: bool,
    /// The client's help does not show it.
    #[serde(default)]
    pub hidden: bool,
    /// What a value flag means when it is given without its value; nothing if it must have one.
    #[serde(default)]
    pub bare: Option<String>,
    /// The canonical setting that it carries.
    #[serde(default)]
    pub setting: Option<String>,
    /// What the setting becomes when the switch is on (`--sepolia` makes the network `sepolia`).
    #[serde(default)]
    pub value: Option<String>,
    /// On means that the setting is off.
    #[serde(default)]
    pub inverts: bool,
    /// The setting that takes the part behind the last colon of a `host-port` value.
    #[serde(default)]
    pub port_setting: Option<String>,
    /// Settings that it decides besides, when it is given and not switched off.
    #[serde(default)]
    pub also: Vec<Also>,
    /// What it does, in a few words.
    #[serde(default)]
    pub says: Option<String>,
}

/// What a flag takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlagKind {
    /// Nothing: its presence means `true`. Some clients let `=false` follow ([`super::CommandLine::switch_values`]).
    #[default]
    Switch,
    /// One value.
    Value,
    /// Values: several words, a comma list, or the flag again and again.
    List,
}

/// What a value is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueType {
    /// Any text.
    #[default]
    String,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// A number.
    Float,
    /// A port number.
    Port,
    /// An IP address.
    Ip,
    /// An IP address or a host name.
    Host,
    /// A host, a colon, a port; either side can be left out.
    HostPort,
    /// A file or folder.
    Path,
    /// A folder or file of keys, a colon, and that of their passwords.
    PathPair,
    /// A URL; some clients take `host:port` as well.
    Url,
    /// An execution address of 20 bytes.
    Address,
    /// Bytes in hex.
    Hex,
    /// A validator public key of 48 bytes.
    Pubkey,
    /// A span of time in the client's own notation.
    Duration,
    /// One of the choices.
    Enum,
}

/// Where an option can be written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Carriers {
    /// On the command line, and in the client's variables and files as far as it reads any.
    #[default]
    Any,
    /// In a file or a variable, not on the command line.
    File,
    /// In a variable only.
    Environment,
}

/// A default of earlier releases.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FormerDefault {
    /// The first release in which it no longer held.
    pub until: String,
    /// The value; nothing if there was no default.
    #[serde(default)]
    pub value: Option<String>,
}

/// A setting that a flag decides besides its own.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Also {
    /// The canonical setting.
    pub setting: String,
    /// What it becomes.
    pub value: String,
}

/// How a flag stands in a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// The release came before the flag.
    TooNew,
    /// It can be used.
    Current,
    /// It can be used, and will go.
    Deprecated,
    /// The release no longer takes it.
    Removed,
    /// The sources do not tell.
    Unclear,
}

impl Flag {
    /// Tells how the flag stands in a release. A pre-release is judged as the release that it leads to.
    #[must_use]
    pub fn standing(&self, version: &Version) -> Standing {
        let version = version.as_released();
        let past = |text: &Option<String>| text.as_deref().map(|text| Moment::parse(text).is_past(&version));
        match past(&self.removed) {
            Some(Some(true)) => return Standing::Removed,
            Some(None) => return Standing::Unclear,
            _ => {}
        }
        match past(&self.since) {
            Some(Some(false)) => return Standing::TooNew,
            Some(None) => return Standing::Unclear,
            _ => {}
        }
        if self.is_absent(&version) {
            return Standing::Unclear;
        }
        match past(&self.deprecated) {
            Some(Some(true)) => Standing::Deprecated,
            _ => Standing::Current,
        }
    }

    fn is_absent(&self, version: &Version) -> bool {
        self.absent.iter().any(|[from, until]| {
            Version::parse(from).is_some_and(|from| from <= *version)
                && Version::parse(until).is_some_and(|until| *version < until)
        })
    }

    /// Answers the default in a release, today's if none is given; a switch's is `false` where the table has none.
    #[must_use]
    pub fn default_at(&self, version: Option<&Version>) -> Option<&str> {
        let former = version.and_then(|version| {
            let earlier = |former: &&FormerDefault| Version::parse(&former.until).is_some_and(|until| *version < until);
            self.former_defaults.iter().find(earlier)
        });
        let today = match self.kind {
            FlagKind::Switch => Some(self.default.as_deref().unwrap_or("false")),
            FlagKind::Value | FlagKind::List => self.default.as_deref(),
        };
        former.map_or(today, |former| former.value.as_deref())
    }

    /// Answers what the flag makes of its setting when it is given `value`: turned round where the flag inverts it.
    #[must_use]
    pub fn meaning<'v>(&self, value: &'v str) -> &'v str {
        if !self.inverts {
            return value;
        }
        match value.to_ascii_lowercase().as_str() {
            "true" | "on" | "yes" | "1" => "false",
            "false" | "off" | "no" | "0" => "true",
            _ => value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).expect("a version")
    }

    #[test]
    fn standing_follows_the_releases() {
        let flag = Flag {
            since: Some("1.2.0".into()),
            deprecated: Some("2.0.0".into()),
            removed: Some("3.0.0..3.2.0".into()),
            absent: vec![["1.4.0".into(), "1.5.0".into()]],
            ..Flag::default()
        };
        let standings = [
            ("1.1.9", Standing::TooNew),
            ("1.2.0-rc.1", Standing::Current),
            ("1.4.2", Standing::Unclear),
            ("2.0.0", Standing::Deprecated),
            ("3.0.0", Standing::Deprecated),
            ("3.1.0", Standing::Unclear),
            ("3.2.0", Standing::Removed),
        ];
        for (text, standing) in standings {
            assert_eq!(flag.standing(&version(text)), standing, "{text}");
        }
    }

    #[test]
    fn defaults_change_with_releases() {
        let former = |until: &str, value: &str| FormerDefault { until: until.into(), value: Some(value.into()) };
        let flag = Flag {
            kind: FlagKind::Value,
            default: Some("60".into()),
            former_defaults: vec![former("7.1.0", "30"), former("8.0.0", "45")],
            ..Flag::default()
        };
        assert_eq!(flag.default_at(Some(&version("7.0.9"))), Some("30"));
        assert_eq!(flag.default_at(Some(&version("7.1.0"))), Some("45"));
        assert_eq!(flag.default_at(Some(&version("8.0.0"))), Some("60"));
        assert_eq!(flag.default_at(None), Some("60"));
    }

    #[test]
    fn an_inverting_switch_turns_its_setting_round() {
        let flag = Flag { inverts: true, ..Flag::default() };
        assert_eq!((flag.meaning("true"), flag.meaning("OFF"), flag.meaning("x")), ("false", "true", "x"));
    }
}
