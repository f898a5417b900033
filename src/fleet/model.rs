//! The fleet: hosts, workloads, the keys they can sign with, where their histories lie, and who dials whom.

use super::foreign::{Foreign, ForeignTree};
use super::ranges::HeldRange;
use crate::deployment::{Definition, Inventory, KeyForm, Proposer, ProposerFile, Unit};
use crate::ethereum::PublicKey;
use crate::invocation::Invocation;
use crate::source::{FileId, Span, Spanned, Text};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Numbers a workload of one fleet.
pub type WorkloadId = usize;

/// Every unit of the tree, understood and joined.
#[derive(Debug, Default)]
pub struct Fleet {
    /// Units in order of file and place.
    pub workloads: Vec<Workload>,
    /// Every place that names a key, in order of key, file and place; [`Fleet::keys`] groups them.
    pub holdings: Vec<Holding>,
    /// Keys that are owned by their numbers, those of tables first, in order of file and place.
    pub ranges: Vec<HeldRange>,
    /// Keys that other trees own, too, in order of key, inventory and line.
    pub foreign: Vec<Foreign>,
    /// The inventories of other trees, in the settings' order.
    pub foreign_trees: Vec<ForeignTree>,
    /// Definitions files, in order of path.
    pub definitions: Vec<DefinitionsFile>,
    /// Nodes of distributed validators, in order of workload.
    pub seats: Vec<Seat>,
    /// Proposer settings, in order of file, each with the workloads that are told to read it.
    pub proposers: Vec<(ProposerFile, Vec<WorkloadId>)>,
    /// All else that was read: secrets, facts about the text. Its units, keys and definitions have moved to the lists above.
    pub inventory: Inventory,
    /// The paths of the files that facts about the text of the tree point into.
    pub paths: BTreeMap<FileId, Box<str>>,
}

/// A unit of the fleet.
#[derive(Debug)]
pub struct Workload {
    /// The unit as deployed.
    pub unit: Unit,
    /// The client that it runs, if it is one that the catalogue knows.
    pub invocation: Option<Invocation>,
    /// The network it works on, in the catalogue's name; where the tree says so.
    pub network: Option<Spanned<String>>,
    /// What is at stake.
    pub stage: Stage,
    /// Whether it signs with validator keys.
    pub signs: Signs,
    /// The distributed-validator middleware that stands between it and the beacon node.
    pub behind_dvt: bool,
    /// Where its files lie.
    pub stores: Vec<Store>,
    /// The interfaces that it serves.
    pub serves: Vec<Service>,
    /// The interfaces that it uses.
    pub dials: Vec<Dial>,
    /// The definitions files that it reads (indices into [`Fleet::definitions`]).
    pub definitions: Vec<usize>,
}

/// What is at stake in a workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// A development network: own genesis, interop keys.
    Development,
    /// A public test network that begins anew every few weeks.
    Ephemeral,
    /// A public test network.
    TestNetwork,
    /// Mainnet, Gnosis, or a network that the tree does not name.
    Production,
}

/// Whether a workload signs with validator keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signs {
    /// It does not.
    No,
    /// With keys of its own disk.
    Local,
    /// Through a remote signer only.
    Remote,
    /// Both.
    Both,
}

pub use crate::invocation::Purpose;

/// A folder or file of a workload, and what lies under it.
#[derive(Debug, Clone)]
pub struct Store {
    /// What it is for.
    pub purpose: Purpose,
    /// The path inside the unit.
    pub path: String,
    /// The flag that decides it, or else the unit's name.
    pub place: Span,
    /// The mount of the unit (index into `unit.mounts`) that it lies on.
    pub mount: Option<usize>,
    /// Where it comes to lie outside the unit: mount source and the rest of the path.
    pub outside: Option<Location>,
    /// Whether it outlives the unit.
    pub durability: Durability,
}

/// A place outside any unit: two stores at one location are one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// Which file system: `tree`, `host:<name>`, `volume:<project>/<name>`, `volume:<external name>`.
    pub base: String,
    /// The normalised path in it, without a slash at its end.
    pub path: String,
}

