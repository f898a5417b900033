//! A spare takes over only when the other one is sure to be off.

use crate::deployment::{Act, Procedure};
use crate::fleet::Signs;
use crate::lint::cast::Cast;
use crate::lint::model::{Check, Scene};
use crate::lint::procedure::{Move, Names};
use crate::lint::report::Report;
use crate::source::Span;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a card says of takeovers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UnfencedFailover {
    /// Which units sign.
    validators: Names,
    /// Parts of a file's or function's name that say that one unit takes over from another.
    takeover: Vec<String>,
    /// Seconds after which the other one is likely to be off.
    least: u64,
}

impl Check for UnfencedFailover {
    fn check(&self, scene: &mut Scene<'_>) {
        let cast = Cast::of(scene.fleet());
        // A script is a procedure of its own, and that of whoever runs it.
        let mut known = BTreeSet::new();
        for procedure in &cast.fleet.inventory.procedures {
            let Some((place, report)) = self.look(procedure, &cast) else { continue };
            if known.insert(place) {
                scene.report(report);
            }
        }
    }
}

impl UnfencedFailover {
    fn look(&self, procedure: &Procedure, cast: &Cast<'_>) -> Option<(Span, Report)> {
        let fleet = cast.fleet;
        let says = |name: &str| {
            let name = name.to_ascii_lowercase();
            self.takeover.iter().any(|word| name.contains(word.as_str()))
        };
        // A playbook may be called so, or a role that it goes on in.
        let unfenced = procedure.steps.iter().find(|step| step.act == Act::Unfence);
        let whole = unfenced.is_some() || says(&format!("{} {}", fleet.path(procedure.file), procedure.name));
        let named = |one: &Move<'_>| whole || says(fleet.path(one.step.place.file));
        let moves = self.validators.moves(procedure, cast);
        let mut starting = moves.iter().enumerate().filter(|(_, one)| named(one));
        let start = starting.find_map(|(at, one)| starts(at, one, &moves).then_some(one))?;
        let before = procedure.steps.iter().take_while(|step| !std::ptr::eq(*step, start.step));
        let near: Vec<_> = before.filter(|step| step.meets(start.step)).collect();
        if unfenced.is_none() && near.iter().any(|step| step.act == Act::Fence) {
            return None;
        }
        let headline = format!("{} takes over, and nothing makes sure that the one before it is off", start.called());
        let mut report = start.report(headline, procedure, fleet);
        if let Some(step) = unfenced {
            report = report.related(step.place, "here the cluster is told to leave the other machine on");
        }
        let waits = near.iter().any(
            |step| matches!(step.act, Act::Wait { seconds } if seconds.is_none_or(|seconds| seconds >= self.least)),
        );
        let signer = !start.workloads.is_empty() && start.workloads.iter().all(|one| one.signs == Signs::Remote);
        if waits {
            report = report.milder("It waits before it starts: one step milder.");
        }
        if signer {
            report = report.milder("It asks a remote signer, which can keep one history for both: one step milder.");
        }
        Some((start.step.place, report))
    }
}

/// Tells whether a unit comes up that was not stopped before, after no other one has been stopped for good.
fn starts(at: usize, one: &Move<'_>, moves: &[Move<'_>]) -> bool {
    let mut before = moves.iter().take(at).filter(|other| other.step.meets(one.step));
    one.step.act == Act::Start && !before.any(|other| other.step.ends() && other.step.ignores.is_none())
}
