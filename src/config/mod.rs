//! The settings file `stakelint.toml`: levels, environments, allowances, and what is left out.

mod glob;
mod locate;
mod model;
mod own_table;
mod read;
mod table;

pub use glob::Glob;
pub use locate::{FILE_NAME, find_upwards};
pub use model::{
    Allow, Environment, KEYS, KeptInventory, KeptKey, Level, OwnTable, RuleSetting, Settings, SettingsProblem,
    StageName, TableKind,
};
pub use own_table::Own;
