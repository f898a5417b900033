//! Validators whose metrics nobody collects, where the tree tells all that is collected.

use super::fact::called;
use super::model::{Client, Scene};
use super::report::{Report, lower};
use crate::deployment::{Aim, Scrape, Unit};
use crate::invocation::Answer;
use std::collections::BTreeSet;

/// Reports validators that give metrics and that no collector of the tree looks at, while it looks at others.
pub(super) fn unscraped(scene: &mut Scene<'_>) {
    let fleet = scene.fleet();
    let scrapes = &fleet.inventory.scrapes;
    let Some(first) = scrapes.first().filter(|_| !scrapes.iter().any(|scrape| matches!(scrape.aim, Aim::Unknown)))
    else {
        return;
    };
    let named: BTreeSet<&str> = fleet.workloads.iter().flat_map(|workload| names(&workload.unit)).collect();
    let is_watched = |client: &Client<'_>| scrapes.iter().any(|scrape| looks_at(scrape, client, &named));
    let by_labels = |scrape: &Scrape| matches!(scrape.aim, Aim::Labels(_));
    let (pods, addresses) = (scrapes.iter().any(by_labels), !scrapes.iter().all(by_labels));
    // What is collected in a cluster says nothing of other machines.
    let within = |client: &Client<'_>| addresses || pods && !client.workload.unit.domain.is_empty();
    if !scene.clients().any(|client| is_watched(&client)) {
        return;
    }
    let gives =
        |client: &Client<'_>| client.invocation.set("metrics.enabled").and_then(|it| it.known()) == Some("true");
    let deaf = scene
        .validators()
        .filter(|client| gives(client) && within(client) && !client.workload.unit.template && !is_watched(client));
    for client in deaf.collect::<Vec<_>>() {
        let headline = format!("nobody collects the metrics of {}", called(client.workload));
        let report = Report::on(client.workload, &client.workload.unit.name, headline).subject("metrics");
        let report =
            report.related(first.place, "what is collected begins here").severity(lower(scene.card().severity));
        scene.report(report);
    }
}

fn names(unit: &Unit) -> impl Iterator<Item = &str> {
    unit.names.iter().map(|name| name.value()).chain([unit.name.value.as_str()])
}

/// Tells whether a collector looks at a unit, or may: an address of another machine is any unit with that port.
fn looks_at(scrape: &Scrape, client: &Client<'_>, named: &BTreeSet<&str>) -> bool {
    let unit = &client.workload.unit;
    match &scrape.aim {
        Aim::Unknown => true,
        Aim::Labels(labels) => labels.iter().all(|(name, value)| {
            unit.labels.iter().any(|label| label.name.value == *name && label.value.value() == value)
        }),
        Aim::Target(target) => {
            let Some(target) = target.known() else { return true };
            let address = target.split_once("://").map_or(target, |(_, address)| address);
            let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
            let bare = host.split('.').next().unwrap_or(host);
            let is_it = |name: &str| name == host || name == bare;
            if names(unit).any(is_it) || (!unit.host.is_empty() && is_it(&unit.host)) {
                return true;
            }
            let of_another = named.contains(host) || named.contains(bare);
            !of_another && port.trim_end_matches('/').parse::<u16>().map_or(true, |port| has_port(client, port))
        }
    }
}

/// Tells whether a unit gives its metrics on a port, or on one that the machine leads to it; one that is not known may be any.
fn has_port(client: &Client<'_>, port: u16) -> bool {
    let own = match client.invocation.setting("metrics.port") {
        Answer::Set(setting) => setting.known().and_then(|text| text.parse::<u16>().ok()),
        Answer::Default(default) => default.and_then(|text| text.parse::<u16>().ok()),
        Answer::Unknown => None,
    };
    let Some(own) = own else { return true };
    let led = client.workload.unit.ports.iter().any(|published| match (published.host, published.container) {
        (Some((first, last)), Some((inner, _))) => {
            (first..=last).contains(&port) && u32::from(inner) + u32::from(port - first) == u32::from(own)
        }
        _ => true,
    });
    own == port || led
}
