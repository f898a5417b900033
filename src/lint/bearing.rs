//! Which units of a fleet a place in the text bears on: the ones that are written there, and the ones that are given what is.

use crate::fleet::{Fleet, Workload, WorkloadId};
use crate::source::{FileId, Span, Text};
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

/// A unit that a place bears on, and what it takes from there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bearing<'a> {
    /// The unit.
    pub id: WorkloadId,
    /// How it comes by it.
    pub by: Way<'a>,
    /// Where it is used: the place itself, or the reference that leads to it.
    pub used: Span,
}

/// How a unit comes by what is written in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way<'a> {
    /// As a canonical setting of its client.
    Setting(&'a str),
    /// As an environment variable.
    Variable(&'a str),
    /// As a part of its description.
    Description,
}

/// The places of a file in order, each with the farthest end of all up to it, so that a search knows when to stop.
#[derive(Default)]
struct Places<'a> {
    places: Vec<(Span, Bearing<'a>)>,
    ends: Vec<u32>,
}

/// Every place that units are made from; collected when one is first asked for, since most trees give no cause to ask.
pub struct Bearings<'a> {
    fleet: &'a Fleet,
    files: OnceCell<BTreeMap<FileId, Places<'a>>>,
}

impl<'a> Bearings<'a> {
    /// Speaks for every unit of a fleet that can start.
    #[must_use]
    pub fn of(fleet: &'a Fleet) -> Self {
        Self { fleet, files: OnceCell::new() }
    }

    fn collect(&self) -> BTreeMap<FileId, Places<'a>> {
        let mut files: BTreeMap<FileId, Places<'a>> = BTreeMap::new();
        for (id, workload) in self.fleet.workloads.iter().enumerate().filter(|(_, workload)| workload.is_hot()) {
            for (span, by, used) in written(workload) {
                files.entry(span.file).or_default().places.push((span, Bearing { id, by, used }));
            }
        }
        files.values_mut().for_each(Places::settle);
        files
    }

    /// Answers the units that a place bears on, each with every way, in order.
    #[must_use]
    pub fn at(&self, span: Span) -> BTreeSet<Bearing<'a>> {
        let files = self.files.get_or_init(|| self.collect());
        files.get(&span.file).map_or_else(BTreeSet::new, |places| places.touching(span))
    }

    /// Answers the units that a place bears on, each once.
    #[must_use]
    pub fn units(&self, span: Span) -> Vec<&'a Workload> {
        let ids: BTreeSet<WorkloadId> = self.at(span).into_iter().map(|bearing| bearing.id).collect();
        ids.into_iter().map(|id| &self.fleet.workloads[id]).collect()
    }
}

impl<'a> Places<'a> {
    fn settle(&mut self) {
        self.places.sort();
        self.places.dedup();
        let mut farthest = 0;
        for (place, _) in &self.places {
            farthest = farthest.max(place.end);
            self.ends.push(farthest);
        }
    }

    fn touching(&self, span: Span) -> BTreeSet<Bearing<'a>> {
        let mut found = BTreeSet::new();
        let mut at = self.places.partition_point(|(place, _)| place.start < span.end);
        while at > 0 && self.ends[at - 1] > span.start {
            at -= 1;
            let (place, bearing) = &self.places[at];
            if place.end > span.start {
                found.insert(*bearing);
            }
        }
        found
    }
}

/// Answers every place that a unit is written in, or takes a text from, and where that text is used.
fn written(workload: &Workload) -> Vec<(Span, Way<'_>, Span)> {
    let unit = &workload.unit;
    let mut places = vec![(unit.place, Way::Description, unit.name.span)];
    for word in unit.command.words.iter().chain(unit.command.before.iter().flatten()) {
        places.extend(origins(word).map(|(origin, used)| (origin, Way::Description, used)));
    }
    for variable in &unit.env {
        places.extend(pieces(&variable.value, Way::Variable(&variable.name.value)));
    }
    for setting in workload.invocation.iter().flat_map(|client| &client.settings) {
        let values = std::iter::once(&setting.value).chain(&setting.more);
        places.extend(values.flat_map(|value| pieces(value, Way::Setting(&setting.name))));
    }
    places
}

/// Answers where the pieces of a text are used, and where they were written if that is elsewhere.
fn pieces<'w>(text: &'w Text, way: Way<'w>) -> impl Iterator<Item = (Span, Way<'w>, Span)> {
    let used = text.segments().iter().map(|piece| (piece.span, piece.span));
    used.chain(origins(text)).map(move |(place, used)| (place, way, used))
}

fn origins(text: &Text) -> impl Iterator<Item = (Span, Span)> {
    text.segments().iter().filter_map(|piece| Some((piece.origin?, piece.span)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_touch_are_found_and_others_are_not() {
        let span = |start, end| Span::new(FileId(0), start, end);
        let bearing = |id| Bearing { id, by: Way::Description, used: span(0, 0) };
        let given = [((40, 50), 3), ((0, 30), 0), ((5, 8), 1), ((10, 12), 2)];
        let places = given.map(|((start, end), id)| (span(start, end), bearing(id))).into();
        let mut places = Places { places, ends: Vec::new() };
        places.settle();
        let ids = |start, end| places.touching(span(start, end)).into_iter().map(|found| found.id).collect::<Vec<_>>();
        assert_eq!(ids(6, 7), [0, 1]);
        assert_eq!(ids(8, 10), [0]);
        assert_eq!(ids(11, 45), [0, 2, 3]);
        assert!(ids(30, 40).is_empty() && ids(50, 60).is_empty());
    }
}
