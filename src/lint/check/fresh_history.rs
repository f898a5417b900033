//! A unit does not make itself an empty signing history where it finds none.

use crate::finding::{Confidence, Severity};
use crate::invocation::Answer;
use crate::lint::expect::position;
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::lint::signer::{Backing, SHARE_ALONE};
use serde::Deserialize;

/// What a card says of new histories.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct FreshHistory {
    /// The switch that lets the client start with an empty history.
    setting: String,
}

impl Check for FreshHistory {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.validators() {
            let answer = client.invocation.setting(&self.setting);
            let Answer::Set(setting) = answer else { continue };
            let backing = Backing::of(&client, scene.fleet());
            if position(answer) != Some(true) || matches!(backing, Backing::Signer) {
                continue;
            }
            let headline =
                format!("{} starts with an empty signing history whenever it finds none", called(client.workload));
            let mut report =
                Report::on(client.workload, setting, headline).subject(identity(client.workload)).cause(&self.setting);
            if let Some(weakness) = backing.weakness() {
                report = report.because(weakness);
            }
            if let Some(culprit) = backing.culprit() {
                report = report.related(&culprit.unit.name, "its signer's protection fails here");
            }
            if matches!(backing, Backing::Unseen) {
                report = report.confidence(Confidence::Medium);
            } else if client.workload.behind_dvt {
                report = report.severity(Severity::Low).because(SHARE_ALONE);
            }
            scene.report(report);
        }
    }
}
