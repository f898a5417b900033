//! What a change does to keys: who owned each before, who owns it after, and what kind of move that is.

use super::exported::Exported;
use super::loss::Loss;
use super::model::{Fleet, Key, Stage, Workload, WorkloadId};
use super::ownership::Owner;
use super::sweep;
use crate::catalogue::Role;
use crate::deployment::KeyForm;
use crate::ethereum::PublicKey;
use crate::finding::Party;
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
    /// What units lost in earlier changes.
    pub losses: Vec<Loss>,
    /// The units of the fleet.
    units: Units,
    /// The units of the fleet after it.
    units_now: Units,
}

/// Units by host and name; of several with one name, the first that can start.
#[derive(Debug, Default)]
struct Units(BTreeMap<String, BTreeMap<String, WorkloadId>>);

impl Units {
    fn of(fleet: &Fleet) -> Self {
        let mut units = Self::default();
        for (id, workload) in fleet.workloads.iter().enumerate() {
            let of_host = units.0.entry(workload.unit.host.clone()).or_default();
            let known = of_host.entry(workload.unit.name.value.clone()).or_insert(id);
            if !fleet.workloads[*known].is_hot() && workload.is_hot() {
                *known = id;
            }
        }
        units
    }

    fn named(&self, host: &str, unit: &str) -> Option<WorkloadId> {
        self.0.get(host)?.get(unit).copied()
    }
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
    /// The unit of a role outside of the tree (index into the stands of its side), if it is one.
    pub stand: Option<usize>,
    /// A table or layout says that the keys are its, and nothing else.
    pub tabled: bool,
    /// Where the first of the keys is named.
    pub span: Span,
}

/// Keys by their numbers in a list.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Indices {
    /// The list: a network whose keys are numbered, or the file that numbers them.
    pub list: String,
    /// The first number.
    pub start: u64,
    /// The number after the last.
    pub end: u64,
    /// What is at stake.
    pub stage: Stage,
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
    /// Keys that are known by their numbers only, in order; no two of them meet.
    pub ranges: Vec<Indices>,
}

impl Move {
    /// Counts the keys, those of ranges among them.
    #[must_use]
    pub fn count(&self) -> u64 {
        let numbered = self.ranges.iter().map(|range| range.end.saturating_sub(range.start));
        numbered.fold(self.keys.len() as u64, u64::saturating_add)
    }

    /// Adds numbers, which come in order.
    fn add(&mut self, indices: Indices) {
        match self.ranges.last_mut().filter(|last| last.list == indices.list && last.end == indices.start) {
            Some(last) => last.end = indices.end,
            None => self.ranges.push(indices),
        }
    }
}

/// A kind of move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MoveKind {
    /// To another host, cluster or namespace.
    Host,
    /// To another process of the same host.
    Process,
    /// To a unit that has another name and takes the place of one that is gone.
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
        let moves = moves(&fleet, after, true);
        let (units, units_now) = (Units::of(&fleet), Units::of(after));
        Self { fleet, moves, evidence: BTreeSet::new(), losses: Vec::new(), units, units_now }
    }
}

impl Before {
    /// Answers the unit that had the host and the name of this one.
    #[must_use]
    pub fn counterpart(&self, workload: &Workload) -> Option<&Workload> {
        let id = self.units.named(&workload.unit.host, &workload.unit.name.value)?;
        self.fleet.workloads.get(id)
    }

    /// Answers the unit of the fleet after the change that has the host and the name of a home, the one that can start first.
    #[must_use]
    pub fn unit_now(&self, home: &Home) -> Option<WorkloadId> {
        self.units_now.named(&home.host, &home.unit).filter(|_| !home.unit.is_empty())
    }
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
}

