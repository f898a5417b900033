//! An interchange file that was exported long ago lacks what was signed since.

use crate::catalogue::Network;
use crate::lint::interchange::{network_of, stale};
use crate::lint::model::{Check, Scene};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// What a card says of old histories.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct InterchangeAge {
    /// By how many epochs a history may end before the day of the run.
    epochs: u64,
}

impl Check for InterchangeAge {
    fn check(&self, scene: &mut Scene<'_>) {
        for file in scene.fleet().inventory.interchanges.iter().filter(|file| !file.fixture) {
            let network = network_of(&file.history, scene.catalogue());
            let Some(epoch) = network.and_then(|network| epoch_on(network, scene.today())) else { continue };
            if let Some(report) = stale(&file.history, &file.path, epoch, self.epochs) {
                scene.report(report.written_in(&file.path));
            }
        }
    }
}

/// Answers the epoch in which a day begins (UTC); nothing before genesis, or where that is not known.
fn epoch_on(network: &Network, day: Date) -> Option<u64> {
    let now = TimeZone::UTC.to_timestamp(day.at(0, 0, 0, 0)).ok()?.as_second();
    let since = u64::try_from(now).ok()?.checked_sub(network.genesis_time?)?;
    since.checked_div(network.seconds_per_slot.checked_mul(network.slots_per_epoch)?)
}
