//! Documents become units: what the manifests of the tree say should run, and with which files and keys.

mod inventory;
mod model;

pub use inventory::*;
pub use model::*;
