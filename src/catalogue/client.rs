//! A client's page: how it is recognised, how its command line is read, where its files lie, and every flag it has.

use super::config_file::ConfigFile;
use super::defaults::Memo;
use super::flag::Flag;
use super::lookup::Names;
use super::tag::TagScheme;
use super::value::Durations;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The part that a process plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Signs with validator keys, asks a beacon node for duties.
    Validator,
    /// Follows the beacon chain; some can hold keys as well.
    Beacon,
    /// An execution client.
    Execution,
    /// Signs on request (Web3Signer, Dirk).
    Signer,
    /// Fetches blocks from relays (mev-boost).
    Relay,
    /// Distributed-validator middleware (Charon, SSV).
    Middleware,
    /// A command that ends: an import, an exit, a key tool.
    Tool,
}

/// Everything that is known about one client.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Client {
    /// Its id: the name of its table (`lighthouse`).
    #[serde(skip)]
    pub id: String,
    /// Its name for people (`Lighthouse`).
    pub name: String,
    /// Where its sources are (`sigp/lighthouse`).
    pub repository: String,
    /// The oldest release whose options were read; before it there were others.
    pub oldest: String,
    /// The newest release whose options were read; above it an unknown option may be a new one.
    pub newest: String,
    /// The day on which the table was made.
    pub made: String,
    /// Every option is in the table; false where hidden ones or whole releases could not be read.
    #[serde(default = "yes")]
    pub complete: bool,
    /// What options begin with that only other programs of its name have: forks for chains of their own.
    #[serde(default)]
    pub foreign_flags: Vec<String>,
    /// Clients that can run in the same process: it takes their flags as well.
    #[serde(default)]
    pub beside: Vec<String>,
    /// Names of images that hold its own, and run something else.
    #[serde(default)]
    pub unlike: Vec<String>,
    /// Images that run it.
    #[serde(default, rename = "image")]
    pub images: Vec<Image>,
    /// Programs that are it.
    #[serde(default, rename = "binary")]
    pub binaries: Vec<Binary>,
    /// Sub-commands.
    #[serde(default, rename = "command")]
    pub commands: Vec<Subcommand>,
    /// How its command line is read.
    pub command_line: CommandLine,
    /// How it reads environment variables; nothing if only those that a flag names.
    #[serde(default, rename = "environment")]
    pub environments: Vec<Environment>,
    /// The settings files that it reads.
    #[serde(default, rename = "config-file")]
    pub config_files: Vec<ConfigFile>,
    /// How its image tags name releases.
    #[serde(default)]
    pub tags: TagScheme,
    /// What is true of it in each role; a role without a page is a command that ends.
    #[serde(default, rename = "role")]
    pub roles: BTreeMap<Role, RolePage>,
    /// Its flags, in order of name.
    #[serde(default, rename = "flag")]
    pub flags: Vec<Flag>,
    #[serde(skip)]
    pub(super) names: Names,
    #[serde(skip)]
    pub(super) memo: Memo,
}

/// An image that runs a client.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Image {
    /// The repository, with its registry if that is not Docker Hub (`gcr.io/offchainlabs/prysm/validator`).
    pub repository: String,
    /// The program that its entrypoint starts; nothing if the command line has to begin with the program.
    #[serde(default)]
    pub program: Option<String>,
    /// The sub-command that it starts if the command line names none (`run`).
    #[serde(default)]
    pub command: Option<String>,
    /// The role that it implies unless a sub-command says otherwise.
    #[serde(default)]
    pub role: Option<Role>,
    /// The wrapper whose script is its entrypoint (`dappnode`).
    #[serde(default)]
    pub wrapper: Option<String>,
    /// Environment variables that the image sets for its client.
    #[serde(default)]
    pub env: BTreeMap<String, String>,
}

/// A program that is a client.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Binary {
    /// Its file name.
    pub name: String,
    /// The role that it plays without a sub-command; nothing if it needs one.
    #[serde(default)]
    pub role: Option<Role>,
    /// Other programs have the same name (`validator`): it says something only beside the client's image or flags.
    #[serde(default)]
    pub common: bool,
    /// Its paths in the client's own images, which tell it from other programs of the same name.
    #[serde(default)]
    pub paths: Vec<String>,
}

/// A sub-command, or several that mean the same.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Subcommand {
    /// Its words and their other names, with blanks between the words of a nested one (`account validator import`).
    pub names: Vec<String>,
    /// The role that it plays.
    pub role: Role,
}

/// How a command line is read.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CommandLine {
    /// A long flag can also begin with one dash (`-http`).
    #[serde(default)]
    pub single_dash: bool,
    /// The signs that can join a flag and its value; the first is the usual one.
    #[serde(default = "equals_sign")]
    pub joins: Vec<char>,
    /// The value can be the next word.
    #[serde(default = "yes")]
    pub next_word: bool,
    /// How a switch takes `true` or `false`.
    #[serde(default)]
    pub switch_values: SwitchValues,
    /// What turns a switch off when it stands before its name (`no-`).
    #[serde(default)]
    pub negation: Option<String>,
    /// Which spellings of a name are the same.
    #[serde(default)]
    pub names: NameRule,
    /// The beginning of a name is enough if no other begins so.
    #[serde(default)]
    pub prefixes: bool,
    /// A list flag takes every word up to the next flag.
    #[serde(default)]
    pub several_words: bool,
    /// What happens when a flag for one value is given twice.
    #[serde(default)]
    pub repeated: Repeated,
    /// A flag that the client does not know stops it.
    #[serde(default = "yes")]
    pub strict: bool,
    /// Choices are compared without regard to case.
    #[serde(default)]
    pub choices_ignore_case: bool,
    /// How a length of time is written; nothing where its flags differ, or it is not known what they refuse.
    #[serde(default)]
    pub durations: Option<Durations>,
    /// A URL without `scheme://` is refused.
    #[serde(default)]
    pub whole_urls: bool,
    /// Families of options whose names cannot be listed, by what they begin with (`params.`).
    #[serde(default)]
    pub families: Vec<String>,
}

