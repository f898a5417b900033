//! A unit that looks for doppelgangers has a beacon node that can tell it of them.

use crate::catalogue::Role;
use crate::fleet::{Api, Target};
use crate::invocation::Answer;
use crate::lint::expect::position;
use crate::lint::fact::{are_choices, called, called_beside, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;

/// What a card says of the help that doppelganger protection needs.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Liveness {
    /// The switch of a validator unit.
    validator: String,
    /// The switch of a beacon node.
    beacon: String,
}

impl Check for Liveness {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.validators().filter(|client| !client.workload.behind_dvt) {
            if position(client.invocation.setting(&self.validator)) != Some(true) {
                continue;
            }
            for dial in client.workload.dials.iter().filter(|dial| dial.api == Api::Beacon) {
                let Target::Workload(id) = dial.target else { continue };
                let Some(node) = scene.client(id).filter(|node| node.invocation.role == Role::Beacon) else { continue };
                if are_choices(client.workload, node.workload) {
                    continue;
                }
                if !scene.client_has(&node, &self.beacon) || self.tracks(&node) != Some(false) {
                    continue;
                }
                let (name, other) = (called(client.workload), called_beside(node.workload, client.workload));
                let headline = format!("{name} looks for doppelgangers through {other}, which does not track liveness");
                let set = node.invocation.set(&self.beacon);
                let place = set.map_or_else(|| Spot::from(&node.workload.unit.name), Spot::from);
                let mut report = Report::on(client.workload, place, headline).also(node.workload).subject(format!(
                    "{} {}",
                    identity(client.workload),
                    identity(node.workload)
                ));
                if let Some(setting) = client.invocation.set(&self.validator) {
                    report = report.related(Spot::from(setting), "protection is on here");
                }
                scene.report(report);
            }
        }
    }
}

impl Liveness {
    /// Tells whether a node tracks liveness, if that is known: a switch that is not set is off.
    fn tracks(&self, node: &Client<'_>) -> Option<bool> {
        match node.invocation.setting(&self.beacon) {
            Answer::Default(None) => Some(false),
            answer => position(answer),
        }
    }
}
