//! Lets every reader read, and puts what they found in order.

use super::reader::{READERS, Reading};
use super::{Act, Inventory, Stand};
use crate::source::{FileId, Text};
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};

/// No file fetches more.
const MOST_DOWNLOADS: usize = 50;

/// Reads all that the tree says should run, and the keys and files it is given.
#[must_use]
pub fn read(workspace: &Workspace) -> Inventory {
    let mut reading = Reading::default();
    for (_, reader) in READERS {
        reader(workspace, &mut reading);
    }
    settled(with_downloads(reading.inventory))
}

/// Tells units without an image from where the script or the role that they stand in fetches programs.
fn with_downloads(mut inventory: Inventory) -> Inventory {
    let mut fetched: BTreeMap<FileId, Vec<Text>> = BTreeMap::new();
    for step in inventory.procedures.iter().flat_map(|procedure| &procedure.steps) {
        if let (Act::Download { .. }, Some(address)) = (step.act, &step.subject) {
            let known = fetched.entry(step.place.file).or_default();
            if known.len() < MOST_DOWNLOADS && !known.iter().any(|one| one.span() == address.span()) {
                known.push(address.clone());
            }
        }
    }
    for unit in inventory.units.iter_mut().filter(|unit| unit.image.is_none()) {
        let files: BTreeSet<FileId> = unit.files.iter().copied().chain([unit.name.span.file]).collect();
        unit.fetched.extend(files.iter().filter_map(|file| fetched.get(file)).flatten().cloned());
    }
    inventory
}

/// Puts everything in order of file and place.
fn settled(mut inventory: Inventory) -> Inventory {
    inventory.unseen.sort();
    inventory.unseen.dedup();
    inventory.units.sort_by_key(|unit| (unit.name.span, unit.alternative.clone(), unit.project.clone()));
    inventory.unset.sort_by(|one, other| (one.span, &one.name).cmp(&(other.span, &other.name)));
    inventory.unset.dedup_by(|one, other| one.span == other.span && one.name == other.name);
    inventory.keys.sort_by_key(|place| place.span);
    inventory.key_ranges.sort_by_key(|range| range.span);
    let by_item = |stand: &Stand| (stand.host.clone(), stand.name.value.clone(), stand.item, stand.place, stand.runs);
    inventory.pins.sort_by_key(|pin| pin.span);
    inventory.stands.sort_by_cached_key(by_item);
    inventory.stands.dedup_by(|one, other| by_item(one) == by_item(other));
    inventory.malformed_keys.sort_by_key(|place| place.span);
    inventory.definitions.sort_by_key(|definition| definition.place);
    inventory.proposers.sort_by_key(|file| file.file);
    inventory.settings_files.sort_by(|one, other| one.path.cmp(&other.path));
    inventory.embedded.sort_by(|one, other| (one.span, &one.path).cmp(&(other.span, &other.path)));
    inventory.misplaced.sort_by_key(|misplaced| misplaced.span);
    inventory.misplaced.dedup_by_key(|misplaced| misplaced.span);
    inventory.secrets.sort_by_key(|secret| (secret.span, secret.kind));
    inventory.secrets.dedup_by_key(|secret| secret.span);
    inventory.repeated.sort_by_key(|repeated| repeated.again);
    inventory.unquoted_hex.sort_by_key(|hex| hex.span);
    inventory.unreadable.sort_by_key(|unreadable| unreadable.span);
    inventory.interchanges.sort_by_key(|file| file.history.file);
    inventory
}
