//! What runs beside the units that hold keys, on the same host.

use super::model::Scene;
use crate::catalogue::{Companion, ImageName, Role};
use crate::deployment::Supervisor;
use crate::fleet::Workload;

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

/// Answers the units on the host of another one that hold keys: validator units and signers.
pub fn key_holders<'a>(scene: &Scene<'a>, beside: &Workload) -> Vec<&'a Workload> {
    let same_host = |workload: &&Workload| {
        let (one, other) = (&workload.unit, &beside.unit);
        // Two alternatives of one project are choices.
        let choice = one.project == other.project && one.alternative != other.alternative;
        // What runs in one cluster runs on one machine only if it is of one pod.
        let pods =
            one.supervisor == Supervisor::Kubernetes && (one.loopback.is_empty() || one.loopback != other.loopback);
        one.host == other.host && one.supervisor == other.supervisor && !choice && !pods
    };
    scene
        .fleet()
        .workloads
        .iter()
        .filter(|workload| workload.is_hot() && holds_keys(workload))
        .filter(same_host)
        .collect()
}

/// Tells whether a unit can sign.
pub fn holds_keys(workload: &Workload) -> bool {
    workload.is_validator() || workload.invocation.as_ref().is_some_and(|client| client.role == Role::Signer)
}
