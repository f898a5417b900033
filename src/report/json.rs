//! For scripts: the whole outcome as one JSON object, or one finding a line.

use super::escape;
use super::model::Context;
use super::moves::{self, Order};
use super::record::Record;
use super::texts::Texts;
use super::voice;
use crate::finding::{KeyMove, KeySpan, NotChecked, Outcome, Severity};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The version of the schema; it changes when a member changes its meaning.
const SCHEMA: &str = "stakelint/1";

#[derive(Debug, Serialize)]
struct Report<'a> {
    schema: &'static str,
    tool: Tool,
    findings: Vec<Record<'a>>,
    suppressed: Vec<Record<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moves: Option<Vec<MoveRecord<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<OrderRecord<'a>>,
    summary: SummaryRecord<'a>,
}

/// Owners that lose keys to others and have to be down before those that get them start.
#[derive(Debug, Serialize)]
struct OrderRecord<'a> {
    stop: Vec<&'a str>,
    start: Vec<&'a str>,
}

impl<'a> OrderRecord<'a> {
    fn of(moves: &'a [KeyMove]) -> Self {
        let Order { stop, start } = moves::sides(moves, |party| party.owner.as_str());
        Self { stop: stop.into_iter().collect(), start: start.into_iter().collect() }
    }
}

#[derive(Debug, Serialize)]
struct MoveRecord<'a> {
    from: Option<&'a str>,
    to: Option<&'a str>,
    from_process: Option<&'a str>,
    to_process: Option<&'a str>,
    keys: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ranges: Vec<RangeRecord<'a>>,
    count: u64,
    kind: &'a str,
}

impl<'a> MoveRecord<'a> {
    fn of(found: &'a KeyMove, context: &Context<'a>) -> Self {
        Self {
            from: found.from.as_ref().map(|party| party.owner.as_str()),
            to: found.to.as_ref().map(|party| party.owner.as_str()),
            from_process: found.from.as_ref().map(|party| party.part),
            to_process: found.to.as_ref().map(|party| party.part),
            keys: found.keys.iter().map(|key| voice::shown_key(key, context.keys)).collect(),
            ranges: found.ranges.iter().map(RangeRecord::of).collect(),
            count: found.count(),
            kind: found.kind,
        }
    }
}

/// Keys by their numbers; `end` is the number after the last.
#[derive(Debug, Serialize)]
struct RangeRecord<'a> {
    list: &'a str,
    start: u64,
    end: u64,
}

impl<'a> RangeRecord<'a> {
    fn of(range: &'a KeySpan) -> Self {
        Self { list: &range.list, start: range.start, end: range.end }
    }
}

#[derive(Debug, Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Debug, Serialize)]
struct SummaryRecord<'a> {
    files: usize,
    units: usize,
    keys: usize,
    hosts: usize,
    by_severity: serde_json::Map<String, serde_json::Value>,
    not_checked: Vec<Gap<'a>>,
}

#[derive(Debug, Serialize)]
struct Gap<'a> {
    path: Cow<'a, str>,
    why: &'a str,
}

impl<'a> Gap<'a> {
    fn of(entry: &'a NotChecked, context: &Context) -> Self {
        Self { path: voice::shown_path(&entry.path, context.keys), why: &entry.why }
    }
}

/// Writes one object.
pub(super) fn write(outcome: &Outcome, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let texts = Texts::of(outcome, context);
    let report = Report {
        schema: SCHEMA,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        findings: outcome.findings.iter().map(|finding| Record::of(finding, context, &texts)).collect(),
        suppressed: outcome.suppressed.iter().map(|entry| Record::of_suppressed(entry, context, &texts)).collect(),
        moves: outcome.moves.as_ref().map(|moves| moves.iter().map(|found| MoveRecord::of(found, context)).collect()),
        order: outcome.moves.as_deref().map(OrderRecord::of),
        summary: summary(outcome, context),
    };
    escape::write_json(out, &report)
}

/// Writes one object a finding, each on its own line.
pub(super) fn write_lines(outcome: &Outcome, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let texts = Texts::of(outcome, context);
    for finding in &outcome.findings {
        escape::write_json_line(out, &Record::of(finding, context, &texts))?;
    }
    Ok(())
}

fn summary<'a>(outcome: &'a Outcome, context: &Context) -> SummaryRecord<'a> {
    let counts: BTreeMap<Severity, usize> = outcome.by_severity();
    let count =
        |severity: Severity| (severity.word().to_owned(), counts.get(&severity).copied().unwrap_or_default().into());
    SummaryRecord {
        files: outcome.summary.files,
        units: outcome.summary.units,
        keys: outcome.summary.keys,
        hosts: outcome.summary.hosts,
        by_severity: Severity::ALL.into_iter().map(count).collect(),
        not_checked: outcome.not_checked.iter().map(|entry| Gap::of(entry, context)).collect(),
    }
}
