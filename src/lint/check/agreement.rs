//! A validator unit and the beacon node that it uses are told the same.

use crate::catalogue::Role;
use crate::ethereum::Address;
use crate::fleet::Api;
use crate::invocation::Setting;
use crate::lint::fact::{called, identity};
use crate::lint::links::Callers;
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::{Report, Spot};
use serde::Deserialize;

/// What a card says of two linked units.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Agreement {
    /// The address that the validator unit is told.
    validator: String,
    /// The settings that can tell its beacon node one: the first that is set.
    beacon: Vec<String>,
    /// What the two would do: "pay the rewards of blocks to".
    says: String,
}

impl Check for Agreement {
    fn check(&self, scene: &mut Scene<'_>) {
        let callers = Callers::of(scene.fleet(), Api::Beacon);
        for beacon in scene.clients().filter(|client| client.invocation.role == Role::Beacon) {
            let mut told = self.beacon.iter().filter_map(|setting| address(&beacon, setting));
            let Some((theirs, other)) = told.next() else { continue };
            let users = callers.to(beacon.id).filter_map(|(id, _)| scene.client(id));
            let alone = users.filter(|user| user.workload.is_validator() && !user.workload.behind_dvt);
            let told: Vec<_> = alone.filter_map(|user| Some((user, address(&user, &self.validator)?))).collect();
            // A beacon node that serves clients of two owners can agree with one of them only.
            if told.iter().any(|(_, (_, own))| *own == other) {
                continue;
            }
            for (user, (setting, own)) in told {
                let (name, node) = (called(user.workload), &beacon.workload.unit.name.value);
                let headline =
                    format!("{name} and its beacon node `{node}` {} two addresses, `{own}` and `{other}`", self.says);
                let report = Report::on(user.workload, setting, headline).also(beacon.workload);
                let report = report.related(Spot::from(theirs), format!("its beacon node `{node}` has `{other}`"));
                scene.report(report.subject(format!("{} {}", identity(user.workload), identity(beacon.workload))));
            }
        }
    }
}

fn address<'a>(client: &Client<'a>, setting: &str) -> Option<(&'a Setting, Address)> {
    let setting = client.invocation.set(setting)?;
    let address = Address::parse(&setting.known()?.trim().to_ascii_lowercase()).ok()?;
    Some((setting, address))
}
