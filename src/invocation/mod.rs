//! Units become clients with canonical settings, whatever the flag was called.

mod arguments;
mod candidate;
mod environment;
mod files;
mod grammar;
mod identify;
mod meaning;
mod model;
mod paths;
mod program;
mod reading;
#[cfg(test)]
mod sample;
mod script;
mod settle;
#[cfg(test)]
mod tests;
mod word;
mod wrapper;

pub use model::{Ability, Answer, Carrier, FlagUse, Invocation, Purpose, ResolvedPath, Setting, Unseen};

use crate::catalogue::Catalogue;
use crate::deployment::{Inventory, Unit};

/// Understands a unit as a client at work: which one, in which role and version, and how it is set; nothing if it runs none
/// that the catalogue knows.
#[must_use]
pub fn interpret(unit: &Unit, inventory: &Inventory, catalogue: &Catalogue) -> Option<Invocation> {
    identify::identify(unit, catalogue).and_then(|identity| reading::read(&identity, unit, inventory))
}
