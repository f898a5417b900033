//! The keys of a fleet do not hang on one of its hosts.

use crate::catalogue::Role;
use crate::fleet::{Fleet, Owner, Stage, Workload};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a card says of the hosts of keys.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct KeySpread {
    /// With fewer keys there is little to spread.
    keys: usize,
}

impl Check for KeySpread {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let live = |workload: &&Workload| !workload.unit.template && workload.stage == Stage::Production;
        let nodes = fleet.workloads.iter().filter(live).filter(|workload| workload.is_hot());
        let hosts: BTreeSet<&str> = nodes.filter(|node| is_node(node)).map(|node| node.unit.host.as_str()).collect();
        // A spare that waits, or a validator unit whose keys the tree does not show, is an answer.
        let sign = fleet.workloads.iter().filter(live).filter(|unit| unit.is_validator() || is_spare(unit));
        let signing: BTreeSet<&str> = sign.map(|unit| unit.unit.host.as_str()).collect();
        let Some(carrier) = signing.first().filter(|_| hosts.len() > 1 && signing.len() == 1) else { return };
        let count = carried(fleet, carrier);
        let units = fleet.workloads.iter().filter(live).filter(|unit| unit.is_validator());
        let Some(unit) = units.into_iter().next().filter(|_| count.is_some_and(|count| count >= self.keys)) else {
            return;
        };
        let (count, hosts) = (count.unwrap_or_default(), hosts.len());
        let headline = format!("host `{carrier}` carries all {count} keys of a fleet of {hosts} hosts");
        scene.report(Report::on(unit, &unit.unit.name, headline).subject(format!("keys on {carrier}")));
    }
}

/// Tells whether a unit makes its host one of a fleet that could sign.
fn is_node(workload: &Workload) -> bool {
    workload.invocation.as_ref().is_some_and(|client| matches!(client.role, Role::Beacon | Role::Validator))
}

/// Tells whether a unit is a validator client that nothing starts.
fn is_spare(workload: &Workload) -> bool {
    !workload.is_hot() && workload.invocation.as_ref().is_some_and(|client| client.role == Role::Validator)
}

/// Counts the keys of a host; nothing if another one owns any.
fn carried(fleet: &Fleet, host: &str) -> Option<usize> {
    let mut count = 0;
    for key in fleet.keys() {
        let owners = fleet.owners(key);
        let elsewhere = owners.iter().any(|(owner, _)| match owner {
            Owner::Workload(id) => fleet.workloads[*id].unit.host != host,
            Owner::Host(other) => other != host,
        });
        if elsewhere {
            return None;
        }
        count += usize::from(!owners.is_empty());
    }
    Some(count)
}
