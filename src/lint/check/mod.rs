//! The ways to look, one file each; a card names one of them and gives it parameters.

mod duplicate_key;
mod setting;
mod shared_source;

use super::model::Check;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Makes a check from the parameters of a card.
pub type Bind = fn(Value) -> Result<Box<dyn Check>, String>;

/// Every way to look, by the name that cards call it.
pub const CHECKS: &[(&str, Bind)] = &[
    ("duplicate-key", bind::<duplicate_key::DuplicateKey>),
    ("setting", bind::<setting::Setting>),
    ("shared-source", bind::<shared_source::SharedSource>),
];

fn bind<C: Check + DeserializeOwned + 'static>(parameters: Value) -> Result<Box<dyn Check>, String> {
    let check: Result<C, _> = serde_json::from_value(parameters);
    check.map(|check| Box::new(check) as Box<dyn Check>).map_err(|error| error.to_string())
}
