//! Inventories: the hosts of a tree, the groups that they belong to, and the variables that are set for both.

mod find;
mod ini;
mod model;
mod pattern;
mod range;
mod settle;
mod variables;
mod yaml;

pub(super) use find::find;
pub(super) use model::{Inventory, Layer};
pub(super) use pattern::hosts;
pub(super) use variables::Variables;
