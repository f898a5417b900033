//! The signing history is not deleted together with the unit that wrote it.

use crate::fleet::Purpose;
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::lint::signer::Backing;
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DoomedHistory {}

impl Check for DoomedHistory {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.validators() {
            if matches!(Backing::of(&client, scene.fleet()), Backing::Signer) {
                continue;
            }
            let workload = client.workload;
            let histories = workload.stores.iter().filter(|store| store.purpose == Purpose::History);
            let doomed = histories.into_iter().find_map(|store| {
                let mount = workload.unit.mounts.get(store.mount?)?;
                Some((store, mount, mount.deleted_with_workload?))
            });
            let Some((store, mount, place)) = doomed else { continue };
            let headline =
                format!("the signing history of {} in `{}` is deleted with it", called(workload), store.path);
            let report = Report::on(workload, place, headline)
                .subject(identity(workload))
                .related(mount.place, "the history lies on this volume");
            scene.report(report);
        }
    }
}
