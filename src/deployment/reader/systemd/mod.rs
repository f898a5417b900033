//! systemd: unit files with their drop-ins become units of bare machines, wherever they are written.

mod environment;
mod exec;
mod expand;
mod instance;
mod limits;
mod machine;
mod mounts;
mod read;
mod section;
mod unit;
mod words;

pub(in crate::deployment) use machine::Machine;
pub(in crate::deployment) use unit::{unit, units};

pub(super) use read::read;
