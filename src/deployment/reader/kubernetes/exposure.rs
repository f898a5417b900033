//! Who gets in to a pod from outside the cluster: Services, Ingresses and routes, and the policies that keep others out.

use super::cluster::{Cluster, labels, selects};
use super::model::Object;
use super::selection::Selection;
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

/// Answers what lets others in to a workload's pods, by way of these Services.
pub(super) fn exposures(workload: &Workload<'_>, services: &[&Object], cluster: &Cluster<'_>) -> Vec<Exposure> {
    let mut found = Vec::new();
    for service in services.iter().copied() {
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

/// The policies of a release, by the pods that they are for.
pub(super) struct Policies<'o> {
    plain: Selection<'o, Gate>,
    cilium: Selection<'o, Gate>,
}

/// What policies say together of who gets in to the pods that they are for.
#[derive(Default)]
struct Gate {
    /// They keep others away.
    closed: bool,
    /// They let everybody in to some port, or to all of them.
    somewhere: bool,
    everywhere: bool,
    /// The ports by which they let everybody in.
    open: BTreeSet<u16>,
}

impl<'o> Policies<'o> {
    /// Looks through the policies of a release.
    pub fn of(kinds: &BTreeMap<&'o str, Vec<&'o Object>>, namespace: impl Fn(&'o Object) -> &'o str) -> Self {
        let of_kind = |kind: &str, key: &'static str| {
            let all = kinds.get(kind).into_iter().flatten().copied();
            let selecting = all.filter_map(move |object| Some((object, object.value.path(&["spec", key])?)));
            selecting.map(|(object, selector)| (object, namespace(object), selector)).collect::<Vec<_>>()
        };
        let inward = |gate: &mut Gate, policy: &'o Object| {
            gate.closed |= policy.value.path(&["spec", "ingress"]).is_some();
        };
        Self {
            plain: Selection::of(true, of_kind("NetworkPolicy", "podSelector").into_iter(), Gate::add),
            cilium: Selection::of(true, of_kind("CiliumNetworkPolicy", "endpointSelector").into_iter(), inward),
        }
    }
}

impl Gate {
    fn add(&mut self, policy: &Object) {
        let Some(spec) = policy.value.get("spec") else { return };
        let types = spec.get("policyTypes").map_or(&[] as &[Value], Value::list);
        if !types.is_empty() && !types.iter().filter_map(Value::text).any(|kind| kind.value() == "Ingress") {
            return;
        }
        self.closed = true;
        let rules = spec.get("ingress").map_or(&[] as &[Value], Value::list);
        for rule in rules.iter().filter(|rule| is_for_everybody(rule)) {
            let ports = rule.get("ports").map_or(&[] as &[Value], Value::list);
            self.somewhere = true;
            self.everywhere |= ports.is_empty();
            for port in ports {
                let number = port.text_of("port").and_then(|port| port.known()?.parse::<u16>().ok());
                self.everywhere |= number.is_none();
                self.open.extend(number);
            }
        }
    }

    fn is_open(&self, port: Option<u16>) -> bool {
        self.everywhere || port.map_or(self.somewhere, |port| self.open.contains(&port))
    }
}

/// Tells whether a policy of the release keeps others away from a port of a workload's pods; it may, where there are too many to ask.
fn is_closed(workload: &Workload<'_>, port: Option<u16>, cluster: &Cluster<'_>) -> bool {
    let (labels, namespace) = (labels(workload.metadata), cluster.namespace(workload.object));
    let gates = |policies: &Selection<'_, Gate>, meant: &mut dyn FnMut(&Gate)| {
        let (near, is_all) = policies.near(namespace, &labels);
        near.into_iter().filter(|(selector, _)| selects(selector, &labels)).for_each(|(_, gate)| meant(gate));
        !is_all
    };
    let (mut closed, mut open) = (false, false);
    let more = gates(&cluster.policies.plain, &mut |gate| {
        closed |= gate.closed;
        open |= gate.is_open(port);
    });
    if open {
        return false;
    }
    let more = gates(&cluster.policies.cilium, &mut |gate| closed |= gate.closed) || more;
    closed || more
}

fn is_for_everybody(rule: &Value) -> bool {
    let from = rule.get("from").map_or(&[] as &[Value], Value::list);
    from.is_empty()
        || from.iter().any(|peer| {
            let range = peer.path(&["ipBlock", "cidr"]).and_then(Value::text);
            range.is_some_and(|range| !range.is_known() || range.value().ends_with("/0"))
        })
}
