//! An update never lets two instances of a unit sign.

use crate::deployment::{Replicas, Rollout, Supervisor};
use crate::finding::Severity;
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::signer::{Backing, SHARE_ALONE};
use serde::Deserialize;

/// What a card says of the order in which an update replaces a unit.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UpdateOrder {
    /// The order that it speaks about.
    order: Order,
}

/// The orders that a card can speak about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Order {
    /// The new instance starts before the old one has ended.
    Overlapping,
    /// The old one is stopped first, which a cluster does not promise when a machine is lost.
    StopFirst,
}

impl Check for UpdateOrder {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.validators() {
            let report = match self.order {
                Order::Overlapping => overlapping(&client, scene),
                Order::StopFirst => stop_first(&client),
            };
            if let Some(report) = report {
                scene.report(report);
            }
        }
    }
}

fn overlapping(client: &Client<'_>, scene: &Scene<'_>) -> Option<Report> {
    let unit = &client.workload.unit;
    let rollout = unit.rollout.as_ref().filter(|rollout| rollout.value == Rollout::Overlapping)?;
    let headline =
        format!("every update of {} starts the new instance before the old one has ended", called(client.workload));
    let report = Report::on(client.workload, rollout, headline).subject(identity(client.workload));
    Some(match Backing::of(client, scene.fleet()) {
        Backing::Signer => report
            .severity(Severity::High)
            .because("The signer behind them refuses what is slashable, and is all that does: one step milder."),
        _ if client.workload.behind_dvt => report.severity(Severity::High).because(SHARE_ALONE),
        _ => report,
    })
}

/// Only a cluster starts a unit elsewhere while its first machine is out of sight.
fn stop_first(client: &Client<'_>) -> Option<Report> {
    let unit = &client.workload.unit;
    let in_cluster = unit.supervisor == Supervisor::Kubernetes;
    let rollout = unit.rollout.as_ref().filter(|rollout| in_cluster && rollout.value == Rollout::StopFirst)?;
    if unit.replicas.as_ref().is_some_and(|replicas| replicas.value == Replicas::PerNode) {
        return None;
    }
    let headline = format!("nothing promises that {} runs at most once", called(client.workload));
    Some(Report::on(client.workload, rollout, headline).subject(identity(client.workload)))
}
