//! Lets every reader read, and puts what they found in order.

use super::reader::{READERS, Reading};
use super::{Inventory, Stand};
use crate::workspace::Workspace;

/// Reads all that the tree says should run, and the keys and files it is given.
#[must_use]
pub fn read(workspace: &Workspace) -> Inventory {
    let mut reading = Reading::default();
    for (_, reader) in READERS {
        reader(workspace, &mut reading);
    }
    settled(reading.inventory)
}

/// Puts everything in order of file and place.
fn settled(mut inventory: Inventory) -> Inventory {
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
