//! The old unit is stopped before the new one starts.

use crate::deployment::{Act, Procedure};
use crate::finding::Confidence;
use crate::fleet::Fleet;
use crate::lint::model::{Check, Scene};
use crate::lint::procedure::{Move, Names};
use crate::lint::report::Report;
use serde::Deserialize;

/// What a card says of procedures that start first.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StartBeforeStop {
    /// Which units sign.
    validators: Names,
}

impl Check for StartBeforeStop {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        for procedure in &fleet.inventory.procedures {
            if let Some(report) = self.look(procedure, fleet) {
                scene.report(report);
            }
        }
    }
}

impl StartBeforeStop {
    fn look(&self, procedure: &Procedure, fleet: &Fleet) -> Option<Report> {
        let moves = self.validators.moves(procedure, fleet);
        let (start, stop) = pair(&moves)?;
        let path = fleet.path(procedure.file);
        let headline = format!("{} is started before {} is stopped", start.called(), stop.called());
        let mut report = Report::at(start.step.place, headline)
            .label("from here on, both sign")
            .related(stop.step.place, "the other one is stopped only here")
            .subject(format!("{path} {} {} {}", procedure.name, start.unit.1, stop.unit.1));
        for workload in start.workloads.iter().chain(&stop.workloads) {
            report = report.also(workload);
        }
        if start.workloads.is_empty() || stop.workloads.is_empty() {
            report = report.confidence(Confidence::Medium);
        }
        Some(report.written_in(path))
    }
}

/// Finds a unit that is brought up, and one that is put out of service later on and for good.
fn pair<'m, 'a>(moves: &'m [Move<'a>]) -> Option<(&'m Move<'a>, &'m Move<'a>)> {
    let first = |at: usize| moves.iter().position(|other| other.unit == moves[at].unit) == Some(at);
    let again =
        |at: usize| moves.iter().skip(at + 1).any(|later| later.unit == moves[at].unit && later.step.act == Act::Start);
    // Whatever was stopped before is restarted, and whatever was started before is only tidied up.
    let starts: Vec<usize> = (0..moves.len()).filter(|at| moves[*at].step.act == Act::Start && first(*at)).collect();
    let stops: Vec<usize> = (0..moves.len()).filter(|at| moves[*at].step.ends() && first(*at) && !again(*at)).collect();
    let pairs = starts.iter().flat_map(|start| stops.iter().map(move |stop| (*start, *stop)));
    let mut fitting = pairs.filter(|(start, stop)| {
        start < stop && moves[*start].unit != moves[*stop].unit && moves[*start].step.meets(moves[*stop].step)
    });
    fitting.next().map(|(start, stop)| (&moves[start], &moves[stop]))
}
