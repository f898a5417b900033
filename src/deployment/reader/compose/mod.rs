//! Docker Compose: every project of the tree, its files merged, becomes units.

mod command;
mod environment;
mod limits;
mod load;
mod merge;
mod mounts;
mod project;
mod read;
mod service;
mod stack;
#[cfg(test)]
mod tests;

pub(super) use read::read;
