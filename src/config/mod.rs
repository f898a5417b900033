//! The settings file `stakelint.toml`: levels, environments, allowances, and what is left out.

mod glob;
mod locate;
mod model;
mod own_table;
mod read;
mod schema;
mod shape;
mod table;
mod words;

pub use glob::Glob;
pub use locate::{FILE_NAME, find_upwards};
pub use model::{
    Allow, Environment, KeptInventory, KeptKey, Level, OwnTable, RuleSetting, Settings, SettingsProblem, StageName,
    TableKind,
};
pub use own_table::Own;
pub use schema::schema;
pub use shape::{Key, TABLES, Table, Value};
pub use words::Words;
