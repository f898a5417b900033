//! One fleet: hosts, workloads, keys and their owners, storage, and who dials whom.

mod location;
mod model;

pub use model::*;
