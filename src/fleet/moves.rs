//! What a change does to keys: who owned each before, who owns it after, and what kind of move that is.

use super::exported::Exported;
use super::home::{Home, Owned, Place, homes};
use super::model::{Fleet, Stage};
use super::sweep;
use crate::ethereum::PublicKey;
use std::collections::{BTreeMap, BTreeSet};

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
    use crate::fleet::home::Process;
    use crate::source::{FileId, Span};

    fn place(host: &str, unit: &str, process: Process) -> Place {
        let home = Home { host: host.into(), unit: unit.into(), process };
        Place { home, workload: None, stand: None, tabled: false, span: Span::new(FileId(0), 0, 1) }
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
