//! A unit with fixed keys runs once.

use crate::deployment::Replicas;
use crate::finding::Severity;
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::lint::signer::Backing;
use serde::Deserialize;

/// What a card says of the number of instances.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ReplicatedValidator {}

impl Check for ReplicatedValidator {
    fn check(&self, scene: &mut Scene<'_>) {
        // Numbered instances can have keys of their own: [`super::shared_ordinals`] looks at those.
        for client in scene.validators().filter(|client| !client.workload.unit.ordinals) {
            let Some(replicas) = &client.workload.unit.replicas else { continue };
            let times = match replicas.value {
                Replicas::Count(count) if count > 1 => format!("{count} times"),
                Replicas::PerNode => "once on every machine of the cluster".to_owned(),
                Replicas::Count(_) | Replicas::Unknown => continue,
            };
            let headline = format!("{} runs {times} with the same keys", called(client.workload));
            let mut report = Report::on(client.workload, replicas, headline).subject(identity(client.workload));
            if matches!(Backing::of(&client, scene.fleet()), Backing::Signer) {
                report = report.severity(Severity::High).because(
                    "The signer behind them refuses what is slashable, and is all that does: one step milder.",
                );
            }
            scene.report(report);
        }
    }
}
