//! What has value at stake runs releases.

use crate::fleet::Stage;
use crate::lint::fact::{called, identity, version_place};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Prerelease {}

impl Check for Prerelease {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.clients() {
            let Some(network) = client.workload.network.as_ref().filter(|_| client.workload.stage == Stage::Production)
            else {
                continue;
            };
            let Some(version) = client.invocation.version.as_ref().filter(|version| !version.released) else {
                continue;
            };
            let headline = format!(
                "{} runs {} {version} on `{}`, which is no release yet",
                called(client.workload),
                client.invocation.client_name,
                network.value
            );
            let report = Report::on(client.workload, version_place(&client), headline)
                .label(format!("leads to {}", version.as_released()))
                .related(network, format!("it works on `{}`", network.value))
                .subject(identity(client.workload));
            scene.report(report);
        }
    }
}
