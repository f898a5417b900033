//! A client with a database is not started again and again without a pause.

use crate::catalogue::Role;
use crate::deployment::{Restart, Supervisor};
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;

/// What a card says of restarts.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RestartPace {
    /// The least pause between two starts, in milliseconds.
    least: u64,
}

impl Check for RestartPace {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.clients().filter(has_database) {
            let unit = &client.workload.unit;
            let policy = &unit.restart_policy;
            // A supervisor that makes the pauses longer and longer by itself needs no pause written down.
            let Some(delay) = policy.delay.as_ref().filter(|delay| delay.value < self.least) else { continue };
            let limited = match &policy.limit {
                Some(limit) => limit.value > 0,
                // systemd gives up by itself after five starts in ten seconds.
                None => unit.supervisor == Supervisor::Systemd && delay.value < 2000,
            };
            let stays =
                unit.restart.as_ref().is_some_and(|restart| matches!(restart.value, Restart::No | Restart::Unknown));
            if limited || stays {
                continue;
            }
            let pause = match delay.value {
                0 => "at once".to_owned(),
                value if value < 1000 => format!("after {value} milliseconds"),
                value => format!("after {} seconds", value / 1000),
            };
            let headline =
                format!("{} is started again {pause} and without end when it fails", called(client.workload));
            let report = Report::on(client.workload, Spot::from(delay), headline);
            scene.report(report.subject(identity(client.workload)));
        }
    }
}

fn has_database(client: &Client<'_>) -> bool {
    !matches!(client.invocation.role, Role::Relay | Role::Tool)
}
