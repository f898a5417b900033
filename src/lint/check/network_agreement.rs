//! Units that are linked work on one network.

use crate::fleet::{Api, Target, Workload, WorkloadId};
use crate::lint::fact::{called, called_beside, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a card says of networks.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct NetworkAgreement {
    /// Settings with a URL whose host name can name a network.
    urls: Vec<String>,
}

impl Check for NetworkAgreement {
    fn check(&self, scene: &mut Scene<'_>) {
        for (odd, partners) in mismatches(scene) {
            let fleet = scene.fleet();
            let (Some(unit), Some(first)) = (fleet.workloads.get(odd), partners.first()) else { continue };
            let (Some(own), Some(partner)) = (&unit.network, fleet.workloads.get(*first)) else { continue };
            let Some(theirs) = &partner.network else { continue };
            let (name, other) = (called(unit), called_beside(partner, unit));
            let headline =
                format!("{name} works on `{}`, and {other}, linked with it, on `{}`", own.value, theirs.value);
            let mut report = Report::on(unit, own, headline).subject(identity(unit));
            for partner in partners.iter().filter_map(|id| fleet.workloads.get(*id)) {
                if let Some(network) = &partner.network {
                    let label = format!("`{}` works on `{}`", partner.name(), network.value);
                    report = report.also(partner).related(network, label);
                }
            }
            scene.report(report);
        }
        for client in scene.clients() {
            for setting in &self.urls {
                self.of_url(&client, setting, scene);
            }
        }
    }
}

impl NetworkAgreement {
    /// Reports a URL whose host name speaks of another network than the one that the unit works on.
    fn of_url(&self, client: &Client<'_>, name: &str, scene: &mut Scene<'_>) {
        let Some(network) = &client.workload.network else { return };
        let Some(setting) = client.invocation.set(name) else { return };
        let urls = setting.items();
        let named = urls.iter().find_map(|url| {
            let other = url.known().and_then(|url| self.network_in(url, scene))?;
            (other != network.value).then_some((url, other))
        });
        let Some((url, other)) = named else { return };
        let headline = format!(
            "{} works on `{}` and would start from a state of `{other}`",
            called(client.workload),
            network.value
        );
        let report = Report::on(client.workload, Spot::from(url), headline);
        let report = report.related(network, format!("its network is `{}`", network.value));
        scene.report(report.subject(format!("{} {name}", identity(client.workload))));
    }

    /// Answers the network that a URL's host serves, or else the one that its name speaks of. Short names are left out: they are parts of other words.
    fn network_in(&self, url: &str, scene: &Scene<'_>) -> Option<String> {
        let host = url.split_once("://").map_or(url, |(_, rest)| rest).split(['/', '?', '#']).next()?;
        if let Some(network) = scene.catalogue().network_of_checkpoint(host.split(':').next()?) {
            return Some(network.name.clone());
        }
        let words = host.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|word| word.len() > 4);
        let mut names: Vec<&str> =
            words.filter_map(|word| scene.catalogue().network(word)).map(|network| network.name.as_str()).collect();
        names.dedup();
        <[&str; 1]>::try_from(names).ok().map(|[name]| name.to_owned())
    }
}

/// Answers the units that work on another network than those they are linked with: of each pair the one that is alone with its
/// network in its project, and where both are, the one that dials.
fn mismatches(scene: &Scene<'_>) -> BTreeMap<WorkloadId, Vec<WorkloadId>> {
    let fleet = scene.fleet();
    let network = |workload: &Workload| workload.network.as_ref().map(|network| network.value.clone());
    let mut counts: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for workload in fleet.workloads.iter().filter(|workload| workload.is_hot()) {
        if let Some(network) = network(workload) {
            *counts.entry((workload.unit.project.as_str(), network)).or_default() += 1;
        }
    }
    let mut odd: BTreeMap<WorkloadId, Vec<WorkloadId>> = BTreeMap::new();
    for client in scene.clients() {
        let dials = client.workload.dials.iter().filter(|dial| dial.api != Api::Metrics && dial.api != Api::Database);
        for dial in dials {
            let Target::Workload(id) = dial.target else { continue };
            let Some(other) = fleet.workloads.get(id) else { continue };
            let (Some(own), Some(theirs)) = (network(client.workload), network(other)) else { continue };
            if own == theirs {
                continue;
            }
            let of_own = counts.get(&(client.workload.unit.project.as_str(), own)).copied().unwrap_or_default();
            let of_theirs = counts.get(&(other.unit.project.as_str(), theirs)).copied().unwrap_or_default();
            let (alone, partner) = if of_theirs < of_own { (id, client.id) } else { (client.id, id) };
            let partners = odd.entry(alone).or_default();
            if !partners.contains(&partner) {
                partners.push(partner);
            }
        }
    }
    odd
}
