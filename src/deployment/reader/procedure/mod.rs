//! Procedures: what scripts and playbooks do to units, step by step.

mod book;
mod command;
mod notify;
mod pacemaker;
mod page;
mod read;
mod script;
mod task;
mod walk;

pub(super) use read::read;
