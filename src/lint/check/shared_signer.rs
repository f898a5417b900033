//! Two validator units that can be at work together do not ask one signer for the same keys.

use crate::deployment::KeyForm;
use crate::finding::{Confidence, Severity};
use crate::fleet::{Dial, Fleet};
use crate::lint::fact::{called, called_beside};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::sharing::{Asks, Signer, asked, askers, identities};
use crate::lint::signer::protects;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a card says of clients that share a signer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SharedSigner {
    /// The setting by which instances of one client take turns.
    turns: String,
    /// Values of it with which only one instance signs, as long as it lives.
    passive: Vec<String>,
}

/// A validator unit, and the endpoint that leads it to the signer.
type Asker<'a> = (Client<'a>, &'a Dial);

/// Units of one signer that meet: whose keys do, or may do.
struct Meeting {
    /// Why the first two of them can be at work together.
    why: String,
    /// Their places among those that ask the signer.
    units: BTreeSet<usize>,
}

impl Check for SharedSigner {
    fn check(&self, scene: &mut Scene<'_>) {
        for (signer, units) in askers(scene) {
            let asks: Vec<Asks> = units.iter().map(|(client, _)| asked(client, scene)).collect();
            let (mut certain, mut possible): (Option<Meeting>, Option<Meeting>) = (None, None);
            for (one, other) in (0..units.len()).flat_map(|one| (one + 1..units.len()).map(move |other| (one, other))) {
                if certain.as_ref().is_some_and(|all| all.units.len() == units.len()) {
                    break;
                }
                // Whoever meets others for certain is told of, whomever else it meets.
                let known = certain.as_ref().is_some_and(|all| all.units.contains(&one) && all.units.contains(&other));
                let meet = if known { Some(false) } else { asks[one].meets(&asks[other]) };
                if meet == Some(false) {
                    continue;
                }
                let Some(why) = self.together(&units[one].0, &units[other].0, scene) else { continue };
                let meeting = if meet.is_some() { &mut certain } else { &mut possible };
                meeting.get_or_insert_with(|| Meeting { why, units: BTreeSet::new() }).units.extend([one, other]);
            }
            let is_certain = certain.is_some();
            if let Some(meeting) = certain.or(possible) {
                let met: Vec<Asker<'_>> = meeting.units.iter().map(|at| units[*at]).collect();
                report(scene, &signer, &met, &meeting.why, is_certain)
                    .into_iter()
                    .for_each(|found| scene.report(found));
            }
        }
    }
}

impl SharedSigner {
    /// Tells why two units can sign at the same time for keys of their own choice.
    fn together(&self, one: &Client<'_>, other: &Client<'_>, scene: &Scene<'_>) -> Option<String> {
        let takes_turns = |client: &Client<'_>| {
            let chosen = client.invocation.set(&self.turns).and_then(|setting| setting.known());
            chosen.is_some_and(|value| self.passive.iter().any(|passive| passive == value))
        };
        // Behind a middleware each of them has shares of its own.
        let shares = one.workload.behind_dvt || other.workload.behind_dvt;
        if shares || takes_turns(one) || takes_turns(other) {
            return None;
        }
        scene.fleet().together(one.id, other.id)
    }
}

fn report(scene: &Scene<'_>, signer: &Signer, units: &[Asker<'_>], why: &str, certain: bool) -> Option<Report> {
    let ((leader, dial), others) = units.split_first()?;
    let names: Vec<String> = units.iter().map(|(client, _)| called_beside(client.workload, leader.workload)).collect();
    let which = if certain { "the same keys" } else { "keys that may be the same" };
    let headline = format!("{} have one signer sign with {which}", names.join(" and "));
    let mut report = Report::on(leader.workload, &dial.url, headline)
        .label("one signer")
        .because(format!("They can be at work together: {why}."));
    for (client, dial) in others {
        report = report.also(client.workload).related(&dial.url, format!("`{}` asks it, too", client.workload.name()));
    }
    if !certain {
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
