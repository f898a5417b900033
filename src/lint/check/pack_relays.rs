//! Blocks come from the relays that the chosen packs want.

use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Scene};
use crate::lint::relay::{NamedRelay, relays, users};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a card says of demanded relays.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PackRelays {}

impl Check for PackRelays {
    fn check(&self, scene: &mut Scene<'_>) {
        let demands = &scene.catalogue().demands().relays;
        if demands.is_empty() {
            return;
        }
        let callers = users(scene);
        let mut units: BTreeMap<usize, Vec<NamedRelay<'_>>> = BTreeMap::new();
        for relay in relays(scene) {
            units.entry(relay.client.id).or_default().push(relay);
        }
        for relays in units.values() {
            let Some(first) = relays.first() else { continue };
            let Some(network) = first.network(scene, &callers) else { continue };
            let Some(demand) = demands.get(&network) else { continue };
            let (rule, by, workload) = (&demand.of, &demand.by, first.client.workload);
            let name = called(workload);
            let is_in = |list: &[String], relay: &NamedRelay<'_>| list.contains(&relay.host);
            for relay in relays.iter().filter(|relay| !rule.allowed.is_empty() && !is_in(&rule.allowed, relay)) {
                let headline = format!("{name} asks the relay `{}`, which is not on the list of {by}", relay.host);
                let subject = format!("{} {}", identity(workload), relay.host);
                scene.report(Report::on(workload, &relay.url, headline).subject(subject).cause(&relay.host));
            }
            let all_known =
                first.client.invocation.set("relay.list").is_some_and(|list| list.items().len() == relays.len());
            if all_known && !rule.some_of.is_empty() && !relays.iter().any(|relay| is_in(&rule.some_of, relay)) {
                let headline = format!("{name} asks none of the relays of which {by} demands one");
                let because = format!("One of these has to be among them: {}.", rule.some_of.join(", "));
                let report = Report::on(workload, &first.url, headline).because(because);
                scene.report(report.subject(format!("{} some", identity(workload))));
            }
        }
    }
}
