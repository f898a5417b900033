//! Both sides of an engine link read one file with their secret.

use crate::finding::Confidence;
use crate::fleet::{Api, Location, Target, Workload, locate};
use crate::invocation::Setting;
use crate::lint::fact::{are_choices, called, called_beside, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;

/// What a card says of the files of an engine link.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EnginePair {
    /// The setting with which a beacon node names the file.
    beacon: String,
    /// The setting with which an execution client names it.
    execution: String,
}

impl Check for EnginePair {
    fn check(&self, scene: &mut Scene<'_>) {
        for beacon in scene.clients() {
            let Some((setting, place)) = file(&beacon, &self.beacon) else { continue };
            for dial in beacon.workload.dials.iter().filter(|dial| dial.api == Api::Engine) {
                let Target::Workload(id) = dial.target else { continue };
                let Some(execution) = scene.client(id) else { continue };
                // Another host has a file of its own, and a copy of the secret in it.
                if execution.workload.unit.host != beacon.workload.unit.host
                    || are_choices(execution.workload, beacon.workload)
                {
                    continue;
                }
                let Some((other, theirs)) = file(&execution, &self.execution) else { continue };
                if place == theirs {
                    continue;
                }
                let (name, node) = (called(beacon.workload), called_beside(execution.workload, beacon.workload));
                let headline = format!("{name} reads its JWT secret from {place}, and {node} from {theirs}");
                let mut report = Report::on(beacon.workload, Spot::from(setting), headline)
                    .also(execution.workload)
                    .related(Spot::from(other), format!("{node} names this one"))
                    .subject(format!("{} {}", identity(beacon.workload), identity(execution.workload)));
                if can_be_copies(&place, &theirs) {
                    report =
                        report.confidence(Confidence::Medium).because("Two files that hold one secret would work.");
                }
                scene.report(report);
            }
        }
    }
}

/// Answers where the file that a setting names lies outside the unit.
fn file<'a>(client: &Client<'a>, name: &str) -> Option<(&'a Setting, Location)> {
    let setting = client.invocation.set(name)?;
    Some((setting, outside(client.workload, setting.known()?)?))
}

fn outside(workload: &Workload, path: &str) -> Option<Location> {
    locate(&workload.unit, path).outside
}

/// Tells whether an operator can have put one secret into both files: what a client makes itself, in a volume, is its own.
fn can_be_copies(one: &Location, other: &Location) -> bool {
    ![one, other].iter().any(|place| place.base.starts_with("volume:"))
}
