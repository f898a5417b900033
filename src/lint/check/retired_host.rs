//! A host that is out of service and still has keys.

use crate::deployment::ListedHost;
use crate::fleet::Fleet;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct RetiredHost {}

impl Check for RetiredHost {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        for host in &fleet.inventory.hosts {
            if let Some(report) = judge(host, fleet) {
                scene.report(report);
            }
        }
    }
}

fn judge(host: &ListedHost, fleet: &Fleet) -> Option<Report> {
    let mark = host.retired.as_ref()?;
    let running: Vec<_> = fleet
        .workloads
        .iter()
        .filter(|workload| workload.unit.host == host.name && workload.is_validator() && workload.is_hot())
        .collect();
    let kept: BTreeSet<String> = fleet
        .holdings
        .iter()
        .filter(|holding| holding.form.makes_owner() && holding.enabled && holding.lodging.host == host.name)
        .map(|holding| holding.key.to_string())
        .collect();
    let headline = match (running.as_slice(), kept.len()) {
        ([], 0) => return None,
        ([], 1) => format!("host `{}` is marked as {} and keeps a validator key", host.name, mark.value),
        ([], count) => format!("host `{}` is marked as {} and keeps {count} validator keys", host.name, mark.value),
        ([one, ..], _) => {
            format!("host `{}` is marked as {} and runs the validator `{}`", host.name, mark.value, one.unit.name.value)
        }
    };
    let mut report = Report::at(mark, headline);
    for workload in running {
        report = report.also(workload).related(workload.unit.name.span, "is started here");
    }
    let first = fleet.holdings.iter().find(|holding| holding.lodging.host == host.name && holding.form.makes_owner());
    if let Some(holding) = first {
        report = report.related(holding.span, "a key that it keeps");
    }
    Some(report.subject(host.name.clone()).keys(kept))
}
