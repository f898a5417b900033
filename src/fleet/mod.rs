//! One fleet: hosts, workloads, keys and their owners, storage, and who dials whom.

mod book;
mod change;
mod definitions;
mod dial;
mod dvt;
mod exported;
mod foreign;
mod histories;
mod home;
mod kept;
mod keys;
mod location;
mod loss;
mod model;
mod moves;
mod network;
mod ownership;
mod paths;
mod ranges;
mod reach;
mod roster;
mod service;
mod signing;
mod stores;
mod survey;
mod sweep;
#[cfg(test)]
mod tests;
mod unseen;

pub use book::Book;
pub use change::Before;
pub use dial::{Endpoint, endpoint};
pub use dvt::is_middleware;
pub use foreign::{Foreign, ForeignTree};
pub use home::{Home, Place, Process};
pub use kept::keeps_material;
pub use location::{Placing, locate};
pub use loss::{Loss, losses};
pub use model::*;
pub use moves::{Indices, Move, MoveKind};
pub use ownership::{Owned, Owner};
pub use ranges::HeldRange;
pub use roster::{count, digest};
pub use survey::survey;
pub use sweep::listed;
pub use unseen::{Side, unseen};
