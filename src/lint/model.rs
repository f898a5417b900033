//! What a check sees, and the place where it speaks.

use super::flag::Given;
use super::report::Report;
use super::shared::Shared;
use crate::catalogue::{Catalogue, Flag};
use crate::ethereum::PublicKey;
use crate::finding::{Card, Confidence, Finding};
use crate::fleet::{Before, Fleet, Workload, WorkloadId};
use crate::invocation::Invocation;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// What every check sees.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The fleet that the tree describes.
    pub fleet: &'a Fleet,
    /// The fleet before the change, where there is a change to judge.
    pub before: Option<&'a Before>,
    /// What is known about clients and networks.
    pub catalogue: &'a Catalogue,
    /// The day to judge forks and the ends of networks by.
    pub today: Date,
}

impl<'a> Ground<'a> {
    /// Answers every unit that can start and whose client is known.
    pub fn clients(&self) -> impl Iterator<Item = Client<'a>> + use<'a> {
        let fleet = self.fleet;
        (0..fleet.workloads.len()).filter_map(|id| Client::of(fleet, id))
    }
}

/// A way to look at a fleet, with its parameters bound.
pub trait Check: Send + Sync {
    /// Looks, and reports what it finds to the scene.
    fn check(&self, scene: &mut Scene<'_>);

    /// Tells whether it compares two trees, and so has nothing to say of one.
    fn compares(&self) -> bool {
        false
    }

    /// Tells whether it has something to say of a change that is no comparison: what the change brings in from other trees.
    fn looks_abroad(&self) -> bool {
        false
    }
}

/// What one check sees while it works for one card, and the place where it speaks.
pub struct Scene<'a> {
    ground: &'a Ground<'a>,
    shared: &'a Shared<'a>,
    card: &'a Card,
    findings: Vec<Finding>,
}

impl<'a> Scene<'a> {
    /// Opens the scene of a card.
    pub(super) fn new(ground: &'a Ground<'a>, shared: &'a Shared<'a>, card: &'a Card) -> Self {
        Self { ground, shared, card, findings: Vec::new() }
    }

    /// Closes the scene: everything that was said.
    pub(super) fn close(self) -> Vec<Finding> {
        self.findings
    }

    /// Answers the fleet under judgement.
    #[must_use]
    pub fn fleet(&self) -> &'a Fleet {
        self.ground.fleet
    }

    /// Answers the fleet before the change, and what the change does, in an audit.
    #[must_use]
    pub fn before(&self) -> Option<&'a Before> {
        self.ground.before
    }

    /// Answers what is known about clients and networks.
    #[must_use]
    pub fn catalogue(&self) -> &'a Catalogue {
        self.ground.catalogue
    }

    /// Answers the day to judge by.
    #[must_use]
    pub fn today(&self) -> Date {
        self.ground.today
    }

    /// Answers the card at work.
    #[must_use]
    pub fn card(&self) -> &'a Card {
        self.card
    }

    /// Answers every unit that can start and whose client is known.
    pub fn clients(&self) -> impl Iterator<Item = Client<'a>> + use<'a> {
        self.ground.clients()
    }

    /// Answers every flag whose name is known, with what its client makes of it, by the place where it is written: a script and an
    /// anchor serve many units.
    #[must_use]
    pub fn given(&self) -> &'a [Vec<Given<'a>>] {
        self.shared.given(self.ground)
    }

    /// Answers every variable that stands for a flag, by the place where it is written.
    #[must_use]
    pub fn given_variables(&self) -> Vec<Vec<Given<'a>>> {
        super::flag::given_variables(self.ground)
    }

    /// Answers the keys that the tree lists for a unit to ask a signer for.
    #[must_use]
    pub fn keys_asked(&self, id: WorkloadId) -> Option<&'a BTreeSet<PublicKey>> {
        self.shared.asked(self.ground, id)
    }

    /// Answers a unit if it can start and its client is known.
    #[must_use]
    pub fn client(&self, id: WorkloadId) -> Option<Client<'a>> {
        Client::of(self.ground.fleet, id)
    }

    /// Answers every unit that can start and signs with validator keys.
    pub fn validators(&self) -> impl Iterator<Item = Client<'a>> + use<'a> {
        self.clients().filter(|client| client.workload.is_validator())
    }

    /// Tells whether a unit's client can be given a setting at all, in its role: only then can it be missing.
    #[must_use]
    pub fn client_has(&self, client: &Client<'_>, setting: &str) -> bool {
        let page = self.ground.catalogue.client(&client.invocation.client);
        let carries =
            |flag: &Flag| flag.setting.as_deref() == Some(setting) && flag.roles.contains(&client.invocation.role);
        page.is_some_and(|page| page.flags.iter().any(carries))
    }

    /// Says what was found.
    pub fn report(&mut self, report: Report) {
        // What a torn file seems to lack may stand in the part that cannot be read.
        let place = report.place();
        let is_torn = self.shared.is_torn(self.ground, place);
        let report = if is_torn { report.confidence(Confidence::Low) } else { report };
        let report = report.tried_with(self.fleet().path(place.file));
        self.findings.extend(report.finish(self.card));
    }
}

/// A unit whose client is known.
#[derive(Debug, Clone, Copy)]
pub struct Client<'a> {
    /// Its number in the fleet.
    pub id: WorkloadId,
    /// The unit in the fleet.
    pub workload: &'a Workload,
    /// The client it runs.
    pub invocation: &'a Invocation,
}

/// Lets a check look at a fleet for a card that says nothing but its severity.
#[cfg(test)]
pub(super) fn heard(check: &impl Check, fleet: &Fleet, severity: &str) -> Vec<Finding> {
    let json =
        format!(r#"{{"title":"t","severity":"{severity}","why":"w","help":"h","since":"0.1","check":{{"x":{{}}}}}}"#);
    let card: Card = serde_json::from_str(&json).expect("is a card");
    let card = Card { id: "rule".into(), group: "secrets".into(), ..card };
    let today = jiff::civil::date(2026, 11, 25);
    let ground = Ground { fleet, before: None, catalogue: &Catalogue::builtin(), today };
    let shared = Shared::default();
    let mut scene = Scene::new(&ground, &shared, &card);
    check.check(&mut scene);
    scene.close()
}

impl<'a> Client<'a> {
    fn of(fleet: &'a Fleet, id: WorkloadId) -> Option<Self> {
        let workload = fleet.workloads.get(id).filter(|workload| workload.is_hot())?;
        Some(Self { id, workload, invocation: workload.invocation.as_ref()? })
    }
}
