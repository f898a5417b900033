//! A host that two groups bring validators to.

use crate::deployment::{ListedHost, Play, Start};
use crate::fleet::Workload;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::source::Span;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct HostGroups {}

impl Check for HostGroups {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let validators: BTreeMap<(&str, &str), &Workload> = fleet
            .workloads
            .iter()
            .filter(|workload| workload.is_validator() && workload.is_hot())
            .map(|workload| ((workload.unit.host.as_str(), workload.unit.name.value.as_str()), workload))
            .collect();
        let mut started: BTreeMap<&str, Vec<(&Play, &Start)>> = BTreeMap::new();
        for play in &fleet.inventory.plays {
            play.starts.iter().for_each(|start| started.entry(&start.host).or_default().push((play, start)));
        }
        for host in fleet.inventory.hosts.iter().filter(|host| host.groups.len() > 1) {
            let starts = started.get(host.name.as_str()).map_or(&[] as &[_], Vec::as_slice);
            if let Some(report) = judge(host, starts, &validators) {
                scene.report(report);
            }
        }
    }
}

fn judge(
    host: &ListedHost,
    starts: &[(&Play, &Start)],
    validators: &BTreeMap<(&str, &str), &Workload>,
) -> Option<Report> {
    // For each group that names the host, the validators that plays for this group start, and by which entry.
    let mut given: BTreeMap<&str, BTreeSet<(&str, Span)>> = BTreeMap::new();
    for group in &host.groups {
        let meant = starts.iter().filter(|(play, _)| names(play, &group.value));
        for (_, start) in meant {
            if validators.contains_key(&(start.host.as_str(), start.unit.as_str())) {
                given.entry(&group.value).or_default().insert((&start.unit, start.place));
            }
        }
    }
    let mut groups = given.iter();
    let ((first, one), (second, other)) = (groups.next()?, groups.next()?);
    // One role that both groups run is one validator.
    if one == other {
        return None;
    }
    let units: BTreeSet<&str> = one.union(other).map(|(unit, _)| *unit).collect();
    let place = |name: &str| host.groups.iter().find(|group| group.value == name).map(|group| group.span);
    let names: Vec<String> = units.iter().map(|unit| format!("`{unit}`")).collect();
    let headline = match names.as_slice() {
        [single] => {
            format!("host `{}` is given the validator {single} by two groups, `{first}` and `{second}`", host.name)
        }
        several => format!(
            "host `{}` is given the validators {} by two groups, `{first}` and `{second}`",
            host.name,
            several.join(" and ")
        ),
    };
    let mut report =
        Report::at(place(second)?, headline).related(place(first)?, format!("and here as one of `{first}`"));
    for unit in &units {
        if let Some(workload) = validators.get(&(host.name.as_str(), *unit)) {
            report = report.also(workload).related(workload.unit.name.span, format!("starts `{unit}`"));
        }
    }
    Some(report.subject(format!("{} {first} {second}", host.name)))
}

/// Tells whether a play is for a group by its name.
fn names(play: &Play, group: &str) -> bool {
    play.hosts.value.split([',', ':']).any(|part| part.trim() == group)
}
