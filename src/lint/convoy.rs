//! Moves of keys that layouts and tables give to hosts, told together: one change of a layout is one matter, on however many hosts.

use super::model::Scene;
use super::moves::{crossing, identity, many, route};
use super::report::Report;
use crate::finding::thousands;
use crate::fleet::{Before, Move, MoveKind, Place};
use std::collections::{BTreeMap, BTreeSet};

/// So many of the moves are pointed at.
const SHOWN: usize = 12;

/// Moves of numbers of one list.
pub struct Convoy<'a> {
    /// The moves, those of most keys first; there is at least one.
    moves: Vec<&'a Move>,
}

impl<'a> Convoy<'a> {
    /// Groups moves of numbers by their list and by what else tells them apart; each group keeps the order that the moves had.
    pub fn gather<K: Ord>(
        moves: impl Iterator<Item = &'a Move>,
        by: impl Fn(&Move) -> Option<K>,
    ) -> BTreeMap<(String, K), Self> {
        let mut groups: BTreeMap<(String, K), Self> = BTreeMap::new();
        for found in moves.filter(|found| is_numbered(found)) {
            let Some(key) = by(found) else { continue };
            let list = found.ranges.first().map_or_else(String::new, |range| range.list.clone());
            groups.entry((list, key)).or_insert_with(|| Self { moves: Vec::new() }).moves.push(found);
        }
        groups
    }

    /// Answers the first of the moves.
    pub fn first(&self) -> Option<&'a Move> {
        self.moves.first().copied()
    }

    /// Answers how many keys move, for people, and of which list they are.
    pub fn counted(&self) -> String {
        let keys = many(self.moves.iter().map(|found| found.count()).fold(0, u64::saturating_add));
        match self.first().and_then(|found| found.ranges.first()) {
            Some(range) => format!("{keys} of `{}`", range.list),
            None => keys,
        }
    }

    /// Says which way the keys go: from which processes to which, and on how many hosts.
    pub fn roads(&self) -> String {
        let (from, to) = (self.side(|found| found.from.as_ref()), self.side(|found| found.to.as_ref()));
        let mut roads: BTreeMap<(String, String), u64> = BTreeMap::new();
        for found in &self.moves {
            let road = (from(found), to(found));
            let count = roads.entry(road).or_default();
            *count = count.saturating_add(found.count());
        }
        let mut roads: Vec<_> = roads.into_iter().collect();
        roads.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let said = |((from, to), count): &((String, String), u64)| match roads.len() {
            1 => format!("{from} → {to}"),
            _ => format!("{} {from} → {to}", numbered(*count)),
        };
        let rest = roads.len().saturating_sub(4);
        let mut told: Vec<String> = roads.iter().take(4).map(said).collect();
        if rest > 0 {
            told.push(format!("and {rest} more ways"));
        }
        told.join(", ")
    }

    /// Names one side of each move as far as the others share it: a home, or a kind of process.
    fn side(&self, pick: fn(&Move) -> Option<&Place>) -> impl Fn(&Move) -> String {
        let homes: BTreeSet<_> = self.moves.iter().filter_map(|found| pick(found)).map(|place| &place.home).collect();
        let few = homes.len() <= 2;
        move |found| match pick(found) {
            None => "nobody".to_owned(),
            Some(place) if few => place.home.to_string(),
            Some(place) if found.kind == MoveKind::Host => match place.home.host.as_str() {
                "" => place.home.to_string(),
                host => format!("`{host}`"),
            },
            Some(place) => place.home.process.word().to_owned(),
        }
    }

    /// Names the owners that keys left: the one, or how many of which kind.
    pub fn owners(&self) -> String {
        let homes: BTreeSet<_> =
            self.moves.iter().filter_map(|found| found.from.as_ref()).map(|place| &place.home).collect();
        match homes.first() {
            Some(home) if homes.len() == 1 => home.to_string(),
            Some(home) => {
                let hosts: BTreeSet<_> = homes.iter().map(|home| &home.host).collect();
                let hosts = if hosts.len() == 1 { "1 host".to_owned() } else { format!("{} hosts", hosts.len()) };
                format!("{} {}s on {hosts}", homes.len(), home.process.word())
            }
            None => "nobody".to_owned(),
        }
    }

    /// Starts a report on all of them: the first with most keys, and the places of the others.
    pub fn report(&self, headline: String, scene: &Scene<'_>) -> Option<Report> {
        let first = self.first()?;
        let mut report = crossing(first, headline, scene)?;
        if let Some(range) = first.ranges.first() {
            report = report.staked(range.stage, &range.list);
        }
        for found in self.moves.iter().skip(1).take(SHOWN) {
            let place = found.to.as_ref().or(found.from.as_ref())?;
            report = report.related(place.span, format!("{} here: {}", numbered(found.count()), route(found)));
        }
        let moves: Vec<String> = self.moves.iter().map(|found| identity(found)).collect();
        Some(report.subject(moves.join("\n")))
    }
}

/// Tells whether a move is one of numbers only, or one of keys that a table gives to hosts.
fn is_numbered(found: &Move) -> bool {
    let table = |place: &Place| place.workload.is_none() && place.tabled;
    let sides = || found.from.iter().chain(&found.to);
    found.keys.is_empty() || found.ranges.is_empty() && sides().all(table)
}

/// Answers the moves whose keys and owners the tree shows.
pub fn named(before: &Before) -> impl Iterator<Item = &Move> {
    before.moves.iter().filter(|found| !is_numbered(found))
}

fn numbered(count: u64) -> String {
    thousands(usize::try_from(count).unwrap_or(usize::MAX))
}
