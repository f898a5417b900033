//! Where keys are managed by calls to an interface, something in the tree still says which keys a unit has.

use crate::finding::Confidence;
use crate::fleet::{Fleet, Workload, WorkloadId};
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use serde::Deserialize;

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
        for client in scene.validators().filter(|client| !self.says_which(client, fleet)).collect::<Vec<_>>() {
            let switch = client.invocation.set(&self.setting).filter(|setting| setting.is_on() == Some(true));
            let Some(switch) = switch else { continue };
            let headline = format!(
                "nothing in the tree says which keys {} holds, and its key manager is on",
                called(client.workload)
            );
            let report = Report::on(client.workload, switch.place, headline).label("keys come and go by calls to it");
            // A tree that names no key at all may leave that to another one; one that names some has forgotten this unit.
            let sure = if fleet.holdings.is_empty() { Confidence::Low } else { Confidence::High };
            let report = report.confidence(sure);
            scene.report(report.subject(identity(client.workload)).cause("key manager"));
        }
    }
}

impl UndeclaredKeys {
    fn says_which(&self, client: &Client<'_>, fleet: &Fleet) -> bool {
        let told = self.told.iter().any(|name| client.invocation.set(name).is_some());
        told || client.workload.behind_dvt
            || !client.workload.definitions.is_empty()
            || is_named(client.id, client.workload, fleet)
    }
}

/// A place that names a key for the unit, for its host, or for nobody in particular; or ranges, whoever they are of.
fn is_named(id: WorkloadId, workload: &Workload, fleet: &Fleet) -> bool {
    let speaks = |lodging: &crate::fleet::Lodging| {
        lodging.owners.contains(&id)
            || lodging.owners.is_empty() && (lodging.host.is_empty() || lodging.host == workload.unit.host)
    };
    !fleet.inventory.key_ranges.is_empty() || fleet.holdings.iter().any(|place| speaks(&place.lodging))
}
