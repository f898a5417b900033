//! What runs beside the units that hold keys, on the same host.

use super::model::Scene;
use crate::catalogue::{Companion, ImageName, Role};
use crate::deployment::{Supervisor, host};
use crate::fleet::Workload;
use crate::source::FileId;
use std::collections::BTreeMap;

/// Answers every unit that can start and whose image is software that the table knows, with its page.
pub fn companions<'a>(scene: &Scene<'a>) -> impl Iterator<Item = (&'a Workload, &'a Companion)> + use<'a> {
    let catalogue = scene.catalogue();
    let hot = scene.fleet().workloads.iter().filter(|workload| workload.is_hot());
    hot.filter_map(|workload| Some((workload, catalogue.companion(repository(workload)?)?)))
}

/// Answers registry and repository of a unit's image, where they are known.
fn repository(workload: &Workload) -> Option<&str> {
    let image = workload.unit.image.as_ref()?;
    let end = ImageName::parse(image.value()).repository.end;
    image.is_known_in(0..end).then(|| image.value().get(..end)).flatten()
}

/// All units by their hosts, and those among them that hold keys by what runs them.
pub struct Hosts<'a> {
    units: BTreeMap<&'a str, Vec<&'a Workload>>,
    holders: BTreeMap<Machine<'a>, Holders<'a>>,
}

/// A host, what runs its units, and the pod where that is a cluster: what runs there runs on one machine only if it is of one pod.
type Machine<'a> = (&'a str, Supervisor, &'a str);

/// The units of a machine that can start and hold keys, by project and alternative.
type Holders<'a> = BTreeMap<&'a str, BTreeMap<Option<&'a str>, Vec<&'a Workload>>>;

impl<'a> Hosts<'a> {
    /// Collects the units of a fleet.
    pub fn of(scene: &Scene<'a>) -> Self {
        let mut hosts = Self { units: BTreeMap::new(), holders: BTreeMap::new() };
        for workload in &scene.fleet().workloads {
            hosts.units.entry(&workload.unit.host).or_default().push(workload);
            if workload.is_hot()
                && holds_keys(workload)
                && let Some(machine) = machine(workload)
            {
                let projects = hosts.holders.entry(machine).or_default();
                let choices = projects.entry(&workload.unit.project).or_default();
                choices.entry(workload.unit.alternative.as_deref()).or_default().push(workload);
            }
        }
        hosts
    }

    /// Answers the units on the host of one, that one included, in order.
    pub fn beside<'h>(&'h self, unit: &'h Workload) -> impl Iterator<Item = &'a Workload> + use<'a, 'h> {
        self.units.get(unit.unit.host.as_str()).into_iter().flatten().copied()
    }

    /// Answers the units on the machine of another one that can start and hold keys, validator units and signers: those of its
    /// own project first.
    pub fn key_holders<'h>(&'h self, beside: &'h Workload) -> impl Iterator<Item = &'a Workload> + use<'a, 'h> {
        let unit = &beside.unit;
        let projects = machine(beside).and_then(|machine| self.holders.get(&machine));
        // Two alternatives of one project are choices.
        let own = projects.and_then(|projects| projects.get(unit.project.as_str())?.get(&unit.alternative.as_deref()));
        let others = projects.into_iter().flatten().filter(|(project, _)| **project != unit.project);
        let others = others.flat_map(|(_, choices)| choices.values());
        own.into_iter().chain(others).flatten().copied()
    }
}

/// Answers the machine that a unit runs on, as far as it shares one with others.
fn machine(workload: &Workload) -> Option<Machine<'_>> {
    let unit = &workload.unit;
    let pod = if unit.supervisor == Supervisor::Kubernetes { unit.loopback.as_str() } else { "" };
    let is_alone = unit.supervisor == Supervisor::Kubernetes && pod.is_empty();
    (!is_alone).then_some((unit.host.as_str(), unit.supervisor, pod))
}

/// Tells whether a unit can sign.
pub fn holds_keys(workload: &Workload) -> bool {
    workload.is_validator() || workload.invocation.as_ref().is_some_and(|client| client.role == Role::Signer)
}

/// Answers the units with keys on the machines that a file is about: the host that its folder stands for, or, where it is no
/// host's own, every machine that the tree runs units on. The second answer tells whether it is the host's own.
pub fn key_holders_near<'a>(scene: &Scene<'a>, path: &str, file: FileId) -> (Vec<&'a Workload>, bool) {
    let on_machines = |workload: &&Workload| workload.unit.supervisor != Supervisor::Kubernetes;
    let hot = scene.fleet().workloads.iter().filter(|workload| workload.is_hot() && holds_keys(workload));
    let holders: Vec<&Workload> = hot.filter(on_machines).collect();
    let host = host(path.rsplit_once('/').map_or("", |(folder, _)| folder));
    let is_own = |holder: &&Workload| holder.unit.host == host || holder.unit.name.span.file == file;
    let own: Vec<&Workload> = holders.iter().copied().filter(is_own).collect();
    let somebodys = !host.is_empty() && scene.fleet().workloads.iter().any(|workload| workload.unit.host == host);
    // A folder of what several machines have in common.
    let shared = ["roles/", "templates/", "files/", "group_vars/", "playbooks/", "tasks/", "modules/", "common/"];
    match () {
        () if !own.is_empty() || somebodys => (own, true),
        () if host.is_empty() || shared.iter().any(|part| format!("/{path}").contains(&format!("/{part}"))) => {
            (holders, false)
        }
        () => (Vec::new(), false),
    }
}
