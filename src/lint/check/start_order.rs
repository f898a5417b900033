//! A unit starts when what it signs with is ready.

use crate::deployment::{Activation, Supervisor, Unit};
use crate::fleet::{Api, Dial, Target, Workload};
use crate::lint::fact::{called, called_beside, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a card says of the order in which units start.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StartOrder {
    /// Signers whose health can be asked.
    checkable: Vec<String>,
}

/// How a unit waits for another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Wait {
    /// Not at all.
    No,
    /// Until it has started.
    Started,
    /// Until it is healthy.
    Healthy,
}

impl Check for StartOrder {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.clients() {
            for dial in client.workload.dials.iter().filter(|dial| matches!(dial.api, Api::Signer | Api::Database)) {
                let Target::Workload(id) = dial.target else { continue };
                if let Some(target) = scene.fleet().workloads.get(id) {
                    self.judge(&client, target, dial, scene);
                }
            }
        }
    }
}

impl StartOrder {
    fn judge(&self, client: &Client<'_>, target: &Workload, dial: &Dial, scene: &mut Scene<'_>) {
        let (unit, other) = (&client.workload.unit, &target.unit);
        let one_project = unit.project == other.project && unit.host == other.host;
        let composed = unit.supervisor == Supervisor::Compose && other.supervisor == Supervisor::Compose;
        let plain = target.is_hot() && other.activation == Activation::Always && unit.alternative == other.alternative;
        if !one_project || !composed || !plain {
            return;
        }
        let asked = dial.api == Api::Database
            || target.invocation.as_ref().is_some_and(|client| self.checkable.contains(&client.client));
        let (name, what) = (called(client.workload), called_beside(target, client.workload));
        let headline = match wait(unit, other, scene) {
            Wait::No => format!("{name} starts without waiting for {what}"),
            Wait::Started if asked => format!("{name} waits for the start of {what}, not until it is healthy"),
            Wait::Started | Wait::Healthy => return,
        };
        let listed = unit.depends_on.iter().find(|one| one.value == other.name.value);
        let place = listed.map_or_else(|| Spot::from(&unit.name), Spot::from);
        let report = Report::on(client.workload, place, headline).related(&dial.url, "it is asked here");
        scene.report(report.subject(format!("{} {}", identity(client.workload), identity(target))));
    }
}

/// Answers how a unit waits for another one of its project, through others too.
fn wait(unit: &Unit, target: &Unit, scene: &Scene<'_>) -> Wait {
    let units = || scene.fleet().workloads.iter().map(|workload| &workload.unit);
    let mut best = Wait::No;
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut next: Vec<&Unit> = vec![unit];
    while let Some(unit) = next.pop() {
        for name in unit.depends_on.iter().filter(|name| name.value == target.name.value) {
            let healthy = unit.waits_for_health.contains(&name.value);
            best = best.max(if healthy { Wait::Healthy } else { Wait::Started });
        }
        for name in unit.depends_on.iter().filter(|name| seen.insert(&name.value)) {
            let same = |other: &&Unit| other.project == target.project && other.alternative == target.alternative;
            next.extend(units().filter(same).find(|other| other.name.value == name.value));
        }
    }
    best
}
