//! A play that touches all hosts with validators at once, or goes on after a failure.

use crate::deployment::Play;
use crate::fleet::{Stage, Workload};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Batches {}

impl Check for Batches {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let validators: BTreeMap<(&str, &str), &Workload> = fleet
            .workloads
            .iter()
            .filter(|workload| workload.is_validator() && workload.is_hot() && workload.stage != Stage::Development)
            .map(|workload| ((workload.unit.host.as_str(), workload.unit.name.value.as_str()), workload))
            .collect();
        for play in &fleet.inventory.plays {
            let touched =
                play.starts.iter().filter_map(|start| validators.get(&(start.host.as_str(), start.unit.as_str())));
            let touched: Vec<&Workload> = touched.copied().collect();
            let hosts: BTreeSet<&str> = touched.iter().map(|workload| workload.unit.host.as_str()).collect();
            if hosts.len() > 1
                && let Some(report) = judge(play, hosts.len())
            {
                let report = touched.into_iter().fold(report, Report::also);
                scene.report(report.subject(play.hosts.value.clone()));
            }
        }
    }
}

fn judge(play: &Play, hosts: usize) -> Option<Report> {
    let Some(batch) = &play.batch else {
        let headline =
            format!("the play for `{}` changes its {hosts} hosts with validators all at once", play.hosts.value);
        return Some(Report::at(&play.hosts, headline));
    };
    let known = batch.known()?.trim();
    let size = match known.strip_suffix('%') {
        Some(part) => part.trim().parse::<usize>().ok()?.saturating_mul(hosts).div_ceil(100).max(1),
        None => known.parse().ok()?,
    };
    if size >= hosts {
        let headline =
            format!("the play for `{}` changes its {hosts} hosts with validators in one batch", play.hosts.value);
        return Some(Report::at(Spot::from(batch), headline));
    }
    // A batch of one ends the play when its host fails.
    (size > 1 && play.stops.is_none()).then(|| {
        let headline =
            format!("the play for `{}` goes on with the next batch after a host has failed", play.hosts.value);
        Report::at(Spot::from(batch), headline)
    })
}