/// Whether a store outlives its unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Durability {
    /// It does.
    Durable,
    /// It is lost with the container, for this reason.
    Volatile(String),
    /// It cannot be known.
    Unknown,
}

/// An interface of staking software.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Api {
    /// Manages the keys of a validator client or signer.
    KeyManager,
    /// Signs on request.
    Signer,
    /// The beacon node's REST interface.
    Beacon,
    /// The execution client's engine interface.
    Engine,
    /// The execution client's JSON-RPC.
    Execution,
    /// A database with a signing history.
    Database,
    /// mev-boost and the like.
    Builder,
    /// A side service of distributed validators: what Charon serves validator clients, or an SSV node its operator.
    Sidecar,
    /// Metrics and profiles.
    Metrics,
}

/// An interface that a workload serves, and who can reach it.
#[derive(Debug, Clone)]
pub struct Service {
    /// Which one.
    pub api: Api,
    /// The port it listens on, if known.
    pub port: Option<u16>,
    /// Where the unit switches it on or binds it: the flag, else the unit's name.
    pub place: Span,
    /// Who can reach it.
    pub reach: Reach,
}

/// Who can reach an interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Everybody who reaches the host: the place that makes it so, and the path in words (`published on every address as 5062`).
    Public(Span, String),
    /// The host itself.
    Host,
    /// Units that share a network with it.
    Units,
    /// Only the process itself.
    Itself,
    /// It cannot be known.
    Unknown,
}

/// An endpoint that a workload is told to use.
#[derive(Debug, Clone)]
pub struct Dial {
    /// The interface that it wants.
    pub api: Api,
    /// The endpoint as written.
    pub url: Text,
    /// What it leads to.
    pub target: Target,
    /// The setting that says so.
    pub setting: String,
}

/// What an endpoint leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A unit of the tree.
    Workload(WorkloadId),
    /// Something that the tree does not hold.
    Outside,
    /// A name that only a unit of the same project could have, and none has.
    Missing(String),
    /// A hole.
    Unknown,
}

/// A validator key, and every place that names it.
#[derive(Debug, Clone, Copy)]
pub struct Key<'f> {
    /// The key.
    pub key: PublicKey,
    /// The places, in order of file and place.
    pub places: &'f [Holding],
}

/// A place that names a key.
#[derive(Debug, Clone)]
pub struct Holding {
    /// The key.
    pub key: PublicKey,
    /// The digits.
    pub span: Span,
    /// How it is named.
    pub form: KeyForm,
    /// False for a definition that is switched off.
    pub enabled: bool,
    /// What the file that it stands in says about it, shared by all keys of a folder.
    pub lodging: Arc<Lodging>,
}

/// What the path of a file says about the keys in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lodging {
    /// The workloads that load them.
    pub owners: Vec<WorkloadId>,
    /// The host that the file's folder stands for; empty where the tree doesn't say.
    pub host: String,
    /// The client that a folder of the file's path is named after, if one is.
    pub kept_for: Option<String>,
}

/// A definitions file, its entries followed to their keystores.
#[derive(Debug, Clone)]
pub struct DefinitionsFile {
    /// The file.
    pub file: FileId,
    /// Its entries, in order.
    pub entries: Vec<Listed>,
    /// Keystores in its folder or below that no entry names.
    pub unlisted: Vec<(Span, PublicKey)>,
    /// The workloads that read it.
    pub owners: Arc<[WorkloadId]>,
}

/// An entry of a definitions file.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The entry.
    pub entry: Definition,
    /// The keystore that it leads to.
    pub link: Link,
}

/// What the path of a keystore leads to.
#[derive(Debug, Clone)]
pub enum Link {
    /// A keystore of the tree, and the key that it holds, if it says so.
    Keystore(Option<Spanned<PublicKey>>),
    /// A folder of the tree that holds keystores, but not this one.
    Missing,
    /// The tree does not show it.
    Unknown,
}

/// A node of a distributed validator: an operator's place in a cluster.
#[derive(Debug, Clone)]
pub struct Seat {
    /// The workload.
    pub workload: WorkloadId,
    /// The lock of its cluster (index into [`Inventory::clusters`]), where the tree holds it.
    pub cluster: Option<usize>,
    /// The secret that makes it this node and no other.
    pub identity: Option<Seal>,
}

