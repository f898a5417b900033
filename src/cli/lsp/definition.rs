//! Where else: the other places of a finding, and where a value was written that is used here.

use super::diagnostics::Places;
use super::place::Place;
use crate::source::{Span, Text};
use lsp_types::Location;
use std::collections::BTreeSet;

/// No more places are told.
const MOST: usize = 256;

/// Answers the other places that have to do with this one, in the order in which they are told.
pub(super) fn definition(place: &Place<'_>, places: &mut Places<'_>) -> Vec<Location> {
    let mut known = BTreeSet::new();
    let written = place.clients().flat_map(|running| {
        let invocation = running.invocation;
        let settings = invocation.settings.iter().chain(&invocation.overruled);
        let values = settings.flat_map(|setting| std::iter::once(&setting.value).chain(&setting.more));
        let flags = invocation.flags.iter().flat_map(|given| std::iter::once(&given.name).chain(&given.values));
        values
            .chain(flags)
            .chain(&running.workload.unit.image)
            .filter_map(|text| origin(text, place))
            .collect::<Vec<_>>()
    });
    let others = place.findings().flat_map(|finding| finding.labels.iter().map(|label| label.span));
    let spans = written.chain(others).filter(|span| !place.is_in(*span) && known.insert(*span));
    spans.take(MOST).filter_map(|span| places.location(span)).collect()
}

/// Answers where the part of a text was written that is used at a place.
fn origin(text: &Text, place: &Place<'_>) -> Option<Span> {
    text.segments().iter().find(|segment| segment.origin.is_some() && place.is_in(segment.span))?.origin
}
