//! Owners that keys left which are known by their numbers, and that nothing stops: those of layouts, whose roles need not be in the tree.

use super::convoy::Convoy;
use super::model::Scene;
use crate::finding::Confidence;
use crate::fleet::{Before, Fleet, Home, Move, MoveKind, Place, Process, Workload};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Why an old owner can still sign.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Danger {
    /// The role that brings it is skipped under a condition that no longer holds.
    Skipped(Span, String),
    /// It is still deployed, and left with no keys to sign with.
    Emptied(Process),
    /// A unit of this host still signs, and what it loads lies on its own disk.
    StillSigns(String),
    /// The list that it stood in no longer has it, though its host is still looked after.
    LeftOut(Process),
}

/// Reports them, those of one cause together.
pub fn report(before: &Before, scene: &mut Scene<'_>) {
    let now = Now::of(scene.fleet());
    for ((_, danger), convoy) in Convoy::gather(before.moves.iter(), |found| now.danger(found, before)) {
        let Some(from) = convoy.first().and_then(|found| found.from.as_ref()) else { continue };
        let keys = convoy.counted();
        let owners = convoy.owners();
        let (headline, why, sure) = match &danger {
            Danger::Skipped(_, condition) => (
                format!("{keys} left {owners}, which nothing stops: its role is merely skipped"),
                format!(
                    "The change makes `{condition}` untrue: that skips the role which deploys what held the keys, and what runs goes on with them."
                ),
                Confidence::High,
            ),
            Danger::Emptied(process) => (
                format!("{keys} left {owners}, which can still start with them"),
                format!(
                    "The {} stays deployed without a key of its own, and nothing in the tree shows that the key files on its disk go before the new owner starts.",
                    process.word()
                ),
                Confidence::Medium,
            ),
            Danger::StillSigns(_) => (
                format!("{keys} left {owners}, where something can still start with them"),
                "A unit that signs is still deployed there, and what it loads lies on its own disk, where a table changes nothing.".to_owned(),
                Confidence::Medium,
            ),
            Danger::LeftOut(process) => (
                format!("{keys} left {owners}, which the list no longer names and nothing stops"),
                format!(
                    "What goes over the list no longer comes to that {}: it runs on as it was, with its keys, on a host that is still there.",
                    process.word()
                ),
                Confidence::Medium,
            ),
        };
        let Some(mut report) = convoy.report(headline, scene) else { continue };
        let signer = |host: &str| now.signers.get(host).map(|workload| workload.unit.name.span);
        report = match &danger {
            Danger::StillSigns(host) => match signer(host) {
                Some(place) => report.pointing(place, "this can still start"),
                None => report.pointing(from.span, "the old owner"),
            },
            Danger::Skipped(place, _) => report.pointing(*place, "this turns false, and nothing stops what it started"),
            _ => report.pointing(from.span, "the old owner"),
        };
        scene.report(report.because(why).confidence(sure));
    }
}

/// Answers the first unit of each host that would sign with whatever keys it has.
#[must_use]
pub fn signers(fleet: &Fleet) -> BTreeMap<&str, &Workload> {
    let mut signers = BTreeMap::new();
    for workload in fleet.workloads.iter().filter(|workload| workload.is_hot() && can_sign(workload)) {
        signers.entry(workload.unit.host.as_str()).or_insert(workload);
    }
    signers
}

/// Tells whether a unit signs, or would if it had keys.
#[must_use]
pub fn can_sign(workload: &Workload) -> bool {
    workload.is_validator() || matches!(Process::of(workload), Process::ValidatorClient | Process::Signer)
}

/// What owns numbers and what is brought after the change.
struct Now<'f> {
    owners: BTreeSet<(&'f str, &'f str, Process)>,
    hosts: BTreeSet<&'f str>,
    /// The first unit of each host that would sign.
    signers: BTreeMap<&'f str, &'f Workload>,
    fleet: &'f Fleet,
}

impl<'f> Now<'f> {
    fn of(fleet: &'f Fleet) -> Self {
        let name = |range: &'f crate::fleet::HeldRange| {
            let stand =
                range.stand.and_then(|at| fleet.inventory.stands.get(at)).map(|stand| stand.name.value.as_str());
            let unit = || Some(fleet.workloads.get(range.workload?)?.unit.name.value.as_str());
            stand.or_else(unit)
        };
        let owner = |range: &'f crate::fleet::HeldRange| {
            let labels = [Some(range.unit.as_str()), name(range)];
            labels.into_iter().flatten().map(|unit| (range.host.as_str(), unit, range.process))
        };
        let listed = fleet.inventory.hosts.iter().map(|host| host.name.as_str());
        let hosts = listed.chain(fleet.ranges.iter().map(|range| range.host.as_str())).collect();
        Self { owners: fleet.ranges.iter().flat_map(owner).collect(), hosts, signers: signers(fleet), fleet }
    }

    fn owns(&self, home: &Home) -> bool {
        self.owners.contains(&(home.host.as_str(), home.unit.as_str(), home.process))
    }

    fn danger(&self, found: &Move, before: &Before) -> Option<Danger> {
        let from = found.from.as_ref().filter(|_| !matches!(found.kind, MoveKind::Added | MoveKind::Rename))?;
        if found.ranges.is_empty() {
            let host = from.home.host.as_str();
            return self.signers.contains_key(host).then(|| Danger::StillSigns(host.to_owned()));
        }
        // Who goes on with other numbers is deployed with them; so is whoever the keys merely got another name for.
        if self.owns(&from.home) || !self.hosts.contains(from.home.host.as_str()) {
            return None;
        }
        self.of_stand(from, before)
            .or_else(|| self.of_unit(from, before))
            .unwrap_or(Some(Danger::LeftOut(from.home.process)))
    }

    /// Judges a unit of a role outside of the tree; nothing if it is none, and no danger if something stops it.
    fn of_stand(&self, from: &Place, before: &Before) -> Option<Option<Danger>> {
        let old = before.fleet.inventory.stands.get(from.stand?)?;
        let same = |stand: &&crate::deployment::Stand| stand.host == old.host && stand.name.value == old.name.value;
        let now: Vec<_> = self.fleet.inventory.stands.iter().filter(same).collect();
        if now.iter().any(|stand| stand.runs) {
            return Some(Some(Danger::Emptied(from.home.process)));
        }
        // A unit of a name that nothing gives any more is not skipped: it is forgotten.
        let Some(condition) = now.iter().find_map(|stand| stand.condition.as_ref()) else {
            return Some(Some(Danger::LeftOut(from.home.process)));
        };
        let skipped = || Danger::Skipped(condition.text.span(), condition.text.value().trim().to_owned());
        Some((!condition.stopped_otherwise).then(skipped))
    }

    /// Judges a unit of the tree.
    fn of_unit(&self, from: &Place, before: &Before) -> Option<Option<Danger>> {
        let old = before.fleet.workloads.get(from.workload?)?;
        let home = Home::of(old);
        let now = before.unit_now(&home).map(|id| &self.fleet.workloads[id]).filter(|unit| unit.is_hot());
        if now.is_some() {
            return Some(Some(Danger::Emptied(from.home.process)));
        }
        let condition = old.unit.condition.as_ref();
        let Some(condition) = condition else { return Some(Some(Danger::LeftOut(from.home.process))) };
        let skipped = || Danger::Skipped(condition.text.span(), condition.text.value().trim().to_owned());
        Some((!condition.stopped_otherwise).then(skipped))
    }
}
