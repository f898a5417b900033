//! What a change does to keys: who owned each before, who owns it after, and what kind of move that is.

use super::model::{Fleet, Key, Workload, WorkloadId};
use super::ownership::Owner;
use crate::catalogue::Role;
use crate::ethereum::PublicKey;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The fleet before a change, and what the change does.
#[derive(Debug)]
pub struct Before {
    /// The fleet as it was.
    pub fleet: Fleet,
    /// What became of the keys, the moves of most keys first.
    pub moves: Vec<Move>,
    /// Keys whose signing history is proven by other means to have moved.
    pub evidence: BTreeSet<PublicKey>,
    /// The units of the fleet by host and name, of several with one name the one that can start.
    units: BTreeMap<(String, String), WorkloadId>,
}

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
    /// Where the first of the keys is named.
    pub span: Span,
}

/// Keys that went the same way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// What kind of move it is.
    pub kind: MoveKind,
    /// The owner that they left; nothing for new ones.
    pub from: Option<Place>,
    /// The owner that they came to; nothing for those that nobody owns any more.
    pub to: Option<Place>,
    /// The keys, in order.
    pub keys: Vec<PublicKey>,
}

/// A kind of move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MoveKind {
    /// To another host, cluster or namespace.
    Host,
    /// To another kind of process of the same host.
    Process,
    /// To a unit of the same kind under another name.
    Rename,
    /// Keys that nobody owned before.
    Added,
    /// Keys that lost an owner and got none instead.
    Dropped,
}

impl MoveKind {
    /// Answers its name in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Process => "process",
            Self::Rename => "rename",
            Self::Added => "added",
            Self::Dropped => "dropped",
        }
    }
}

impl Before {
    /// Compares a fleet with the one that it was made of.
    #[must_use]
    pub fn new(fleet: Fleet, after: &Fleet) -> Self {
        let moves = moves(&fleet, after);
        let mut units: BTreeMap<(String, String), WorkloadId> = BTreeMap::new();
        for (id, workload) in fleet.workloads.iter().enumerate() {
            let name = (workload.unit.host.clone(), workload.unit.name.value.clone());
            let known = *units.entry(name).or_insert(id);
            if !fleet.workloads[known].is_hot() && workload.is_hot() {
                units.insert((workload.unit.host.clone(), workload.unit.name.value.clone()), id);
            }
        }
        Self { fleet, moves, evidence: BTreeSet::new(), units }
    }
}

impl Before {
    /// Answers the unit that had the host and the name of this one.
    #[must_use]
    pub fn counterpart(&self, workload: &Workload) -> Option<&Workload> {
        let name = (workload.unit.host.clone(), workload.unit.name.value.clone());
        self.units.get(&name).and_then(|id| self.fleet.workloads.get(*id))
    }
}

