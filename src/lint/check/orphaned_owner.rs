//! Keys left an owner that can still start with them.

use crate::deployment::{Activation, Restart, Supervisor};
use crate::finding::Confidence;
use crate::fleet::{Before, Fleet, Move, MoveKind, Place, Workload, WorkloadId, keeps_material};
use crate::lint::convoy::named;
use crate::lint::fact::called;
use crate::lint::left_numbers::{self, can_sign};
use crate::lint::model::{Check, Scene};
use crate::lint::moves::{counted, crossing};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct OrphanedOwner {}

/// Why an old owner can still sign with keys that it lost.
struct Danger<'a> {
    /// The old owner as it stands after the change, or as it stood before if the change only skips it.
    owner: &'a Workload,
    /// Whether it stands in the tree after the change.
    stands: bool,
    why: String,
    confidence: Confidence,
}

impl Check for OrphanedOwner {
    fn check(&self, scene: &mut Scene<'_>) {
        let Some(before) = scene.before() else { return };
        left_numbers::report(before, scene);
        let after = Holders::of(scene.fleet());
        for found in named(before).filter(|found| found.kind != MoveKind::Added) {
            let Some(from) = &found.from else { continue };
            let Some(danger) = danger(found, from, before, &after) else { continue };
            let headline = format!("{} left {}, which can still start with them", counted(found), from.home);
            let Some(mut report) = crossing(found, headline, scene) else { continue };
            let owner = &danger.owner.unit;
            let place =
                owner.restart.as_ref().filter(|restart| restart.value != Restart::No).map(|restart| restart.span);
            let (place, text) = match (danger.stands, place) {
                (true, Some(place)) => (place, "this starts the old owner again"),
                (true, None) => (owner.name.span, "the old owner is still here"),
                (false, _) => (owner.name.span, "the old owner, which nothing stops"),
            };
            report = report.pointing(place, text);
            report = report.because(format!("{}.", danger.why)).also(danger.owner).confidence(danger.confidence);
            scene.report(report);
        }
    }

    fn compares(&self) -> bool {
        true
    }
}

/// The fleet after the change, and which of its units hold keys.
struct Holders<'a> {
    fleet: &'a Fleet,
    holders: BTreeSet<WorkloadId>,
    /// The first unit of each host that would sign.
    signers: BTreeMap<&'a str, &'a Workload>,
}

impl<'a> Holders<'a> {
    fn of(fleet: &'a Fleet) -> Self {
        let holding = fleet.holdings.iter().filter(|place| place.form.makes_owner());
        let holders = holding.flat_map(|place| place.lodging.owners.iter().copied()).collect();
        let signers = left_numbers::signers(fleet);
        Self { fleet, holders, signers }
    }
}

/// Tells whether the owner that keys left can still sign with them, and why.
fn danger<'a>(found: &Move, from: &Place, before: &'a Before, after: &Holders<'a>) -> Option<Danger<'a>> {
    let Some(old) = from.workload.and_then(|id| before.fleet.workloads.get(id)) else { return of_host(from, after) };
    let Some(id) = before.unit_now(&from.home) else { return skipped(old) };
    let now = &after.fleet.workloads[id];
    if !now.is_hot() {
        return switched_off(now, old);
    }
    if !matches!(now.unit.activation, Activation::Always) && matches!(old.unit.activation, Activation::Always) {
        // A spare that only a profile starts is down unless somebody starts it.
        return None;
    }
    let kept = keeps_material(found, from, &before.fleet)
        .then_some("its keys lie on its own disk, where the change does not reach them");
    let name = called(now);
    let why = match (&kept, after.holders.contains(&id)) {
        (Some(kept), _) => format!("The {name} is still deployed, and {kept}"),
        (None, false) if can_sign(now) => {
            format!(
                "The {name} is still deployed as it was, though it has no keys left to sign with: what runs now goes on with them until it is stopped"
            )
        }
        (None, _) => return None,
    };
    let confidence = if kept.is_some() { Confidence::High } else { Confidence::Medium };
    Some(Danger { owner: now, stands: true, why, confidence })
}

/// A unit that the change merely leaves out under a condition keeps running.
fn skipped(old: &Workload) -> Option<Danger<'_>> {
    let condition = old.unit.condition.as_ref().filter(|condition| !condition.stopped_otherwise)?;
    let why = format!(
        "The change only makes `{}` untrue: that skips the steps which deploy {}, and none stops it where it runs",
        condition.text.value(),
        called(old)
    );
    Some(Danger { owner: old, stands: false, why, confidence: Confidence::High })
}

/// A unit that is kept in the tree but is not to start: where a supervisor of the host remembers it, it comes back.
fn switched_off<'a>(now: &'a Workload, old: &Workload) -> Option<Danger<'a>> {
    let skipped = now.unit.condition.as_ref().is_some_and(|condition| !condition.stopped_otherwise);
    let comes_back = old
        .unit
        .restart
        .as_ref()
        .is_some_and(|restart| matches!(restart.value, Restart::Always | Restart::UnlessStopped));
    let remembered =
        matches!(now.unit.supervisor, Supervisor::Compose | Supervisor::Docker | Supervisor::Systemd) && comes_back;
    let why = match (skipped, remembered) {
        (true, _) => format!("The {} is merely skipped now, and nothing stops it where it runs", called(now)),
        (false, true) => format!(
            "The {} is only switched off in the file: its container keeps its restart policy until it is removed, and comes back when the machine does",
            called(now)
        ),
        (false, false) => return None,
    };
    Some(Danger { owner: now, stands: true, why, confidence: Confidence::High })
}

/// Keys that lay on a host, nobody shows loaded by what: whatever signs there has them.
fn of_host<'a>(from: &Place, after: &Holders<'a>) -> Option<Danger<'a>> {
    let owner = *after.signers.get(from.home.host.as_str())?;
    let why = format!("The {} is still deployed there, and what it loads lies on its own disk", called(owner));
    Some(Danger { owner, stands: true, why, confidence: Confidence::Medium })
}
