//! Networks: their names, what makes each unmistakable, and when they fork.

use serde::Deserialize;

/// A network.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Network {
    /// Its name: the name of its table (`mainnet`).
    #[serde(skip)]
    pub name: String,
    /// Other names under which clients know it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// How the names of images begin that are made for it alone.
    #[serde(default)]
    pub images: Vec<String>,
    /// What is at stake on it.
    pub kind: NetworkKind,
    /// The chain id of its execution layer; nothing where it changes.
    #[serde(default)]
    pub chain_id: Option<u64>,
    /// The root that the signatures of its validators are bound to, `0x` and 64 digits; nothing where it begins again and again.
    #[serde(default)]
    pub genesis_validators_root: Option<String>,
    /// The fork version of its genesis, `0x` and 8 digits.
    #[serde(default)]
    pub genesis_fork_version: Option<String>,
    /// When its beacon chain began, in seconds of Unix time.
    #[serde(default)]
    pub genesis_time: Option<u64>,
    /// The deposit contract.
    #[serde(default)]
    pub deposit_contract: Option<String>,
    /// The length of a slot in seconds.
    pub seconds_per_slot: u64,
    /// The number of slots in an epoch.
    pub slots_per_epoch: u64,
    /// Hosts that hand out states of it to start from, as their public lists name them.
    #[serde(default)]
    pub checkpoints: Vec<String>,
    /// The month in which it was shut down, where it was.
    #[serde(default)]
    pub ended: Option<String>,
    /// What took its place.
    #[serde(default)]
    pub replaced_by: Option<String>,
    /// Its forks, oldest first.
    #[serde(default, rename = "fork")]
    pub forks: Vec<Fork>,
}

/// What is at stake on a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkKind {
    /// Stake of value.
    Production,
    /// A public test network.
    Test,
    /// A public test network that begins anew every few weeks: whatever is on it is gone by then.
    Ephemeral,
    /// A network of one's own, or one that is reset again and again.
    Development,
    /// It no longer exists.
    Retired,
}

/// A fork of a network.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Fork {
    /// Its name on the consensus layer (`electra`).
    pub name: String,
    /// The epoch that it begins with; nothing while none is set.
    #[serde(default)]
    pub epoch: Option<u64>,
    /// Its fork version.
    #[serde(default)]
    pub version: Option<String>,
    /// The day of it (UTC).
    #[serde(default)]
    pub date: Option<String>,
    /// The least release that follows it, by client.
    #[serde(default)]
    pub least: std::collections::BTreeMap<String, String>,
}
