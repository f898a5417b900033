//! A small reader of shell scripts: which program a script starts in the end, and with which words.
//!
//! Nothing is run. Variables that the script or the unit sets are followed; what depends on a command's output, on a file, or on a
//! condition that cannot be decided here stays a hole.

mod assign;
mod choose;
mod condition;
mod expand;
mod launch;
mod model;
mod parse;
mod pour;
mod run;
mod shrug;
mod token;
mod walk;

pub(super) use choose::{Outcome, read};
pub(super) use launch::{Launch, Started, launch};
pub(super) use model::{Call, Routine, Written};
pub(super) use run::MOST_STEPS;
pub(super) use walk::routines;