/// The secret that makes a node what it is, as far as it can be told from others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// Where the node is told it: the setting, else the mount that leads there, else the unit's name.
    pub place: Span,
    /// Where it lies outside the node.
    pub outside: Option<Location>,
    /// The file of the tree that holds it.
    pub file: Option<Span>,
    /// Tells two secrets apart, where the tree shows this one.
    pub digest: Option<u64>,
    /// The signer that keeps it for the node.
    pub keeper: Option<WorkloadId>,
}

impl Fleet {
    /// Answers every key that is named anywhere, in order of its bytes.
    pub fn keys(&self) -> impl Iterator<Item = Key<'_>> {
        let same = |one: &Holding, other: &Holding| one.key == other.key;
        self.holdings.chunk_by(same).map(|places| Key { key: places[0].key, places })
    }

    /// Answers the places that name a key, in order of file and place.
    #[must_use]
    pub fn places_of(&self, key: &PublicKey) -> &[Holding] {
        let from = self.holdings.partition_point(|place| place.key < *key);
        let to = self.holdings.partition_point(|place| place.key <= *key);
        &self.holdings[from..to]
    }

    /// Answers the entries of the definitions files that a workload reads.
    pub fn definitions_of(&self, id: WorkloadId) -> impl Iterator<Item = &Definition> {
        let files = self.workloads.get(id).map_or(&[] as &[usize], |workload| &workload.definitions);
        files.iter().flat_map(|file| &self.definitions[*file].entries).map(|listed| &listed.entry)
    }

    /// Answers what the proposer settings that a workload is told to read say.
    pub fn proposers_of(&self, id: WorkloadId) -> impl Iterator<Item = &Proposer> {
        let files = self.proposers.iter().filter(move |(_, readers)| readers.contains(&id));
        files.flat_map(|(file, _)| &file.entries)
    }

    /// Answers a workload's name for people: `host/unit`.
    #[must_use]
    pub fn name(&self, id: WorkloadId) -> String {
        self.workloads.get(id).map_or_else(String::new, Workload::name)
    }

    /// Answers the path of a file that a secret, a repeated key and the like lie in; empty for any other file.
    #[must_use]
    pub fn path(&self, file: FileId) -> &str {
        self.paths.get(&file).map_or("", |path| path)
    }
}

impl Workload {
    /// Answers its name for people: `host/unit`.
    #[must_use]
    pub fn name(&self) -> String {
        if self.unit.host.is_empty() {
            return self.unit.name.value.clone();
        }
        format!("{}/{}", self.unit.host, self.unit.name.value)
    }

    /// Tells whether it signs with validator keys.
    #[must_use]
    pub fn is_validator(&self) -> bool {
        self.signs != Signs::No
    }

    /// Tells whether it signs for others.
    #[must_use]
    pub fn is_signer(&self) -> bool {
        self.invocation.as_ref().is_some_and(|client| client.role == crate::catalogue::Role::Signer)
    }

    /// Tells whether a plain start of the project starts it.
    #[must_use]
    pub fn is_hot(&self) -> bool {
        !matches!(self.unit.activation, crate::deployment::Activation::Off)
    }
}

impl Workload {
    /// Answers its stores of a purpose that are lost with it, and why.
    pub fn volatile(&self, purpose: Purpose) -> impl Iterator<Item = (&Store, &str)> {
        let stores = self.stores.iter().filter(move |store| store.purpose == purpose);
        stores.filter_map(|store| match &store.durability {
            Durability::Volatile(why) => Some((store, why.as_str())),
            Durability::Durable | Durability::Unknown => None,
        })
    }

    /// Answers the interfaces of a kind that it serves.
    pub fn serving(&self, api: Api) -> impl Iterator<Item = &Service> {
        self.serves.iter().filter(move |service| service.api == api)
    }
}

impl Service {
    /// Answers where and how everybody reaches it, if everybody does.
    #[must_use]
    pub fn public(&self) -> Option<(Span, &str)> {
        match &self.reach {
            Reach::Public(place, words) => Some((*place, words)),
            _ => None,
        }
    }
}
