//! Two validator units that can be at work together do not ask one signer for the same keys.

use crate::deployment::KeyForm;
use crate::finding::{Confidence, Severity};
use crate::fleet::{Dial, Fleet};
use crate::lint::fact::{called, called_beside};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::sharing::{Signer, asked, askers, identities};
use crate::lint::signer::protects;
use serde::Deserialize;

/// What a card says of clients that share a signer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SharedSigner {
    /// The setting by which instances of one client take turns.
    turns: String,
    /// Values of it with which only one instance signs, as long as it lives.
    passive: Vec<String>,
}

/// Two units, the endpoints that lead both to one signer, why both can be at work, and whether their keys meet.
struct Pair<'a> {
    units: [(Client<'a>, &'a Dial); 2],
    why: String,
    certain: bool,
}

impl Check for SharedSigner {
    fn check(&self, scene: &mut Scene<'_>) {
        for (signer, units) in askers(scene) {
            let mut pairs: Vec<Pair<'_>> = Vec::new();
            for (at, one) in units.iter().enumerate() {
                for other in &units[at + 1..] {
                    pairs.extend(self.pair(*one, *other, scene));
                }
            }
            pairs.sort_by_key(|pair| !pair.certain);
            if let Some(report) = report(scene, &signer, &pairs) {
                scene.report(report);
            }
        }
    }
}

impl SharedSigner {
    fn pair<'a>(
        &self,
        one: (Client<'a>, &'a Dial),
        other: (Client<'a>, &'a Dial),
        scene: &Scene<'a>,
    ) -> Option<Pair<'a>> {
        let takes_turns = |client: &Client<'_>| {
            let chosen = client.invocation.set(&self.turns).and_then(|setting| setting.known());
            chosen.is_some_and(|value| self.passive.iter().any(|passive| passive == value))
        };
        // Behind a middleware each of them has shares of its own.
        let shares = one.0.workload.behind_dvt || other.0.workload.behind_dvt;
        if shares || takes_turns(&one.0) || takes_turns(&other.0) {
            return None;
        }
        let why = scene.fleet().together(one.0.id, other.0.id)?;
        let meet = asked(&one.0, scene).meets(&asked(&other.0, scene));
        (meet != Some(false)).then_some(Pair { units: [one, other], why, certain: meet == Some(true) })
    }
}

fn report(scene: &Scene<'_>, signer: &Signer, pairs: &[Pair<'_>]) -> Option<Report> {
    let first = pairs.first()?;
    let mut units: Vec<(Client<'_>, &Dial)> = Vec::new();
    for unit in pairs.iter().filter(|pair| pair.certain == first.certain).flat_map(|pair| &pair.units) {
        if !units.iter().any(|(known, _)| known.id == unit.0.id) {
            units.push(*unit);
        }
    }
    units.sort_by_key(|(client, _)| client.id);
    let ((leader, dial), others) = units.split_first()?;
    let names: Vec<String> = units.iter().map(|(client, _)| called_beside(client.workload, leader.workload)).collect();
    let which = if first.certain { "the same keys" } else { "keys that may be the same" };
    let headline = format!("{} have one signer sign with {which}", names.join(" and "));
    let mut report = Report::on(leader.workload, &dial.url, headline)
        .label("one signer")
        .because(format!("They can be at work together: {}.", first.why));
    for (client, dial) in others {
        report = report.also(client.workload).related(&dial.url, format!("`{}` asks it, too", client.workload.name()));
    }
    if !first.certain {
        report = report.confidence(Confidence::Low);
    }
    let clients: Vec<Client<'_>> = units.iter().map(|(client, _)| *client).collect();
    let report = guarded(scene.fleet(), signer, report);
    Some(report.subject(identities(&clients)))
}

/// A signer that refuses nothing makes it a slashing in waiting.
fn guarded(fleet: &Fleet, signer: &Signer, report: Report) -> Report {
    let Signer::Unit(id) = signer else { return report };
    let unit = &fleet.workloads[*id];
    let served =
        fleet.holdings.iter().filter(|place| place.form == KeyForm::SignerKey && place.lodging.owners.contains(id));
    let report = served.take(1).fold(report, |report, place| report.related(place.span, "a key that it serves"));
    if protects(unit) == Some(false) {
        let because =
            format!("Nothing refuses the second signature: the {} has slashing protection off.", called(unit));
        return report.severity(Severity::Critical).because(because).related(&unit.unit.name, "the signer");
    }
    report
}
