//! One host keeps one key in the folders of two clients.

use crate::deployment::KeyForm;
use crate::fleet::{Fleet, Holding, Owner};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct TwoClients {}

/// Places of one key on one host, one for each client.
type Places<'f> = BTreeMap<String, &'f Holding>;

/// A host, and the clients in whose folders it keeps the same keys.
type Mistake<'f> = (&'f str, Vec<String>);

impl Check for TwoClients {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let mut mistakes: BTreeMap<Mistake<'_>, Vec<(String, Places<'_>)>> = BTreeMap::new();
        for key in fleet.keys().filter(|key| key.places.len() > 1 && !is_hot_twice(fleet, *key)) {
            let mut hosts: BTreeMap<&str, Places<'_>> = BTreeMap::new();
            for place in key.places.iter().filter(|place| place.form == KeyForm::Keystore && place.enabled) {
                if let Some(client) = client_of(fleet, place) {
                    hosts.entry(&place.lodging.host).or_default().entry(client).or_insert(place);
                }
            }
            for (host, places) in hosts.into_iter().filter(|(_, places)| places.len() > 1) {
                let clients = places.keys().cloned().collect();
                mistakes.entry((host, clients)).or_default().push((key.key.to_string(), places));
            }
        }
        for ((host, clients), keys) in mistakes {
            scene.report(report(fleet, host, &clients, keys));
        }
    }
}

/// Two owners that can be at work at the same time are a graver matter, and said as such.
fn is_hot_twice(fleet: &Fleet, key: crate::fleet::Key<'_>) -> bool {
    let owners = fleet.owners(key);
    let workloads = owners.iter().filter_map(|(owner, _)| match owner {
        Owner::Workload(id) => Some(*id),
        Owner::Host(_) => None,
    });
    let ids: Vec<_> = workloads.collect();
    ids.iter().enumerate().any(|(at, one)| ids[at + 1..].iter().any(|other| fleet.together(*one, *other).is_some()))
}

/// The client that loads a place, or that its folder is named after.
fn client_of(fleet: &Fleet, place: &Holding) -> Option<String> {
    let loader = place.lodging.owners.iter().find_map(|id| fleet.workloads[*id].invocation.as_ref());
    let named = || place.lodging.kept_for.as_deref().map(str::to_owned);
    loader.map(|client| client.client.clone()).filter(|_| place.lodging.kept_for.is_none()).or_else(named)
}

fn report(fleet: &Fleet, host: &str, clients: &[String], keys: Vec<(String, Places<'_>)>) -> Report {
    let what = match keys.as_slice() {
        [(key, _)] => crate::ethereum::PublicKey::parse(key)
            .map_or_else(|_| key.clone(), |key| format!("validator key {}", key.short())),
        _ => format!("{} validator keys", keys.len()),
    };
    let wherever = if host.is_empty() { String::new() } else { format!(" on host `{host}`") };
    let names: Vec<String> = clients.iter().map(|client| format!("`{client}`")).collect();
    let headline = format!("{what} lie in the folders of {}{wherever}", names.join(" and "));
    let headline = if keys.len() == 1 { headline.replacen(" lie ", " lies ", 1) } else { headline };
    let places: Vec<(&String, &&Holding)> = keys.iter().flat_map(|(_, places)| places).collect();
    let mut report = Report::at(places[0].1.span, headline).label(format!("kept for {}", places[0].0));
    for (client, place) in places.iter().skip(1).take(2 * clients.len()) {
        report = report.related(place.span, format!("and for {client}"));
    }
    let loaders = places.iter().flat_map(|(_, place)| place.lodging.owners.iter());
    let report = loaders.fold(report, |report, id| report.also(&fleet.workloads[*id]));
    let all: Vec<String> = keys.into_iter().map(|(key, _)| key).collect();
    report.subject(format!("{host} {} {}", clients.join(" "), all.join(" "))).keys(all)
}
