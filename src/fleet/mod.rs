//! One fleet: hosts, workloads, keys and their owners, storage, and who dials whom.

mod model;

pub use model::*;
