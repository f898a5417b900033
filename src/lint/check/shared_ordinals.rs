//! The numbered instances of a unit each have keys of their own.

use crate::deployment::{MountSource, Replicas};
use crate::finding::Severity;
use crate::fleet::Purpose;
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::signer::Backing;
use crate::lint::spot::Spot;
use crate::source::Span;
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SharedOrdinals {}

impl Check for SharedOrdinals {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.validators().filter(|client| client.workload.unit.ordinals) {
            let unit = &client.workload.unit;
            let Some(replicas) = &unit.replicas else { continue };
            let Replicas::Count(count @ 2..) = replicas.value else { continue };
            let Some((place, words)) = shared_source(&client) else { continue };
            let headline = format!("all {count} instances of {} sign with the same keys", called(client.workload));
            let mut report = Report::on(client.workload, replicas, headline)
                .subject(identity(client.workload))
                .related(place, words);
            if let Some(parallel) = unit.parallel {
                report = report.related(parallel, "they start all at once");
            }
            if matches!(Backing::of(&client, scene.fleet()), Backing::Signer) {
                report = report.severity(Severity::High).because(
                    "The signer behind them refuses what is slashable, and is all that does: one step milder.",
                );
            }
            scene.report(report);
        }
    }
}

/// Answers where the keys come from, if every instance is known to have the same ones: a volume that is not one of each
/// instance's own, or a list of keys of a remote signer.
fn shared_source(client: &Client<'_>) -> Option<(Spot, String)> {
    let unit = &client.workload.unit;
    let stores = client.workload.stores.iter().filter(|store| store.purpose == Purpose::Keys);
    let mut shared = stores.filter_map(|store| {
        let mount = unit.mounts.get(store.mount?)?;
        // A folder of a machine is another one on another machine.
        let common = matches!(mount.source, MountSource::Tree(_) | MountSource::Volume { .. });
        (common && !mount.per_instance).then_some(mount.place)
    });
    let spot = |place: Span| (Spot::from(place), "the keys of each come from here".to_owned());
    shared.next().map(spot).or_else(|| {
        let keys = client.invocation.set("remote-signer.keys")?;
        let known = keys.items().iter().all(|item| item.is_known() && !item.value().is_empty());
        known.then(|| (Spot::from(keys), "each is given this list of keys".to_owned()))
    })
}
