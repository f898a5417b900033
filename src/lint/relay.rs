//! Every relay that units fetch blocks from.

use super::links::Callers;
use super::model::{Client, Scene};
use crate::catalogue::{Relay, Role};
use crate::ethereum::PublicKey;
use crate::fleet::Api;
use crate::invocation::Carrier;
use crate::source::Text;

/// The setting that lists relays.
const LIST: &str = "relay.list";

/// A relay as a unit names it.
#[derive(Debug, Clone)]
pub struct NamedRelay<'a> {
    /// The unit.
    pub client: Client<'a>,
    /// The URL as written.
    pub url: Text,
    /// Its host in lower case.
    pub host: String,
    /// The public key in front of the host, or what is wrong with it.
    pub key: Result<PublicKey, String>,
    /// What carries it.
    pub carrier: Carrier,
}

/// Answers every relay whose URL is known, in order of unit and place.
pub fn relays<'a>(scene: &Scene<'a>) -> Vec<NamedRelay<'a>> {
    let mut relays = Vec::new();
    for client in scene.clients().filter(|client| client.invocation.role == Role::Relay) {
        let Some(setting) = client.invocation.set(LIST) else { continue };
        for url in setting.items() {
            let named = url.known().and_then(parts);
            let Some((key, host)) = named else { continue };
            relays.push(NamedRelay { client, url, host, key, carrier: setting.carrier });
        }
    }
    relays
}

/// Takes a relay's URL apart: its public key, or what is wrong with it, and its host. Nothing where there is no host.
fn parts(url: &str) -> Option<(Result<PublicKey, String>, String)> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let (user, host) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let host = host.split(':').next().unwrap_or_default().to_ascii_lowercase();
    let key = user.ok_or_else(|| "there is none".to_owned()).and_then(|user| {
        let key = PublicKey::parse(user)?;
        key.check().map(|()| key)
    });
    (!host.is_empty()).then_some((key, host))
}

impl NamedRelay<'_> {
    /// Answers the network that the relay's unit works for: the one that it is told, else that of the beacon nodes that use it.
    pub fn network(&self, scene: &Scene<'_>, callers: &Callers<'_>) -> Option<String> {
        let own = self.client.workload.network.as_ref().map(|network| network.value.clone());
        if self.client.invocation.set("network.fork-version").is_some() {
            return None;
        }
        let of_callers = || {
            let units = callers.to(self.client.id).filter_map(|(id, _)| scene.fleet().workloads.get(id));
            units.filter_map(|unit| unit.network.as_ref()).map(|network| network.value.clone()).next()
        };
        if self.client.invocation.set("network").is_some() { own } else { of_callers().or(own) }
    }

    /// Answers what is known of relays of this host; most have one entry, none or several keys.
    pub fn known<'c>(&self, scene: &Scene<'c>) -> Vec<&'c Relay> {
        scene.catalogue().relays().iter().filter(|relay| relay.host == self.host).collect()
    }
}

/// Collects who uses builder interfaces.
pub fn users<'f>(scene: &Scene<'f>) -> Callers<'f> {
    Callers::of(scene.fleet(), Api::Builder)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "0xa1559ace749633b997cb3fdacffb890aeebdb0f5a3b6aaa7eeeaf1a38af0a8fe88b9e4b1f61f236d2e64d95733327a62";

    #[test]
    fn a_url_is_taken_apart() {
        let read = |url: &str| parts(url).map(|(key, host)| (key.is_ok(), host));
        assert_eq!(read(&format!("https://{KEY}@Relay.example:443/x?id=a")), Some((true, "relay.example".into())));
        assert_eq!(read("https://relay.example"), Some((false, "relay.example".into())));
        assert_eq!(read(&format!("https://{}@relay.example", &KEY[..97])), Some((false, "relay.example".into())));
        assert_eq!(read(""), None);
    }
}
