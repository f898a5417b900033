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

/// Places that units are made from, by file.
type Places<'a> = BTreeMap<FileId, Vec<(Span, Bearing<'a>)>>;

/// Every place that units are made from; collected when one is first asked for, since most trees give no cause to ask.
pub struct Bearings<'a> {
    fleet: &'a Fleet,
    places: OnceCell<Places<'a>>,
}

impl<'a> Bearings<'a> {
    /// Speaks for every unit of a fleet that can start.
    #[must_use]
    pub fn of(fleet: &'a Fleet) -> Self {
        Self { fleet, places: OnceCell::new() }
    }

    fn collect(&self) -> Places<'a> {
        let mut places = Places::new();
        for (id, workload) in self.fleet.workloads.iter().enumerate().filter(|(_, workload)| workload.is_hot()) {
            for (span, by, used) in written(workload) {
                places.entry(span.file).or_default().push((span, Bearing { id, by, used }));
            }
        }
        places
    }

    /// Answers the units that a place bears on, each with every way, in order.
    #[must_use]
    pub fn at(&self, span: Span) -> BTreeSet<Bearing<'a>> {
        let touches = |place: &Span| place.start < span.end && span.start < place.end;
        let all = self.places.get_or_init(|| self.collect());
        let places = all.get(&span.file).into_iter().flatten();
        places.filter(|(place, _)| touches(place)).map(|(_, bearing)| *bearing).collect()
    }

    /// Answers the units that a place bears on, each once.
    #[must_use]
    pub fn units(&self, span: Span) -> Vec<&'a Workload> {
        let ids: BTreeSet<WorkloadId> = self.at(span).into_iter().map(|bearing| bearing.id).collect();
        ids.into_iter().map(|id| &self.fleet.workloads[id]).collect()
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
