//! Who gives a `docker run`, and what it says option by option.

use crate::deployment::Variable;
use crate::source::{Span, Text};
use crate::workspace::Workspace;

/// Where a `docker run` is given.
pub(in crate::deployment) struct Caller<'a> {
    pub workspace: &'a Workspace,
    /// The folder of the tree that relative paths start at.
    pub folder: &'a str,
    /// The machine that it runs on.
    pub host: &'a str,
    /// What else is started from here: its names mean the same.
    pub project: &'a str,
    /// Variables of the caller, which `-e NAME` passes on.
    pub env: &'a [Variable],
}

/// An option as it is given, under its long name without dashes.
#[derive(Debug, Clone)]
pub(super) struct Given {
    pub name: String,
    /// Its value; of a switch without one, nothing.
    pub value: Option<Text>,
}

/// A `docker run`, taken apart.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// Where it starts.
    pub start: Span,
    pub given: Vec<Given>,
    /// Words among the options that nobody knows: any options can stand in them.
    pub holes: Vec<Text>,
    pub image: Text,
    /// What stands behind the image.
    pub words: Vec<Text>,
}

impl Line {
    /// Answers the values of an option, in order.
    pub fn all<'l>(&'l self, name: &'l str) -> impl Iterator<Item = &'l Text> {
        self.given.iter().filter(move |given| given.name == name).filter_map(|given| given.value.as_ref())
    }

    /// Answers the value of an option that counts once: the last.
    pub fn last(&self, name: &str) -> Option<&Text> {
        self.given.iter().rev().filter(|given| given.name == name).find_map(|given| given.value.as_ref())
    }

    /// Tells whether a switch is on.
    pub fn is_on(&self, name: &str) -> bool {
        let given = self.given.iter().rev().find(|given| given.name == name);
        given.is_some_and(|given| given.value.as_ref().is_none_or(|value| value.known() != Some("false")))
    }
}
