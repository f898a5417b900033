//! No release with a known fault runs where the fault matters.

use crate::catalogue::{Advisory, Role};
use crate::finding::Severity;
use crate::lint::check::fork_ready::is_left_behind;
use crate::lint::fact::{identity, version_place};
use crate::lint::gather::{Others, Said, gather};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use serde::Deserialize;

/// The check has no parameters: what it reports stands in `rules/advisories.toml`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct KnownFault {}

impl Check for KnownFault {
    fn check(&self, scene: &mut Scene<'_>) {
        let mut said = Vec::new();
        for client in scene.clients() {
            let release = client.invocation.release().zip(client.invocation.at_most());
            let Some((version, last)) = release else { continue };
            for advisory in scene.catalogue().advisories(&client.invocation.client) {
                // Who has lost the network has more to mend, and mends this with it.
                let lesser = severity(advisory) < Severity::High && is_left_behind(&client, scene);
                if lesser || !advisory.affects(version) || !advisory.affects(&last) || !matters(advisory, &client) {
                    continue;
                }
                let name = &client.invocation.client_name;
                let told = advisory.links.first().map_or_else(String::new, |link| format!(" ({link})"));
                let report = Report::on(client.workload, version_place(&client), "")
                    .severity(severity(advisory))
                    .because(format!("{}{told}", advisory.help))
                    .subject(format!("{} {}", identity(client.workload), advisory.id))
                    .cause(advisory.id.clone());
                let (before, after) = (String::new(), format!(" runs {name} {version}, which {}", advisory.says));
                said.push(Said { report, workload: client.workload, before, after, others: Others::Do });
            }
        }
        gather(said).into_iter().for_each(|report| scene.report(report));
    }
}

/// Tells whether all that an advisory asks for is known to hold: role, network, settings.
fn matters(advisory: &Advisory, client: &Client<'_>) -> bool {
    let own = client.invocation.role;
    // A command that ends is over before most faults matter.
    let role = if advisory.roles.is_empty() { own != Role::Tool } else { advisory.roles.contains(&own) };
    let network = client.workload.network.as_ref();
    let networks = &advisory.networks;
    let network = networks.is_empty() || network.is_some_and(|network| networks.contains(&network.value));
    role && network && advisory.needs.iter().all(|(name, value)| is_given(client, name, value))
}

/// Tells whether a setting, a flag or a key of the settings file is known to be given, with the value if one is named.
fn is_given(client: &Client<'_>, name: &str, value: &str) -> bool {
    let is = |text: Option<&str>| value.is_empty() || text == Some(value);
    let setting = client.invocation.set(name);
    let by_setting =
        setting.is_some_and(|setting| is(setting.known()) || setting.is_on().is_some_and(|on| on.to_string() == value));
    let named =
        client.invocation.flags.iter().filter(|flag| flag.known.as_deref() == Some(name) || flag.bare() == Some(name));
    let mut values = named.map(|flag| flag.values.first().map_or(Some("true"), |value| value.known()));
    by_setting || values.any(is)
}

fn severity(advisory: &Advisory) -> Severity {
    match advisory.severity.as_str() {
        "critical" => Severity::Critical,
        "high" => Severity::High,
        "medium" => Severity::Medium,
        _ => Severity::Low,
    }
}
