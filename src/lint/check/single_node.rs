//! A validator unit has a second beacon node to go to.

use crate::catalogue::Role;
use crate::deployment::{Activation, Replicas};
use crate::finding::Persona;
use crate::fleet::{Api, Target, Workload, WorkloadId};
use crate::invocation::Answer;
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a card says of the number of beacon nodes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SingleNode {
    /// Settings that name further nodes to go to.
    fallback: Vec<String>,
}

impl Check for SingleNode {
    fn check(&self, scene: &mut Scene<'_>) {
        let (nodes, spares) = (Nodes::of(scene), spares(scene));
        for client in scene.clients().filter(|client| asks_nodes(client) && is_plain(client)) {
            let further = self.fallback.iter().any(|name| match client.invocation.setting(name) {
                Answer::Set(_) => true,
                Answer::Unknown => scene.client_has(&client, name),
                Answer::Default(_) => false,
            });
            let dials: Vec<_> = client.workload.dials.iter().filter(|dial| dial.api == Api::Beacon).collect();
            let Some(first) = dials.first().filter(|_| !further) else { continue };
            let targets: Vec<WorkloadId> = dials
                .iter()
                .filter_map(|dial| match dial.target {
                    Target::Workload(id) => Some(id),
                    _ => None,
                })
                .collect();
            if dials.len() != targets.len() && dials.len() > 1 || first.url.is_hole() {
                continue;
            }
            let several = |id: &WorkloadId| scene.client(*id).is_some_and(|node| has_replicas(&node));
            if targets.iter().any(several) {
                continue;
            }
            let hosts: Vec<&str> =
                targets.iter().filter_map(|id| Some(scene.client(*id)?.workload.unit.host.as_str())).collect();
            let together = hosts.len() == dials.len() && hosts.windows(2).all(|pair| pair[0] == pair[1]);
            let says = match dials.len() {
                1 => "has one beacon node, and no other to go to when that one is down".to_owned(),
                _ if together => "has several beacon nodes, and all of them on one host".to_owned(),
                _ => continue,
            };
            let headline = format!("{} {says}", called(client.workload));
            let mut report =
                Report::on(client.workload, Spot::from(&first.url), headline).subject(identity(client.workload));
            let waits = spares.iter().any(|host| *host != client.workload.unit.host);
            match nodes.elsewhere(&client).filter(|_| !waits) {
                Some(node) => report = report.related(&node.workload.unit.name, "this one could be its second"),
                // Whoever has one machine for all, or a spare of all of it, has decided about it.
                None => report = report.persona(Persona::Pedantic),
            }
            scene.report(report);
        }
    }
}

/// Tells whether a unit asks beacon nodes of its own choice: behind a middleware, that one does.
fn asks_nodes(client: &Client<'_>) -> bool {
    let role = client.invocation.role;
    let alone = client.workload.is_validator() && role != Role::Beacon && !client.workload.behind_dvt;
    alone || role == Role::Middleware
}

/// Tells whether a unit is deployed as it stands: neither an example nor a choice.
fn is_plain(client: &Client<'_>) -> bool {
    let unit = &client.workload.unit;
    !unit.template && unit.alternative.is_none() && unit.activation == Activation::Always
}

/// Answers the hosts on which a validator unit waits that nothing starts.
fn spares<'a>(scene: &Scene<'a>) -> BTreeSet<&'a str> {
    let cold = scene.fleet().workloads.iter().filter(|workload| !workload.is_hot());
    let role = |spare: &Workload| spare.invocation.as_ref().map(|invocation| invocation.role);
    cold.filter(|spare| role(spare) == Some(Role::Validator)).map(|spare| spare.unit.host.as_str()).collect()
}

/// Tells whether a name leads to several instances of a node, or may do so.
fn has_replicas(node: &Client<'_>) -> bool {
    let replicas = node.workload.unit.replicas.as_ref().map(|replicas| &replicas.value);
    !matches!(replicas, None | Some(Replicas::Count(0 | 1)))
}

/// The beacon nodes that others could go to: of each network the first one, and the first one of another host.
struct Nodes<'a>(BTreeMap<Option<&'a str>, (Client<'a>, Option<Client<'a>>)>);

impl<'a> Nodes<'a> {
    fn of(scene: &Scene<'a>) -> Self {
        let mut nodes = BTreeMap::new();
        for node in scene.clients().filter(|node| node.invocation.role == Role::Beacon && is_plain(node)) {
            let (first, other) = nodes.entry(network(&node)).or_insert((node, None));
            if other.is_none() && first.workload.unit.host != node.workload.unit.host {
                *other = Some(node);
            }
        }
        Self(nodes)
    }

    /// Answers the first node on another host that follows the same network.
    fn elsewhere(&self, client: &Client<'_>) -> Option<Client<'a>> {
        let (first, other) = self.0.get(&network(client))?;
        if first.workload.unit.host == client.workload.unit.host { *other } else { Some(*first) }
    }
}

fn network<'a>(client: &Client<'a>) -> Option<&'a str> {
    client.workload.network.as_ref().map(|network| network.value.as_str())
}
