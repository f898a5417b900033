//! The hosts and the plays of a tree as facts, for rules that judge how they are listed and rolled out.

use super::datum::Datum;
use super::play::Play;
use super::world::World;
use crate::deployment::{self, ListedHost};
use crate::source::Spanned;

/// Words of groups and variables that take a host out of service.
const RETIRED: [&str; 10] = [
    "retired",
    "decommissioned",
    "disabled",
    "maintenance",
    "decommission",
    "drained",
    "deprecated",
    "offline",
    "inactive",
    "out_of_service",
];

/// Answers the hosts of all inventories.
pub(super) fn hosts(world: &World<'_>) -> Vec<ListedHost> {
    let mut listed = Vec::new();
    for inventory in &world.inventories {
        for (name, host) in &inventory.hosts {
            let Some(place) = host.place() else { continue };
            let groups: Vec<Spanned<String>> =
                host.named_by.iter().map(|(group, span)| Spanned::new(group.clone(), *span)).collect();
            let by_group = groups.iter().find(|group| is_retired(&group.value)).cloned();
            let layers = world.variables.of(inventory, name, &inventory.folder);
            let by_variable = || {
                RETIRED.iter().find_map(|word| {
                    let value = layers.iter().rev().find_map(|layer| layer.values.get(*word))?;
                    (value.switch() == Some(true)).then(|| Spanned::new((*word).to_owned(), value.place))
                })
            };
            let by_state = || {
                let state = layers
                    .iter()
                    .rev()
                    .find_map(|layer| layer.values.get("state").or_else(|| layer.values.get("host_state")))?;
                let word = state.known().filter(|word| is_retired(word))?;
                Some(Spanned::new(word.to_owned(), state.place))
            };
            let retired = by_group.or_else(by_variable).or_else(by_state);
            listed.push(ListedHost { name: inventory.name_of(name), place, groups, retired });
        }
    }
    listed
}

fn is_retired(word: &str) -> bool {
    let word = word.to_ascii_lowercase().replace('-', "_");
    RETIRED
        .iter()
        .any(|known| word == *known || word.starts_with(&format!("{known}_")) || word.ends_with(&format!("_{known}")))
}

/// Answers a play as a fact; nothing if it names no hosts.
pub(super) fn play(play: &Play) -> Option<deployment::Play> {
    let hosts = play.written.get("hosts")?;
    let text = hosts.several().first()?.shown()?;
    let on = |key: &str| play.written.get(key).filter(|value| value.switch() == Some(true)).map(|value| value.place);
    let limit =
        play.written.get("max_fail_percentage").filter(|value| value.as_integer().is_none_or(|limit| limit < 100));
    Some(deployment::Play {
        hosts: Spanned { value: text.value().to_owned(), span: text.span(), origin: text.origin() },
        batch: play.written.get("serial").and_then(|serial| serial.several().first().and_then(Datum::shown).cloned()),
        stops: on("any_errors_fatal").or(limit.map(|limit| limit.place)),
        starts: Vec::new(),
    })
}
