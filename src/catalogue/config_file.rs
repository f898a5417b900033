//! The settings files that a client reads, and how their keys name its flags.

use super::client::Role;
use serde::Deserialize;

/// A settings file that a client reads.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ConfigFile {
    /// Its syntax.
    pub format: ConfigFormat,
    /// The flag that names it.
    #[serde(default)]
    pub flag: Option<String>,
    /// The environment variable that names it.
    #[serde(default)]
    pub variable: Option<String>,
    /// The flag names a folder, and the file has one of `names` in it.
    #[serde(default)]
    pub folder: bool,
    /// The file names under which it is found without being named.
    #[serde(default)]
    pub names: Vec<String>,
    /// Where it lies if nothing names it, in the official image.
    #[serde(default)]
    pub default: Option<String>,
    /// How a key names a flag.
    #[serde(default)]
    pub keys: KeyRule,
    /// The roles that read it; all if none is named.
    #[serde(default)]
    pub roles: Vec<Role>,
    /// An unknown key stops the client.
    #[serde(default)]
    pub strict: bool,
}

/// The syntax of a settings file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConfigFormat {
    /// YAML; JSON as well, which is a part of it.
    Yaml,
    /// TOML.
    Toml,
    /// JSON.
    Json,
}

/// How the dotted key of a settings file names a flag.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyRule {
    /// It is the flag's name, its key where it has one, or an alias.
    #[default]
    Name,
    /// The same, without regard to case (viper).
    NameIgnoringCase,
    /// The sub-command and a dot can stand before it (`eth2.slashing-protection-enabled`).
    AfterCommand,
    /// Only flags that have a key of their own can be set in it.
    Own,
}
