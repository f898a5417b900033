//! One key, two owners that can be at work at the same time.

use crate::catalogue::Role;
use crate::deployment::KeyForm;
use crate::finding::Confidence;
use crate::fleet::{Api, Fleet, Holding, Key, Owned, Owner, Target, WorkloadId};
use crate::lint::abroad;
use crate::lint::database::Database;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Places of further keys that are shown beside those of the first one.
const MORE_PLACES: usize = 12;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DuplicateKey {}

/// Owners that clash over a key, and the words that say why they can be at work at the same time.
struct Clash<'f> {
    owners: Vec<Owned<'f>>,
    why: String,
}

impl Check for DuplicateKey {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        if scene.before().is_some() {
            return abroad::report(scene);
        }
        // A copied folder of keys is one mistake: keys with the same owners make one finding.
        let mut mistakes: BTreeMap<Vec<Owner>, Vec<(Key<'_>, Clash<'_>)>> = BTreeMap::new();
        for key in fleet.keys().filter(|key| key.places.len() > 1) {
            if let Some(clash) = clash(fleet, key) {
                let owners = clash.owners.iter().map(|(owner, _)| owner.clone()).collect();
                mistakes.entry(owners).or_default().push((key, clash));
            }
        }
        for keys in mistakes.values() {
            if let Some(report) = report(fleet, keys) {
                scene.report(report);
            }
        }
        abroad::report(scene);
    }

    fn looks_abroad(&self) -> bool {
        true
    }
}

/// Answers the owners of a key that can sign at the same time from places of their own; two that share one file are a
/// matter of [`super::shared_source`].
fn clash<'f>(fleet: &'f Fleet, key: Key<'f>) -> Option<Clash<'f>> {
    let owners = fleet.owners(key);
    let mut clashing = vec![false; owners.len()];
    let mut why = None;
    for one in 0..owners.len() {
        for other in one + 1..owners.len() {
            let reason = match (&owners[one].0, &owners[other].0) {
                _ if shares_a_place(&owners[one].1, &owners[other].1) => None,
                (Owner::Workload(first), Owner::Workload(second)) => {
                    together(fleet, &owners, (one, *first), (other, *second))
                }
                (Owner::Host(first), Owner::Host(second)) if first == second => None,
                (Owner::Workload(id), Owner::Host(host)) | (Owner::Host(host), Owner::Workload(id)) => {
                    let elsewhere = fleet.workloads[*id].unit.host != *host;
                    elsewhere.then(|| format!("nothing in the tree shows what `{host}` does with its copy"))
                }
                (Owner::Host(_), Owner::Host(_)) => Some("nothing in the tree shows which of them starts".to_owned()),
            };
            if let Some(reason) = reason {
                clashing[one] = true;
                clashing[other] = true;
                why.get_or_insert(reason);
            }
        }
    }
    let owners = owners.into_iter().zip(clashing).filter(|(_, clashes)| *clashes).map(|(owner, _)| owner).collect();
    Some(Clash { owners, why: why? })
}

fn shares_a_place(one: &[&Holding], other: &[&Holding]) -> bool {
    one.iter().any(|place| other.iter().any(|twin| twin.span == place.span))
}

