//! An endpoint leads to a unit that is there, and that serves whoever asks it.

use crate::catalogue::Role;
use crate::finding::Confidence;
use crate::fleet::{Api, Dial, Target, Workload};
use crate::lint::fact::{called, called_beside, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::permission::{Permissions, certificate_name};
use crate::lint::report::Report;
use crate::lint::sharing::{Asks, asked};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a card says of endpoints.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DanglingEndpoint {
    /// What the names of options begin with by which a signer permits its clients something.
    permissions: String,
    /// What has to be permitted to a client that attests.
    operation: String,
    /// The setting that names the certificate by which a signer knows a client.
    certificate: String,
}

impl Check for DanglingEndpoint {
    fn check(&self, scene: &mut Scene<'_>) {
        let mut projects: BTreeMap<&str, Vec<&Workload>> = BTreeMap::new();
        for unit in scene.fleet().workloads.iter().filter(|unit| unit.is_hot()) {
            projects.entry(&unit.unit.project).or_default().push(unit);
        }
        for client in scene.clients() {
            let neighbours = projects.get(client.workload.unit.project.as_str()).map_or(&[][..], Vec::as_slice);
            for dial in client.workload.dials.iter().filter(|dial| dial.api != Api::Metrics) {
                let Target::Missing(name) = &dial.target else { continue };
                let fault = match name.as_str() {
                    "localhost" | "127.0.0.1" | "::1" => "which is its own container, where nobody answers",
                    _ => "and no unit that it can reach is called so",
                };
                let headline = format!("{} asks `{name}`, {fault}", called(client.workload));
                let mut report = Report::on(client.workload, &dial.url, headline).subject(format!(
                    "{} {} {name}",
                    identity(client.workload),
                    dial.setting
                ));
                report = report.cause(name);
                if let Some(meant) = meant(name, dial, client.workload, neighbours) {
                    report = report.related(&meant.unit.name, "this may be the one that is meant");
                }
                scene.report(report);
            }
        }
        for client in scene.validators().collect::<Vec<_>>() {
            self.refused(&client, scene).into_iter().for_each(|report| scene.report(report));
        }
    }
}

impl DanglingEndpoint {
    /// Reports a client whose signers are of the tree, and do not let it have accounts that it asks for.
    fn refused(&self, client: &Client<'_>, scene: &Scene<'_>) -> Option<Report> {
        let Asks::Accounts(accounts) = asked(client, scene) else { return None };
        let named = client.invocation.set(&self.certificate).and_then(|setting| certificate_name(&setting.value));
        let items = client.invocation.set("remote-signer.keys")?.items();
        let signers = client.workload.dials.iter().filter(|dial| dial.api == Api::Signer);
        for signer in signers.filter_map(|dial| signer_of(dial, scene)) {
            let Some(permissions) = Permissions::of(signer.invocation, &self.permissions) else { continue };
            let own = named.filter(|name| permissions.names(name));
            let refused = |account: &&String| permissions.allow(own, account, &self.operation) == Some(false);
            let by = called_beside(signer.workload, client.workload);
            let (what, fault, confidence) = match (accounts.iter().find(refused), named) {
                (Some(account), _) if own.is_some() => (account, "lets only others sign with", Confidence::Medium),
                (Some(account), _) => (account, "lets nobody sign with", Confidence::High),
                (None, Some(name)) if own.is_none() => {
                    let headline = format!(
                        "{by} knows nobody called `{name}`, as the certificate of {} is",
                        called(client.workload)
                    );
                    let place = &client.invocation.set(&self.certificate)?.value;
                    let report = Report::on(client.workload, place, headline).also(signer.workload);
                    let report = report.related(permissions.first, "whom it knows").confidence(Confidence::Low);
                    return Some(report.subject(format!("{} {name}", identity(client.workload))));
                }
                _ => continue,
            };
            let place = items.iter().find(|item| item.value() == what)?;
            let headline = format!("{} asks for accounts of `{what}`, which {by} {fault}", called(client.workload));
            let report = Report::on(client.workload, place, headline).also(signer.workload).confidence(confidence);
            let report = report.related(permissions.first, "what it permits, and to whom");
            return Some(report.subject(format!("{} {what}", identity(client.workload))));
        }
        None
    }
}

fn signer_of<'a>(dial: &Dial, scene: &Scene<'a>) -> Option<Client<'a>> {
    let Target::Workload(id) = dial.target else { return None };
    scene.client(id).filter(|client| client.invocation.role == Role::Signer)
}

/// Answers the unit of the same project that serves what is wanted; of several, the one whose name is most like the missing one.
fn meant<'a>(name: &str, dial: &Dial, asker: &Workload, neighbours: &[&'a Workload]) -> Option<&'a Workload> {
    let near = neighbours.iter().copied().filter(|unit| {
        let same = unit.unit.alternative == asker.unit.alternative;
        same && unit.serves.iter().any(|service| service.api == dial.api)
    });
    near.min_by_key(|unit| strsim::damerau_levenshtein(name, &unit.unit.name.value))
}
