//! One fleet: hosts, workloads, keys and their owners, storage, and who dials whom.

mod change;
mod definitions;
mod dial;
mod histories;
mod dvt;
mod keys;
mod location;
mod model;
mod network;
mod ownership;
mod paths;
mod reach;
mod service;
mod signing;
mod stores;
mod survey;
#[cfg(test)]
mod tests;

pub use change::{Before, Home, Move, MoveKind, Place, Process};
pub use dial::{Endpoint, endpoint};
pub use dvt::is_middleware;
pub use location::{Placing, locate};
pub use model::*;
pub use ownership::{Owned, Owner};
pub use survey::survey;
