//! Documents become units: what the manifests of the tree say should run, and with which files and keys.

mod automation;
mod base64;
mod cluster;
mod docker;
mod dockerfile;
mod environment;
mod hcl;
mod interpolate;
mod inventory;
mod key_facts;
mod model;
mod modes;
mod monitoring;
mod mount;
mod naming;
mod nix;
mod placeholder;
mod plan;
mod ports;
mod procedure;
mod quantity;
mod read;
mod reader;
mod roster;
#[cfg(test)]
mod show;
mod shell;
mod start;
mod template;
mod tree;
mod value;
mod volumes;
mod words;

pub use automation::Automation;
pub use cluster::*;
pub use inventory::*;
pub use key_facts::*;
pub use model::*;
pub use modes::{Opened, opened};
pub use monitoring::{Alert, Receiver, Route, Routing};
pub use mount::{Held, below, normalise};
pub use plan::{PlanDate, PlanFile, PlanHeading, PlanUnit};
pub use procedure::*;
pub use read::read;
pub use roster::{ListedHost, Play, Stand, Start};
pub use tree::{host, is_example, is_test_data};
