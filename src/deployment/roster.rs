//! Machines as lists of hosts name them, and the plays that bring units to them.

use super::model::Condition;
use crate::source::{Span, Spanned, Text};

/// A machine that a list of hosts names.
#[derive(Debug, Clone)]
pub struct ListedHost {
    /// Its name, as [`Unit::host`](super::Unit::host) has it.
    pub name: String,
    /// Where it is named first.
    pub place: Span,
    /// The groups that name it, each at the place where they do.
    pub groups: Vec<Spanned<String>>,
    /// What marks it as out of service: the group, or the variable that says so.
    pub retired: Option<Spanned<String>>,
}

/// A play: tasks that are run on many machines.
#[derive(Debug, Clone)]
pub struct Play {
    /// The machines that it is for, as it is written.
    pub hosts: Spanned<String>,
    /// How many machines, or which part of them, it takes at a time; nothing for all at once.
    pub batch: Option<Text>,
    /// Where it says that a failure ends it for all machines.
    pub stops: Option<Span>,
    /// The units that it starts.
    pub starts: Vec<Start>,
}

/// A unit that a play starts on a machine.
#[derive(Debug, Clone)]
pub struct Start {
    /// The machine, as [`Unit::host`](super::Unit::host) has it.
    pub host: String,
    /// The name of the unit.
    pub unit: String,
    /// The entry that starts it.
    pub place: Span,
}

/// A unit that a play brings to a machine with a role that the tree does not hold: no more than its name is known.
#[derive(Debug, Clone)]
pub struct Stand {
    /// The machine, as [`Unit::host`](super::Unit::host) has it.
    pub host: String,
    /// The role.
    pub role: String,
    /// The name of the unit, at the variable that gives it.
    pub name: Spanned<String>,
    /// The entry of a list that the role is repeated for.
    pub item: Span,
    /// The condition under which it is brought, where there is one.
    pub condition: Option<Condition>,
    /// False where the condition is known not to hold: the role is skipped.
    pub runs: bool,
    /// The task or entry that names the role.
    pub place: Span,
}
