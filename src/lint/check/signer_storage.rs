//! A signer that keeps its history in files of its own is told where, and that place lasts.

use crate::catalogue::Role;
use crate::fleet::{Durability, Purpose};
use crate::invocation::Answer;
use crate::lint::fact::called;
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;

/// What a card says of a signer's own storage.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SignerStorage {
    /// The setting that names it.
    setting: String,
    /// The setting that named it once, and is ignored.
    former: String,
}

impl Check for SignerStorage {
    fn check(&self, scene: &mut Scene<'_>) {
        let signers = scene.clients().filter(|client| client.invocation.role == Role::Signer);
        for client in signers.filter(|client| scene.client_has(client, &self.setting)).collect::<Vec<_>>() {
            if let Some(report) = self.judge(&client) {
                scene.report(report);
            }
        }
    }
}

impl SignerStorage {
    fn judge(&self, client: &Client<'_>) -> Option<Report> {
        let unit = &client.workload.unit;
        let store = client.workload.stores.iter().find(|store| store.purpose == Purpose::History);
        let mount = store.and_then(|store| store.mount).and_then(|mount| unit.mounts.get(mount));
        let name = called(client.workload);
        match client.invocation.setting(&self.setting) {
            Answer::Set(setting) => {
                let Some(Durability::Volatile(why)) = store.map(|store| &store.durability) else { return None };
                let headline =
                    format!("{name} loses its signing history in `{}`: {why}", setting.known().unwrap_or_default());
                let place = mount.map_or_else(|| Spot::from(&unit.name), |mount| mount.place.into());
                Some(Report::on(client.workload, place, headline).related(setting, "this decides where it lies"))
            }
            Answer::Default(_) => {
                if let Some(former) = client.invocation.set(&self.former) {
                    let headline = format!(
                        "{name} is told the place of its signing history in `{}`, which is ignored",
                        former.spelling
                    );
                    return Some(Report::on(client.workload, former, headline).label("ignored here"));
                }
                // Where the folder that it falls back to lasts, nothing is lost.
                let lasts = store.is_some_and(|store| store.durability == Durability::Durable)
                    && mount.is_some_and(|mount| !mount.read_only);
                if lasts {
                    return None;
                }
                let headline = format!("{name} is not told where to keep its signing history");
                Some(Report::on(client.workload, &unit.name, headline))
            }
            Answer::Unknown => None,
        }
    }
}
