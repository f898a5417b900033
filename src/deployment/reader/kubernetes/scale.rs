//! What scales workloads: autoscalers, of which the most that they allow counts.

use super::cluster::Cluster;
use super::model::Object;
use super::workload::count;
use crate::deployment::Replicas;
use crate::source::{Spanned, Text};

/// Autoscalers: their kind, the path of what they scale, and the number of instances at most.
const SCALERS: [(&str, [&str; 2], [&str; 2]); 2] = [
    ("HorizontalPodAutoscaler", ["spec", "scaleTargetRef"], ["spec", "maxReplicas"]),
    ("ScaledObject", ["spec", "scaleTargetRef"], ["spec", "maxReplicaCount"]),
];

/// What KEDA allows where nothing is said.
const MOST_BY_KEDA: u64 = 100;

/// Answers the most instances that an autoscaler of the release gives a workload.
pub(super) fn scaled(object: &Object, cluster: &Cluster<'_>) -> Option<Spanned<Replicas>> {
    SCALERS.iter().find_map(|(kind, target, most)| {
        let scaler = cluster.of_kind(kind).iter().find(|scaler| {
            let target = scaler.value.path(target);
            let name = target.and_then(|target| target.text_of("name")).map(Text::value);
            let kind = target.and_then(|target| target.text_of("kind")).map_or("Deployment", Text::value);
            let same = cluster.namespace(scaler) == cluster.namespace(object);
            same && kind == object.kind.value && name.is_some_and(|name| object.is_called(name))
        })?;
        match scaler.value.path(most).and_then(|most| most.text()) {
            Some(most) => Some(count(most)),
            None if *kind == "ScaledObject" => Some(scaler.kind.clone().map(|_| Replicas::Count(MOST_BY_KEDA))),
            None => None,
        }
    })
}
