//! Nothing clears the signing history before the client starts.

use crate::deployment::{below, normalise};
use crate::finding::{Confidence, Severity};
use crate::fleet::{Purpose, Workload};
use crate::invocation::Answer;
use crate::lint::expect::position;
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::removal::removals;
use crate::lint::report::Report;
use crate::lint::signer::{Backing, SHARE_ALONE};
use crate::lint::spot::Spot;
use crate::source::{Span, Text};
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a card says of clearing histories.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ClearedHistory {
    /// The switch of a validator unit that clears its history.
    setting: String,
    /// File names of signing histories, whatever their folder.
    names: Vec<String>,
}

impl Check for ClearedHistory {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.validators() {
            let backing = Backing::of(&client, scene.fleet());
            if !matches!(backing, Backing::Signer)
                && let Some(report) = self.of_validator(&client)
            {
                scene.report(weigh(report, &client, &backing));
            }
        }
        // A unit beside the clients can clear what lies on their common volume.
        let fleet = scene.fleet();
        let own =
            |client: Client<'_>| removals(&client.workload.unit).iter().map(|it| it.path.span()).collect::<Vec<_>>();
        // What runs before a client in its own pod is the client's own, though a unit of its own does it.
        let said: BTreeSet<Span> = scene.validators().flat_map(own).collect();
        for cleaner in fleet.workloads.iter().filter(|unit| unit.is_hot() && !unit.is_validator()) {
            let removed = removals(&cleaner.unit)
                .into_iter()
                .filter(|removal| removal.always && !said.contains(&removal.path.span()));
            let Some(path) = removed.map(|removal| removal.path).find(|path| self.is_named(path)) else { continue };
            let robbed = scene.validators().filter(|client| client.workload.unit.project == cleaner.unit.project);
            let Some(client) = robbed.min_by_key(|client| client.id) else { continue };
            let name = &client.workload.unit.name.value;
            let headline = format!("{} deletes the signing history of `{name}` at every start", called(cleaner));
            scene.report(Report::on(client.workload, path, headline).subject(identity(cleaner)));
        }
    }
}

impl ClearedHistory {
    fn of_validator(&self, client: &Client<'_>) -> Option<Report> {
        let answer = client.invocation.setting(&self.setting);
        let flag = match answer {
            Answer::Set(setting) if position(answer) == Some(true) => Some(Spot::from(setting)),
            _ => None,
        };
        let workload = client.workload;
        let removals = removals(&workload.unit);
        let fits = |path: &Text| self.is_named(path) || holds_history(path, workload);
        let deleted: Vec<_> = removals.iter().filter(|removal| fits(removal.path)).collect();
        let always = flag.is_some() || deleted.first().is_some_and(|removal| removal.always);
        let mut places = flag.into_iter().chain(deleted.iter().map(|removal| Spot::from(removal.path)));
        let (can, when) = if always { ("clears", "every start") } else { ("can clear", "a start") };
        let headline = format!("{} {can} its signing history at {when}", called(workload));
        let mut report = Report::on(workload, places.next()?, headline).subject(identity(workload));
        for place in places {
            report = report.related(place, "so does this");
        }
        if !always {
            report = report
                .severity(Severity::High)
                .confidence(Confidence::Medium)
                .because("It does so under a condition that this repository does not decide: one step milder.");
        }
        Some(report)
    }

    /// Tells whether a path ends in the name of a signing history, its journals (`-wal`) and a star behind it included.
    fn is_named(&self, path: &Text) -> bool {
        let written = path.value().trim_end_matches('/');
        let last = written.rsplit('/').next().unwrap_or(written).trim_end_matches('*');
        self.names
            .iter()
            .any(|name| last.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-')))
    }
}

/// Tells whether a path is the folder of a unit's history, or one above it.
fn holds_history(path: &Text, workload: &Workload) -> bool {
    // A word of a conditional command is a hole as a whole, and still says what it says.
    let written = path.value();
    if !path.is_known() && (!path.is_hole() || written.contains('$')) {
        return false;
    }
    let Some(folder) = normalise(written.strip_suffix("/*").unwrap_or(written)) else { return false };
    let mut histories = workload.stores.iter().filter(|store| store.purpose == Purpose::History);
    histories.any(|store| below(&folder, &store.path).is_some())
}

fn weigh(report: Report, client: &Client<'_>, backing: &Backing<'_>) -> Report {
    let report = match backing.weakness() {
        Some(weakness) => report.because(weakness),
        None => report,
    };
    if matches!(backing, Backing::Unseen) {
        return report.severity(Severity::High).confidence(Confidence::Medium);
    }
    if client.workload.behind_dvt { report.severity(Severity::High).because(SHARE_ALONE) } else { report }
}
