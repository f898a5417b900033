//! Two nodes of a distributed validator that are one and the same node.

use crate::fleet::{Fleet, Seal, Seat};
use crate::lint::fact::called;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct DvtIdentity {}

impl Check for DvtIdentity {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let mut told = BTreeSet::new();
        for (at, first) in fleet.seats.iter().enumerate().filter(|(_, seat)| is_hot(fleet, seat)) {
            if told.contains(&first.workload) {
                continue;
            }
            let mut twins = Vec::new();
            let mut how = None;
            for other in fleet.seats[at + 1..].iter().filter(|seat| is_hot(fleet, seat)) {
                let Some((one, two)) = first.identity.as_ref().zip(other.identity.as_ref()) else { continue };
                let Some(shared) = shared(one, two) else { continue };
                let Some(why) = fleet.together(first.workload, other.workload) else { continue };
                twins.push((other, two));
                how.get_or_insert((shared, why));
            }
            if let Some((shared, why)) = how {
                told.insert(first.workload);
                told.extend(twins.iter().map(|(seat, _)| seat.workload));
                scene.report(report(fleet, first, &twins, shared, &why));
            }
        }
    }
}

fn is_hot(fleet: &Fleet, seat: &Seat) -> bool {
    fleet.workloads[seat.workload].is_hot()
}

/// Says what two nodes have in common that only one may have.
fn shared(one: &Seal, other: &Seal) -> Option<&'static str> {
    if one.outside.is_some() && one.outside == other.outside {
        Some("read their identity from one file")
    } else if one.digest.is_some() && one.digest == other.digest {
        Some("have copies of one identity")
    } else if one.keeper.is_some() && one.keeper == other.keeper {
        Some("act for one operator, whose key one signer holds")
    } else {
        None
    }
}

fn report(fleet: &Fleet, first: &Seat, twins: &[(&Seat, &Seal)], shared: &str, why: &str) -> Report {
    let workload = &fleet.workloads[first.workload];
    let others = twins.iter().map(|(seat, _)| called(&fleet.workloads[seat.workload]));
    let names: Vec<String> = std::iter::once(called(workload)).chain(others).collect();
    let seal = first.identity.as_ref();
    let place = seal.map_or(workload.unit.name.span, |seal| seal.place);
    let mut report = Report::on(workload, place, format!("{} {shared}", names.join(" and ")))
        .label(format!("the identity of `{}`", workload.name()))
        .because(format!("They can be at work together: {why}."));
    for (seat, seal) in twins {
        let workload = &fleet.workloads[seat.workload];
        report = report.also(workload).related(seal.place, format!("and of `{}`", workload.name()));
    }
    let files: BTreeSet<_> =
        seal.into_iter().chain(twins.iter().map(|(_, seal)| *seal)).filter_map(|seal| seal.file).collect();
    files.into_iter().fold(report, |report, file| report.related(file, "here it lies"))
}
