//! Who gets in to a pod from outside the cluster: Services, Ingresses and routes, and the policies that keep others out.

use super::cluster::{Cluster, labels, selects};
use super::model::Object;
use super::service::{self, ServicePort};
use super::workload::Workload;
use crate::deployment::Exposure;
use crate::deployment::value::Value;
use crate::source::{Span, Text};
use std::collections::{BTreeMap, BTreeSet};

/// Routes: their kind, and where lists of backends stand in `spec`.
const ROUTES: [&str; 7] =
    ["Ingress", "HTTPRoute", "GRPCRoute", "TCPRoute", "TLSRoute", "IngressRoute", "IngressRouteTCP"];
/// Values go no deeper.
const DEEPEST: usize = 16;
/// No more routes are followed to one Service.
const MOST_ROUTES: usize = 64;

/// Answers what lets others in to a workload's pods.
pub(super) fn exposures(workload: &Workload<'_>, cluster: &Cluster<'_>) -> Vec<Exposure> {
    let mut found = Vec::new();
    for service in service::of(workload, cluster) {
        let ports = service::ports(service, workload);
        if let Some((place, words)) = opened(service) {
            let tcp = ports.iter().filter(|port| port.tcp);
            found.extend(tcp.map(|port| Exposure {
                port: Some(port.target),
                place,
                public: true,
                words: words.clone(),
            }));
        }
        for route in cluster.routes.to(service).filter(|route| cluster.namespace(route) == cluster.namespace(service)) {
            found.extend(routed(route, service, &ports));
        }
    }
    let mut closed: BTreeMap<Option<u16>, bool> = BTreeMap::new();
    found.retain(|exposure| {
        !*closed.entry(exposure.port).or_insert_with(|| is_closed(workload, exposure.port, cluster))
    });
    found
}

/// The routes of a release, by the names that they lead to.
#[derive(Default)]
pub(super) struct Routes<'o>(BTreeMap<&'o str, Vec<&'o Object>>);

impl<'o> Routes<'o> {
    /// Looks through resources for routes, and through these for names of Services.
    pub fn of(kinds: &BTreeMap<&'o str, Vec<&'o Object>>) -> Self {
        let mut routes = Self::default();
        for route in ROUTES.iter().filter_map(|kind| kinds.get(kind)).flatten() {
            let mut names = BTreeSet::new();
            route.value.get("spec").into_iter().for_each(|spec| backends(spec, 0, &mut names));
            names.into_iter().for_each(|name| routes.0.entry(name).or_default().push(route));
        }
        routes
    }

    fn to<'r>(&'r self, service: &'r Object) -> impl Iterator<Item = &'o Object> + use<'r, 'o> {
        let names: BTreeSet<&String> = std::iter::once(&service.name.value).chain(&service.former).collect();
        names.into_iter().filter_map(|name| self.0.get(name.as_str())).flatten().copied().take(MOST_ROUTES)
    }
}

/// Collects the names of what a route leads to.
fn backends<'o>(value: &'o Value, depth: usize, found: &mut BTreeSet<&'o str>) {
    if depth > DEEPEST {
        return;
    }
    let names = ["name", "serviceName"].into_iter().filter_map(|key| value.text_of(key)?.known());
    found.extend(names);
    value.entries().iter().for_each(|entry| backends(&entry.value, depth + 1, found));
    if value.text().is_none() {
        value.list().iter().for_each(|item| backends(item, depth + 1, found));
    }
}

/// The place and words of a Service that is heard outside the cluster.
fn opened(service: &Object) -> Option<(Span, String)> {
    let spec = service.value.get("spec")?;
    let words = |how: &str| format!("the Service `{}` {how}", service.name.value);
    // Of a value that is filled in, the place where it is written says who decides.
    let kind = spec.text_of("type").and_then(|kind| Some((kind.origin().unwrap_or(kind.span()), kind.known()?)));
    match kind {
        Some((place, "LoadBalancer")) if !is_private(service) => Some((place, words("of type LoadBalancer"))),
        Some((place, "NodePort")) => Some((place, words("of type NodePort"))),
        _ => {
            let addresses = spec.get("externalIPs").filter(|addresses| !addresses.list().is_empty())?;
            Some((addresses.place, words("with external addresses")))
        }
    }
}

/// A load balancer that only networks of one's own reach, or only some addresses.
fn is_private(service: &Object) -> bool {
    let ranges = service.value.path(&["spec", "loadBalancerSourceRanges"]).map_or(&[] as &[Value], Value::list);
    let limited =
        !ranges.is_empty() && !ranges.iter().filter_map(Value::text).any(|range| range.value().ends_with("/0"));
    let class = service.value.path(&["spec", "loadBalancerClass"]).and_then(Value::text).map_or("", Text::value);
    limited || class.contains("tailscale") || annotations(service).any(|(name, value)| says_private(name, value))
}

fn says_private(name: &str, value: &str) -> bool {
    let about = name.contains("load-balancer") || name.contains("loadbalancer") || name.contains("ingress");
    about
        && (name.ends_with("internal") && value != "false"
            || matches!(value.to_ascii_lowercase().as_str(), "internal" | "private"))
}

