//! What a unit is killed for says something about the unit itself, and not that its node syncs or that another one is away.

use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use serde::Deserialize;

/// What a card says of questions that kill.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LivenessProbe {
    /// Questions that a client answers badly while it is well: a part of what is asked, and why.
    readiness: Vec<Question>,
    /// Questions that only a beacon node answers.
    beacon: Vec<String>,
}

/// A question.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Question {
    /// The client that is asked; nothing for any.
    client: Option<String>,
    /// What is asked.
    asks: String,
    /// Reads on from "… is killed whenever ".
    whenever: String,
}

impl Check for LivenessProbe {
    fn check(&self, scene: &mut Scene<'_>) {
        let reports: Vec<Report> = scene.clients().filter_map(|client| self.judge(&client)).collect();
        reports.into_iter().for_each(|report| scene.report(report));
    }
}

impl LivenessProbe {
    fn judge(&self, client: &Client<'_>) -> Option<Report> {
        let unit = &client.workload.unit;
        let probe = unit.liveness.as_ref()?;
        let report = |whenever: &str| {
            let headline = format!("{} is killed whenever {whenever}", called(client.workload));
            Some(Report::on(client.workload, &probe.asks, headline).subject(identity(client.workload)))
        };
        let asked = probe.asks.value();
        let elsewhere = probe.host.as_ref().and_then(|host| host.known()).filter(|host| !is_own(host));
        let of_beacon = client.workload.is_validator() && self.beacon.iter().any(|part| asked.contains(part.as_str()));
        if of_beacon || elsewhere.is_some() {
            return report("another one, which it depends on, does not answer");
        }
        let question = self.readiness.iter().find(|question| {
            question.client.as_ref().is_none_or(|name| *name == client.invocation.client) && asks(asked, &question.asks)
        })?;
        report(&question.whenever)
    }
}

/// Tells whether a path is asked, alone or in a command.
fn asks(asked: &str, wanted: &str) -> bool {
    let path = asked.split(['?', ' ']).next().unwrap_or_default().trim_end_matches('/');
    path == wanted || wanted.contains('=') && asked.contains(wanted) || asked.contains(' ') && asked.contains(wanted)
}

fn is_own(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1" | "0.0.0.0" | "")
}
