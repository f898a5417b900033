//! Who dials whom: endpoints of settings, followed to the units that they name.

use super::model::{Api, Dial, Target, Workload, WorkloadId};
use super::service::listens_on;
use crate::deployment::Activation;
use crate::source::Text;
use std::collections::BTreeMap;

/// Settings that name an endpoint, and the interface that is wanted there.
const ENDPOINTS: &[(&str, Api)] = &[
    ("validator.beacon-endpoints", Api::Beacon),
    ("remote-signer.url", Api::Signer),
    ("beacon.execution-endpoint", Api::Engine),
    ("beacon.builder", Api::Builder),
    ("signer.database-url", Api::Database),
];

/// Names that a container gives to the machine it runs on.
const MACHINE: &[&str] = &["host.docker.internal", "gateway.docker.internal", "172.17.0.1"];

/// Host and port of an endpoint, wherever they stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint<'t> {
    /// Name or address of the host.
    pub host: &'t str,
    /// The port, if it is written.
    pub port: Option<u16>,
}

/// Reads `scheme://user:password@host:port/path`, with or without each part but the host; nothing for a path or a word
/// that is no endpoint.
#[must_use]
pub fn endpoint(url: &str) -> Option<Endpoint<'_>> {
    let rest = url.rsplit_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host, port.strip_prefix(':')),
        None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    let fits = |character: char| character.is_ascii_alphanumeric() || "-._:".contains(character);
    (!host.is_empty() && host.chars().all(fits))
        .then(|| Endpoint { host, port: port.and_then(|port| port.parse().ok()) })
}

/// Every name under which a workload can be reached.
pub struct Directory<'f> {
    workloads: &'f [Workload],
    /// By host and name.
    names: BTreeMap<(&'f str, &'f str), Vec<WorkloadId>>,
    /// By host.
    hosts: BTreeMap<&'f str, Vec<WorkloadId>>,
    /// By domain and name, of names that hold beyond a host: those with a dot.
    domains: BTreeMap<(&'f str, &'f str), Vec<WorkloadId>>,
}

impl<'f> Directory<'f> {
    /// Collects the names of all workloads.
    #[must_use]
    pub fn new(workloads: &'f [Workload]) -> Self {
        let mut names: BTreeMap<(&str, &str), Vec<WorkloadId>> = BTreeMap::new();
        let mut hosts: BTreeMap<&str, Vec<WorkloadId>> = BTreeMap::new();
        let mut domains: BTreeMap<(&str, &str), Vec<WorkloadId>> = BTreeMap::new();
        for (id, workload) in workloads.iter().enumerate() {
            let unit = &workload.unit;
            hosts.entry(&unit.host).or_default().push(id);
            let all = unit.names.iter().filter_map(Text::known).chain([unit.name.value.as_str()]);
            for name in all {
                let known = names.entry((&unit.host, name)).or_default();
                if known.last() != Some(&id) {
                    known.push(id);
                }
                if !unit.domain.is_empty() && name.contains('.') {
                    domains.entry((&unit.domain, name)).or_default().push(id);
                }
            }
        }
        Self { workloads, names, hosts, domains }
    }

    /// Lists the endpoints that a workload is told to use.
    #[must_use]
    pub fn dials(&self, from: WorkloadId) -> Vec<Dial> {
        let Some(invocation) = &self.workloads[from].invocation else { return Vec::new() };
        let settings = ENDPOINTS.iter().filter_map(|(name, api)| Some((invocation.set(name)?, *api)));
        let items = settings.flat_map(|(setting, api)| setting.items().into_iter().map(move |url| (setting, api, url)));
        items
            .filter(|(_, _, url)| !url.value().is_empty())
            .filter_map(|(setting, api, url)| {
                let target = self.follow(from, api, &url)?;
                Some(Dial { api, url, target, setting: setting.name.clone() })
            })
            .collect()
    }

    /// Follows an endpoint; nothing if the value is none.
    fn follow(&self, from: WorkloadId, api: Api, url: &Text) -> Option<Target> {
        let Some(known) = url.known() else { return Some(self.named_before_a_hole(from, url)) };
        if api == Api::Builder && !known.contains("://") {
            return None;
        }
        let endpoint = endpoint(known)?;
        Some(self.resolve(from, &endpoint))
    }

    /// A hole in the port or the path does not hide the host.
    fn named_before_a_hole(&self, from: WorkloadId, url: &Text) -> Target {
        let Some(Endpoint { host, .. }) = endpoint(url.value()) else { return Target::Unknown };
        let at = url.value().find(host).unwrap_or_default();
        if !url.is_known_in(0..at + host.len()) {
            return Target::Unknown;
        }
        match self.resolve(from, &Endpoint { host, port: None }) {
            Target::Missing(_) => Target::Unknown,
            found => found,
        }
    }

