//! A fleet does not rest on one implementation.

use crate::catalogue::Role;
use crate::deployment::Activation;
use crate::finding::Persona;
use crate::fleet::Stage;
use crate::lint::fact::{called, part_name};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a card says of the implementations of a fleet.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ClientSpread {
    /// So many nodes of a layer can be expected to be of two kinds.
    nodes: usize,
}

impl Check for ClientSpread {
    fn check(&self, scene: &mut Scene<'_>) {
        let mut layers: BTreeMap<(Role, String), Vec<Client<'_>>> = BTreeMap::new();
        for client in scene.clients().filter(|client| is_node(client)) {
            if let Some(network) = &client.workload.network {
                layers.entry((client.invocation.role, network.value.clone())).or_default().push(client);
            }
        }
        for ((role, network), nodes) in layers {
            let Some((first, others)) = nodes.split_first().filter(|_| nodes.len() >= self.nodes) else { continue };
            if others.iter().any(|node| node.invocation.client != first.invocation.client) {
                continue;
            }
            let (count, name, part) = (nodes.len(), &first.invocation.client_name, part_name(role));
            let headline = format!("all {count} {part}s on `{network}` are {name}");
            let mut report = Report::on(first.workload, first.invocation.named_at, headline)
                .label(format!("as of {}", called(first.workload)))
                .subject(format!("{network} {part}"));
            // Nodes of one machine fall together anyway.
            if others.iter().all(|node| node.workload.unit.host == first.workload.unit.host) {
                report = report.persona(Persona::Pedantic);
            }
            for node in others {
                let label = format!("{} is {name}, too", called(node.workload));
                report = report.also(node.workload).related(node.invocation.named_at, label);
            }
            scene.report(report);
        }
    }
}

fn is_node(client: &Client<'_>) -> bool {
    let unit = &client.workload.unit;
    let deployed = !unit.template && unit.alternative.is_none() && unit.activation == Activation::Always;
    let layer = matches!(client.invocation.role, Role::Beacon | Role::Execution);
    layer && deployed && client.workload.stage == Stage::Production
}
