//! What runs pods: how many, in which order they are replaced, and whether they run at all.

use super::model::Object;
use super::object::spanned;
use crate::deployment::value::Value;
use crate::deployment::{Replicas, Rollout};
use crate::source::{Span, Spanned, Text};

/// A resource that runs pods.
pub(super) struct Workload<'o> {
    pub object: &'o Object,
    /// The pod's `metadata`.
    pub metadata: Option<&'o Value>,
    /// The pod's `spec`.
    pub pod: &'o Value,
    pub replicas: Option<Spanned<Replicas>>,
    pub rollout: Option<Spanned<Rollout>>,
    /// Pods have stable numbers, and volumes of their own.
    pub ordinals: bool,
    pub parallel: Option<Span>,
    /// It is switched off (`suspend`, no replicas).
    pub off: bool,
}

impl<'o> Workload<'o> {
    /// Reads a resource that runs pods, whatever kind of controller it is; nothing for any other.
    pub fn of(object: &'o Object) -> Option<Self> {
        let spec = object.value.get("spec")?;
        let (metadata, pod) = template(object, spec)?;
        pod.get("containers")?;
        let replicas = replicas(object, spec);
        let is_true = |key: &str| spec.get(key).is_some_and(Value::is_true);
        let none = replicas.as_ref().is_some_and(|replicas| replicas.value == Replicas::Count(0));
        let parallel = spec.text_of("podManagementPolicy").filter(|policy| policy.known() == Some("Parallel"));
        Some(Self {
            object,
            metadata,
            pod,
            rollout: rollout(object, spec),
            ordinals: object.is("StatefulSet"),
            parallel: parallel.map(Text::span),
            off: none || is_true("suspend"),
            replicas,
        })
    }
}

fn template<'o>(object: &'o Object, spec: &'o Value) -> Option<(Option<&'o Value>, &'o Value)> {
    let template = match object.kind.value.as_str() {
        "Pod" => return Some((object.value.get("metadata"), spec)),
        "CronJob" => spec.path(&["jobTemplate", "spec", "template"])?,
        _ => spec.get("template")?,
    };
    Some((template.get("metadata"), template.get("spec")?))
}

fn replicas(object: &Object, spec: &Value) -> Option<Spanned<Replicas>> {
    if object.is("DaemonSet") {
        return Some(object.kind.clone().map(|_| Replicas::PerNode));
    }
    let key = if matches!(object.kind.value.as_str(), "Job" | "CronJob") { "parallelism" } else { "replicas" };
    spec.text_of(key).map(count)
}

/// Reads a number of instances.
pub(super) fn count(text: &Text) -> Spanned<Replicas> {
    let known = text.known().and_then(|known| known.trim().parse().ok());
    spanned(text).map(|_| known.map_or(Replicas::Unknown, Replicas::Count))
}

/// Answers how an update replaces a pod. The place is the value that decides, or the kind where its default does.
fn rollout(object: &Object, spec: &Value) -> Option<Spanned<Rollout>> {
    let by_kind = |rollout| Some(object.kind.clone().map(|_| rollout));
    match object.kind.value.as_str() {
        "StatefulSet" => by_kind(Rollout::AtMostOne),
        "DaemonSet" => surge(spec.get("updateStrategy"), Rollout::StopFirst).or_else(|| by_kind(Rollout::StopFirst)),
        "Deployment" => {
            let strategy = spec.get("strategy");
            let kind = strategy.and_then(|strategy| strategy.text_of("type"));
            match kind.map(|kind| (kind, kind.known())) {
                Some((kind, Some("Recreate"))) => Some(spanned(kind).map(|_| Rollout::StopFirst)),
                Some((kind, None)) => Some(spanned(kind).map(|_| Rollout::Unknown)),
                Some((kind, Some(_))) => {
                    surge(strategy, Rollout::StopFirst).or_else(|| Some(spanned(kind).map(|_| Rollout::Overlapping)))
                }
                None => surge(strategy, Rollout::StopFirst).or_else(|| by_kind(Rollout::Overlapping)),
            }
        }
        _ => None,
    }
}

/// `maxSurge` says how many new pods may run beside the old ones; a share is rounded up, so that any but none is one at least.
fn surge(strategy: Option<&Value>, none: Rollout) -> Option<Spanned<Rollout>> {
    let surge = strategy?.path(&["rollingUpdate", "maxSurge"])?.text()?;
    let rollout = match surge.known().map(str::trim) {
        Some("0" | "0%") => none,
        Some(_) => Rollout::Overlapping,
        None => Rollout::Unknown,
    };
    Some(spanned(surge).map(|_| rollout))
}
