//! A key lies with a client, and with the signer that the same client asks.

use crate::catalogue::Role;
use crate::deployment::KeyForm;
use crate::fleet::{Api, Fleet, Holding, Key, Owner, Target, WorkloadId};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct LocalAndRemote {}

/// A key, the place from which the client loads it, and the place that has a signer sign with it.
type Double<'f> = (Key<'f>, &'f Holding, &'f Holding);

impl Check for LocalAndRemote {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let mut mistakes: BTreeMap<(WorkloadId, Option<WorkloadId>), Vec<Double<'_>>> = BTreeMap::new();
        for key in fleet.keys().filter(|key| key.places.len() > 1) {
            let owners = fleet.owners(key);
            let units = owners.iter().filter_map(|(owner, places)| match owner {
                Owner::Workload(id) if fleet.workloads[*id].is_hot() => Some((*id, places)),
                _ => None,
            });
            let units: Vec<(WorkloadId, &Vec<&Holding>)> = units.collect();
            for (id, places) in units.iter().filter(|(id, _)| !is_signer(fleet, *id)) {
                let Some(local) = places.iter().copied().find(|place| place.enabled && is_local(place.form)) else {
                    continue;
                };
                let own = places
                    .iter()
                    .copied()
                    .find(|place| place.enabled && is_remote(place.form))
                    .map(|place| (None, place));
                let asked = || {
                    let (signer, places) =
                        units.iter().find(|(signer, _)| is_signer(fleet, *signer) && asks(fleet, *id, *signer))?;
                    Some((Some(*signer), *places.first()?))
                };
                if let Some((signer, remote)) = own.or_else(asked) {
                    mistakes.entry((*id, signer)).or_default().push((key, local, remote));
                }
            }
        }
        for ((id, signer), keys) in mistakes {
            scene.report(report(fleet, id, signer, &keys));
        }
    }
}

fn is_local(form: KeyForm) -> bool {
    matches!(form, KeyForm::Keystore | KeyForm::Definition | KeyForm::Listing)
}

fn is_remote(form: KeyForm) -> bool {
    matches!(form, KeyForm::RemoteDefinition | KeyForm::PublicKeyList)
}

fn is_signer(fleet: &Fleet, id: WorkloadId) -> bool {
    fleet.workloads[id].invocation.as_ref().is_some_and(|client| client.role == Role::Signer)
}

fn asks(fleet: &Fleet, client: WorkloadId, signer: WorkloadId) -> bool {
    let mut dials = fleet.workloads[client].dials.iter().filter(|dial| dial.api == Api::Signer);
    dials.any(|dial| dial.target == Target::Workload(signer))
}

fn report(fleet: &Fleet, id: WorkloadId, signer: Option<WorkloadId>, keys: &[Double<'_>]) -> Report {
    let workload = &fleet.workloads[id];
    let (key, local, remote) = keys[0];
    let (what, it) = match keys.len() {
        1 => (format!("validator key {}", key.key.short()), "it"),
        count => (format!("{count} validator keys"), "them"),
    };
    let headline = format!("`{}` has {what} on its own disk, and has a signer sign with {it}, too", workload.name());
    let report = Report::on(workload, local.span, headline).label("on its own disk");
    let words = match signer {
        Some(signer) => format!("held by `{}`, which it asks", fleet.name(signer)),
        None => "signed for remotely".to_owned(),
    };
    let report = signer.into_iter().fold(report, |report, signer| report.also(&fleet.workloads[signer]));
    let all: Vec<String> = keys.iter().map(|(key, ..)| key.key.to_string()).collect();
    report.related(remote.span, words).subject(all.join(" ")).keys(all)
}
