//! Documents become units: what the manifests of the tree say should run, and with which files and keys.

mod model;

pub use model::*;