impl CommandLine {
    /// Answers how values are read in a settings file, where a switch has its position written out.
    #[must_use]
    pub fn of_file(&self) -> Self {
        // Readers of files take a number where a flag needs a unit.
        let durations = self.durations.filter(|durations| *durations == Durations::Number);
        Self { switch_values: SwitchValues::Joined, durations, ..self.clone() }
    }
}

/// How a switch takes `true` or `false`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SwitchValues {
    /// Not at all: a value is an error.
    #[default]
    None,
    /// Joined to it (`--http=false`); a separate word is another argument.
    Joined,
    /// Joined to it, or as the next word if that is `true` or `false`.
    Either,
}

/// Which spellings of a flag's name are the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NameRule {
    /// Only the very same.
    #[default]
    Exact,
    /// Case does not matter.
    IgnoreCase,
    /// Neither case nor underscores matter (Nim).
    IgnoreCaseAndUnderscores,
    /// `camelCase` and `camel-case` are one (Node.js).
    CamelOrKebab,
    /// `Section.Key` and `section-key` are one (Nethermind).
    SectionOrDash,
}

/// What happens when a flag for one value is given twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repeated {
    /// The client stops.
    #[default]
    Error,
    /// The last one counts.
    Last,
    /// The first one counts.
    First,
    /// They become a list where one value was meant; of a switch the last one counts (yargs).
    Joined,
}

/// How a client derives environment variables from its flags.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Environment {
    /// What they begin with (`TEKU_`).
    pub prefix: String,
    /// How the rest comes from a flag's name.
    #[serde(default)]
    pub rule: VariableRule,
    /// The roles for which it holds; all if none is named.
    #[serde(default)]
    pub roles: Vec<Role>,
}

/// How the name of a variable comes from a flag's name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VariableRule {
    /// Upper case; dots and dashes become underscores (`http.addr`: `HTTP_ADDR`).
    #[default]
    UpperSnake,
    /// The same with an underscore before each capital, and two for a dot (`rest.allowPort`: `REST__ALLOW_PORT`).
    CamelSnake,
    /// Upper case with `CONFIG_` for the first dot (`JsonRpc.Enabled`: `JSONRPCCONFIG_ENABLED`).
    SectionConfig,
}

/// What is true of a client in one role.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RolePage {
    /// Whether it signs with validator keys.
    #[serde(default)]
    pub signs: Signing,
    /// The settings of which one makes it sign, for [`Signing::WhenSet`].
    #[serde(default)]
    pub signs_with: Vec<String>,
    /// The data folder if no flag names one, in the official image, as a [`super::PathTemplate`].
    #[serde(default)]
    pub data_dir: Option<String>,
    /// Where its database lies: the first template that can be filled; the data folder itself if none is given.
    #[serde(default)]
    pub data: Vec<String>,
    /// Where the signing history can lie: the first template that can be filled.
    #[serde(default)]
    pub history: Vec<String>,
    /// Where keystores or a wallet can lie: the first template that can be filled.
    #[serde(default)]
    pub keys: Vec<String>,
    /// Where keystores that came through the key manager lie besides: the first template that can be filled.
    #[serde(default)]
    pub keymanager_keys: Vec<String>,
    /// Where the passwords of keystores can lie: the first template that can be filled.
    #[serde(default)]
    pub passwords: Vec<String>,
    /// Interfaces that it can serve.
    #[serde(default, rename = "api")]
    pub apis: Vec<ApiPage>,
    /// The exit status with which it ends for safety, by the switch that makes it do so.
    #[serde(default)]
    pub safety_exits: BTreeMap<String, i32>,
    /// Defaults of canonical settings that no flag carries, or that the role decides otherwise than its flags say.
    #[serde(default)]
    pub defaults: BTreeMap<String, String>,
}

/// Whether a client signs with validator keys in a role.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Signing {
    /// Never: it cannot hold keys.
    #[default]
    Never,
    /// It is there to sign.
    Always,
    /// When a setting of [`RolePage::signs_with`] is set.
    WhenSet,
    /// With whatever keys it finds in its key folder, which may be none.
    WhenFound,
}

/// An interface that a client can serve: its settings are `<api>.enabled`, `<api>.address`, `<api>.port` and so on.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ApiPage {
    /// What its canonical settings begin with: `keymanager`, `beacon-api`, `engine-api`, `execution-api`, `websocket-api`,
    /// `signer-api`, `relay-api`, `validator-api`, `node-api`, `beacon-rpc`, `keymanager-rpc`, `private-api`, `metrics`, `profiling`.
    pub api: String,
    /// It is served unless `<api>.enabled` is false.
    #[serde(default)]
    pub on: bool,
    /// The address that it listens on by default.
    pub address: String,
    /// The port that it listens on by default.
    pub port: u16,
    /// It has a port of its own, but listens on the address of this other interface.
    #[serde(default)]
    pub host_of: Option<String>,
    /// It is served on address and port of this other interface.
    #[serde(default)]
    pub within: Option<String>,
}

fn yes() -> bool {
    true
}

fn equals_sign() -> Vec<char> {
    vec!['=']
}
