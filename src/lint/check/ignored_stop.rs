//! A stop that fails stops the procedure, too.

use crate::deployment::{Act, Procedure, Step};
use crate::fleet::Fleet;
use crate::lint::cast::Cast;
use crate::lint::model::{Check, Scene};
use crate::lint::procedure::{Move, Names, is_near};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a card says of stops whose failure goes by.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct IgnoredStop {
    /// Which units sign.
    validators: Names,
}

impl Check for IgnoredStop {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let cast = Cast::of(fleet);
        // Several procedures may go on in one file.
        let mut places = BTreeSet::new();
        for procedure in &fleet.inventory.procedures {
            let moves = self.validators.moves(procedure, &cast);
            let mut known = BTreeSet::new();
            for at in 0..moves.len() {
                let step = moves[at].step;
                if is_hazard(at, &moves, procedure, fleet)
                    && known.insert((step.place.file, &moves[at].unit))
                    && places.insert((step.place, moves[at].unit.1.clone()))
                {
                    scene.report(report(&moves[at], &moves, procedure, fleet));
                }
            }
        }
    }
}

/// Tells whether a unit may go on running and nobody notices: nothing else stops it, asks for it, or starts it again.
fn is_hazard(at: usize, moves: &[Move<'_>], procedure: &Procedure, fleet: &Fleet) -> bool {
    let this = &moves[at];
    if !this.step.ends() || this.step.ignores.is_none() {
        return false;
    }
    let same = |other: &&Move<'_>| other.is_same(this) && other.step.meets(this.step);
    let stopped = moves.iter().filter(same).any(|other| other.step.act == Act::Stop && other.step.ignores.is_none());
    let started = moves.iter().skip(at).filter(same).any(|other| other.step.act == Act::Start);
    let here = procedure.steps.iter().position(|step| std::ptr::eq(step, this.step)).unwrap_or_default();
    let asks = |step: &Step| step.act == Act::Ask && step.meets(this.step) && is_near(step, this.step, fleet);
    let asked = procedure.steps.iter().skip(here + 1).any(asks);
    !stopped && !started && !asked
}

fn report(this: &Move<'_>, moves: &[Move<'_>], procedure: &Procedure, fleet: &Fleet) -> Report {
    let does = if this.step.act == Act::Stop { "stopped" } else { "removed" };
    let headline = format!("if {} cannot be {does}, nobody notices and the procedure goes on", this.called());
    let mut report = this.report(headline, procedure, fleet);
    if let Some(place) = this.step.ignores {
        report = report.related(place, "makes the failure go by");
    }
    let other = moves.iter().find(|other| other.step.act == Act::Start && !other.is_same(this));
    let import = procedure.steps.iter().find(|step| matches!(step.act, Act::ImportKeys { .. }));
    let next = other.map(|other| (other.step, "another one is started here"));
    let next = next.or_else(|| import.map(|step| (step, "keys are given to a client here")));
    match next.filter(|(step, _)| step.meets(this.step)) {
        Some((step, says)) => report = report.related(step.place, says),
        None => report = report.milder("Nothing in this procedure starts another one: one step milder."),
    }
    if this.workloads.is_empty() {
        report = report.milder("Only the unit's name says that it signs with validator keys: one step milder.");
    }
    report
}
