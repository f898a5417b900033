//! A change of release that nobody has tried, or that goes back over a change of the database.

use crate::catalogue::Version;
use crate::fleet::{Fleet, Stage, Workload};
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a card says of steps from one release to another.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct VersionStep {
    /// Speaks about production that takes a release which no test environment of the tree runs.
    #[serde(default)]
    untested: bool,
    /// Releases after which a database cannot be read by older ones.
    #[serde(default)]
    migrations: Vec<Migration>,
}

/// A release that changes its database for good.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Migration {
    /// The client's id.
    client: String,
    /// The first release with the new database.
    release: String,
    /// What changes, to read on from "because".
    what: String,
}

impl Check for VersionStep {
    fn check(&self, scene: &mut Scene<'_>) {
        let Some(before) = scene.before() else { return };
        let tried = tried(scene.fleet());
        for client in scene.clients() {
            let old = before.counterpart(client.workload);
            let Some(step) = old.and_then(|old| Step::of(old, client)) else { continue };
            let report = if self.untested { untested(&step, &tried) } else { self.back(&step) };
            if let Some(report) = report {
                scene.report(report);
            }
        }
    }

    fn compares(&self) -> bool {
        true
    }
}

/// A unit whose release changed.
struct Step<'a> {
    client: Client<'a>,
    was: &'a Version,
    is: &'a Version,
    old: &'a Workload,
}

impl<'a> Step<'a> {
    fn of(old: &'a Workload, client: Client<'a>) -> Option<Self> {
        let known = old.invocation.as_ref().filter(|known| known.client == client.invocation.client)?;
        let (was, is) = (known.version.as_ref()?, client.invocation.version.as_ref()?);
        (was != is).then_some(Self { client, was, is, old })
    }

    fn report(&self, headline: String) -> Report {
        let workload = self.client.workload;
        let place = |unit: &Workload| unit.unit.image.as_ref().map_or(Spot::from(unit.unit.name.span), Spot::from);
        Report::on(workload, place(workload), headline).related(place(self.old), "the release before").subject(format!(
            "{} {} {}",
            identity(workload),
            self.was,
            self.is
        ))
    }
}

/// The releases that test environments run, as far as they are known, by client.
type Tried<'f> = BTreeMap<&'f str, BTreeSet<&'f Version>>;

fn tried(fleet: &Fleet) -> Tried<'_> {
    let mut tried = Tried::new();
    let tests = fleet.workloads.iter().filter(|workload| workload.stage != Stage::Production);
    for client in tests.filter_map(|workload| workload.invocation.as_ref()) {
        tried.entry(&client.client).or_default().extend(&client.version);
    }
    tried
}

/// Production takes a release that no test environment runs, though there is one with this client.
fn untested(step: &Step<'_>, tried: &Tried<'_>) -> Option<Report> {
    let workload = step.client.workload;
    let tried = tried.get(step.client.invocation.client.as_str())?;
    if workload.stage != Stage::Production || tried.contains(step.is) {
        return None;
    }
    let name = &step.client.invocation.client_name;
    Some(step.report(format!(
        "{} goes to {name} {} before any test environment of this tree does",
        called(workload),
        step.is
    )))
}

impl VersionStep {
    /// A release older than the one that changed the database.
    fn back(&self, step: &Step<'_>) -> Option<Report> {
        let of_client = |migration: &&Migration| migration.client == step.client.invocation.client;
        let crossed = |migration: &&Migration| {
            let release = Version::parse(&migration.release);
            release.is_some_and(|release| *step.is < release && *step.was >= release)
        };
        let migration = self.migrations.iter().filter(of_client).find(crossed)?;
        let workload = step.client.workload;
        let name = &step.client.invocation.client_name;
        let headline = format!(
            "{} goes back from {name} {} to {}, which cannot read its database",
            called(workload),
            step.was,
            step.is
        );
        Some(step.report(headline).because(format!("{} {} {}.", name, migration.release, migration.what)))
    }
}
