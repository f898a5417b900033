//! A key that a cluster signs with is also held whole by somebody.

use crate::deployment::{KeyForm, is_test_data};
use crate::finding::Confidence;
use crate::fleet::{Fleet, Holding, Key, Owned, Owner};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DvtAndSolo {}

/// A key, the place where a cluster names it, and who holds it whole.
type Held<'f> = (Key<'f>, &'f Holding, Vec<Owned<'f>>);

/// So many keys of one mistake are shown by their places.
const SHOWN: usize = 6;

impl Check for DvtAndSolo {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let mut mistakes: BTreeMap<Vec<Owner>, Vec<Held<'_>>> = BTreeMap::new();
        for key in fleet.keys().filter(|key| key.places.len() > 1) {
            let Some(cluster) = key.places.iter().find(|place| is_live(fleet, place)) else { continue };
            let owners: Vec<Owned<'_>> = fleet.owners(key).into_iter().filter(|owned| is_solo(fleet, owned)).collect();
            if !owners.is_empty() {
                let names = owners.iter().map(|(owner, _)| owner.clone()).collect();
                mistakes.entry(names).or_default().push((key, cluster, owners));
            }
        }
        for keys in mistakes.values() {
            if let Some(report) = report(fleet, keys) {
                scene.report(report);
            }
        }
    }
}

fn is_live(fleet: &Fleet, place: &Holding) -> bool {
    let cluster = || fleet.inventory.clusters.iter().find(|cluster| cluster.file == place.span.file);
    place.form == KeyForm::Distributed && cluster().is_some_and(|cluster| !is_test_data(&cluster.path))
}

/// What stands behind the middleware is given shares, whatever its list calls them.
fn is_solo(fleet: &Fleet, (owner, _): &Owned<'_>) -> bool {
    match owner {
        Owner::Workload(id) => !fleet.workloads[*id].behind_dvt && fleet.workloads[*id].is_hot(),
        Owner::Host(_) => true,
    }
}

fn report(fleet: &Fleet, keys: &[Held<'_>]) -> Option<Report> {
    let (key, cluster, owners) = keys.first()?;
    let (what, verb) = match keys.len() {
        1 => (format!("validator key {}", key.key.short()), "is"),
        count => (format!("{count} validator keys"), "are"),
    };
    let names: Vec<String> = owners.iter().map(|(owner, _)| format!("`{}`", fleet.owner_name(owner))).collect();
    let headline = format!("{what} of a distributed validator {verb} also held whole by {}", names.join(" and "));
    let mut report = match owners.first()? {
        (Owner::Workload(id), places) => Report::on(&fleet.workloads[*id], places.first()?.span, headline),
        (Owner::Host(_), places) => Report::at(places.first()?.span, headline).confidence(Confidence::Medium),
    };
    report = report.label("the whole key").related(cluster.span, "the cluster signs with it, too");
    let more = owners.iter().flat_map(|(_, places)| places).skip(1);
    report = more.fold(report, |report, place| report.related(place.span, "the whole key again"));
    for (_, cluster, owners) in keys.iter().skip(1).take(SHOWN) {
        let whole = owners.first().and_then(|(_, places)| places.first());
        report = whole.into_iter().fold(report, |report, place| report.related(place.span, "another of them"));
        report = report.related(cluster.span, "as the cluster names it");
    }
    for (owner, _) in owners {
        if let Owner::Workload(id) = owner {
            report = report.also(&fleet.workloads[*id]);
        }
    }
    let subject: Vec<String> = keys.iter().map(|(key, ..)| key.key.to_string()).collect();
    Some(report.subject(subject.join(" ")).keys(subject))
}
