//! Signers that make signatures together agree on who they are: each has a number of its own, under which its peers know it.

use crate::catalogue::Role;
use crate::finding::Severity;
use crate::lint::fact::{called, called_beside, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::source::Text;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a card says of signers that have peers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SignerPeers {
    /// The setting that holds a signer's own number.
    setting: String,
    /// What the names of options begin with that give a peer's address under its number.
    peers: String,
}

/// A signer, its own number, and its peers by theirs.
struct Member<'a> {
    client: Client<'a>,
    number: &'a Text,
    peers: BTreeMap<&'a str, &'a Text>,
}

impl Check for SignerPeers {
    fn check(&self, scene: &mut Scene<'_>) {
        let signers = scene.clients().filter(|client| client.invocation.role == Role::Signer);
        let members: Vec<Member<'_>> = signers.filter_map(|client| self.member(client)).collect();
        let strangers = members.iter().filter_map(stranger);
        let doubles = pairs(&members).into_iter().filter_map(|(one, other)| double(one, other, scene));
        strangers.chain(doubles).collect::<Vec<_>>().into_iter().for_each(|report| scene.report(report));
    }
}

impl SignerPeers {
    fn member<'a>(&self, client: Client<'a>) -> Option<Member<'a>> {
        let number = &client.invocation.set(&self.setting)?.value;
        let flags = client.invocation.flags.iter().filter(|given| given.known.as_ref() == Some(&self.peers));
        let peer = |given: &'a crate::invocation::FlagUse| {
            Some((given.bare()?.strip_prefix(&self.peers)?, given.values.first()?))
        };
        let peers: BTreeMap<&str, &Text> = flags.filter_map(peer).filter(|(name, _)| is_number(name)).collect();
        let known = number.known().is_some_and(|number| is_number(number.trim()));
        (known && peers.len() > 1).then_some(Member { client, number, peers })
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Member<'_> {
    fn own(&self) -> &str {
        self.number.known().unwrap_or_default().trim()
    }
}

/// A signer that its own list of peers does not know.
fn stranger(member: &Member<'_>) -> Option<Report> {
    let own = member.own();
    if member.peers.contains_key(own) {
        return None;
    }
    let unit = member.client.workload;
    let numbers: Vec<&str> = member.peers.keys().copied().collect();
    let headline = format!("{} has the number {own}, and its peers are {}", called(unit), numbers.join(", "));
    let first = member.peers.values().next()?;
    let report = Report::on(unit, member.number, headline).label("not among them").related(*first, "its peers");
    Some(report.subject(format!("{} alone", identity(unit))))
}

/// The addresses of a signer's peers, by their numbers.
type Peers<'m> = Vec<(&'m str, &'m str)>;

/// Answers the signers with one number and the same peers, two by two: each with so many others at most.
fn pairs<'m, 'a>(members: &'m [Member<'a>]) -> Vec<(&'m Member<'a>, &'m Member<'a>)> {
    const MOST: usize = 8;
    let mut alike: BTreeMap<(&str, Peers<'_>), Vec<&Member<'a>>> = BTreeMap::new();
    for member in members {
        let peers = member.peers.iter().map(|(number, address)| Some((*number, address.known()?))).collect();
        let peers: Option<Peers<'_>> = peers;
        peers.into_iter().for_each(|peers| alike.entry((member.own(), peers)).or_default().push(member));
    }
    let mut pairs = Vec::new();
    for group in alike.values() {
        for (at, one) in group.iter().enumerate() {
            pairs.extend(group[at + 1..].iter().take(MOST).map(|other| (*one, *other)));
        }
    }
    pairs
}

/// Two signers of one cluster with one number hold the same shares, each with a history of its own.
fn double(one: &Member<'_>, other: &Member<'_>, scene: &Scene<'_>) -> Option<Report> {
    scene.fleet().together(one.client.id, other.client.id)?;
    let (a, b) = (one.client.workload, other.client.workload);
    let names = [called(a), called_beside(b, a)];
    let headline = format!("{} are both number {} of one cluster of signers", names.join(" and "), one.own());
    let report = Report::on(a, one.number, headline)
        .label("one number")
        .also(b)
        .related(other.number, "and the same again")
        .because("Who holds a number holds its shares: two signers would each remember half of what those shares have signed.")
        .severity(Severity::Critical);
    Some(report.subject(format!("{} {}", identity(a), identity(b))))
}
