//! One role of one client runs one release over the hosts of an environment, and a validator client that of its beacon node.

use crate::catalogue::{Role, Version};
use crate::fleet::{Api, Stage, Target};
use crate::lint::fact::{called, called_beside, identity, part_name, version_place};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a card says of releases that differ.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct VersionSkew {
    /// A validator client and its beacon node can be apart by fewer minor releases than this.
    minors: u64,
    /// The same in months, for clients that number their releases by the year.
    months: u64,
}

/// What makes two units of one kind: client, role, network, stage.
type Kind<'a> = (&'a str, Role, &'a str, Stage);

impl Check for VersionSkew {
    fn check(&self, scene: &mut Scene<'_>) {
        let mut kinds: BTreeMap<Kind<'_>, Vec<(&Version, Client<'_>)>> = BTreeMap::new();
        for client in scene.clients().filter(is_deployed) {
            let (Some(version), Some(network)) = (&client.invocation.version, &client.workload.network) else {
                continue;
            };
            let kind = (
                client.invocation.client.as_str(),
                client.invocation.role,
                network.value.as_str(),
                client.workload.stage,
            );
            kinds.entry(kind).or_default().push((version, client));
        }
        for units in kinds.values_mut() {
            if let Some(report) = over_hosts(units) {
                scene.report(report);
            }
        }
        for client in scene.clients().filter(|client| client.invocation.role == Role::Validator && is_deployed(client))
        {
            for dial in client.workload.dials.iter().filter(|dial| dial.api == Api::Beacon) {
                let Target::Workload(id) = dial.target else { continue };
                let report = scene.client(id).and_then(|node| self.beside(&client, &node));
                if let Some(report) = report {
                    scene.report(report);
                    break;
                }
            }
        }
    }
}

/// What stands in an example, or is one of several choices, does not run beside the rest.
fn is_deployed(client: &Client<'_>) -> bool {
    !client.workload.unit.template && client.workload.unit.alternative.is_none()
}

/// Reports units of one kind on several hosts that run several releases, at one with the oldest.
fn over_hosts(units: &mut [(&Version, Client<'_>)]) -> Option<Report> {
    units.sort_by(|(one, a), (other, b)| one.cmp(other).then(a.id.cmp(&b.id)));
    let hosts: BTreeSet<&str> = units.iter().map(|(_, client)| client.workload.unit.host.as_str()).collect();
    let versions: BTreeSet<&Version> = units.iter().map(|(version, _)| *version).collect();
    let per_host: BTreeSet<(&str, &Version)> =
        units.iter().map(|(version, client)| (client.workload.unit.host.as_str(), *version)).collect();
    // One host that runs several is a choice of its own.
    if hosts.len() < 2 || versions.len() < 2 || per_host.len() > hosts.len() {
        return None;
    }
    let (oldest, first) = units.first()?;
    let invocation = first.invocation;
    let headline = format!(
        "the {}s run {} releases of {}: {} is the oldest",
        part_name(invocation.role),
        versions.len(),
        invocation.client_name,
        oldest
    );
    let mut report = Report::on(first.workload, version_place(first), headline)
        .label(format!("`{}` runs {oldest}", first.workload.name()))
        .subject(format!("{} {}", invocation.client, part_name(invocation.role)));
    let mut said = BTreeSet::from([*oldest]);
    for (version, client) in units.iter().skip(1) {
        report = report.also(client.workload);
        if said.insert(*version) {
            report = report.related(version_place(client), format!("`{}` runs {version}", client.workload.name()));
        }
    }
    Some(report)
}

impl VersionSkew {
    fn beside(&self, client: &Client<'_>, node: &Client<'_>) -> Option<Report> {
        let (own, theirs) = (client.invocation.version.as_ref()?, node.invocation.version.as_ref()?);
        if client.invocation.client != node.invocation.client || !self.far(own, theirs) || !is_deployed(node) {
            return None;
        }
        let headline = format!(
            "{} runs {} {own}, far from {}, which runs {theirs}",
            called(client.workload),
            client.invocation.client_name,
            called_beside(node.workload, client.workload)
        );
        let report = Report::on(client.workload, version_place(client), headline).also(node.workload);
        let report = report.related(version_place(node), format!("its beacon node runs {theirs}"));
        Some(report.subject(format!("{} {}", identity(client.workload), identity(node.workload))))
    }

    /// Tells whether two releases are far apart. First numbers above twenty are years, and their second ones months.
    fn far(&self, one: &Version, other: &Version) -> bool {
        let part = |version: &Version, at: usize| version.numbers.get(at).copied().unwrap_or_default();
        let (major, minor) = (part(one, 0), part(one, 1));
        let (others, others_minor) = (part(other, 0), part(other, 1));
        if major >= 20 && others >= 20 {
            let months = |year: u64, month: u64| year.saturating_mul(12).saturating_add(month);
            return months(major, minor).abs_diff(months(others, others_minor)) >= self.months;
        }
        major != others || minor.abs_diff(others_minor) >= self.minors
    }
}