    fn resolve(&self, from: WorkloadId, endpoint: &Endpoint<'_>) -> Target {
        let caller = &self.workloads[from];
        let host = endpoint.host;
        let mode = caller.unit.network_mode.as_ref();
        let on_host = mode.is_some_and(|mode| mode.known() == Some("host"));
        if mode.is_some_and(|mode| !mode.is_known()) {
            return Target::Unknown;
        }
        if is_loopback(host) {
            return if on_host { self.on_machine(from, endpoint) } else { self.beside(from, endpoint) };
        }
        if MACHINE.contains(&host) {
            return self.on_machine(from, endpoint);
        }
        if let Some(found) = self.neighbour(from, host).or_else(|| self.of_domain(from, endpoint)) {
            return Target::Workload(found);
        }
        if let Some(found) = self.on_other_host(from, endpoint).or_else(|| self.by_address(endpoint)) {
            return Target::Workload(found);
        }
        self.nobody(from, host, on_host)
    }

    /// A unit of the same domain with this name: of several, the one that listens on the port.
    fn of_domain(&self, from: WorkloadId, endpoint: &Endpoint<'_>) -> Option<WorkloadId> {
        let caller = &self.workloads[from].unit;
        if caller.domain.is_empty() {
            return None;
        }
        let far = self.domains.get(&(caller.domain.as_str(), endpoint.host));
        let near = self.names.get(&(caller.host.as_str(), endpoint.host));
        let candidates: Vec<WorkloadId> = near.into_iter().chain(far).flatten().copied().collect();
        self.listener(&candidates, endpoint.port).or_else(|| candidates.first().copied())
    }

    /// The one of several units that is heard on a port, behind whatever forwards to it.
    fn listener(&self, candidates: &[WorkloadId], port: Option<u16>) -> Option<WorkloadId> {
        let port = port?;
        let hears = |id: &&WorkloadId| {
            let workload = &self.workloads[**id];
            let forwarded = workload.unit.forwards.iter().find(|(from, _)| *from == port).map_or(port, |(_, to)| *to);
            listens_on(workload, forwarded)
        };
        candidates.iter().find(hears).copied()
    }

    /// A unit of the same project, or of a network that both join, with this name.
    fn neighbour(&self, from: WorkloadId, name: &str) -> Option<WorkloadId> {
        let caller = &self.workloads[from].unit;
        let candidates = self.names.get(&(caller.host.as_str(), name))?;
        let near = candidates.iter().copied().filter(|id| {
            let other = &self.workloads[*id].unit;
            let same_project = other.project == caller.project;
            let together = same_project && (other.alternative == caller.alternative || caller.alternative.is_none());
            let shared = other.networks.iter().any(|network| caller.networks.contains(network));
            together || (shared && !same_project) || (same_project && caller.alternative.is_some())
        });
        near.min_by_key(|id| {
            let other = &self.workloads[*id].unit;
            (other.alternative != caller.alternative, other.activation != Activation::Always, *id)
        })
    }

    /// What listens on the loopback interface of a container: itself, or a unit that shares its network.
    fn beside(&self, from: WorkloadId, endpoint: &Endpoint<'_>) -> Target {
        let caller = &self.workloads[from].unit;
        if !caller.loopback.is_empty() {
            let together = |id: &WorkloadId| self.workloads[*id].unit.loopback == caller.loopback && *id != from;
            let others: Vec<WorkloadId> = self.of_host(&caller.host).iter().copied().filter(together).collect();
            return match self.listener(&others, endpoint.port) {
                Some(id) => Target::Workload(id),
                None if others.is_empty() => Target::Outside,
                None => Target::Unknown,
            };
        }
        let mode = caller.network_mode.as_ref().and_then(Text::known);
        if let Some(name) =
            mode.and_then(|mode| mode.strip_prefix("service:").or_else(|| mode.strip_prefix("container:")))
        {
            return self.neighbour(from, name).map_or(Target::Outside, Target::Workload);
        }
        let shares = |id: &WorkloadId| {
            let mode = self.workloads[*id].unit.network_mode.as_ref().and_then(Text::known);
            mode.and_then(|mode| mode.strip_prefix("service:")) == Some(caller.name.value.as_str())
                && self.workloads[*id].unit.project == caller.project
        };
        match self.of_host(&caller.host).iter().find(|id| shares(id)) {
            Some(id) => Target::Workload(*id),
            None if caller.alternative.is_some() || caller.template => Target::Unknown,
            None if caller.default && !self.speaks_past(from, endpoint) => Target::Unknown,
            None => Target::Missing(endpoint.host.to_owned()),
        }
    }

