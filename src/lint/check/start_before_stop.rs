//! The old unit is stopped before the new one starts.

use crate::deployment::{Act, Procedure};
use crate::finding::Confidence;
use crate::lint::cast::Cast;
use crate::lint::model::{Check, Scene};
use crate::lint::procedure::{Move, Names, home};
use crate::lint::report::Report;
use crate::source::Span;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a card says of procedures that start first.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StartBeforeStop {
    /// Which units sign.
    validators: Names,
}

impl Check for StartBeforeStop {
    fn check(&self, scene: &mut Scene<'_>) {
        let cast = Cast::of(scene.fleet());
        // Several procedures may go on in one file.
        let mut known = BTreeSet::new();
        for procedure in &cast.fleet.inventory.procedures {
            let Some((places, report)) = self.look(procedure, &cast) else { continue };
            if known.insert(places) {
                scene.report(report);
            }
        }
    }
}

impl StartBeforeStop {
    fn look(&self, procedure: &Procedure, cast: &Cast<'_>) -> Option<([Span; 2], Report)> {
        let fleet = cast.fleet;
        let moves = self.validators.moves(procedure, cast);
        let (start, stop) = pair(&moves)?;
        let headline = format!("{} is started before {} is stopped", start.called(), stop.called());
        let mut report = stop
            .concerns(start.report(headline, procedure, fleet))
            .label("from here on, both sign")
            .related(stop.step.place, "the other one is stopped only here")
            .subject(format!("{} {} {}", home(procedure, start.step, fleet), start.unit.1, stop.unit.1));
        if stop.workloads.is_empty() {
            report = report.confidence(Confidence::Medium);
        }
        Some(([start.step.place, stop.step.place], report))
    }
}

/// Finds a unit that is brought up, and one that is put out of service later on and for good.
fn pair<'m, 'a>(moves: &'m [Move<'a>]) -> Option<(&'m Move<'a>, &'m Move<'a>)> {
    // Only what is called alike can be the same.
    let mut alike: BTreeMap<&(String, String), Vec<usize>> = BTreeMap::new();
    moves.iter().enumerate().for_each(|(at, one)| alike.entry(&one.unit).or_default().push(at));
    let same = |at: usize| {
        let others = alike.get(&moves[at].unit).into_iter().flatten().copied();
        others.filter(move |other| moves[*other].is_same(&moves[at]))
    };
    let first = |at: usize| same(at).next() == Some(at);
    let again = |at: usize| same(at).any(|later| later > at && moves[later].step.act == Act::Start);
    // Whatever was stopped before is restarted, and whatever was started before is only tidied up.
    let starts: Vec<usize> = (0..moves.len()).filter(|at| moves[*at].step.act == Act::Start && first(*at)).collect();
    let stops: Vec<usize> = (0..moves.len()).filter(|at| moves[*at].step.ends() && first(*at) && !again(*at)).collect();
    let pairs = starts.iter().flat_map(|start| stops.iter().map(move |stop| (*start, *stop)));
    let mut fitting = pairs.filter(|(start, stop)| {
        start < stop && !moves[*start].is_same(&moves[*stop]) && moves[*start].step.meets(moves[*stop].step)
    });
    fitting.next().map(|(start, stop)| (&moves[start], &moves[stop]))
}
