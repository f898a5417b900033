//! Which workloads sign, and with what: what each client can do, what it is told, and the keys that the tree shows.

use super::model::{Api, Fleet, Signs, Target, Workload};
use crate::catalogue::Role;
use crate::deployment::KeyForm;
use crate::invocation::Ability;

/// Decides which workloads sign, and with what: their ability, and the keys that the tree shows.
pub fn decide(fleet: &mut Fleet) {
    let mut local = vec![false; fleet.workloads.len()];
    let mut remote = vec![false; fleet.workloads.len()];
    for holding in fleet.holdings.iter().filter(|place| place.enabled) {
        let to = match holding.form {
            KeyForm::Keystore | KeyForm::Definition | KeyForm::Listing => &mut local,
            KeyForm::RemoteDefinition | KeyForm::PublicKeyList => &mut remote,
            KeyForm::SignerKey
            | KeyForm::DepositData
            | KeyForm::Interchange
            | KeyForm::Distributed
            | KeyForm::ProposerSettings
            | KeyForm::Assigned
            | KeyForm::WatchList => continue,
        };
        holding.lodging.owners.iter().for_each(|owner| to[*owner] = true);
    }
    let dialled = dialled_by_validators(fleet);
    for (id, workload) in fleet.workloads.iter_mut().enumerate() {
        workload.signs = signs(workload, local[id], remote[id], dialled[id]);
    }
}

fn dialled_by_validators(fleet: &Fleet) -> Vec<bool> {
    let mut dialled = vec![false; fleet.workloads.len()];
    let is_validator =
        |workload: &&Workload| workload.invocation.as_ref().is_some_and(|client| client.role == Role::Validator);
    let dials = fleet.workloads.iter().filter(is_validator).flat_map(|workload| &workload.dials);
    for dial in dials.filter(|dial| dial.api == Api::Beacon) {
        if let Target::Workload(id) = dial.target {
            dialled[id] = true;
        }
    }
    dialled
}

fn signs(workload: &Workload, local: bool, remote: bool, serves_validators: bool) -> Signs {
    let Some(client) = &workload.invocation else { return Signs::No };
    if client.role == Role::Signer || client.role == Role::Tool {
        return Signs::No;
    }
    let remote = remote || client.set("remote-signer.url").is_some_and(|url| url.known() != Some(""));
    let told = ["keys.folder", "keys.passwords", "validator.doppelganger-protection", "keymanager.enabled"];
    let hints = told.iter().any(|name| client.set(name).is_some_and(|setting| setting.is_on() != Some(false)));
    let signs = match client.can_sign() {
        Ability::Always => true,
        Ability::WithKeysFound => local || remote || hints && !serves_validators,
        Ability::Never => false,
        Ability::Unknown => local || remote,
    };
    match (signs, local, remote) {
        (false, ..) => Signs::No,
        (true, true, true) => Signs::Both,
        (true, false, true) => Signs::Remote,
        (true, ..) => Signs::Local,
    }
}