fn together(
    fleet: &Fleet,
    owners: &[Owned<'_>],
    (one, first): (usize, WorkloadId),
    (other, second): (usize, WorkloadId),
) -> Option<String> {
    let is_signer = |id: WorkloadId| fleet.workloads[id].invocation.as_ref().is_some_and(|it| it.role == Role::Signer);
    let remote = |at: usize| owners[at].1.iter().all(|place| is_remote(place.form));
    // A client that asks a signer and that signer are one; two clients of one signer have one history.
    let asks = |client: WorkloadId, signer: WorkloadId| dials(fleet, client, signer);
    match (is_signer(first), is_signer(second)) {
        (true, false) if remote(other) || asks(second, first) => return None,
        (false, true) if remote(one) || asks(first, second) => return None,
        (true, true) if one_database(fleet, first, second) || remember_apart(fleet, first, second) => return None,
        (false, false) if remote(one) && remote(other) && one_signer(fleet, first, second) => return None,
        _ => {}
    }
    fleet.together(first, second)
}

fn is_remote(form: KeyForm) -> bool {
    matches!(form, KeyForm::RemoteDefinition | KeyForm::PublicKeyList)
}

fn dials(fleet: &Fleet, client: WorkloadId, signer: WorkloadId) -> bool {
    let signers = fleet.workloads[client].dials.iter().filter(|dial| dial.api == Api::Signer);
    signers.into_iter().any(|dial| dial.target == Target::Workload(signer))
}

fn one_signer(fleet: &Fleet, first: WorkloadId, second: WorkloadId) -> bool {
    same_endpoint(fleet, first, second, Api::Signer)
}

fn one_database(fleet: &Fleet, first: WorkloadId, second: WorkloadId) -> bool {
    same_endpoint(fleet, first, second, Api::Database)
}

/// Two signers whose databases are known to differ are a matter of [`super::signer_history`].
fn remember_apart(fleet: &Fleet, first: WorkloadId, second: WorkloadId) -> bool {
    let [one, other] = [first, second].map(|id| Database::of(&fleet.workloads[id]));
    one.zip(other).is_some_and(|(one, other)| !one.is(&other))
}

/// Two workloads that dial one unit, or the same address outside the tree; an address that nobody knows may be the same.
fn same_endpoint(fleet: &Fleet, first: WorkloadId, second: WorkloadId, api: Api) -> bool {
    let dialled = |id: WorkloadId| fleet.workloads[id].dials.iter().filter(move |dial| dial.api == api);
    dialled(first).any(|one| {
        dialled(second).any(|other| match (&one.target, &other.target) {
            (Target::Workload(first), Target::Workload(second)) => first == second,
            (Target::Outside, Target::Outside) => one.url.value() == other.url.value(),
            (Target::Unknown, _) | (_, Target::Unknown) => true,
            _ => false,
        })
    })
}

fn report(fleet: &Fleet, keys: &[(Key<'_>, Clash<'_>)]) -> Option<Report> {
    let (key, clash) = keys.first()?;
    let names: Vec<String> = clash.owners.iter().map(|(owner, _)| format!("`{}`", fleet.owner_name(owner))).collect();
    let what = match keys.len() {
        1 => format!("validator key {}", key.key.short()),
        count => format!("{count} validator keys"),
    };
    let headline = format!("{what} can sign in {} places at the same time: {}", names.len(), names.join(" and "));
    let mut places = clash.owners.iter().flat_map(|(owner, places)| places.iter().map(move |place| (owner, *place)));
    let (owner, first) = places.next()?;
    let mut report = Report::at(first.span, headline).label(words(fleet, owner, first));
    for (owner, place) in places {
        report = report.related(place.span, words(fleet, owner, place));
    }
    let more = keys.iter().skip(1).flat_map(|(_, clash)| &clash.owners);
    for (owner, place) in more.filter_map(|(owner, places)| Some((owner, *places.first()?))).take(MORE_PLACES) {
        report = report.related(place.span, format!("another of them, {}", words(fleet, owner, place)));
    }
    for (owner, _) in &clash.owners {
        report = match owner {
            Owner::Workload(id) => report.also(&fleet.workloads[*id]),
            Owner::Host(_) => report.confidence(Confidence::Medium),
        };
    }
    let subject: Vec<String> = keys.iter().map(|(key, _)| key.key.to_string()).collect();
    let because = format!("Both can be at work: {}.", clash.why);
    Some(report.because(because).subject(subject.join(" ")).keys(subject))
}

fn words(fleet: &Fleet, owner: &Owner, place: &Holding) -> String {
    let form = match place.form {
        KeyForm::Keystore => "keystore",
        KeyForm::Definition => "enabled definition",
        KeyForm::RemoteDefinition => "enabled definition, signed for remotely,",
        KeyForm::SignerKey => "signer's key file",
        KeyForm::PublicKeyList => "key list",
        KeyForm::Listing => "keystore, by its name,",
        KeyForm::ProposerSettings
        | KeyForm::Distributed
        | KeyForm::WatchList
        | KeyForm::DepositData
        | KeyForm::Interchange => "record",
        KeyForm::Assigned => "row of a table",
    };
    match owner {
        Owner::Workload(id) => {
            let workload = &fleet.workloads[*id];
            let client = workload.invocation.as_ref().map(|client| format!(" ({})", client.client_name));
            format!("{form} loaded by `{}`{}", workload.name(), client.unwrap_or_default())
        }
        Owner::Host(host) => format!("{form} kept on `{host}`"),
    }
}
