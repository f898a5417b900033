//! Where keys are managed by calls to an interface, something in the tree still says which keys a unit has.

use crate::finding::Confidence;
use crate::fleet::{Fleet, Workload, WorkloadId};
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::source::Span;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a card says of units whose keys are managed by calls.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UndeclaredKeys {
    /// The setting that switches the interface on.
    setting: String,
    /// Settings that say which keys there are.
    told: Vec<String>,
}

impl Check for UndeclaredKeys {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let named = Named::of(fleet);
        // One line can switch it on for many hosts.
        let mut groups: BTreeMap<Span, Vec<Client<'_>>> = BTreeMap::new();
        for client in scene.validators().filter(|client| !self.says_which(client, &named)) {
            let switch = client.invocation.set(&self.setting).filter(|setting| setting.is_on() == Some(true));
            if let Some(switch) = switch {
                groups.entry(switch.place).or_default().push(client);
            }
        }
        for (place, clients) in groups {
            let Some((client, others)) = clients.split_first() else { continue };
            let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
            let does = if others.is_empty() {
                "holds, and its key manager is on"
            } else {
                "hold, and their key managers are on"
            };
            let headline = format!("nothing in the tree says which keys {}{more} {does}", called(client.workload));
            let report = Report::on(client.workload, place, headline).label("keys come and go by calls to it");
            let report = others.iter().fold(report, |report, other| report.also(other.workload));
            // A tree that names no key at all may leave that to another one; one that names some has forgotten this unit.
            let sure = if fleet.holdings.is_empty() { Confidence::Low } else { Confidence::High };
            let report = report.confidence(sure);
            scene.report(report.subject(identity(client.workload)).cause("key manager"));
        }
    }
}

impl UndeclaredKeys {
    fn says_which(&self, client: &Client<'_>, named: &Named<'_>) -> bool {
        let told = self.told.iter().any(|name| client.invocation.set(name).is_some());
        told || client.workload.behind_dvt
            || !client.workload.definitions.is_empty()
            || named.is_one(client.id, client.workload)
    }
}

/// For whom the tree names keys: for units, for hosts, or for nobody in particular; or ranges, whoever they are of.
struct Named<'f> {
    units: BTreeSet<WorkloadId>,
    hosts: BTreeSet<&'f str>,
    anybody: bool,
}

impl<'f> Named<'f> {
    fn of(fleet: &'f Fleet) -> Self {
        let lodgings = || fleet.holdings.iter().map(|place| &place.lodging);
        let hosts: BTreeSet<&str> =
            lodgings().filter(|lodging| lodging.owners.is_empty()).map(|lodging| lodging.host.as_str()).collect();
        let units = lodgings().flat_map(|lodging| lodging.owners.iter().copied()).collect();
        let anybody = !fleet.inventory.key_ranges.is_empty() || hosts.contains("");
        Self { units, hosts, anybody }
    }

    fn is_one(&self, id: WorkloadId, workload: &Workload) -> bool {
        self.anybody || self.units.contains(&id) || self.hosts.contains(workload.unit.host.as_str())
    }
}
