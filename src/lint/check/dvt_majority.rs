//! No implementation alone makes up a threshold of a cluster.

use crate::deployment::{Cluster, ClusterForm};
use crate::fleet::{Api, Fleet, Seat, Target, WorkloadId};
use crate::lint::links::Callers;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::source::Spanned;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DvtMajority {}

/// The nodes of one cluster, each with what runs in it: by part and client, the nodes and a unit of each.
type Parts<'f> = BTreeMap<(&'static str, &'f str), BTreeMap<WorkloadId, WorkloadId>>;

impl Check for DvtMajority {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let callers = Callers::of(fleet, Api::Beacon);
        for (cluster, seats) in clusters(fleet) {
            let Some(threshold) = &cluster.threshold else { continue };
            for ((part, client), nodes) in parts(fleet, &seats, &callers) {
                if (nodes.len() as u64) >= threshold.value {
                    scene.report(report(fleet, threshold, part, client, &nodes));
                }
            }
        }
    }
}

/// Joins the nodes whose locks name the same keys.
fn clusters(fleet: &Fleet) -> Vec<(&Cluster, Vec<&Seat>)> {
    let mut clusters: BTreeMap<Vec<crate::ethereum::PublicKey>, (&Cluster, Vec<&Seat>)> = BTreeMap::new();
    for seat in &fleet.seats {
        let Some(cluster) = seat.cluster.and_then(|at| fleet.inventory.clusters.get(at)) else { continue };
        if cluster.form == ClusterForm::Lock && fleet.workloads[seat.workload].is_hot() {
            let keys = cluster.keys.iter().map(|key| key.key.value).collect();
            clusters.entry(keys).or_insert_with(|| (cluster, Vec::new())).1.push(seat);
        }
    }
    clusters.into_values().collect()
}

/// A node with two implementations of one part depends on neither alone.
fn parts<'f>(fleet: &'f Fleet, seats: &[&Seat], callers: &Callers<'f>) -> Parts<'f> {
    let mut parts: Parts<'f> = BTreeMap::new();
    for seat in seats {
        let dials = fleet.workloads[seat.workload].dials.iter().filter(|dial| dial.api == Api::Beacon);
        let beacons = dials.filter_map(|dial| match dial.target {
            Target::Workload(id) => Some(id),
            _ => None,
        });
        let validators = callers.to(seat.workload).map(|(id, _)| id);
        for (part, ids) in [("beacon node", beacons.collect::<Vec<_>>()), ("validator client", validators.collect())] {
            let hot = ids.into_iter().filter(|id| fleet.workloads[*id].is_hot());
            let known = hot.filter_map(|id| Some((id, fleet.workloads[id].invocation.as_ref()?.client_name.as_str())));
            let known: Vec<(WorkloadId, &str)> = known.collect();
            let kinds: BTreeSet<&str> = known.iter().map(|(_, client)| *client).collect();
            if let (1, Some((id, client))) = (kinds.len(), known.first()) {
                parts.entry((part, client)).or_default().insert(seat.workload, *id);
            }
        }
    }
    parts
}

fn report(
    fleet: &Fleet,
    threshold: &Spanned<u64>,
    part: &str,
    client: &str,
    nodes: &BTreeMap<WorkloadId, WorkloadId>,
) -> Report {
    let headline = format!(
        "{} nodes of one cluster have {client} as {part}, and {} make its threshold",
        nodes.len(),
        threshold.value
    );
    let mut units = nodes.values().map(|id| &fleet.workloads[*id]);
    let first = units.next().map_or(threshold.span, |first| first.unit.name.span);
    let mut report = Report::at(first, headline).related(threshold, "the threshold");
    for unit in units {
        report = report.related(&unit.unit.name, "the same client");
    }
    let report = nodes.values().fold(report, |report, id| report.also(&fleet.workloads[*id]));
    report.subject(format!("{part} {client}")).cause(format!("{part} {client}"))
}
