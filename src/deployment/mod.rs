//! Documents become units: what the manifests of the tree say should run, and with which files and keys.

mod interpolate;
mod inventory;
mod model;
mod mount;
mod words;

pub use inventory::*;
pub use model::*;
pub use mount::{Held, below, normalise};
