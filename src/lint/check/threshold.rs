//! Two quorums of a cluster always have a member in common.

use crate::catalogue::Role;
use crate::deployment::{Cluster, is_test_data};
use crate::fleet::Fleet;
use crate::invocation::FlagUse;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::source::Text;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a card says of the commands that make accounts for several signers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Threshold {
    /// The option that says how many signers must agree.
    threshold: String,
    /// The option that says how many there are.
    participants: String,
    /// What the names of options begin with by which a signer knows its peers.
    peers: String,
}

impl Check for Threshold {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let clusters = fleet.inventory.clusters.iter().filter(|cluster| !is_test_data(&cluster.path));
        let of_clusters = clusters.filter_map(|cluster| of_cluster(fleet, cluster));
        of_clusters.collect::<Vec<_>>().into_iter().for_each(|report| scene.report(report));
        let several = askers(fleet) > 1;
        for workload in fleet.workloads.iter().filter(|_| several) {
            let commands = workload.unit.command.before.iter().chain(std::iter::once(&workload.unit.command.words));
            for words in commands {
                let (threshold, count) = (option(words, &self.threshold), option(words, &self.participants));
                let Some((threshold, count)) = threshold.zip(count) else { continue };
                let named = number(&count).map(|all| (all, count.clone(), "of so many"));
                // A number that is filled in is that of the signers, where these say how many they are.
                let all = named.or_else(|| peers(fleet, &self.peers).filter(|_| !count.is_known()));
                let Some((least, (all, count, label))) = number(&threshold).zip(all) else { continue };
                if least == 0 || 2 * least > all {
                    continue;
                }
                let headline = format!("{least} of {all} signers make a signature, so that two halves can sign apart");
                let report = Report::on(workload, &threshold, headline)
                    .label("too few")
                    .related(&count, label)
                    .because("More than one client of this fleet asks these signers.");
                scene.report(report);
            }
        }
    }
}

fn of_cluster(fleet: &Fleet, cluster: &Cluster) -> Option<Report> {
    let (threshold, operators) = cluster.threshold.as_ref().zip(cluster.operators.as_ref())?;
    if threshold.value == 0 || threshold.value.saturating_mul(2) > operators.value {
        return None;
    }
    let (least, all) = (threshold.value, operators.value);
    let headline =
        format!("{least} of {all} operators make a signature, so that two halves of the cluster can sign apart");
    let report = Report::at(threshold, headline).label("too few").written_in(&cluster.path);
    let seats = fleet.seats.iter().filter(|seat| {
        seat.cluster.and_then(|at| fleet.inventory.clusters.get(at)).is_some_and(|own| own.file == cluster.file)
    });
    let report = seats.fold(report, |report, seat| report.also(&fleet.workloads[seat.workload]));
    Some(report.subject(format!("{} {least} of {all}", cluster.path)))
}

/// How many signers make signatures together, where all signers of the tree list the same peers.
fn peers(fleet: &Fleet, family: &str) -> Option<(u64, Text, &'static str)> {
    let signers = fleet.workloads.iter().filter_map(|workload| workload.invocation.as_ref());
    let mut lists: Vec<Vec<&FlagUse>> = Vec::new();
    for signer in signers.filter(|client| client.role == Role::Signer) {
        let is_peer = |given: &&FlagUse| {
            let number = given.bare().and_then(|name| name.strip_prefix(family));
            number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
        };
        lists.push(signer.flags.iter().filter(is_peer).collect());
    }
    let names =
        |list: &Vec<&FlagUse>| list.iter().filter_map(|given| given.bare()).map(str::to_owned).collect::<BTreeSet<_>>();
    let first = lists.first().map(names).filter(|first| first.len() > 1)?;
    let agreed = lists.iter().all(|list| names(list) == first);
    let place = lists.first()?.first()?.name.clone();
    agreed.then_some((u64::try_from(first.len()).ok()?, place, "the first of so many peers"))
}

/// How many units that can be at work sign through signers of their keys.
fn askers(fleet: &Fleet) -> usize {
    let asks = |workload: &&crate::fleet::Workload| {
        workload.is_validator()
            && workload.is_hot()
            && workload.dials.iter().any(|dial| dial.api == crate::fleet::Api::Signer)
    };
    fleet.workloads.iter().filter(asks).count()
}

/// The value of an option, joined or apart.
pub(super) fn option(words: &[Text], name: &str) -> Option<Text> {
    let at = words.iter().position(|word| {
        word.value().strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    })?;
    match words[at].split_once('=') {
        Some((_, value)) => Some(value),
        None => words.get(at + 1).cloned(),
    }
}

pub(super) fn number(text: &Text) -> Option<u64> {
    text.known()?.trim().parse().ok().filter(|number| *number < 1 << 32)
}
