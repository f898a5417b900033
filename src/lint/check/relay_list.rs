//! The relays of a unit can be asked, serve its network, and are each named once.

use crate::finding::{Confidence, Edit, Fix};
use crate::invocation::Carrier;
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Scene};
use crate::lint::relay::{NamedRelay, relays, users};
use crate::lint::report::Report;
use crate::source::Span;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a card says of relays.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RelayList {
    /// What is wrong with a relay.
    fault: Fault,
}

/// What can be wrong with a relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Fault {
    /// It serves another network.
    WrongNetwork,
    /// Its URL has no valid public key, or another one than that of the relay.
    Malformed,
    /// It is named twice.
    Repeated,
}

impl Check for RelayList {
    fn check(&self, scene: &mut Scene<'_>) {
        match self.fault {
            Fault::WrongNetwork => wrong_networks(scene),
            Fault::Malformed => malformed(scene),
            Fault::Repeated => repeated(scene),
        }
    }
}

fn report(relay: &NamedRelay<'_>, headline: String) -> Report {
    let subject = format!("{} {}", identity(relay.client.workload), relay.host);
    Report::on(relay.client.workload, &relay.url, headline).subject(subject).cause(&relay.host)
}

fn wrong_networks(scene: &mut Scene<'_>) {
    let callers = users(scene);
    for relay in relays(scene) {
        let Some(own) = relay.network(scene, &callers) else { continue };
        let known = relay.known(scene);
        let theirs = match known.first() {
            Some(first) if known.iter().all(|entry| entry.network != own) => first.network.clone(),
            Some(_) => continue,
            None => match network_in(&relay.host, scene) {
                Some(network) if network != own => network,
                _ => continue,
            },
        };
        let name = called(relay.client.workload);
        let headline = format!("{name} works on `{own}` and asks `{}`, a relay of `{theirs}`", relay.host);
        let network = relay.client.workload.network.as_ref();
        let found = report(&relay, headline);
        scene.report(match network {
            Some(network) => found.related(network, format!("`{own}` comes from here")),
            None => found,
        });
    }
}

/// Answers the one network that a host's name speaks of.
fn network_in(host: &str, scene: &Scene<'_>) -> Option<String> {
    let words = host.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(|word| word.len() > 4);
    let mut names: Vec<&str> =
        words.filter_map(|word| scene.catalogue().network(word)).map(|network| network.name.as_str()).collect();
    names.dedup();
    <[&str; 1]>::try_from(names).ok().map(|[name]| name.to_owned())
}

fn malformed(scene: &mut Scene<'_>) {
    for relay in relays(scene) {
        let name = called(relay.client.workload);
        match &relay.key {
            // An example waits for somebody to fill in the key.
            Err(_) if relay.client.workload.unit.template => {}
            Err(why) => {
                let headline = format!("{name} asks the relay `{}` without a valid public key: {why}", relay.host);
                scene.report(report(&relay, headline));
            }
            Ok(key) => {
                let (known, written) = (relay.known(scene), key.to_string());
                if !known.is_empty() && !known.iter().any(|entry| entry.pubkey.eq_ignore_ascii_case(&written)) {
                    let headline = format!("{name} expects another public key of `{}` than the relay has", relay.host);
                    scene.report(report(&relay, headline).confidence(Confidence::Medium));
                }
            }
        }
    }
}

/// Takes the relay out of the list that it stands in, or the flag that names nothing else.
fn removal(relay: &NamedRelay<'_>) -> Option<Fix> {
    let url = relay.url.exact(0..relay.url.value().len())?;
    let edit = relay.client.invocation.flags.iter().find_map(|flag| {
        let value = flag
            .values
            .iter()
            .find(|value| value.exact(0..value.value().len()).is_some_and(|all| all.contains(url)))?;
        let all = value.exact(0..value.value().len())?;
        if all != url {
            let before = Span::new(url.file, url.start.checked_sub(1)?, url.end);
            return all.contains(before).then(|| Edit::replace(before, &format!(",{}", relay.url), ""));
        }
        let name = flag
            .name
            .exact(0..flag.name.value().len())
            .filter(|name| flag.values.len() == 1 && name.file == url.file)?;
        Some(Edit::remove(name.to(url), relay.url.value()))
    })?;
    Some(Fix::of("take the second one out", edit))
}

fn repeated(scene: &mut Scene<'_>) {
    let mut first: BTreeMap<(usize, String, Option<String>), NamedRelay<'_>> = BTreeMap::new();
    // In a file, a relay can stand in the lists of several groups of keys.
    for relay in relays(scene).into_iter().filter(|relay| relay.carrier != Carrier::File) {
        let key = relay.key.as_ref().ok().map(ToString::to_string);
        let id = (relay.client.id, relay.host.clone(), key);
        match first.get(&id) {
            Some(known) => {
                let headline = format!("{} names the relay `{}` twice", called(relay.client.workload), relay.host);
                let found = report(&relay, headline).related(&known.url, "it stands here already");
                scene.report(found.fix(removal(&relay)));
            }
            None => {
                first.insert(id, relay);
            }
        }
    }
}
