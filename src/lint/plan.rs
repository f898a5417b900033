//! Emergency plans and the units that they have to be about.

use super::model::Scene;
use crate::deployment::PlanFile;
use crate::fleet::{Stage, Workload, WorkloadId};
use crate::source::Span;

/// Answers the units that a plan has to name: those that can sign on a network with stake, by name of the network, and can start.
pub fn concerned<'a>(scene: &Scene<'a>) -> Vec<(WorkloadId, &'a Workload)> {
    let fleet = scene.fleet();
    let all = fleet.roster().into_iter().filter_map(|id| Some((id, fleet.workloads.get(id)?)));
    // Web3Signer and Dirk name no network: those beside a validator unit of production count.
    let signs = |workload: &Workload| workload.stage == Stage::Production && workload.is_hot();
    all.filter(|(_, workload)| signs(workload) && (workload.network.is_some() || !workload.is_validator())).collect()
}

/// Answers the plans of a tree that have to be about something; none where nothing of production can sign.
pub fn plans<'a>(scene: &Scene<'a>) -> Vec<&'a PlanFile> {
    let any = concerned(scene).iter().any(|(_, workload)| workload.is_validator());
    scene.fleet().inventory.plans.iter().filter(|plan| any && plan.head).collect()
}

/// Answers where a plan begins: its first heading.
#[must_use]
pub fn beginning(plan: &PlanFile) -> Span {
    plan.headings.first().map_or(Span::new(plan.file, 0, 0), |heading| heading.text.span)
}
