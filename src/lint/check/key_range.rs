//! Ranges of one numbered list of keys do not overlap, and leave nothing out between them.

use crate::fleet::{Fleet, HeldRange, WorkloadId};
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::source::Span;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a card says of ranges.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct KeyRanges {
    /// What is wrong with them.
    fault: Fault,
}

/// What can be wrong with ranges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Fault {
    /// Two owners have one index.
    Overlap,
    /// An index between two ranges has no owner.
    Gap,
}

/// Owners of one key that are told from one another.
const MOST_OPEN: usize = 64;

/// A range, whoever says it.
#[derive(Clone)]
struct Held {
    start: u64,
    end: u64,
    span: Span,
    owner: String,
    unit: Option<WorkloadId>,
}

impl Check for KeyRanges {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        for (source, mut ranges) in sources(scene) {
            ranges.sort_by_key(|one| (one.start, one.end, one.span));
            let report = match self.fault {
                Fault::Overlap => overlap(fleet, &ranges),
                Fault::Gap => gap(fleet, &ranges),
            };
            if let Some(report) = report {
                scene.report(report.subject(source));
            }
        }
    }
}

/// All ranges, by the list that they are of.
fn sources(scene: &Scene<'_>) -> BTreeMap<String, Vec<Held>> {
    let mut sources: BTreeMap<String, Vec<Held>> = BTreeMap::new();
    let fleet = scene.fleet();
    let tables = fleet.inventory.key_ranges.len();
    for (at, HeldRange { source, start, end, span, owner, workload, .. }) in fleet.ranges.iter().enumerate() {
        let unit = workload.filter(|_| at >= tables);
        let owner = match unit.map(|id| scene.client(id)) {
            Some(Some(client)) => called(client.workload),
            // A unit that is switched off owns nothing.
            Some(None) => continue,
            None => owner.clone(),
        };
        let held = Held { start: *start, end: *end, span: *span, owner, unit };
        sources.entry(source.clone()).or_default().push(held);
    }
    sources
}

fn overlap(fleet: &Fleet, ranges: &[Held]) -> Option<Report> {
    let clash = |one: &Held, other: &Held| {
        let together = one.unit.zip(other.unit).is_none_or(|(one, other)| fleet.together(one, other).is_some());
        one.owner != other.owner && one.start < other.end && other.start < one.end && together
    };
    let mut found: Vec<usize> = Vec::new();
    let mut widest: Vec<usize> = Vec::new();
    for (at, range) in ranges.iter().enumerate() {
        widest.retain(|open| ranges[*open].end > range.start);
        for open in widest.iter().copied().filter(|open| clash(&ranges[*open], range)) {
            found.extend([open, at]);
        }
        widest.push(at);
        // So many owners of one key say enough, and all of them with all would take for ever.
        if widest.len() > MOST_OPEN {
            widest.sort_by_key(|open| std::cmp::Reverse(ranges[*open].end));
            widest.truncate(MOST_OPEN);
        }
    }
    let found: Vec<&Held> = found.into_iter().collect::<BTreeSet<_>>().into_iter().map(|at| &ranges[at]).collect();
    let (first, others) = found.split_first()?;
    let second = others.iter().find(|other| clash(first, other))?;
    let (start, end) = (first.start.max(second.start), first.end.min(second.end));
    let headline = format!(
        "{} keys have two owners: indices {start} to {} are of {} and of {}",
        end - start,
        end - 1,
        quoted(first),
        quoted(second)
    );
    let mut report =
        Report::at(second.span, headline).label(format!("{} to {} of {}", second.start, second.end - 1, second.owner));
    report = report.related(first.span, format!("{} to {} of {}", first.start, first.end - 1, first.owner));
    for other in others.iter().filter(|other| other.span != second.span) {
        report = report.related(other.span, format!("{} to {} of {}", other.start, other.end - 1, other.owner));
    }
    Some(with_units(fleet, report, &found))
}

fn quoted(range: &Held) -> String {
    if range.unit.is_some() { range.owner.clone() } else { format!("`{}`", range.owner) }
}

fn gap(fleet: &Fleet, ranges: &[Held]) -> Option<Report> {
    let mut gaps: Vec<(u64, u64, &Held, &Held)> = Vec::new();
    let mut last = ranges.first()?;
    for range in &ranges[1..] {
        if range.start > last.end {
            gaps.push((last.end, range.start, last, range));
        }
        if range.end > last.end {
            last = range;
        }
    }
    // A table that names the last index itself leaves out nothing.
    if gaps.iter().all(|(from, to, ..)| to - from == 1) {
        return None;
    }
    let (from, to, before, after) = *gaps.first()?;
    let missing: u64 = gaps.iter().map(|(from, to, ..)| to - from).sum();
    let headline = match gaps.len() {
        1 => format!("{missing} keys have no owner: indices {from} to {}", to - 1),
        count => format!("{missing} keys have no owner: {count} holes, the first from {from} to {}", to - 1),
    };
    let report = Report::at(after.span, headline).label(format!("begins at {}", after.start));
    let report = report.related(before.span, format!("ends before {}", before.end));
    Some(with_units(fleet, report, &[before, after]))
}

fn with_units(fleet: &Fleet, report: Report, ranges: &[&Held]) -> Report {
    let units: BTreeSet<WorkloadId> = ranges.iter().filter_map(|range| range.unit).collect();
    let report = units.iter().fold(report, |report, id| report.also(&fleet.workloads[*id]));
    match (units.is_empty(), ranges.first()) {
        (true, Some(first)) => report.written_in(fleet.path(first.span.file)),
        _ => report.cause(units.iter().map(|id| identity(&fleet.workloads[*id])).collect::<Vec<_>>().join(" ")),
    }
}
