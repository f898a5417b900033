//! A validator unit, its proposer settings and the beacon node that it uses are told the same.

use crate::catalogue::Role;
use crate::ethereum::Address;
use crate::fleet::Api;
use crate::lint::fact::{called, identity};
use crate::lint::links::Callers;
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
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

/// What a unit is told, and where.
struct Told {
    address: Address,
    spot: Spot,
}

impl Check for Agreement {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.validators().filter(|client| !client.workload.behind_dvt) {
            self.overruled(&client, scene);
        }
        let callers = Callers::of(scene.fleet(), Api::Beacon);
        for beacon in scene.clients().filter(|client| client.invocation.role == Role::Beacon) {
            let mut told = self.beacon.iter().filter_map(|setting| address(&beacon, setting));
            let Some(theirs) = told.next() else { continue };
            let users = callers.to(beacon.id).filter_map(|(id, _)| scene.client(id));
            let alone = users.filter(|user| user.workload.is_validator() && !user.workload.behind_dvt);
            let told: Vec<_> = alone
                .filter_map(|user| Some((user, by_file(&user, scene).or_else(|| address(&user, &self.validator))?)))
                .collect();
            // A beacon node that serves clients of two owners can agree with one of them only.
            if told.iter().any(|(_, own)| own.address == theirs.address) {
                continue;
            }
            for (user, own) in told {
                let (name, node) = (called(user.workload), &beacon.workload.unit.name.value);
                let (one, other) = (own.address, theirs.address);
                let headline =
                    format!("{name} and its beacon node `{node}` {} two addresses, `{one}` and `{other}`", self.says);
                let report = Report::on(user.workload, own.spot, headline).also(beacon.workload);
                let report = report.related(theirs.spot, format!("its beacon node `{node}` has `{other}`"));
                scene.report(report.subject(format!("{} {}", identity(user.workload), identity(beacon.workload))));
            }
        }
    }
}

impl Agreement {
    /// Reports an address that a unit is told and that its proposer settings replace.
    fn overruled(&self, client: &Client<'_>, scene: &mut Scene<'_>) {
        let Some((own, file)) = address(client, &self.validator).zip(by_file(client, scene)) else { return };
        if own.address == file.address {
            return;
        }
        let (name, one, other) = (called(client.workload), own.address, file.address);
        let headline = format!("{name} is told to {} `{one}`, and its proposer settings say `{other}`", self.says);
        let report = Report::on(client.workload, own.spot, headline).related(file.spot, "this one is used");
        scene.report(report.subject(format!("{} {}", identity(client.workload), self.validator)));
    }
}

/// Answers the address that proposer settings name for all keys that they do not list.
fn by_file(client: &Client<'_>, scene: &Scene<'_>) -> Option<Told> {
    let default = scene.fleet().proposers_of(client.id).find(|entry| entry.default)?;
    let text = default.fee_recipient.as_ref()?;
    Some(Told { address: Address::parse(&text.known()?.trim().to_ascii_lowercase()).ok()?, spot: Spot::from(text) })
}

fn address(client: &Client<'_>, setting: &str) -> Option<Told> {
    let setting = client.invocation.set(setting)?;
    let address = Address::parse(&setting.known()?.trim().to_ascii_lowercase()).ok()?;
    Some(Told { address, spot: Spot::from(setting) })
}
