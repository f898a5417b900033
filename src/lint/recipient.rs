//! Every place of a fleet that names a fee recipient.

use super::fact::identity;
use super::links::Callers;
use super::model::{Client, Scene};
use super::spot::Spot;
use crate::catalogue::Role;
use crate::ethereum::PublicKey;
use crate::fleet::Api;
use crate::source::Text;
use std::collections::BTreeSet;

/// The settings that name a fee recipient.
const SETTINGS: [&str; 2] = ["validator.fee-recipient", "beacon.fee-recipient"];

/// A fee recipient as written, and who uses it.
#[derive(Debug, Clone, Copy)]
pub struct Recipient<'a> {
    /// The unit that is told.
    pub client: Client<'a>,
    /// The address as written.
    pub text: &'a Text,
    /// What names it: the setting, or the key that it is for.
    pub named_by: Named<'a>,
}

/// What names a fee recipient.
#[derive(Debug, Clone, Copy)]
pub enum Named<'a> {
    /// A setting, for all keys of the unit.
    Setting(&'a str),
    /// An entry of a definitions file or of proposer settings, for one key, which is given where it is well formed.
    Entry(Option<PublicKey>),
    /// Proposer settings, for all keys that they do not name.
    Default,
}

impl Recipient<'_> {
    /// Answers what tells it apart from every other one. Its own text is no part of that: it can be a secret pasted by mistake.
    #[must_use]
    pub fn subject(&self) -> String {
        let unit = identity(self.client.workload);
        match self.named_by {
            Named::Setting(name) => format!("{unit} {name}"),
            Named::Entry(key) => {
                format!("{unit} {}", key.map_or_else(|| "definition".to_owned(), |key| key.to_string()))
            }
            Named::Default => format!("{unit} default"),
        }
    }

    /// Answers the place to point at.
    #[must_use]
    pub fn spot(&self) -> Spot {
        Spot::from(self.text)
    }
}

/// Answers every fee recipient that units are told, each place once.
///
/// Units behind a distributed-validator middleware, and beacon nodes that only serve one, are left out: the cluster decides there.
#[must_use]
pub fn recipients<'a>(scene: &Scene<'a>) -> Vec<Recipient<'a>> {
    let callers = Callers::of(scene.fleet(), Api::Beacon);
    let serves_middleware = |client: &Client<'_>| {
        let mut users = callers.to(client.id).filter_map(|(id, _)| scene.client(id));
        users.any(|user| user.invocation.role == Role::Middleware)
    };
    let mut found = Vec::new();
    for client in scene.clients().filter(|client| !client.workload.behind_dvt && !serves_middleware(client)) {
        let mut seen = BTreeSet::new();
        found.extend(told(client, scene).filter(|recipient| seen.insert(recipient.text.span())));
    }
    found
}

/// Answers what a unit is told by its settings, by its definitions and by proposer settings.
fn told<'a>(client: Client<'a>, scene: &Scene<'a>) -> impl Iterator<Item = Recipient<'a>> + use<'a> {
    let set = SETTINGS.iter().filter_map(move |name| client.invocation.set(name));
    let set = set.map(|setting| (&setting.value, Named::Setting(&setting.name)));
    let entries = scene.fleet().definitions_of(client.id).filter(|definition| definition.enabled);
    let keys = entries.filter_map(|definition| {
        let key = definition.key.as_ref().map(|key| key.value);
        Some((definition.fee_recipient.as_ref()?, Named::Entry(key)))
    });
    let proposers = scene.fleet().proposers_of(client.id).filter_map(|entry| {
        let named = if entry.default { Named::Default } else { Named::Entry(entry.key.as_ref().map(|key| key.value)) };
        Some((entry.fee_recipient.as_ref()?, named))
    });
    set.chain(keys).chain(proposers).map(move |(text, named_by)| Recipient { client, text, named_by })
}
