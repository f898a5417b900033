//! Automations: what starts, changes or restores units without being asked.

use crate::source::Span;

/// Something that acts on units by itself: a delivery to a cluster, a pipeline, a timer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Automation {
    /// Which kind it is: an id of `rules/automations.toml`.
    pub kind: String,
    /// What it is called: the resource's name, the file's path.
    pub name: String,
    /// The namespace of a resource; empty outside clusters.
    pub group: String,
    /// The whole of it.
    pub place: Span,
    /// The path of the file that says so, with `/`.
    pub path: String,
    /// The folder of the tree that it applies, where it says one.
    pub applies: Option<String>,
}

/// A line that lets a machine restart itself, or its services, after packages were upgraded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unattended {
    /// The setting and its value.
    pub place: Span,
    /// What it does ("restarts the machine").
    pub says: String,
    /// The path of the file that says so, with `/`.
    pub path: String,
}