fn annotations(object: &Object) -> impl Iterator<Item = (&str, &str)> {
    let all = object.value.path(&["metadata", "annotations"]).map_or(&[] as &[_], Value::entries);
    all.iter().filter_map(|entry| Some((entry.key.value.as_str(), entry.value.text()?.value())))
}

/// What an Ingress or a route lets in to the ports of a Service.
fn routed(route: &Object, service: &Object, ports: &[ServicePort]) -> Vec<Exposure> {
    if is_guarded(route) {
        return Vec::new();
    }
    let Some(spec) = route.value.get("spec") else { return Vec::new() };
    let mut backends = Vec::new();
    collect(spec, service, 0, &mut backends);
    let words = format!("the {} `{}`", route.kind.value, route.name.value);
    let exposure = |(place, port): (Span, Option<Text>)| {
        let wanted = port.as_ref().map(Text::value);
        let found = ports.iter().find(|known| {
            known.name.as_deref() == wanted || wanted.is_some_and(|wanted| wanted == known.port.to_string())
        });
        let port = found.or_else(|| ports.first().filter(|_| wanted.is_none()))?.target;
        Some(Exposure { port: Some(port), place, public: true, words: words.clone() })
    };
    backends.into_iter().filter_map(exposure).collect()
}

/// Who comes through has to show who he is, or to come from somewhere that is allowed.
fn is_guarded(route: &Object) -> bool {
    const SIGNS: [&str; 6] =
        ["auth-type", "auth-url", "auth-signin", "auth-tls-secret", "whitelist-source-range", "allowlist-source-range"];
    let class = route.value.path(&["spec", "ingressClassName"]).and_then(Value::text).map_or("", Text::value);
    let own = ["internal", "private", "tailscale"].iter().any(|word| class.contains(word));
    let middlewares = route.value.path(&["spec", "routes"]).map_or(&[] as &[Value], Value::list);
    let guarded = middlewares.iter().any(|route| route.get("middlewares").is_some());
    let signs = |name: &str| SIGNS.iter().any(|sign| name.contains(sign));
    own || guarded
        || annotations(route).any(|(name, value)| {
            signs(name)
                || says_private(name, value)
                || name.ends_with("ingress.class") && says_private("ingress", value)
        })
}

/// Finds references to a Service, in every form that routes have: name and port, or `serviceName` and `servicePort`.
fn collect(value: &Value, service: &Object, depth: usize, found: &mut Vec<(Span, Option<Text>)>) {
    if depth > DEEPEST || found.len() > 64 {
        return;
    }
    let name = value.text_of("name").or_else(|| value.text_of("serviceName"));
    if let Some(name) = name.filter(|name| name.known().is_some_and(|name| service.is_called(name))) {
        let port = value.get("port").or_else(|| value.get("servicePort"));
        let port =
            port.and_then(|port| port.text().or_else(|| port.text_of("number")).or_else(|| port.text_of("name")));
        found.push((name.span(), port.cloned()));
        return;
    }
    value.entries().iter().for_each(|entry| collect(&entry.value, service, depth + 1, found));
    if value.text().is_none() {
        value.list().iter().for_each(|item| collect(item, service, depth + 1, found));
    }
}

/// Tells whether a policy of the release keeps others away from a port of a workload's pods.
fn is_closed(workload: &Workload<'_>, port: Option<u16>, cluster: &Cluster<'_>) -> bool {
    let labels = labels(workload.metadata);
    let namespace = cluster.namespace(workload.object);
    let of_namespace = |policy: &&&Object| cluster.namespace(policy) == namespace;
    let policies = cluster.of_kind("NetworkPolicy").iter().filter(of_namespace).filter_map(|policy| {
        let spec = policy.value.get("spec")?;
        let selected = spec.get("podSelector").is_some_and(|selector| selects(selector, &labels));
        let types = spec.get("policyTypes").map_or(&[] as &[Value], Value::list);
        let inward = types.is_empty() || types.iter().filter_map(Value::text).any(|kind| kind.value() == "Ingress");
        (selected && inward).then_some(spec)
    });
    let mut closed = false;
    for policy in policies {
        closed = true;
        let rules = policy.get("ingress").map_or(&[] as &[Value], Value::list);
        if rules.iter().any(|rule| lets_everybody_in(rule, port)) {
            return false;
        }
    }
    let cilium = cluster.of_kind("CiliumNetworkPolicy").iter().filter(of_namespace).any(|policy| {
        let selector = policy.value.path(&["spec", "endpointSelector"]);
        let inward = policy.value.path(&["spec", "ingress"]).is_some();
        inward && selector.is_some_and(|selector| selects(selector, &labels))
    });
    closed || cilium
}

fn lets_everybody_in(rule: &Value, port: Option<u16>) -> bool {
    let from = rule.get("from").map_or(&[] as &[Value], Value::list);
    let anybody = from.is_empty()
        || from.iter().any(|peer| {
            let range = peer.path(&["ipBlock", "cidr"]).and_then(Value::text);
            range.is_some_and(|range| !range.is_known() || range.value().ends_with("/0"))
        });
    let ports = rule.get("ports").map_or(&[] as &[Value], Value::list);
    let this = |entry: &Value| {
        let number = entry.text_of("port").and_then(|port| port.known()?.parse::<u16>().ok());
        number.is_none() || port.is_none() || number == port
    };
    anybody && (ports.is_empty() || ports.iter().any(this))
}
