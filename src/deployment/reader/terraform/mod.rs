//! Terraform: the machines, containers and tasks that a module makes, its variables filled in, become units.

mod container;
pub(super) mod field;
mod machine;
mod manifest;
mod module;
mod read;
mod release;
mod task;

pub(super) use read::{read, releases};
