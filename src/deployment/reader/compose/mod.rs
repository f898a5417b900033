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
mod start;
#[cfg(test)]
mod tests;
mod variant;

pub(super) use read::read;
