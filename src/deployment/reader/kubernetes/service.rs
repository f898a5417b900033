//! Services: the names that a pod has, and the ports that lead to it.

use super::cluster::{Cluster, labels, selects_plainly};
use super::model::Object;
use super::object::spanned;
use super::selection::Selection;
use super::workload::Workload;
use crate::deployment::Replicas;
use crate::deployment::value::Value;
use crate::source::{Span, Spanned, Text};
use std::cell::OnceCell;
use std::collections::BTreeMap;

/// Pods of a set that are given names of their own.
const MOST_PODS: u64 = 64;

/// No more Services are looked at for one pod.
const MOST_SERVICES: usize = 64;

/// A port of a Service.
pub(super) struct ServicePort {
    /// The port of the Service.
    pub port: u16,
    /// Its name.
    pub name: Option<String>,
    /// The port of the process.
    pub target: u16,
    /// It is one of TCP.
    pub tcp: bool,
}

/// Services, each with its number, by the pods that they select.
pub(super) type Services<'o> = Selection<'o, Vec<(usize, &'o Object)>>;

/// Puts the Services of a release in order.
pub(super) fn services<'o>(
    kinds: &BTreeMap<&'o str, Vec<&'o Object>>,
    namespace: impl Fn(&'o Object) -> &'o str,
) -> Services<'o> {
    let all = kinds.get("Service").into_iter().flatten().copied();
    let selecting = all.filter_map(|object| Some((object, object.value.path(&["spec", "selector"])?)));
    let mut at = 0;
    let add = |found: &mut Vec<(usize, &'o Object)>, object: &'o Object| {
        at += 1;
        found.push((at, object));
    };
    Selection::of(false, selecting.map(|(object, selector)| (object, namespace(object), selector)), add)
}

/// Answers the Services that select a workload's pods.
pub(super) fn of<'o>(workload: &Workload<'_>, cluster: &Cluster<'o>) -> Vec<&'o Object> {
    let labels = labels(workload.metadata);
    let (near, _) = cluster.services.near(cluster.namespace(workload.object), &labels);
    let selecting = near.into_iter().filter(|(selector, _)| selects_plainly(selector, &labels));
    let mut found: Vec<_> = selecting.flat_map(|(_, services)| services.iter().take(MOST_SERVICES)).copied().collect();
    found.sort_unstable_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, service)| service).take(MOST_SERVICES).collect()
}

/// Answers the ports of a Service, each with the port of the process that it leads to.
pub(super) fn ports(service: &Object, workload: &Workload<'_>) -> Vec<ServicePort> {
    let items = service.value.path(&["spec", "ports"]).map_or(&[] as &[Value], Value::list);
    let number = |text: Option<&Text>| text?.known()?.trim().parse::<u16>().ok();
    let by_name = OnceCell::new();
    let named = |name: &str| by_name.get_or_init(|| named_ports(workload)).get(name).copied();
    let read = |item: &Value| {
        let port = number(item.text_of("port"))?;
        let target = match item.text_of("targetPort") {
            None => port,
            Some(target) => number(Some(target)).or_else(|| named(target.known()?))?,
        };
        let name = item.text_of("name").map(|name| name.value().to_owned());
        let tcp = item.text_of("protocol").is_none_or(|protocol| protocol.value() == "TCP");
        Some(ServicePort { port, name, target, tcp })
    };
    items.iter().filter_map(read).collect()
}

/// The ports of a pod that have names; of several with one name, the first.
fn named_ports<'o>(workload: &Workload<'o>) -> BTreeMap<&'o str, u16> {
    let containers = ["containers", "initContainers"].iter().filter_map(|key| workload.pod.get(key));
    let ports = containers.flat_map(Value::list).filter_map(|container| container.get("ports")).flat_map(Value::list);
    let mut named = BTreeMap::new();
    for port in ports {
        let number = port.text_of("containerPort").and_then(|number| number.known()?.parse().ok());
        if let Some((name, number)) = port.text_of("name").zip(number) {
            named.entry(name.value()).or_insert(number);
        }
    }
    named
}

/// Answers the names under which others reach a workload's pods, by way of these Services too.
pub(super) fn names(workload: &Workload<'_>, services: &[&Object], cluster: &Cluster<'_>) -> Vec<Text> {
    let namespace = cluster.namespace(workload.object);
    let mut names = Vec::new();
    for service in services {
        names.extend(forms(&service.name, namespace));
    }
    let governing = workload.object.value.path(&["spec", "serviceName"]).and_then(Value::text);
    if let Some(service) = governing.filter(|_| workload.ordinals) {
        let found = service.known().and_then(|name| cluster.find("Service", namespace, name));
        let service = found.map_or_else(|| spanned(service), |service| service.name.clone());
        for ordinal in 0..pods(workload) {
            let pod = format!("{}-{ordinal}.{}", workload.object.name.value, service.value);
            names.extend(forms(&Spanned::new(pod, service.span), namespace));
        }
    }
    names
}

fn pods(workload: &Workload<'_>) -> u64 {
    match workload.replicas.as_ref().map(|replicas| &replicas.value) {
        Some(Replicas::Count(count)) => (*count).clamp(1, MOST_PODS),
        _ => 1,
    }
}

/// A name alone holds in its namespace, with the namespace behind it in the whole cluster.
pub(super) fn forms(name: &Spanned<String>, namespace: &str) -> Vec<Text> {
    let mut forms = vec![text(name.value.clone(), name.span)];
    if !namespace.is_empty() {
        let ends = ["", ".svc", ".svc.cluster.local", ".svc.cluster.local."];
        forms.extend(ends.iter().map(|end| text(format!("{}.{namespace}{end}", name.value), name.span)));
    }
    forms
}

fn text(value: String, span: Span) -> Text {
    Text::inexact(&value, span)
}
