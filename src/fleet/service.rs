//! The interfaces that a workload serves, and who can reach each.

use super::model::{Api, Reach, Service, Workload};
use super::reach::reach;
use crate::catalogue::{ApiPage, RolePage};
use crate::deployment::Port;
use crate::invocation::{Answer, Invocation};
use crate::source::{Span, Text};

/// The interfaces that rules judge, by what their canonical settings begin with.
const APIS: &[(&str, Api)] = &[
    ("keymanager", Api::KeyManager),
    ("signer-api", Api::Signer),
    ("beacon-api", Api::Beacon),
    ("engine-api", Api::Engine),
    ("execution-api", Api::Execution),
    ("websocket-api", Api::Execution),
    ("relay-api", Api::Builder),
    ("validator-api", Api::Sidecar),
    ("node-api", Api::Sidecar),
    ("metrics", Api::Metrics),
    ("profiling", Api::Metrics),
];

impl Api {
    /// Answers the interface whose canonical settings begin with `prefix`.
    #[must_use]
    pub fn of(prefix: &str) -> Option<Self> {
        APIS.iter().find(|(name, _)| *name == prefix).map(|(_, api)| *api)
    }
}

/// Lists what a workload serves; `sharing` are the ports of the unit whose network it uses.
#[must_use]
pub fn services(workload: &Workload, sharing: &[Port]) -> Vec<Service> {
    let Some(invocation) = &workload.invocation else { return Vec::new() };
    let page = &invocation.page;
    page.apis.iter().filter_map(|api| service(workload, invocation, page, api, sharing)).collect()
}

impl Workload {
    /// Answers every port that an interface of its client listens on, or may listen on; nothing where one is not known.
    #[must_use]
    pub fn known_ports(&self) -> Option<Vec<u16>> {
        let invocation = self.invocation.as_ref()?;
        let may_be_on = |api: &&ApiPage| {
            let answer = invocation.setting(&format!("{}.enabled", api.api));
            matches!(answer, Answer::Unknown) || enabled(invocation, api).is_some()
        };
        let own = invocation.page.apis.iter().filter(|api| api.within.is_none());
        own.filter(may_be_on).map(|api| port_of(invocation, api)).collect()
    }
}

/// Tells whether one of a workload's interfaces listens on a port of it.
#[must_use]
pub fn listens_on(workload: &Workload, port: u16) -> bool {
    let Some(invocation) = &workload.invocation else { return false };
    let mut on = invocation.page.apis.iter().filter(|api| enabled(invocation, api).is_some());
    on.any(|api| port_of(invocation, api) == Some(port))
}

/// The port that an interface listens on, where that is known.
fn port_of(invocation: &Invocation, api: &ApiPage) -> Option<u16> {
    match invocation.setting(&format!("{}.port", api.api)) {
        Answer::Set(setting) => setting.known().and_then(|port| port.trim().parse().ok()),
        Answer::Default(_) => Some(api.port),
        Answer::Unknown => None,
    }
}

fn service(
    workload: &Workload,
    invocation: &Invocation,
    page: &RolePage,
    api: &ApiPage,
    sharing: &[Port],
) -> Option<Service> {
    let kind = Api::of(&api.api)?;
    let enabled = enabled(invocation, api)?;
    let host = api.within.as_deref().and_then(|name| page.apis.iter().find(|other| other.api == name)).unwrap_or(api);
    let setting = |name: &str| invocation.set(&format!("{}.{name}", host.api));
    let address = setting("address");
    let default = Text::literal(&host.address, workload.unit.name.span);
    let port = port_of(invocation, host);
    let place = enabled.or_else(|| address.map(|setting| setting.place)).unwrap_or(workload.unit.name.span);
    let bound = match (address, invocation.setting(&format!("{}.address", host.api))) {
        (Some(setting), _) => Some(&setting.value),
        (None, Answer::Unknown) => None,
        (None, _) => Some(&default),
    };
    // What an unseen script binds is not known; that somebody publishes the port says that it is more than the loopback.
    let reached = reach(&workload.unit, sharing, bound, port.or(Some(host.port)));
    let certain = port.is_some() || matches!(reached, Reach::Units | Reach::Itself);
    let reach = if certain { reached } else { Reach::Unknown };
    Some(Service { api: kind, port, place, reach })
}

/// Answers nothing if the interface is off or nobody can say; else the place that switches it on, if there is one.
fn enabled(invocation: &Invocation, api: &ApiPage) -> Option<Option<Span>> {
    match invocation.setting(&format!("{}.enabled", api.api)) {
        Answer::Set(setting) => setting.is_on()?.then_some(Some(setting.place)),
        Answer::Default(Some(default)) => (default == "true").then_some(None),
        Answer::Default(None) => api.on.then_some(None),
        Answer::Unknown => api.on.then_some(None),
    }
}
