//! Keeps the book of a line of commits: moves from one to the next become stays.

use super::home::{Home, Process};
use super::model::Fleet;
use super::moves::{Indices, Move, moves};
use crate::ethereum::PublicKey;
use crate::finding::{KeySpan, Stay};
use std::collections::{BTreeMap, BTreeSet};

/// The open and the closed stays.
#[derive(Debug, Default)]
pub struct Book {
    open: BTreeMap<Home, BTreeMap<usize, Hand>>,
    closed: Vec<Stay>,
    last: Fleet,
}

/// Keys in one hand: by their digits, and by their numbers in lists.
#[derive(Debug, Default)]
struct Hand {
    keys: BTreeSet<PublicKey>,
    /// The numbers of each list, first and after the last; they do not meet.
    ranges: BTreeMap<String, BTreeMap<u64, u64>>,
}

impl Book {
    /// Enters the fleet of a commit, after those of the commits before it.
    pub fn survey(&mut self, point: usize, fleet: Fleet) {
        // Names on hosts are not shown by every tree; those of the tables are.
        self.enter(point, &moves(&self.last, &fleet, false));
        self.last = fleet;
    }

    /// Enters what a commit does.
    fn enter(&mut self, point: usize, moves: &[Move]) {
        for found in moves {
            if let Some(from) = &found.from {
                self.take(&from.home, point, found);
            }
        }
        for found in moves {
            if let Some(to) = &found.to {
                self.open.entry(to.home.clone()).or_default().entry(point).or_default().put(found);
            }
        }
    }

    fn take(&mut self, home: &Home, point: usize, found: &Move) {
        // One that a later tree says more of (which process it is) is the same.
        let first = Home { process: Process::BeaconNode, ..home.clone() };
        let near = self.open.range(first..).map(|(known, _)| known);
        let homes: Vec<Home> =
            near.take_while(|known| known.host == home.host && known.unit == home.unit).cloned().collect();
        for home in homes {
            let Some(hands) = self.open.get_mut(&home) else { continue };
            for (since, hand) in hands.iter_mut() {
                let taken = hand.take(found);
                if !taken.is_empty() {
                    self.closed.push(taken.stay(&home, *since, Some(point)));
                }
            }
            hands.retain(|_, hand| !hand.is_empty());
        }
    }

    /// Closes the book: all stays, in order of their beginning, their end and their owner.
    #[must_use]
    pub fn close(self) -> Vec<Stay> {
        let mut stays = self.closed;
        for (home, hands) in self.open {
            stays.extend(hands.into_iter().map(|(since, hand)| hand.stay(&home, since, None)));
        }
        stays.sort_by(|one, other| {
            let order = |stay: &Stay| (stay.since, stay.until.unwrap_or(usize::MAX));
            order(one).cmp(&order(other)).then_with(|| one.owner.owner.cmp(&other.owner.owner))
        });
        stays
    }
}

impl Hand {
    fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.ranges.values().all(BTreeMap::is_empty)
    }

    fn put(&mut self, found: &Move) {
        self.keys.extend(&found.keys);
        for Indices { list, start, end, .. } in &found.ranges {
            self.ranges.entry(list.clone()).or_default().insert(*start, *end);
        }
    }

    /// Takes out what moves, as far as it is here.
    fn take(&mut self, found: &Move) -> Self {
        let mut taken = Self::default();
        for key in found.keys.iter().filter(|key| self.keys.remove(*key)) {
            taken.keys.insert(*key);
        }
        for Indices { list, start, end, .. } in &found.ranges {
            let Some(numbers) = self.ranges.get_mut(list) else { continue };
            for (from, to) in cut(numbers, *start, *end) {
                taken.ranges.entry(list.clone()).or_default().insert(from, to);
            }
        }
        taken
    }

    fn stay(self, home: &Home, since: usize, until: Option<usize>) -> Stay {
        let owner = home.party();
        let mut ranges: Vec<KeySpan> = Vec::new();
        for (list, numbers) in self.ranges {
            for (start, end) in numbers {
                match ranges.last_mut().filter(|last| last.list == list && last.end == start) {
                    Some(last) => last.end = end,
                    None => ranges.push(KeySpan { list: list.clone(), start, end }),
                }
            }
        }
        Stay { owner, keys: self.keys.iter().map(ToString::to_string).collect(), ranges, since, until }
    }
}

/// Cuts the numbers from `start` to `end` out of those of a list, and answers those that were there.
fn cut(numbers: &mut BTreeMap<u64, u64>, start: u64, end: u64) -> Vec<(u64, u64)> {
    let first = numbers.range(..=start).next_back().map_or(start, |(from, _)| *from);
    let met: Vec<(u64, u64)> =
        numbers.range(first..end).map(|(from, to)| (*from, *to)).filter(|(_, to)| *to > start).collect();
    let mut taken = Vec::new();
    for (from, to) in met {
        numbers.remove(&from);
        if from < start {
            numbers.insert(from, start);
        }
        if to > end {
            numbers.insert(end, to);
        }
        taken.push((from.max(start), to.min(end)));
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::super::{MoveKind, Place, Process, Stage};
    use super::*;
    use crate::source::{FileId, Span};

    fn place(host: &str) -> Place {
        let home = Home { host: host.into(), unit: "vc".into(), process: Process::ValidatorClient };
        let span = Span::new(FileId(0), 0, 1);
        Place { home, workload: None, stand: None, tabled: true, span }
    }

    fn moved(from: Option<&str>, to: Option<&str>, start: u64, end: u64) -> Move {
        let ranges = vec![Indices { list: "hoodi".into(), start, end, stage: Stage::Production }];
        Move { kind: MoveKind::Host, from: from.map(place), to: to.map(place), keys: Vec::new(), ranges }
    }

    #[test]
    fn stays_begin_and_end_where_keys_move() {
        let mut book = Book::default();
        book.enter(0, &[moved(None, Some("a"), 0, 10)]);
        book.enter(3, &[moved(Some("a"), Some("b"), 4, 6)]);
        book.enter(5, &[moved(Some("b"), Some("a"), 4, 5), moved(Some("a"), None, 0, 2)]);
        let told: Vec<String> = book
            .close()
            .iter()
            .map(|stay| {
                let numbers: Vec<String> =
                    stay.ranges.iter().map(|range| format!("{}-{}", range.start, range.end)).collect();
                format!("{} {} {:?} {}", stay.owner.owner, stay.since, stay.until, numbers.join(" "))
            })
            .collect();
        assert_eq!(
            told,
            [
                "a/vc 0 Some(3) 4-6",
                "a/vc 0 Some(5) 0-2",
                "a/vc 0 None 2-4 6-10",
                "b/vc 3 Some(5) 4-5",
                "b/vc 3 None 5-6",
                "a/vc 5 None 4-5",
            ]
        );
    }
}
