//! Keys stay where they are, and another client signs with them.

use crate::fleet::Signs;
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Scene};
use crate::lint::moves::is_carried_over;
use crate::lint::report::Report;
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SwitchedClient {}

impl Check for SwitchedClient {
    fn check(&self, scene: &mut Scene<'_>) {
        let Some(before) = scene.before() else { return };
        let fleet = scene.fleet();
        for client in scene.validators().filter(|client| client.workload.signs != Signs::Remote) {
            let old = before.counterpart(client.workload);
            let Some((old, was)) = old.and_then(|old| Some((old, old.invocation.as_ref()?))) else { continue };
            if was.client == client.invocation.client || !old.is_validator() || !old.is_hot() {
                continue;
            }
            let owned = |place: &&crate::fleet::Holding| place.lodging.owners.contains(&client.id);
            let mut held = fleet.holdings.iter().filter(owned).map(|place| place.key).collect::<Vec<_>>();
            held.dedup();
            if !held.is_empty() && held.iter().all(|key| is_carried_over(key, before, fleet)) {
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
