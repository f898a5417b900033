//! What an inventory says.

use crate::deployment::reader::ansible::datum::Datum;
use crate::source::{FileId, Span};
use std::collections::{BTreeMap, BTreeSet};

/// Variables as they are written.
#[derive(Debug, Default)]
pub(in crate::deployment::reader::ansible) struct Layer {
    pub values: BTreeMap<String, Datum>,
    /// A file of variables that nobody can read here belongs to it: it may set any name.
    pub open: bool,
}

/// The hosts and groups of one inventory.
#[derive(Debug)]
pub(in crate::deployment::reader::ansible) struct Inventory {
    pub file: FileId,
    /// Its path in the tree.
    pub path: String,
    /// The folder that it lies in.
    pub folder: String,
    /// What tells it from the other inventories of the tree; empty if it is the only one.
    pub environment: String,
    pub hosts: BTreeMap<String, Host>,
    pub groups: BTreeMap<String, Group>,
}

/// A host of an inventory.
#[derive(Debug, Default)]
pub(in crate::deployment::reader::ansible) struct Host {
    /// The places that name it, the first one first.
    pub places: Vec<Span>,
    pub values: BTreeMap<String, Datum>,
    /// The groups that name it, each with the place.
    pub named_by: Vec<(String, Span)>,
    /// All groups that it belongs to, the least specific first; `all` is the first.
    pub groups: Vec<String>,
}

/// A group of an inventory.
#[derive(Debug, Default)]
pub(in crate::deployment::reader::ansible) struct Group {
    /// Where it is named first.
    pub place: Option<Span>,
    pub children: BTreeSet<String>,
    pub values: BTreeMap<String, Datum>,
}

impl Inventory {
    pub fn new(file: FileId, path: &str) -> Self {
        let folder = crate::deployment::tree::folder(path).to_owned();
        let (hosts, groups) = (BTreeMap::new(), BTreeMap::new());
        Self { file, path: path.to_owned(), folder, environment: String::new(), hosts, groups }
    }

    /// Answers a group; it is made if it is not there.
    pub fn group(&mut self, name: &str, place: Span) -> &mut Group {
        let group = self.groups.entry(name.to_owned()).or_default();
        group.place.get_or_insert(place);
        group
    }

    /// Answers a host's name in the fleet: with the environment, where there are several.
    pub fn name_of(&self, host: &str) -> String {
        if self.environment.is_empty() { host.to_owned() } else { format!("{}/{host}", self.environment) }
    }

    /// Notes that a group names a host.
    pub fn name_host(&mut self, name: &str, group: &str, place: Span) -> &mut Host {
        let host = self.hosts.entry(name.to_owned()).or_default();
        host.places.push(place);
        if !host.named_by.iter().any(|(known, _)| known == group) {
            host.named_by.push((group.to_owned(), place));
        }
        host
    }
}

impl Host {
    /// Where it is named first.
    pub fn place(&self) -> Option<Span> {
        self.places.first().copied()
    }
}
