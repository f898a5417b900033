//! The ledger: which key was in whose hands, from which commit to which.

use super::outcome::{KeySpan, Party};

/// A commit, as far as a ledger tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Its full hash.
    pub commit: String,
    /// When it was committed, in seconds since 1970.
    pub seconds: i64,
    /// The first line of its message.
    pub title: String,
}

/// Keys in the hands of one owner, from one commit to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// The owner.
    pub owner: Party,
    /// The keys, in order.
    pub keys: Vec<String>,
    /// Keys that are known by their numbers in a list only, in order.
    pub ranges: Vec<KeySpan>,
    /// The commit that gave them (index into the points).
    pub since: usize,
    /// The commit that took them away; nothing if they are still there.
    pub until: Option<usize>,
}

/// Every stay of a line of commits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// The commits, the oldest first.
    pub points: Vec<Point>,
    /// The stays, in order of their beginning, their end and their owner.
    pub stays: Vec<Stay>,
    /// Commits that were not read, since they change nothing that is.
    pub unchanged: usize,
}

impl Stay {
    /// Counts the keys, those of ranges among them.
    #[must_use]
    pub fn count(&self) -> u64 {
        let numbered = self.ranges.iter().map(|range| range.end.saturating_sub(range.start));
        numbered.fold(self.keys.len() as u64, u64::saturating_add)
    }

    /// Tells whether it holds at a commit.
    #[must_use]
    pub fn holds_at(&self, point: usize) -> bool {
        self.since <= point && self.until.is_none_or(|until| point < until)
    }
}

impl Ledger {
    /// Answers the last commit of the line that was there at a time, in seconds since 1970; nothing before the first.
    ///
    /// Clocks of committers differ, so that a later commit of the line can bear an earlier time: the place in the line decides.
    #[must_use]
    pub fn at(&self, seconds: i64) -> Option<usize> {
        self.points.iter().rposition(|point| point.seconds <= seconds)
    }

    /// Answers the ledger of one key alone: by its digits, or as `list:number`.
    #[must_use]
    pub fn of(self, key: &str) -> Self {
        let number = key.rsplit_once(':').and_then(|(list, number)| Some((list, number.parse::<u64>().ok()?)));
        let kept = self.stays.into_iter().filter_map(|mut stay| {
            stay.keys.retain(|known| known == key);
            stay.ranges.retain(|range| {
                number.is_some_and(|(list, number)| range.list == list && (range.start..range.end).contains(&number))
            });
            let end = number.map(|(_, number)| number);
            for (range, number) in stay.ranges.iter_mut().zip(end) {
                (range.start, range.end) = (number, number.saturating_add(1));
            }
            (stay.count() > 0).then_some(stay)
        });
        let stays = kept.collect();
        Self { stays, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stay(since: usize, until: Option<usize>, start: u64, end: u64) -> Stay {
        let owner = Party { owner: "a/vc".into(), words: "a".into(), host: "a".into(), part: "unit" };
        let ranges = vec![KeySpan { list: "hoodi".into(), start, end }];
        Stay { owner, keys: vec!["0xaa".into()], ranges, since, until }
    }

    fn point(seconds: i64) -> Point {
        Point { commit: String::new(), seconds, title: String::new() }
    }

    #[test]
    fn the_place_in_the_line_decides_what_was_there_at_a_time() {
        let ledger = Ledger { points: vec![point(10), point(30), point(20), point(40)], ..Ledger::default() };
        assert_eq!([5, 10, 20, 35, 99].map(|at| ledger.at(at)), [None, Some(0), Some(2), Some(2), Some(3)]);
    }

    #[test]
    fn one_key_is_picked_by_its_digits_or_its_number() {
        let ledger = Ledger { stays: vec![stay(0, Some(2), 0, 10), stay(2, None, 10, 20)], ..Ledger::default() };
        assert_eq!(ledger.clone().of("0xaa").stays.len(), 2);
        let found = ledger.of("hoodi:12").stays;
        assert_eq!((found.len(), found[0].count(), found[0].ranges[0].start), (1, 1, 12));
        assert!(found[0].holds_at(2) && !found[0].holds_at(1));
    }
}
