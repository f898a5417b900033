//! An endpoint's port is one that somebody listens on.

use crate::fleet::{Api, Dial, Target, Workload, endpoint};
use crate::lint::fact::{are_choices, called, called_beside, identity};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::source::Text;
use serde::Deserialize;

/// What a card says of the ports of endpoints.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct EndpointPort {}

impl Check for EndpointPort {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.clients() {
            for dial in &client.workload.dials {
                let Target::Workload(id) = dial.target else { continue };
                let Some(target) = scene.client(id).filter(|target| !are_choices(client.workload, target.workload))
                else {
                    continue;
                };
                let Some(port) = dialled(dial, client.workload, target.workload) else { continue };
                let Some(ports) = target.workload.known_ports() else { continue };
                // An interface that is off altogether, or unknown to the table, is no matter of ports.
                let serves = |api| target.workload.serving(api).next().is_some();
                if ports.contains(&port) || !serves(dial.api) && !serves(Api::Sidecar) {
                    continue;
                }
                let other = called_beside(target.workload, client.workload);
                let served = target.workload.serving(dial.api).find_map(|service| Some((service, service.port?)));
                let right = served.map_or_else(String::new, |(_, port)| format!("; what it wants is on {port}"));
                let headline =
                    format!("{} asks {other} on port {port}, where nothing listens{right}", called(client.workload));
                let mut report = Report::on(client.workload, &digits(&dial.url, port), headline).also(target.workload);
                if let Some((service, port)) = served {
                    report = report.related(service.place, format!("it listens on {port}"));
                }
                scene.report(report.subject(format!("{} {} {other}", identity(client.workload), dial.setting)));
            }
        }
    }
}

/// Answers the port of an endpoint that names a unit of the same host: there, it is the one that the process listens on.
fn dialled(dial: &Dial, from: &Workload, target: &Workload) -> Option<u16> {
    let endpoint = endpoint(dial.url.known()?)?;
    let names = target.unit.names.iter().filter_map(Text::known).chain([target.unit.name.value.as_str()]);
    let by_name = from.unit.host == target.unit.host && names.into_iter().any(|name| name == endpoint.host);
    let port = endpoint.port.filter(|_| by_name)?;
    let behind = target.unit.forwards.iter().find(|(front, _)| *front == port);
    Some(behind.map_or(port, |(_, behind)| *behind))
}

/// Answers the digits of a URL's port.
fn digits(url: &Text, port: u16) -> Text {
    let written = format!(":{port}");
    let at = url.value().rfind(&written).map(|at| at + 1..at + written.len());
    at.map_or_else(|| url.clone(), |range| url.slice(range))
}