impl Home {
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

fn homes(fleet: &Fleet, key: Option<Key<'_>>) -> Owned {
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
    let of = |seat: &&super::model::Seat| seat.cluster == at;
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

/// Compares the owners of every key that either fleet names, and of every number of every list; `names` is that of [`sweep::moves`], and
/// says that no key is told by its digits and by its number.
pub(super) fn moves(before: &Fleet, after: &Fleet, names: bool) -> Vec<Move> {
    let (mut old, mut new) = (before.keys().peekable(), after.keys().peekable());
    let mut groups = Groups::new(before, after);
    let numbered = sweep::moves(before, after, names);
    let exported = names.then(|| Exported::new([before, after], &numbered));
    let told = |(from, to): &(Option<Place>, Option<Place>)| {
        exported.as_ref().is_some_and(|exported| exported.tells(from.as_ref(), to.as_ref()))
    };
    loop {
        let next = match (old.peek(), new.peek()) {
            (None, None) => break,
            (Some(one), None) => one.key,
            (None, Some(other)) => other.key,
            (Some(one), Some(other)) => one.key.min(other.key),
        };
        let was = old.next_if(|key| key.key == next);
        let is = new.next_if(|key| key.key == next);
        for (from, to) in ways(homes(before, was), homes(after, is)).into_iter().filter(|way| !told(way)) {
            groups.of(from, to).keys.push(next);
        }
    }
    for (from, to, indices) in numbered {
        groups.of(from, to).add(indices);
    }
    let mut moves: Vec<Move> = groups.moves.into_values().collect();
    moves.sort_by_key(|found| std::cmp::Reverse(found.count()));
    moves
}

/// Moves by their owners.
struct Groups {
    moves: BTreeMap<(Option<Home>, Option<Home>), Move>,
    /// Hosts and names of units before the change.
    known: BTreeSet<(String, String)>,
    /// The same after it.
    left: BTreeSet<(String, String)>,
}

impl Groups {
    fn new(before: &Fleet, after: &Fleet) -> Self {
        Self { moves: BTreeMap::new(), known: names(before), left: names(after) }
    }

    fn of(&mut self, from: Option<Place>, to: Option<Place>) -> &mut Move {
        let group = (from.as_ref().map(|place| place.home.clone()), to.as_ref().map(|place| place.home.clone()));
        let name = |place: &Place| (place.home.host.clone(), place.home.unit.clone());
        let is_new = || {
            let pair = from.as_ref().zip(to.as_ref());
            pair.is_some_and(|(from, to)| !self.left.contains(&name(from)) && !self.known.contains(&name(to)))
        };
        let kind = kind(&from, &to, is_new());
        self.moves.entry(group).or_insert_with(|| Move { kind, from, to, keys: Vec::new(), ranges: Vec::new() })
    }
}

/// Answers the hosts and names of all units of a fleet.
fn names(fleet: &Fleet) -> BTreeSet<(String, String)> {
    let units = fleet.workloads.iter().map(|workload| (workload.unit.host.clone(), workload.unit.name.value.clone()));
    let stands = fleet.inventory.stands.iter().filter(|stand| stand.runs);
    let stands = stands.map(|stand| (stand.host.clone(), stand.name.value.clone()));
    let ranges = fleet.ranges.iter().map(|range| (range.host.clone(), range.unit.clone()));
    units.chain(stands).chain(ranges).collect()
}

/// Pairs the owners that a key lost with those that it got; those of one host are paired first.
pub(super) fn ways(mut was: Owned, mut is: Owned) -> Vec<(Option<Place>, Option<Place>)> {
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

fn kind(from: &Option<Place>, to: &Option<Place>, renamed: bool) -> MoveKind {
    match (from, to) {
        (None, _) => MoveKind::Added,
        (_, None) => MoveKind::Dropped,
        (Some(from), Some(to)) if from.home.host != to.home.host => MoveKind::Host,
        (Some(from), Some(to)) if from.home.process != to.home.process => MoveKind::Process,
        _ if renamed => MoveKind::Rename,
        _ => MoveKind::Process,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(host: &str, unit: &str, process: Process) -> Place {
        let home = Home { host: host.into(), unit: unit.into(), process };
        Place { home, workload: None, stand: None, tabled: false, span: Span::new(crate::source::FileId(0), 0, 1) }
    }

    fn owned(places: &[Place]) -> Owned {
        places.iter().map(|place| (place.home.clone(), place.clone())).collect()
    }

    fn kinds(was: &[Place], is: &[Place]) -> Vec<MoveKind> {
        let found = ways(owned(was), owned(is));
        found.iter().map(|(from, to)| kind(from, to, was.len() == is.len())).collect()
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
