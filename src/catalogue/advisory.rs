//! Advisories: releases with a known fault, and when it matters.

use super::client::Role;
use super::version::Version;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A known fault of some releases.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Advisory {
    /// Its id, which stays.
    pub id: String,
    /// The client.
    pub client: String,
    /// The roles in which it matters; all if none is named.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// The first release with the fault; nothing if the first one had it.
    #[serde(default)]
    pub from: Option<String>,
    /// The first release without it; nothing if there is none yet.
    #[serde(default)]
    pub fixed: Option<String>,
    /// The only releases with the fault.
    #[serde(default)]
    pub releases: Vec<String>,
    /// The networks on which it matters; all if none is named.
    #[serde(default)]
    pub networks: Vec<String>,
    /// Settings, or keys of the client's settings file, that must hold: the value, or an empty text for any.
    #[serde(default)]
    pub needs: BTreeMap<String, String>,
    /// `critical`, `high`, `medium` or `low`.
    pub severity: String,
    /// What these releases do, as the rest of a sentence that begins with the client's name.
    pub says: String,
    /// What to do.
    pub help: String,
    /// Where it is told.
    #[serde(default)]
    pub links: Vec<String>,
}

impl Advisory {
    /// Tells whether a release has the fault.
    #[must_use]
    pub fn affects(&self, version: &Version) -> bool {
        let is = |text: &String| Version::parse(text).is_some_and(|other| other == *version);
        if !self.releases.is_empty() {
            return self.releases.iter().any(is);
        }
        let at_least = |text: &String| Version::parse(text).is_some_and(|other| other <= *version);
        self.from.as_ref().is_none_or(at_least) && !self.fixed.as_ref().is_some_and(at_least)
    }
}

/// A relay of blocks.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Relay {
    /// The network that it serves.
    pub network: String,
    /// Its host name.
    pub host: String,
    /// The public key that it signs with, `0x` and 96 digits.
    pub pubkey: String,
    /// It is believed to have closed.
    #[serde(default)]
    pub closed: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn advisory(json: &str) -> Advisory {
        let common = r#""id": "x", "client": "c", "severity": "high", "says": "s", "help": "h""#;
        serde_json::from_str(&format!("{{{common}, {json}}}")).expect("an advisory")
    }

    #[test]
    fn ranges_begin_with_the_fault_and_end_with_its_cure() {
        let affected = |advisory: &Advisory, text: &str| advisory.affects(&Version::parse(text).expect("a version"));
        let range = advisory(r#""from": "22.3.0", "fixed": "26.6.0""#);
        assert!(affected(&range, "22.3.0") && affected(&range, "26.5.9") && affected(&range, "26.6.0-rc1"));
        assert!(!affected(&range, "22.2.9") && !affected(&range, "26.6.0"));
        let list = advisory(r#""releases": ["8.3.0", "8.3.1"]"#);
        assert!(affected(&list, "8.3.1") && !affected(&list, "8.3.2") && !affected(&list, "8.2.0"));
    }
}
