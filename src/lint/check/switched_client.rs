//! Keys stay where they are, and another client signs with them.

use crate::fleet::{Before, Fleet, Signs, WorkloadId};
use crate::invocation::Invocation;
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::moves::is_carried_over;
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SwitchedClient {}

impl Check for SwitchedClient {
    fn check(&self, scene: &mut Scene<'_>) {
        let Some(before) = scene.before() else { return };
        let clients = scene.validators().filter(|client| client.workload.signs != Signs::Remote);
        let switched: Vec<_> = clients.filter_map(|client| Some((client, other(before, &client)?))).collect();
        let proven = proven(switched.iter().map(|(client, _)| client.id).collect(), before, scene.fleet());
        for (client, was) in switched {
            if proven.get(&client.id) == Some(&true) {
                continue;
            }
            let headline = format!(
                "{} was {} and is {} now: nothing shows that its signing history is carried over",
                called(client.workload),
                was.client_name,
                client.invocation.client_name
            );
            let report = Report::on(client.workload, client.invocation.named_at, headline)
                .related(was.named_at, "it was this client before")
                .subject(format!("{} {} {}", identity(client.workload), was.client, client.invocation.client));
            scene.report(report);
        }
    }

    fn compares(&self) -> bool {
        true
    }
}

/// Answers the other client that a unit was before, if it signed and could start.
fn other<'b>(before: &'b Before, client: &Client<'_>) -> Option<&'b Invocation> {
    let old = before.counterpart(client.workload).filter(|old| old.is_validator() && old.is_hot())?;
    old.invocation.as_ref().filter(|was| was.client != client.invocation.client)
}

/// Answers, of the units among some that hold keys, whether the histories of all of these are proven to be carried over.
fn proven(units: BTreeSet<WorkloadId>, before: &Before, fleet: &Fleet) -> BTreeMap<WorkloadId, bool> {
    let mut proven = BTreeMap::new();
    for holding in fleet.holdings.iter().filter(|_| !units.is_empty()) {
        for id in holding.lodging.owners.iter().filter(|id| units.contains(*id)) {
            let all = proven.entry(*id).or_insert(true);
            *all = *all && is_carried_over(&holding.key, before, fleet);
        }
    }
    proven
}
