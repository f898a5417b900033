//! Every place of a fleet that names a fee recipient.

use super::model::{Client, Scene};
use super::report::Spot;
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
    /// It is for one key, not for all.
    pub of_key: bool,
}

impl Recipient<'_> {
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
        let set = SETTINGS.iter().filter_map(|name| client.invocation.set(name)).map(|setting| (&setting.value, false));
        let own = scene.fleet().definitions_of(client.id).filter(|definition| definition.enabled);
        let keys = own.filter_map(|definition| definition.fee_recipient.as_ref()).map(|text| (text, true));
        for (text, of_key) in set.chain(keys) {
            if !found.iter().any(|other| other.client.id == client.id && other.text.span() == text.span()) {
                found.push(Recipient { client, text, of_key });
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
