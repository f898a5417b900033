//! What a password guards, as far as its name and its uses tell, and what it is worth to a stranger.

use super::bearing::{Bearing, Way};
use super::report::Report;
use crate::deployment::SecretPlace;
use crate::finding::Confidence;
use crate::fleet::{Api, Fleet, Reach, Target, Workload, WorkloadId};
use serde::Deserialize;
use std::collections::BTreeSet;

/// How a card tells passwords apart.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Passwords {
    /// Parts of names of passwords that guard keys.
    keys: Vec<String>,
    /// Parts of names of passwords that guard databases.
    databases: Vec<String>,
    /// The setting of a signer that holds its database's password.
    setting: String,
    /// The variables by which a database is given its password.
    variables: Vec<String>,
    /// Folders whose passwords guard something else, whatever they are called: certificates.
    apart: Vec<String>,
}

/// What is known of the databases that a password opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reachable {
    /// Only units that share a network with them reach them.
    ByUnits,
    /// Somebody else does.
    ByOthers,
    /// The tree does not show who does.
    Unknown,
}

impl Passwords {
    /// Judges a password by what it guards.
    pub fn weigh(
        &self,
        report: Report,
        secret: &SecretPlace,
        path: &str,
        users: &BTreeSet<Bearing<'_>>,
        fleet: &Fleet,
    ) -> Report {
        let name = secret.name.to_ascii_lowercase();
        let has = |parts: &[String]| parts.iter().any(|part| name.contains(part.as_str()));
        let apart = path.split('/').any(|folder| self.apart.iter().any(|known| known == folder));
        match self.opened(fleet, users) {
            Some(Reachable::ByUnits) => report
                .milder("Only units of its own network reach the database, so that the password alone opens nothing:")
                .milder("two steps milder.")
                .confidence(Confidence::Medium),
            Some(Reachable::ByOthers) => report,
            Some(Reachable::Unknown) => unknown_reach(report),
            None if has(&self.databases) => unknown_reach(report),
            None if has(&self.keys) && !apart => report,
            None => {
                let report = report
                    .milder("Its name does not say that it guards keys or a signing history: one step milder.")
                    .confidence(Confidence::Medium);
                if apart { report.milder("It stands beside certificates: one step more.") } else { report }
            }
        }
    }

    /// Answers who reaches the databases that the uses of a password speak of; nothing if they speak of none.
    fn opened(&self, fleet: &Fleet, users: &BTreeSet<Bearing<'_>>) -> Option<Reachable> {
        let found = users.iter().filter_map(|user| self.by_use(fleet, user.id, user.by));
        found.reduce(|one, other| match (one, other) {
            (Reachable::ByOthers, _) | (_, Reachable::ByOthers) => Reachable::ByOthers,
            (Reachable::Unknown, _) | (_, Reachable::Unknown) => Reachable::Unknown,
            _ => Reachable::ByUnits,
        })
    }

    fn by_use(&self, fleet: &Fleet, id: WorkloadId, by: Way<'_>) -> Option<Reachable> {
        let workload = &fleet.workloads[id];
        match by {
            Way::Variable(name) if self.variables.iter().any(|variable| variable == name) => Some(reachable(workload)),
            Way::Setting(name) if name == self.setting => {
                let mut dials = workload.dials.iter().filter(|dial| dial.api == Api::Database);
                dials.next().map(|dial| match dial.target {
                    Target::Workload(database) => reachable(&fleet.workloads[database]),
                    Target::Outside => Reachable::ByOthers,
                    Target::Missing(_) | Target::Unknown => Reachable::Unknown,
                })
            }
            _ => None,
        }
    }
}

fn unknown_reach(report: Report) -> Report {
    report.milder("The tree does not show who reaches the database: one step milder.").confidence(Confidence::Medium)
}

/// Tells who reaches the database that a unit is.
fn reachable(workload: &Workload) -> Reachable {
    let mut reaches = workload.serving(Api::Database).map(|service| &service.reach).peekable();
    if reaches.peek().is_some() {
        return reaches.fold(Reachable::ByUnits, |found, reach| match reach {
            Reach::Public(..) => Reachable::ByOthers,
            Reach::Unknown if found == Reachable::ByUnits => Reachable::Unknown,
            _ => found,
        });
    }
    let shares = workload.unit.network_mode.as_ref().is_some_and(|mode| mode.known() != Some("bridge"));
    if workload.unit.ports.is_empty() && !shares { Reachable::ByUnits } else { Reachable::Unknown }
}
