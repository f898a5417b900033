//! The vocabulary: one canonical name for what many flags mean.

use serde::Deserialize;

/// A canonical setting.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SettingEntry {
    /// Its name (`validator.doppelganger-protection`).
    pub name: String,
    /// What its value is.
    #[serde(rename = "type")]
    pub value_type: SettingType,
    /// What it means, in one sentence.
    pub says: String,
    /// Its value is a secret: it must never be shown.
    #[serde(default)]
    pub secret: bool,
}

/// What the value of a setting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SettingType {
    /// `true` or `false`.
    Switch,
    /// Any text.
    Text,
    /// A whole number.
    Number,
    /// A port number.
    Port,
    /// An address to listen on.
    Host,
    /// One or more URLs.
    Urls,
    /// One or more names, as allowed hosts or origins.
    Names,
    /// A file or folder.
    Path,
    /// An execution address of 20 bytes.
    Address,
}