impl Process {
    fn of(workload: &Workload) -> Self {
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

    /// Answers the unit of a fleet that has this host and name, the one that can start first.
    #[must_use]
    pub fn unit_in(&self, fleet: &Fleet) -> Option<WorkloadId> {
        let named = |id: &WorkloadId| {
            let unit = &fleet.workloads[*id].unit;
            !self.unit.is_empty() && unit.host == self.host && unit.name.value == self.unit
        };
        let mut found: Vec<WorkloadId> = (0..fleet.workloads.len()).filter(named).collect();
        found.sort_by_key(|id| (!fleet.workloads[*id].is_hot(), *id));
        found.first().copied()
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

/// An owner of one key.
type Owned = BTreeMap<Home, Place>;

fn homes(fleet: &Fleet, key: Option<Key<'_>>) -> Owned {
    let owners = key.map_or_else(Vec::new, |key| fleet.owners(key));
    let places = owners.into_iter().filter_map(|(owner, holdings)| {
        let span = holdings.first()?.span;
        let (home, workload) = match owner {
            Owner::Workload(id) => (Home::of(&fleet.workloads[id]), Some(id)),
            Owner::Host(host) => (Home { host, unit: String::new(), process: Process::Unknown }, None),
        };
        Some((home.clone(), Place { home, workload, span }))
    });
    places.collect()
}

/// Compares the owners of every key that either fleet names.
fn moves(before: &Fleet, after: &Fleet) -> Vec<Move> {
    let (mut old, mut new) = (before.keys().peekable(), after.keys().peekable());
    let mut grouped: BTreeMap<(Option<Home>, Option<Home>), Move> = BTreeMap::new();
    loop {
        let next = match (old.peek(), new.peek()) {
            (None, None) => break,
            (Some(one), None) => one.key,
            (None, Some(other)) => other.key,
            (Some(one), Some(other)) => one.key.min(other.key),
        };
        let was = old.next_if(|key| key.key == next);
        let is = new.next_if(|key| key.key == next);
        for (from, to) in ways(homes(before, was), homes(after, is)) {
            let group = (from.as_ref().map(|place| place.home.clone()), to.as_ref().map(|place| place.home.clone()));
            let entry = grouped.entry(group).or_insert_with(|| Move { kind: kind(&from, &to), from, to, keys: vec![] });
            entry.keys.push(next);
        }
    }
    let mut moves: Vec<Move> = grouped.into_values().collect();
    moves.sort_by_key(|found| std::cmp::Reverse(found.keys.len()));
    moves
}

/// Pairs the owners that a key lost with those that it got; those of one host are paired first.
fn ways(mut was: Owned, mut is: Owned) -> Vec<(Option<Place>, Option<Place>)> {
    let kept: Vec<Home> = was.keys().filter(|home| is.contains_key(home)).cloned().collect();
    for home in &kept {
        was.remove(home);
        is.remove(home);
    }
    let mut lost: Vec<Place> = was.into_values().collect();
    let mut got: Vec<Place> = is.into_values().collect();
    let mut ways = Vec::new();
    let near: [fn(&Home, &Home) -> bool; 3] = [
        |one, other| one.host == other.host && one.unit == other.unit,
        |one, other| one.host == other.host,
        |_, _| true,
    ];
    for fits in near {
        lost.retain(|from| match got.iter().position(|to| fits(&from.home, &to.home)) {
            Some(at) => {
                ways.push((Some(from.clone()), Some(got.remove(at))));
                false
            }
            None => true,
        });
    }
    ways.extend(lost.into_iter().map(|from| (Some(from), None)));
    ways.extend(got.into_iter().map(|to| (None, Some(to))));
    ways
}

fn kind(from: &Option<Place>, to: &Option<Place>) -> MoveKind {
    match (from, to) {
        (None, _) => MoveKind::Added,
        (_, None) => MoveKind::Dropped,
        (Some(from), Some(to)) if from.home.host != to.home.host => MoveKind::Host,
        (Some(from), Some(to)) if from.home.process != to.home.process => MoveKind::Process,
        _ => MoveKind::Rename,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(host: &str, unit: &str, process: Process) -> Place {
        let home = Home { host: host.into(), unit: unit.into(), process };
        Place { home, workload: None, span: Span::new(crate::source::FileId(0), 0, 1) }
    }

    fn owned(places: &[Place]) -> Owned {
        places.iter().map(|place| (place.home.clone(), place.clone())).collect()
    }

    fn kinds(was: &[Place], is: &[Place]) -> Vec<MoveKind> {
        ways(owned(was), owned(is)).iter().map(|(from, to)| kind(from, to)).collect()
    }

    #[test]
    fn a_move_is_told_by_what_changes() {
        let vc = || place("a", "vc", Process::ValidatorClient);
        assert_eq!(kinds(&[vc()], &[vc()]), []);
        assert_eq!(kinds(&[vc()], &[place("b", "vc", Process::ValidatorClient)]), [MoveKind::Host]);
        assert_eq!(kinds(&[vc()], &[place("a", "bn", Process::BeaconNode)]), [MoveKind::Process]);
        assert_eq!(kinds(&[vc()], &[place("a", "vc-2", Process::ValidatorClient)]), [MoveKind::Rename]);
        assert_eq!(kinds(&[vc()], &[]), [MoveKind::Dropped]);
        assert_eq!(kinds(&[], &[vc()]), [MoveKind::Added]);
    }

    #[test]
    fn owners_of_one_host_are_paired_first() {
        let was = [place("a", "x", Process::ValidatorClient), place("b", "x", Process::ValidatorClient)];
        let is = [place("b", "y", Process::ValidatorClient), place("c", "x", Process::ValidatorClient)];
        assert_eq!(kinds(&was, &is), [MoveKind::Rename, MoveKind::Host]);
    }
}
