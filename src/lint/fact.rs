//! Facts about a unit that a card can ask for, and how a unit is called in a sentence.

use super::model::Client;
use super::spot::Spot;
use crate::catalogue::{ImageName, Role};
use crate::deployment::Activation;
use crate::fleet::{Signs, Stage, Workload};
use serde::Deserialize;

/// Something that the fleet knows about a unit; where it doesn't know, the fact does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fact {
    /// A distributed-validator middleware stands between it and the beacon node.
    BehindDvt,
    /// It signs through a remote signer only.
    RemoteSigner,
    /// It signs with keys of its own disk, whether or not a signer serves others.
    LocalKeys,
    /// It works on a development network.
    Development,
    /// It works on a public test network.
    TestNetwork,
    /// A plain start of the project does not start it.
    Cold,
    /// It stands in a template or an example that has to be filled in.
    Template,
    /// Its image is built from the tree.
    BuiltHere,
    /// It is a node of a distributed validator itself, and holds key shares.
    Middleware,
}

/// The part of a fleet that a card speaks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// Everything that signs with validator keys: validator clients, beacon nodes that hold keys, nodes of a distributed validator.
    Validator,
    /// Beacon nodes, with or without keys.
    Beacon,
    /// Execution clients.
    Execution,
    /// Remote signers.
    Signer,
    /// mev-boost and the like.
    Relay,
    /// Middleware of distributed validators.
    Middleware,
}

impl Fact {
    /// Tells whether it is known to hold for a unit.
    #[must_use]
    pub fn holds(self, workload: &Workload) -> bool {
        match self {
            Self::BehindDvt => workload.behind_dvt,
            Self::RemoteSigner => workload.signs == Signs::Remote,
            Self::LocalKeys => matches!(workload.signs, Signs::Local | Signs::Both),
            Self::Development => workload.stage == Stage::Development,
            Self::TestNetwork => matches!(workload.stage, Stage::Ephemeral | Stage::TestNetwork),
            Self::Cold => !matches!(workload.unit.activation, Activation::Always),
            Self::Template => workload.unit.template,
            Self::BuiltHere => workload.unit.build.is_some(),
            Self::Middleware => {
                workload.invocation.as_ref().is_some_and(|invocation| invocation.role == Role::Middleware)
            }
        }
    }
}

impl Part {
    /// Tells whether a unit plays this part.
    #[must_use]
    pub fn covers(self, client: &Client<'_>) -> bool {
        let role = client.invocation.role;
        match self {
            Self::Validator => client.workload.is_validator(),
            Self::Beacon => role == Role::Beacon,
            Self::Execution => role == Role::Execution,
            Self::Signer => role == Role::Signer,
            Self::Relay => role == Role::Relay,
            Self::Middleware => role == Role::Middleware,
        }
    }
}

/// Calls a unit as it is called in a sentence: "validator client `vc` on host `a`".
#[must_use]
pub fn called(workload: &Workload) -> String {
    let host = &workload.unit.host;
    if host.is_empty() {
        called_beside(workload, workload)
    } else {
        format!("{} on host `{host}`", called_beside(workload, workload))
    }
}

/// Calls a unit in a sentence that has named another one: its host is left out where it is the same.
#[must_use]
pub fn called_beside(workload: &Workload, other: &Workload) -> String {
    if workload.unit.host != other.unit.host {
        return called(workload);
    }
    let part = workload.invocation.as_ref().map_or("unit", |invocation| part_name(invocation.role));
    format!("{part} `{}`", workload.unit.name.value)
}

/// Tells whether two units are two choices of one project: which of several nodes an endpoint leads to is not decided then.
#[must_use]
pub fn are_choices(one: &Workload, other: &Workload) -> bool {
    one.unit.project == other.unit.project && one.unit.alternative != other.unit.alternative
}

/// Tells a unit apart from every other one of the tree, for fingerprints: project, alternative and name.
#[must_use]
pub fn identity(workload: &Workload) -> String {
    let unit = &workload.unit;
    let parts = [Some(unit.project.as_str()), unit.alternative.as_deref(), Some(unit.name.value.as_str())];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
}

/// Answers the place that says which release a unit runs: its image's tag, or the address that its program is fetched from; where
/// neither says it, the text that names the client.
#[must_use]
pub fn version_place(client: &Client<'_>) -> Spot {
    let image = client.workload.unit.image.as_ref();
    let tag = image.and_then(|image| Some(Spot::from(&image.slice(ImageName::parse(image.value()).tag?))));
    tag.or_else(|| fetched_release(client)).unwrap_or_else(|| Spot::from(client.invocation.named_at))
}

/// Answers the release in the address that the unit's program is fetched from.
fn fetched_release(client: &Client<'_>) -> Option<Spot> {
    let version = client.invocation.version.as_ref()?.to_string();
    client.workload.unit.fetched.iter().filter(|address| address.is_known()).find_map(|address| {
        let at = address.value().find(&format!("{version}/"))?;
        Some(Spot::from(&address.slice(at..at + version.len())))
    })
}

/// Answers the field's word for a role.
#[must_use]
pub fn part_name(role: Role) -> &'static str {
    match role {
        Role::Validator => "validator client",
        Role::Beacon => "beacon node",
        Role::Execution => "execution client",
        Role::Signer => "remote signer",
        Role::Relay => "builder sidecar",
        Role::Middleware => "distributed-validator node",
        Role::Tool => "command",
    }
}
