//! A fleet with stake has a plan for the worst day.

use crate::deployment::Activation;
use crate::finding::Persona;
use crate::fleet::Workload;
use crate::lint::model::{Check, Scene};
use crate::lint::plan::concerned;
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a card says of fleets that need a plan.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PlanMissing {
    /// On so many hosts that sign nobody knows all commands by heart; two are hygiene.
    hosts: usize,
    /// With so many keys one host is enough.
    keys: usize,
    /// A text with fewer words is no plan.
    words: usize,
}

impl Check for PlanMissing {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        if fleet.inventory.plans.iter().any(|plan| plan.words.len() >= self.words) {
            return;
        }
        let concerned = concerned(scene);
        let at_work = |workload: &&Workload| workload.is_validator() && workload.unit.activation == Activation::Always;
        let units: Vec<&Workload> = concerned.iter().map(|(_, workload)| *workload).filter(at_work).collect();
        let Some(first) = units.iter().min_by_key(|workload| workload.unit.name.span) else { return };
        let hosts: BTreeSet<&str> = units.iter().map(|workload| workload.unit.host.as_str()).collect();
        let keys = fleet.count_owned(&concerned.iter().map(|(id, _)| *id).collect());
        let listed: BTreeSet<&str> = fleet.inventory.hosts.iter().map(|listed| listed.name.as_str()).collect();
        // Folders of stacks to choose from look like hosts: only keys or a list of machines make them some.
        let real = keys > 0 || hosts.iter().all(|host| listed.contains(host));
        let many = keys >= self.keys || real && hosts.len() >= self.hosts;
        if !(many || real && hosts.len() > 1) {
            return;
        }
        let shown = match keys {
            0 => String::new(),
            1 => " and own 1 key of it".to_owned(),
            count => format!(" and own {count} keys of it"),
        };
        let hosts = if hosts.len() == 1 { "1 host".to_owned() } else { format!("{} hosts", hosts.len()) };
        let headline =
            format!("{} sign for stake on {hosts}{shown}, and the tree holds no emergency plan", count(units.len()));
        let report = Report::on(first, &first.unit.name, headline).label("the first of them").subject("emergency plan");
        scene.report(if many { report } else { report.persona(Persona::Pedantic) });
    }
}

fn count(units: usize) -> String {
    if units == 1 { "1 unit".to_owned() } else { format!("{units} units") }
}
