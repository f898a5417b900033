//! What is known about clients, their flags, networks and settings; `rules/` is baked in.

mod advisory;
mod client;
mod companion;
mod config_file;
mod defaults;
mod flag;
mod image;
mod index;
mod known;
mod lookup;
mod network;
/// An operator's own tables, laid over those that are baked in.
pub mod overlay;
mod pack;
mod path;
mod setting;
/// Every file of `rules/`, baked in.
pub mod shelf;
mod stack;
mod tag;
#[cfg(test)]
mod tests;
mod value;
mod verdict;
mod version;
mod wrapper;

pub use advisory::{Advisory, Relay};
pub use client::{
    ApiPage, Binary, Client, CommandLine, Environment, Image, NameRule, Repeated, Role, RolePage, Signing, Subcommand,
    SwitchValues, VariableRule,
};
pub use companion::{Companion, CompanionKind};
pub use config_file::{ConfigFile, ConfigFormat, KeyRule};
pub use defaults::Defaults;
pub use flag::{Also, Carriers, Flag, FlagKind, FormerDefault, Standing, ValueType};
pub use image::ImageName;
pub use index::{Catalogue, Overrides};
pub use known::{is_known_key, is_known_mnemonic};
pub use lookup::Found;
pub use network::{Fork, Network, NetworkKind};
pub use pack::{Builder, Conflict, Demand, Demands, Pack, Recipients, RelayRule};
pub use path::PathTemplate;
pub use setting::{SettingEntry, SettingType};
pub use stack::{Stack, StackPart, StackVariable};
pub use tag::{Channel, Tag, TagScheme};
pub use value::{Durations, Wanted};
pub use verdict::{Asked, Certainty, Verdict};
pub use version::{Moment, Version};
pub use wrapper::{Given, Takes, Wrapper, WrapperCase, WrapperVariable};
