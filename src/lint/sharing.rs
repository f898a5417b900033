//! Which validator units ask one signer for signatures, and whether they can ask for the same keys.

use super::fact::identity;
use super::model::{Client, Scene};
use crate::deployment::KeyForm;
use crate::ethereum::PublicKey;
use crate::fleet::{Api, Dial, Fleet, Target, WorkloadId, endpoint};
use crate::source::Text;
use std::collections::{BTreeMap, BTreeSet};

/// A signer: a unit of the tree, or an address outside it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signer {
    /// A unit.
    Unit(WorkloadId),
    /// Host and port.
    Address(String),
}

/// What a unit asks a signer for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asks {
    /// Every key that the signer has.
    All,
    /// These keys.
    Keys(BTreeSet<PublicKey>),
    /// Accounts of wallets, as they are written: `wallet` or `wallet/pattern`.
    Accounts(BTreeSet<String>),
    /// The tree does not say.
    Unknown,
}

/// Joins the validator units that can start by the signers that they ask.
#[must_use]
pub fn askers<'a>(scene: &Scene<'a>) -> BTreeMap<Signer, Vec<(Client<'a>, &'a Dial)>> {
    let mut signers: BTreeMap<Signer, Vec<(Client<'a>, &'a Dial)>> = BTreeMap::new();
    for client in scene.validators() {
        for dial in client.workload.dials.iter().filter(|dial| dial.api == Api::Signer) {
            let Some(signer) = signer(dial) else { continue };
            let units = signers.entry(signer).or_default();
            if units.last().is_none_or(|(last, _)| last.id != client.id) {
                units.push((client, dial));
            }
        }
    }
    signers
}

/// A name that only a project knows is no address that another could mean, too.
fn signer(dial: &Dial) -> Option<Signer> {
    match &dial.target {
        Target::Workload(id) => Some(Signer::Unit(*id)),
        Target::Outside => {
            let found = endpoint(dial.url.known()?)?;
            let local = ["localhost", "127.0.0.1", "host.docker.internal"].contains(&found.host);
            (!local).then(|| Signer::Address(format!("{}:{}", found.host, found.port.unwrap_or_default())))
        }
        Target::Missing(_) | Target::Unknown => None,
    }
}

/// Settings by which a client can be given keys one by one; without any of them it takes all that its signer has.
const CHOICES: [&str; 5] = ["remote-signer.keys", "keys.folder", "keys.store", "keys.wallet", "keys.wallet-accounts"];

/// Answers what a unit asks its signer for.
#[must_use]
pub fn asked(client: &Client<'_>, scene: &Scene<'_>) -> Asks {
    let told = |name: &str| client.invocation.set(name);
    if told("remote-signer.fetch").and_then(|setting| setting.is_on()) == Some(true) {
        return Asks::All;
    }
    let items = told("remote-signer.keys").map(|setting| setting.items()).unwrap_or_default();
    if items.iter().any(|item| !item.is_known()) {
        return Asks::Unknown;
    }
    let is_all = |item: &Text| item.value() == "external-signer" || item.value().contains("://");
    if items.iter().any(is_all) || !CHOICES.iter().any(|name| scene.client_has(client, name)) {
        return Asks::All;
    }
    if let Some(keys) = scene.keys_asked(client.id) {
        return Asks::Keys(keys.clone());
    }
    let accounts: BTreeSet<String> = items.iter().map(|item| item.value().to_owned()).collect();
    let named = accounts.iter().all(|account| !account.is_empty() && !account.starts_with(['/', '.']));
    if accounts.is_empty() || !named { Asks::Unknown } else { Asks::Accounts(accounts) }
}

/// Answers the keys that the tree lists for units to ask a signer for.
#[must_use]
pub fn listed(fleet: &Fleet) -> BTreeMap<WorkloadId, BTreeSet<PublicKey>> {
    let remote = |form: KeyForm| matches!(form, KeyForm::RemoteDefinition | KeyForm::PublicKeyList);
    let mut keys: BTreeMap<WorkloadId, BTreeSet<PublicKey>> = BTreeMap::new();
    for place in fleet.holdings.iter().filter(|place| place.enabled && remote(place.form)) {
        for owner in &place.lodging.owners[..] {
            keys.entry(*owner).or_default().insert(place.key);
        }
    }
    keys
}

impl Asks {
    /// Tells whether two units can ask for one key; nothing if that is not known.
    #[must_use]
    pub fn meets(&self, other: &Self) -> Option<bool> {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => None,
            (Self::All, _) | (_, Self::All) => Some(true),
            (Self::Keys(one), Self::Keys(other)) => Some(!one.is_disjoint(other)),
            (Self::Accounts(one), Self::Accounts(other)) => {
                let wallet = |account: &str| account.split('/').next().unwrap_or_default().to_owned();
                let same = |one: &String, other: &String| {
                    one == other || wallet(one) == wallet(other) && !(one.contains('/') && other.contains('/'))
                };
                let meet = one.iter().any(|one| other.iter().any(|other| same(one, other)));
                let apart = one.iter().all(|one| other.iter().all(|other| wallet(one) != wallet(other)));
                // Two patterns of one wallet may or may not meet.
                if meet { Some(true) } else { apart.then_some(false) }
            }
            (Self::Keys(_), Self::Accounts(_)) | (Self::Accounts(_), Self::Keys(_)) => None,
        }
    }
}

/// Names units for a fingerprint.
#[must_use]
pub fn identities(clients: &[Client<'_>]) -> String {
    clients.iter().map(|client| identity(client.workload)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_meet_where_one_wallet_is_asked_for_whole() {
        let accounts = |names: &[&str]| Asks::Accounts(names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(accounts(&["A"]).meets(&accounts(&["A/1.*"])), Some(true));
        assert_eq!(accounts(&["A"]).meets(&accounts(&["B"])), Some(false));
        assert_eq!(accounts(&["A/1.*"]).meets(&accounts(&["A/2.*"])), None);
        assert_eq!(Asks::All.meets(&accounts(&["A"])), Some(true));
        assert_eq!(Asks::All.meets(&Asks::Unknown), None);
    }
}
