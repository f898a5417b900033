//! A safety setting that was on before the change, and is off or gone after it.

use crate::deployment::Unit;
use crate::fleet::{Before, Durability, Fleet, Purpose, Workload};
use crate::invocation::{Answer, Invocation};
use crate::lint::expect::position;
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use crate::source::Span;
use serde::Deserialize;

/// What a card says of guards.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RemovedGuard {
    /// Switches that guard, and how each is called in a sentence.
    guards: Vec<Guard>,
}

/// A switch that guards.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Guard {
    /// The canonical setting.
    setting: String,
    /// The position in which it guards; true if it is not said.
    #[serde(default = "on")]
    guards_when: bool,
    /// Its name: "doppelganger protection".
    name: String,
}

fn on() -> bool {
    true
}

impl Check for RemovedGuard {
    fn check(&self, scene: &mut Scene<'_>) {
        let Some(before) = scene.before() else { return };
        for (old, new) in pairs(before, scene.fleet()) {
            let (Some(was), Some(is)) = (&old.invocation, &new.invocation) else { continue };
            for guard in &self.guards {
                if let Some(place) = guard.fell(was, is, &new.unit) {
                    let headline = format!("{} loses {} by this change", called(new), guard.name);
                    let report =
                        Report::on(new, place, headline).subject(format!("{} {}", identity(new), guard.setting));
                    let report = match was.setting(&guard.setting) {
                        Answer::Set(setting) => report.related(Spot::from(setting), "it was on here"),
                        _ => report.related(&old.unit.name, "it was on here by default"),
                    };
                    scene.report(report);
                }
            }
            if let Some((place, why)) = forgets(old, new) {
                let headline = format!("{} loses its durable signing history by this change: {why}", called(new));
                scene.report(Report::on(new, place, headline).subject(format!("{} history", identity(new))));
            }
        }
    }

    fn compares(&self) -> bool {
        true
    }
}

impl Guard {
    /// Answers where a guard that was up came down; nothing if it stands, never stood, or nobody knows.
    fn fell(&self, was: &Invocation, is: &Invocation, unit: &Unit) -> Option<Span> {
        let stood = position(was.setting(&self.setting)) == Some(self.guards_when);
        let answer = is.setting(&self.setting);
        let stands = match answer {
            Answer::Default(None) => Some(!self.guards_when),
            _ => position(answer),
        };
        if !stood || stands? == self.guards_when {
            return None;
        }
        Some(match answer {
            Answer::Set(setting) => Spot::from(setting).span,
            _ => unit.name.span,
        })
    }
}

/// Pairs validator units that have the same host and name in both trees.
fn pairs<'a>(before: &'a Before, after: &'a Fleet) -> Vec<(&'a Workload, &'a Workload)> {
    let guarded = |workload: &&Workload| workload.is_hot() && workload.is_validator() || is_signer(workload);
    let pair = |new: &'a Workload| Some((before.counterpart(new)?, new));
    after.workloads.iter().filter(guarded).filter_map(pair).filter(|(old, _)| old.is_hot()).collect()
}

fn is_signer(workload: &Workload) -> bool {
    workload.invocation.as_ref().is_some_and(|client| client.role == crate::catalogue::Role::Signer)
}

/// Tells whether a history that outlived the unit no longer does, where and why.
fn forgets(old: &Workload, new: &Workload) -> Option<(Span, String)> {
    let lasted =
        old.stores.iter().any(|store| store.purpose == Purpose::History && store.durability == Durability::Durable);
    let (store, why) = new.volatile(Purpose::History).next().filter(|_| lasted)?;
    let mount = store.mount.and_then(|mount| new.unit.mounts.get(mount)).map(|mount| mount.place);
    Some((mount.unwrap_or(new.unit.name.span), why.to_owned()))
}
