//! What scales workloads: autoscalers, of which the most that they allow counts.

use super::cluster::Cluster;
use super::model::Object;
use super::workload::count;
use crate::deployment::Replicas;
use crate::source::{Spanned, Text};
use std::collections::BTreeMap;

/// Autoscalers: their kind, the path of what they scale, and the number of instances at most.
const SCALERS: [(&str, [&str; 2], [&str; 2]); 2] = [
    ("HorizontalPodAutoscaler", ["spec", "scaleTargetRef"], ["spec", "maxReplicas"]),
    ("ScaledObject", ["spec", "scaleTargetRef"], ["spec", "maxReplicaCount"]),
];

/// What KEDA allows where nothing is said.
const MOST_BY_KEDA: u64 = 100;

/// A namespace, and the kind and name of what is scaled in it.
type Scaled<'o> = (&'o str, &'o str, &'o str);

/// The autoscalers of a release, each kind by what is scaled, with its number; of several, the first counts.
pub(super) struct Scalers<'o>([BTreeMap<Scaled<'o>, (usize, &'o Object)>; 2]);

impl<'o> Scalers<'o> {
    /// Looks through the autoscalers of a release.
    pub fn of(kinds: &BTreeMap<&'o str, Vec<&'o Object>>, namespace: impl Fn(&'o Object) -> &'o str) -> Self {
        Self(SCALERS.map(|(kind, target, _)| {
            let mut scalers = BTreeMap::new();
            for (at, scaler) in kinds.get(kind).into_iter().flatten().enumerate() {
                let Some(target) = scaler.value.path(&target) else { continue };
                let kind = target.text_of("kind").map_or("Deployment", Text::value);
                if let Some(name) = target.text_of("name") {
                    scalers.entry((namespace(scaler), kind, name.value())).or_insert((at, *scaler));
                }
            }
            scalers
        }))
    }
}

/// Answers the most instances that an autoscaler of the release gives a workload.
pub(super) fn scaled(object: &Object, cluster: &Cluster<'_>) -> Option<Spanned<Replicas>> {
    let namespace = cluster.namespace(object);
    SCALERS.iter().zip(&cluster.scalers.0).find_map(|((kind, _, most), scalers)| {
        let names = std::iter::once(&object.name.value).chain(&object.former);
        let found = names.filter_map(|name| scalers.get(&(namespace, object.kind.value.as_str(), name.as_str())));
        let (_, scaler) = found.min_by_key(|(at, _)| *at)?;
        match scaler.value.path(most).and_then(|most| most.text()) {
            Some(most) => Some(count(most)),
            None if *kind == "ScaledObject" => Some(scaler.kind.clone().map(|_| Replicas::Count(MOST_BY_KEDA))),
            None => None,
        }
    })
}
