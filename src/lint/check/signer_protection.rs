//! Somebody on the way of every signature refuses what is slashable: the signer, or else the client.

use crate::catalogue::Role;
use crate::finding::Confidence;
use crate::fleet::Api;
use crate::invocation::{Answer, Setting};
use crate::lint::expect::position;
use crate::lint::fact::{called, identity};
use crate::lint::links::Callers;
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::signer::Backing;
use crate::lint::spot::Spot;
use serde::Deserialize;

/// What a card says of the protection around remote signing.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SignerProtection {
    /// The switch of a signer.
    signer: String,
    /// The switch of a client, for the keys that it signs with through a signer.
    client: String,
}

impl Check for SignerProtection {
    fn check(&self, scene: &mut Scene<'_>) {
        let callers = Callers::of(scene.fleet(), Api::Signer);
        for client in scene.clients() {
            let setting = if client.invocation.role == Role::Signer {
                &self.signer
            } else if client.workload.is_validator() {
                &self.client
            } else {
                continue;
            };
            let answer = client.invocation.setting(setting);
            let report = match answer {
                _ if position(answer) != Some(false) => continue,
                Answer::Set(chosen) if client.invocation.role != Role::Signer => of_client(&client, chosen, scene),
                Answer::Set(chosen) => Some(of_signer(&client, chosen.into(), &callers, scene)),
                // What a client leaves to its signer by design is no fault of the client: the signer is judged.
                _ if client.invocation.role != Role::Signer => continue,
                _ => Some(of_signer(&client, (&client.workload.unit.name).into(), &callers, scene)),
            };
            if let Some(report) = report {
                scene.report(report.subject(format!("{} {setting}", identity(client.workload))));
            }
        }
    }
}

/// Reports a signer that signs whatever it is asked to; two clients make it a slashing in waiting.
fn of_signer(signer: &Client<'_>, place: Spot, callers: &Callers<'_>, scene: &Scene<'_>) -> Report {
    let users = callers.to(signer.id).filter_map(|(id, dial)| Some((scene.client(id)?, dial)));
    let users: Vec<_> = users.filter(|(user, _)| user.workload.is_validator()).collect();
    let mut headline = format!("{} runs with slashing protection off", called(signer.workload));
    if users.len() > 1 {
        headline.push_str(&format!(", and {} validator units sign through it", users.len()));
    }
    let mut report = Report::on(signer.workload, place, headline);
    for (user, dial) in &users {
        report = report.related(&dial.url, format!("`{}` signs through it", user.workload.name()));
    }
    if users.len() > 1 {
        report = report.because(
            "Each of its clients has a history of its own and none knows what the others signed: if two of them ever \
             hold one key, nothing stands between them and a slashing.",
        );
    }
    report
}

/// Reports a client whose own protection is off, unless its signer is known to protect.
fn of_client(client: &Client<'_>, chosen: &Setting, scene: &Scene<'_>) -> Option<Report> {
    let backing = Backing::of_signers(client.workload, scene.fleet());
    if matches!(backing, Backing::Signer) {
        return None;
    }
    let headline = format!("{} has its own slashing protection off for keys of a signer", called(client.workload));
    let mut report = Report::on(client.workload, chosen, headline);
    if let Some(weakness) = backing.weakness() {
        report = report.because(weakness);
    }
    match backing.culprit() {
        Some(culprit) => report = report.related(&culprit.unit.name, "and its signer does not protect it"),
        None => report = report.confidence(Confidence::Medium),
    }
    Some(report)
}
