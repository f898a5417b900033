//! Whoever proposes blocks is told who gets their rewards.

use crate::catalogue::Role;
use crate::finding::Confidence;
use crate::fleet::{Api, Fleet, Target};
use crate::invocation::Answer;
use crate::lint::expect::position;
use crate::lint::fact::identity;
use crate::lint::gather::{Others, Said, gather};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;

/// What a card says of missing fee recipients.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FeeRecipientMissing {
    /// The setting of a validator unit.
    setting: String,
    /// The settings of a beacon node, any of which stands in for clients without one.
    fallback: Vec<String>,
    /// The setting that names a file with a recipient for each key.
    file: String,
    /// The switch of an interface through which recipients can be set at run time.
    api: String,
}

/// What a beacon node does for a client without a fee recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fallback {
    Given,
    Missing,
    Unknown,
}

impl Check for FeeRecipientMissing {
    fn check(&self, scene: &mut Scene<'_>) {
        let mut said = Vec::new();
        for client in scene.validators().filter(|client| !client.workload.behind_dvt) {
            let knows = scene.client_has(&client, &self.setting);
            if !knows || client.invocation.role == Role::Middleware || self.told_elsewhere(&client, scene.fleet()) {
                continue;
            }
            let open = client.workload.unit.default || client.workload.unit.template;
            let place = match client.invocation.setting(&self.setting) {
                // The empty value of a chart is there to be filled in.
                Answer::Set(setting) if open && setting.known().is_some_and(|value| value.trim().is_empty()) => {
                    continue;
                }
                Answer::Set(setting) if setting.known().is_some_and(|value| value.trim().is_empty()) => {
                    // What is left empty far from the flag is said there.
                    let own = setting.value.span();
                    let apart = own.file == setting.place.file && !setting.place.contains(own);
                    let span = if apart { own } else { setting.place };
                    Spot { span, origin: setting.value.origin() }
                }
                Answer::Default(_) => Spot::from(&client.workload.unit.name),
                Answer::Set(_) | Answer::Unknown => continue,
            };
            let mut report =
                Report::on(client.workload, place, "").subject(identity(client.workload)).cause(&self.setting);
            match self.fallback(&client, scene.fleet()) {
                Fallback::Given => continue,
                Fallback::Missing => {}
                Fallback::Unknown => {
                    report = report
                        .because("Its beacon node may have one to fall back to, which this repository does not show.")
                        .confidence(Confidence::Medium);
                }
            }
            if position(client.invocation.setting(&self.api)) == Some(true) {
                report = report
                    .because("The key manager can set one for each key, but what it sets stands in no repository.")
                    .confidence(Confidence::Medium);
            }
            let (before, after) = (String::new(), " proposes blocks without a fee recipient".to_owned());
            said.push(Said { report, workload: client.workload, before, after, others: Others::Do });
        }
        gather(said).into_iter().for_each(|report| scene.report(report));
    }
}

impl FeeRecipientMissing {
    /// Tells whether a file gives every key its recipient, or may do so.
    fn told_elsewhere(&self, client: &Client<'_>, fleet: &Fleet) -> bool {
        let file = !matches!(client.invocation.setting(&self.file), Answer::Default(_));
        let mut enabled = fleet.definitions_of(client.id).filter(|definition| definition.enabled).peekable();
        file || enabled.peek().is_some() && enabled.all(|definition| definition.fee_recipient.is_some())
    }

    /// Finds out whether every beacon node that a client uses has a recipient to fall back to. A client whose own default is
    /// an address sends that one, and nothing falls back.
    fn fallback(&self, client: &Client<'_>, fleet: &Fleet) -> Fallback {
        if client.invocation.default(&self.setting).is_some() {
            return Fallback::Missing;
        }
        let beacons = client.workload.dials.iter().filter(|dial| dial.api == Api::Beacon).map(|dial| &dial.target);
        let own = (client.invocation.role == Role::Beacon).then_some(&Target::Workload(client.id)).cloned();
        let answers: Vec<Fallback> = beacons.cloned().chain(own).map(|target| self.of_beacon(&target, fleet)).collect();
        if answers.contains(&Fallback::Missing) {
            return Fallback::Missing;
        }
        if answers.is_empty() || answers.contains(&Fallback::Unknown) { Fallback::Unknown } else { Fallback::Given }
    }

    fn of_beacon(&self, target: &Target, fleet: &Fleet) -> Fallback {
        let Target::Workload(id) = target else { return Fallback::Unknown };
        let Some(invocation) = fleet.workloads.get(*id).and_then(|workload| workload.invocation.as_ref()) else {
            return Fallback::Unknown;
        };
        let answers = || self.fallback.iter().map(|setting| invocation.setting(setting));
        let gives = |answer: Answer<'_>| match answer {
            Answer::Set(setting) => setting.known().is_none_or(|value| !value.trim().is_empty()),
            Answer::Default(_) | Answer::Unknown => false,
        };
        if answers().any(gives) {
            return Fallback::Given;
        }
        if answers().any(|answer| matches!(answer, Answer::Unknown)) { Fallback::Unknown } else { Fallback::Missing }
    }
}
