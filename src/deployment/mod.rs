//! Documents become units: what the manifests of the tree say should run, and with which files and keys.

mod inventory;
mod model;
mod mount;

pub use inventory::*;
pub use model::*;
pub use mount::{Held, below, normalise};
