//! The ledger as a text: who had which keys, from when to when, for people and for scripts.

use super::clean;
use super::escape;
use super::model::KeyStyle;
use super::summary::number;
use super::voice::shown_key;
use crate::finding::{KeySpan, Ledger, Point, Stay};
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Write};

/// The version of the schema; it changes when a member changes its meaning.
const SCHEMA: &str = "stakelint-ledger/1";
/// As many ranges of a stay are told to people.
const TOLD: usize = 3;
/// Digits of a commit that people read.
const SHORT: usize = 9;

/// How a ledger is shown.
pub struct LedgerView<'v> {
    /// The ledger, with the stays to show.
    pub ledger: &'v Ledger,
    /// The commit that was asked about, where one was.
    pub at: Option<usize>,
    /// How keys are shown.
    pub keys: KeyStyle<'v>,
    /// Writes seconds since 1970 as a time (UTC).
    pub time: &'v dyn Fn(i64) -> String,
}

#[derive(Debug, Serialize)]
struct Report<'v> {
    schema: &'static str,
    commits: Vec<Told<'v>>,
    unchanged: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Told<'v>>,
    stays: Vec<Line<'v>>,
}

#[derive(Debug, Serialize)]
struct Told<'v> {
    commit: &'v str,
    date: String,
    title: &'v str,
}

#[derive(Debug, Serialize)]
struct Line<'v> {
    owner: &'v str,
    process: &'v str,
    count: u64,
    keys: Vec<Cow<'v, str>>,
    ranges: Vec<Numbers<'v>>,
    since: Told<'v>,
    until: Option<Told<'v>>,
}

/// Keys by their numbers; `end` is the number after the last.
#[derive(Debug, Serialize)]
struct Numbers<'v> {
    list: &'v str,
    start: u64,
    end: u64,
}

impl<'v> LedgerView<'v> {
    fn told(&self, point: usize) -> Option<Told<'v>> {
        let Point { commit, seconds, title } = self.ledger.points.get(point)?;
        Some(Told { commit, date: (self.time)(*seconds), title })
    }

    /// Writes one object.
    ///
    /// # Errors
    /// Where the writer fails.
    pub fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let line = |stay: &'v Stay| {
            let ranges =
                stay.ranges.iter().map(|KeySpan { list, start, end }| Numbers { list, start: *start, end: *end });
            Some(Line {
                owner: &stay.owner.owner,
                process: stay.owner.part,
                count: stay.count(),
                keys: stay.keys.iter().map(|key| shown_key(key, self.keys)).collect(),
                ranges: ranges.collect(),
                since: self.told(stay.since)?,
                until: stay.until.and_then(|until| self.told(until)),
            })
        };
        let report = Report {
            schema: SCHEMA,
            commits: (0..self.ledger.points.len()).filter_map(|point| self.told(point)).collect(),
            unchanged: self.ledger.unchanged,
            at: self.at.and_then(|at| self.told(at)),
            stays: self.ledger.stays.iter().filter_map(line).collect(),
        };
        escape::write_json(out, &report)
    }

    /// Writes lines for people: one a stay, the oldest first.
    ///
    /// # Errors
    /// Where the writer fails.
    pub fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let points = &self.ledger.points;
        if let Some((first, last)) = points.first().zip(points.last()) {
            writeln!(
                out,
                "{} commits along first parents, {} to {} (committer dates, UTC); {} of them change nothing that is read\n",
                number(points.len()),
                self.stamp(first),
                self.stamp(last),
                number(self.ledger.unchanged)
            )?;
        }
        if let Some(point) = self.at.and_then(|at| points.get(at)) {
            writeln!(out, "at {}: {}\n", self.stamp(point), clean::line(&point.title, false))?;
        }
        for stay in &self.ledger.stays {
            writeln!(out, "{}", clean::line(&self.line(stay), false))?;
        }
        if self.ledger.stays.is_empty() {
            writeln!(out, "nobody")?;
        }
        Ok(())
    }

    /// `2024-01-25 d950ebfd5`
    fn stamp(&self, point: &Point) -> String {
        let date = (self.time)(point.seconds);
        let day = date.split('T').next().unwrap_or(&date);
        format!("{day} {}", point.commit.get(..SHORT).unwrap_or(&point.commit))
    }

    fn line(&self, stay: &Stay) -> String {
        let stamp = |point: usize| self.ledger.points.get(point).map_or_else(String::new, |point| self.stamp(point));
        let until = stay.until.map_or_else(|| "now".to_owned(), stamp);
        format!("{} – {until:20}  {}  {}", stamp(stay.since), stay.owner.words, self.keys_of(stay))
    }

    fn keys_of(&self, stay: &Stay) -> String {
        let count = usize::try_from(stay.count()).unwrap_or(usize::MAX);
        let mut told: Vec<String> = Vec::new();
        for KeySpan { list, start, end } in stay.ranges.iter().take(TOLD) {
            let last = end.saturating_sub(1);
            told.push(if *start == last { format!("{list} {start}") } else { format!("{list} {start}–{last}") });
        }
        if stay.ranges.len() > TOLD {
            told.push(format!("{} more ranges", stay.ranges.len() - TOLD));
        }
        if let ([key], []) = (stay.keys.as_slice(), stay.ranges.as_slice()) {
            return shown_key(key, self.keys).into_owned();
        }
        let ranges = if told.is_empty() { String::new() } else { format!(" ({})", told.join(", ")) };
        let noun = if count == 1 { "key" } else { "keys" };
        format!("{} {noun}{ranges}", number(count))
    }
}
