//! Every place of a fleet that names a fee recipient.

use super::fact::identity;
use super::model::{Client, Scene};
use super::report::Spot;
use crate::ethereum::PublicKey;
use crate::fleet::{Api, Target};
use crate::source::Text;

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
    /// An entry of a definitions file, for one key, which is given where it is well formed.
    Entry(Option<PublicKey>),
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
    let mut found: Vec<Recipient<'a>> = Vec::new();
    for client in scene.clients().filter(|client| !client.workload.behind_dvt && !serves_middleware(client, scene)) {
        let set = SETTINGS.iter().filter_map(|name| client.invocation.set(name));
        let set = set.map(|setting| (&setting.value, Named::Setting(&setting.name)));
        let own = scene.fleet().definitions_of(client.id).filter(|definition| definition.enabled);
        let keys = own.filter_map(|definition| {
            let key = definition.key.as_ref().map(|key| key.value);
            Some((definition.fee_recipient.as_ref()?, Named::Entry(key)))
        });
        for (text, named_by) in set.chain(keys) {
            if !found.iter().any(|other| other.client.id == client.id && other.text.span() == text.span()) {
                found.push(Recipient { client, text, named_by });
            }
        }
    }
    found
}

/// Tells whether a middleware is among those who use a unit.
fn serves_middleware(client: &Client<'_>, scene: &Scene<'_>) -> bool {
    let role = crate::catalogue::Role::Middleware;
    let mut users = scene.clients().filter(|user| user.invocation.role == role);
    users.any(|user| {
        let mut dials = user.workload.dials.iter();
        dials.any(|dial| dial.api == Api::Beacon && dial.target == Target::Workload(client.id))
    })
}
