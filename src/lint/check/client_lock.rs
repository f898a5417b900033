//! The locks that keep two processes off one key stay on.

use crate::invocation::Answer;
use crate::lint::expect::position;
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Scene};
use crate::lint::removal::removals;
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use crate::source::Text;
use serde::Deserialize;

/// What a card says of lock files.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ClientLock {
    /// The switch of a validator unit that locks its keystores.
    setting: String,
    /// How the names of lock files end.
    endings: Vec<String>,
}

impl Check for ClientLock {
    fn check(&self, scene: &mut Scene<'_>) {
        for client in scene.validators() {
            let answer = client.invocation.setting(&self.setting);
            let off = match answer {
                Answer::Set(setting) if position(answer) == Some(false) => Some(Spot::from(setting)),
                _ => None,
            };
            let removals = removals(&client.workload.unit);
            let deleted = removals.iter().map(|removal| removal.path).filter(|path| self.is_lock(path)).map(Spot::from);
            let mut places = off.into_iter().chain(deleted);
            let Some(primary) = places.next() else { continue };
            let headline = format!("{} runs without the locks on its keystores", called(client.workload));
            let mut report =
                Report::on(client.workload, primary, headline).subject(identity(client.workload)).cause(&self.setting);
            for place in places {
                report = report.related(place, "so does this");
            }
            scene.report(report);
        }
    }
}

impl ClientLock {
    fn is_lock(&self, path: &Text) -> bool {
        let written = path.value().trim_end_matches('*');
        self.endings.iter().any(|ending| written.ends_with(ending.as_str()))
    }
}
