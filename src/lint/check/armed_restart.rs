//! A unit that lost keys in an earlier change is started again by this one.

use crate::fleet::{Home, Workload};
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Scene};
use crate::lint::moves::many;
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ArmedRestart {}

/// As many keys stand in a finding by themselves.
const NAMED: usize = 100;

impl Check for ArmedRestart {
    fn check(&self, scene: &mut Scene<'_>) {
        let Some(before) = scene.before() else { return };
        if before.losses.is_empty() {
            return;
        }
        for (old, new) in before.restarted(scene.fleet()) {
            let home = Home::of(old);
            let lost = before.losses.iter().filter(|loss| loss.is_of(&home) && loss.stands(&before.fleet));
            let lost: Vec<_> = lost.collect();
            let Some(first) = lost.first() else { continue };
            let count = lost.iter().map(|loss| loss.count).fold(0, u64::saturating_add);
            let (place, was) = changed(old, new);
            let headline = format!(
                "{} is started again by this change, and lost {} before it: what lies on its disk loads them again",
                called(new),
                many(count)
            );
            let when = if first.when.is_empty() { String::new() } else { format!(" by {}", first.when) };
            let report = Report::on(new, place, headline)
                .label("this starts it again")
                .related(was, "as it was")
                .because(format!("They went to {}{when}.", first.to))
                .keys(lost.iter().flat_map(|loss| &loss.keys).take(NAMED).map(ToString::to_string))
                .subject(identity(new));
            scene.report(report);
        }
    }

    fn compares(&self) -> bool {
        true
    }
}

/// The places of what differs between two states of a unit: the image, else the command, else its name.
fn changed(old: &Workload, new: &Workload) -> (Spot, Spot) {
    let name = |unit: &Workload| Spot::from(&unit.unit.name);
    let images = old.unit.image.as_ref().zip(new.unit.image.as_ref());
    if let Some((was, is)) = images.filter(|(was, is)| was.value() != is.value()) {
        return (Spot::from(is), Spot::from(was));
    }
    let words = |unit: &Workload| -> Vec<String> {
        unit.unit.command.words.iter().map(|word| word.value().to_owned()).collect()
    };
    let (was, is) = (words(old), words(new));
    let at = was.iter().zip(&is).take_while(|(was, is)| was == is).count();
    let word = |unit: &Workload| unit.unit.command.words.get(at).map_or_else(|| name(unit), Spot::from);
    if was == is { (name(new), name(old)) } else { (word(new), word(old)) }
}
