//! Procedures: what scripts and playbooks do to units, step by step.

mod command;
mod notify;
mod page;
mod read;
mod script;
mod task;

pub(super) use read::read;
