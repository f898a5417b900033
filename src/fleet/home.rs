//! Where keys are at home: the host, the unit and the kind of process that own them in one of two trees.

use super::model::{Fleet, Key, Seat, Workload, WorkloadId};
use super::ownership::Owner;
use crate::catalogue::Role;
use crate::deployment::KeyForm;
use crate::finding::Party;
use crate::source::Span;
use std::collections::BTreeMap;

/// Where keys are at home: the same in both trees, whatever their files are called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Home {
    /// The host; empty where the tree has but one.
    pub host: String,
    /// The unit; empty where keys lie on a host and nothing shows what loads them.
    pub unit: String,
    /// The kind of process that signs.
    pub process: Process,
}

/// The kind of process that signs with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Process {
    /// A beacon node that holds keys.
    BeaconNode,
    /// A validator client.
    ValidatorClient,
    /// A remote signer.
    Signer,
    /// A node of a distributed validator.
    Middleware,
    /// Nobody knows.
    Unknown,
}

/// An owner of keys in one of the trees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where they are at home.
    pub home: Home,
    /// The unit in the fleet of its side, if it is one.
    pub workload: Option<WorkloadId>,
    /// The unit of a role outside of the tree (index into the stands of its side), if it is one.
    pub stand: Option<usize>,
    /// A table or layout says that the keys are its, and nothing else.
    pub tabled: bool,
    /// Where the first of the keys is named.
    pub span: Span,
}

impl Process {
    /// Answers the kind of process that a workload is.
    #[must_use]
    pub fn of(workload: &Workload) -> Self {
        match workload.invocation.as_ref().map(|client| client.role) {
            Some(Role::Beacon) => Self::BeaconNode,
            Some(Role::Validator) => Self::ValidatorClient,
            Some(Role::Signer) => Self::Signer,
            Some(Role::Middleware) => Self::Middleware,
            _ => Self::Unknown,
        }
    }

    /// Answers its name for people.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::BeaconNode => "beacon node",
            Self::ValidatorClient => "validator client",
            Self::Signer => "remote signer",
            Self::Middleware => "distributed-validator node",
            Self::Unknown => "unit",
        }
    }
}

impl Home {
    /// Answers the home of whatever a workload signs with.
    #[must_use]
    pub fn of(workload: &Workload) -> Self {
        let (host, unit) = (workload.unit.host.clone(), workload.unit.name.value.clone());
        Self { host, unit, process: Process::of(workload) }
    }

    /// Answers its name for scripts: `host/unit`, or what there is of it.
    #[must_use]
    pub fn short(&self) -> String {
        let parts = [self.host.as_str(), self.unit.as_str()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/")
    }

    /// Answers it as a side of a move.
    #[must_use]
    pub fn party(&self) -> Party {
        Party { owner: self.short(), words: self.to_string(), host: self.host.clone(), part: self.process.word() }
    }
}

impl std::fmt::Display for Home {
    /// Writes it for people: "validator client `vc` on host `a`".
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.unit.as_str(), self.host.as_str()) {
            ("", "") => write!(formatter, "a key folder"),
            ("", host) => write!(formatter, "host `{host}`"),
            (unit, "") => write!(formatter, "{} `{unit}`", self.process.word()),
            (unit, host) => write!(formatter, "{} `{unit}` on host `{host}`", self.process.word()),
        }
    }
}

/// The owners of one key.
pub(super) type Owned = BTreeMap<Home, Place>;

/// Answers who owns a key in a fleet.
pub(super) fn homes(fleet: &Fleet, key: Option<Key<'_>>) -> Owned {
    let owners = key.map_or_else(Vec::new, |key| fleet.owners(key));
    let places = owners.into_iter().filter_map(|(owner, holdings)| {
        let span = holdings.first()?.span;
        let tabled = holdings.iter().all(|holding| holding.form == KeyForm::Assigned);
        let (home, workload) = match owner {
            Owner::Workload(id) => (Home::of(&fleet.workloads[id]), Some(id)),
            Owner::Host(host) => (Home { host, unit: String::new(), process: Process::Unknown }, None),
        };
        Some((home.clone(), Place { home, workload, stand: None, tabled, span }))
    });
    places.chain(key.iter().flat_map(|key| clusters(fleet, key))).collect()
}

/// The nodes of a cluster that signs with a key together: a key that goes to them has not lost its owner.
fn clusters<'f>(fleet: &'f Fleet, key: &Key<'f>) -> Vec<(Home, Place)> {
    let shared = key.places.iter().find(|holding| holding.form == KeyForm::Distributed);
    let Some(holding) = shared else { return Vec::new() };
    let clusters = &fleet.inventory.clusters;
    let at = clusters.binary_search_by_key(&holding.span.file, |cluster| cluster.file).ok();
    let of = |seat: &&Seat| seat.cluster == at;
    let mut nodes: Vec<WorkloadId> = fleet.seats.iter().filter(of).map(|seat| seat.workload).collect();
    // Key shares are registered with a network, and no setting of a node names their file.
    if let (true, [one]) = (nodes.is_empty(), fleet.seats.as_slice()) {
        nodes.push(one.workload);
    }
    let place =
        |home: Home, workload| (home.clone(), Place { home, workload, stand: None, tabled: false, span: holding.span });
    if nodes.is_empty() {
        let unit = at.and_then(|at| clusters.get(at)).map_or_else(String::new, |cluster| cluster.path.clone());
        return vec![place(Home { host: String::new(), unit, process: Process::Middleware }, None)];
    }
    nodes.into_iter().map(|id| place(Home::of(&fleet.workloads[id]), Some(id))).collect()
}
