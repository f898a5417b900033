//! A client that stops itself for safety stays down.

use crate::catalogue::Role;
use crate::deployment::{Open, Restart, Supervisor};
use crate::finding::{Confidence, Severity};
use crate::invocation::Answer;
use crate::lint::expect::position;
use crate::lint::fact::identity;
use crate::lint::gather::{Others, Said, gather};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;

/// What a card says of safety exits.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SafetyExit {
    /// The switches that make a client stop itself, and what it then stops for.
    exits: Vec<Exit>,
}

/// A reason for a client to stop itself.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Exit {
    /// The switch.
    setting: String,
    /// When it stops: "it hears a doppelganger".
    when: String,
}

impl Check for SafetyExit {
    fn check(&self, scene: &mut Scene<'_>) {
        // The nodes of a distributed validator hold back single keys and do not stop; the shares behind one sign nothing alone.
        let alone = |client: &Client<'_>| client.invocation.role != Role::Middleware && !client.workload.behind_dvt;
        let mut said = Vec::new();
        for client in scene.validators().filter(alone) {
            let exits: Vec<&Exit> =
                self.exits.iter().filter(|exit| exit.is_on(&client) && !exit.is_kept_down(&client)).collect();
            let Some(restart) = &client.workload.unit.restart else { continue };
            if exits.is_empty() || matches!(restart.value, Restart::No | Restart::Unknown) {
                continue;
            }
            let reasons: Vec<&str> = exits.iter().map(|exit| exit.when.as_str()).collect();
            let after = format!(" is started again after it has stopped because {}", reasons.join(" or "));
            let mut report =
                Report::on(client.workload, restart, "").subject(identity(client.workload)).cause(reasons.join(" "));
            for exit in exits {
                if let Answer::Set(setting) = client.invocation.setting(&exit.setting) {
                    report = report.related(Spot::from(setting), "the safety exit is on");
                }
            }
            if client.workload.unit.supervisor == Supervisor::Kubernetes {
                report = report.severity(Severity::Low).because(
                    "The controllers of a cluster know no other policy, and wait longer with every restart: judged milder.",
                );
            }
            // A script that the tree does not show can hold the process down after such an exit.
            if matches!(client.workload.unit.command.open, Some(Open::Script(_))) {
                report = report.confidence(Confidence::Low);
            }
            said.push(Said { report, workload: client.workload, before: String::new(), after, others: Others::Are });
        }
        gather(said).into_iter().for_each(|report| scene.report(report));
    }
}

impl Exit {
    /// Tells whether the supervisor leaves it down after this exit, whose status the catalogue knows.
    fn is_kept_down(&self, client: &Client<'_>) -> bool {
        let status = client.invocation.page.safety_exits.get(&self.setting);
        let kept_down = &client.workload.unit.restart_policy.never_after;
        status.is_some_and(|status| kept_down.iter().any(|kept| kept.value == *status))
    }

    fn is_on(&self, client: &Client<'_>) -> bool {
        position(client.invocation.setting(&self.setting)) == Some(true)
    }
}