    /// Tells whether a unit with published ports, so with a network of its own, asks itself for a port that another one publishes
    /// beside it.
    fn speaks_past(&self, from: WorkloadId, endpoint: &Endpoint<'_>) -> bool {
        let caller = &self.workloads[from].unit;
        let publishes = caller.ports.iter().any(|entry| entry.host.is_some());
        publishes && self.publisher(&caller.host, endpoint.port, Some(from)).is_some()
    }

    /// What listens on the machine itself: units on its network, and published ports.
    fn on_machine(&self, from: WorkloadId, endpoint: &Endpoint<'_>) -> Target {
        let host = &self.workloads[from].unit.host;
        self.publisher(host, endpoint.port, Some(from)).map_or(Target::Outside, Target::Workload)
    }

    /// Another host of the fleet, by the first part of the name.
    fn on_other_host(&self, from: WorkloadId, endpoint: &Endpoint<'_>) -> Option<WorkloadId> {
        let name = endpoint.host.split('.').next().unwrap_or_default();
        let caller = &self.workloads[from].unit;
        (!name.is_empty() && name != caller.host).then(|| self.publisher(name, endpoint.port, None)).flatten()
    }

    /// The one unit of the fleet that publishes a port on just this address.
    fn by_address(&self, endpoint: &Endpoint<'_>) -> Option<WorkloadId> {
        let address: std::net::IpAddr = endpoint.host.parse().ok()?;
        let port = endpoint.port.filter(|_| !address.is_unspecified() && !address.is_loopback())?;
        let publishes = |workload: &Workload| {
            workload.unit.ports.iter().any(|entry| {
                let here = entry.host_ip.as_ref().and_then(Text::known) == Some(endpoint.host);
                here && entry.host.is_some_and(|(first, last)| (first..=last).contains(&port))
            })
        };
        let mut found = self.workloads.iter().enumerate().filter(|(_, workload)| publishes(workload));
        found.next().filter(|_| found.next().is_none()).map(|(id, _)| id)
    }

    /// The unit of a host that is heard on a port of it.
    fn publisher(&self, host: &str, port: Option<u16>, but: Option<WorkloadId>) -> Option<WorkloadId> {
        let port = port?;
        let hears = |id: &WorkloadId| {
            let unit = &self.workloads[*id].unit;
            let publishes = || {
                let mut ranges = unit.ports.iter().filter_map(|entry| entry.host);
                ranges.any(|(first, last)| (first..=last).contains(&port))
            };
            // A unit on the network of its host publishes nothing, and is heard on the ports that it listens on.
            let on_host = unit.network_mode.as_ref().and_then(Text::known) == Some("host");
            Some(*id) != but && (publishes() || on_host && listens_on(&self.workloads[*id], port))
        };
        self.of_host(host).iter().copied().find(hears)
    }

    fn of_host(&self, host: &str) -> &[WorkloadId] {
        self.hosts.get(host).map_or(&[], Vec::as_slice)
    }

    fn nobody(&self, from: WorkloadId, host: &str, on_host: bool) -> Target {
        let caller = &self.workloads[from].unit;
        // Of what a whole domain holds, a tree shows a part.
        let in_domain = !caller.domain.is_empty();
        let could_be_elsewhere = host.contains('.') || host.contains(':') || on_host || in_domain;
        if could_be_elsewhere || !caller.networks.is_empty() && self.joins_foreign_network(from) {
            return Target::Outside;
        }
        // What a chart or role brings along stands beside what its deployer adds.
        if caller.alternative.is_some() || caller.template || caller.default {
            return Target::Unknown;
        }
        Target::Missing(host.to_owned())
    }

    /// Tells whether a unit joins a network that no other unit of its project joins: one made elsewhere.
    fn joins_foreign_network(&self, from: WorkloadId) -> bool {
        let caller = &self.workloads[from].unit;
        let own = |id: &WorkloadId| self.workloads[*id].unit.project == caller.project && *id != from;
        let others: Vec<&WorkloadId> = self.of_host(&caller.host).iter().filter(|id| own(id)).collect();
        caller
            .networks
            .iter()
            .any(|network| others.iter().all(|id| !self.workloads[**id].unit.networks.contains(network)))
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_give_host_and_port() {
        let cases = [
            ("http://beacon:5052", Some(("beacon", Some(5052)))),
            ("beacon:4000", Some(("beacon", Some(4000)))),
            ("jdbc:postgresql://postgres/web3signer", Some(("postgres", None))),
            ("postgresql://user:pass@db.internal:5432/w3s?x=y", Some(("db.internal", Some(5432)))),
            ("http://[::1]:5052/", Some(("::1", Some(5052)))),
            ("", None),
            ("https://", None),
            ("not an endpoint", None),
        ];
        for (url, expected) in cases {
            assert_eq!(endpoint(url).map(|found| (found.host, found.port)), expected, "{url}");
        }
    }
}
