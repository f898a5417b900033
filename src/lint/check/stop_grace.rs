//! A client is given the time that its database needs to close.

use crate::catalogue::Role;
use crate::deployment::Supervisor;
use crate::fleet::Purpose;
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;

/// What a card says of the time to stop.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StopGrace {
    /// The least time, in seconds.
    least: u64,
}

impl Check for StopGrace {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.clients().filter(has_database) {
            let unit = &client.workload.unit;
            let (place, seconds, why) = match &unit.stop_grace {
                Some(grace) => (Spot::from(grace), grace.value, ""),
                None => match default(unit.supervisor) {
                    Some(seconds) => (Spot::from(&unit.name), seconds, ", as always when nothing is said"),
                    None => continue,
                },
            };
            if seconds >= self.least {
                continue;
            }
            let headline =
                format!("{} is killed {seconds} seconds after it was asked to stop{why}", called(client.workload));
            let report = Report::on(client.workload, place, headline).subject(identity(client.workload));
            scene.report(report.cause(format!("{seconds}{why}")));
        }
    }
}

/// The time that a supervisor gives by itself, in seconds, where it is short.
fn default(supervisor: Supervisor) -> Option<u64> {
    matches!(supervisor, Supervisor::Compose | Supervisor::Docker).then_some(10)
}

fn has_database(client: &Client<'_>) -> bool {
    let keeps = |purpose: Purpose| client.workload.stores.iter().any(|store| store.purpose == purpose);
    match client.invocation.role {
        Role::Beacon | Role::Execution => true,
        Role::Validator | Role::Middleware => client.workload.is_validator() && keeps(Purpose::History),
        Role::Signer | Role::Relay | Role::Tool => false,
    }
}
