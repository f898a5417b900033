//! Both sides of an engine link have the secret that they share.

use crate::catalogue::Role;
use crate::invocation::Answer;
use crate::lint::expect::position;
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;

/// What a card says of the secret of engine links.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EngineSecret {
    /// The endpoint that a beacon node is given.
    endpoint: String,
    /// The settings that can give a beacon node the secret.
    secrets: Vec<String>,
    /// Parts of an endpoint that carry the secret themselves, in lower case.
    inline: Vec<String>,
    /// The switch of an execution client that makes its engine interface ask for the secret.
    authentication: String,
}

impl Check for EngineSecret {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.clients() {
            let name = called(client.workload);
            let (place, headline) = match client.invocation.role {
                Role::Beacon if self.lacks_secret(&client, scene) => {
                    let place = Spot::from(&client.workload.unit.name);
                    (place, format!("{name} has an engine endpoint and no JWT secret to use it with"))
                }
                Role::Execution => match client.invocation.setting(&self.authentication) {
                    Answer::Set(setting) if position(Answer::Set(setting)) == Some(false) => {
                        (Spot::from(setting), format!("the engine interface of {name} asks for no JWT secret"))
                    }
                    _ => continue,
                },
                _ => continue,
            };
            let mut report = Report::on(client.workload, place, headline).subject(identity(client.workload));
            if let Some(endpoint) = client.invocation.set(&self.endpoint) {
                report = report.related(&endpoint.value, "the endpoint");
            }
            scene.report(report);
        }
    }
}

impl EngineSecret {
    /// Tells whether a beacon node uses an engine interface over HTTP and is known to have no secret for it.
    fn lacks_secret(&self, client: &Client<'_>, scene: &Scene<'_>) -> bool {
        let Some(endpoint) = client.invocation.set(&self.endpoint) else { return false };
        let answers = self.secrets.iter().filter(|name| scene.client_has(client, name));
        let mut answers = answers.map(|name| client.invocation.setting(name)).peekable();
        answers.peek().is_some()
            && answers.all(|answer| matches!(answer, Answer::Default(None)))
            && endpoint.items().iter().any(|item| item.known().is_some_and(|text| self.is_bare(text)))
    }

    /// A socket of the same machine needs no secret, and some clients take it as a part of the URL.
    fn is_bare(&self, endpoint: &str) -> bool {
        let endpoint = endpoint.to_ascii_lowercase();
        let socket = endpoint.ends_with(".ipc") || endpoint.starts_with('/');
        !socket && !endpoint.is_empty() && !self.inline.iter().any(|part| endpoint.contains(part.as_str()))
    }
}
