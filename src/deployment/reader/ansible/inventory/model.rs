//! What an inventory says.

use crate::deployment::reader::ansible::datum::Datum;
use crate::source::{FileId, Span, Spanned};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// Variables as they are written.
#[derive(Debug, Default, Clone)]
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
    /// The hosts of each group, by its name.
    members: OnceLock<BTreeMap<String, Vec<String>>>,
    /// What templates call `groups`.
    listing: OnceLock<Datum>,
    /// What templates call `hostvars`: a name for each host, under which its variables are asked for.
    names: OnceLock<Datum>,
}

/// A host of an inventory.
#[derive(Debug, Default)]
pub(in crate::deployment::reader::ansible) struct Host {
    /// The places that name it, the first one first.
    pub places: Vec<Span>,
    /// The variables that the inventory gives it.
    pub set: Arc<Layer>,
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
    /// The variables that the inventory gives its hosts.
    pub set: Arc<Layer>,
}

impl Layer {
    /// Sets a variable of a layer that is still being read.
    pub fn set(layer: &mut Arc<Self>, name: &str, value: Datum) {
        Arc::make_mut(layer).values.insert(name.to_owned(), value);
    }
}

impl Inventory {
    pub fn new(file: FileId, path: &str) -> Self {
        let folder = crate::deployment::tree::folder(path).to_owned();
        let (hosts, groups) = (BTreeMap::new(), BTreeMap::new());
        let (environment, path) = (String::new(), path.to_owned());
        let (members, listing, names) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { file, path, folder, environment, hosts, groups, members, listing, names }
    }

    /// Answers the hosts that a name stands for: those of the group, and the host.
    pub fn called<'i>(&'i self, name: &str) -> impl Iterator<Item = &'i str> + use<'i> {
        let members = self.members.get_or_init(|| {
            let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (name, host) in &self.hosts {
                for group in &host.groups {
                    members.entry(group.clone()).or_default().push(name.clone());
                }
            }
            members
        });
        let host = self.hosts.get_key_value(name).map(|(name, _)| name);
        members.get(name).into_iter().flatten().chain(host).map(String::as_str)
    }

    /// Answers the hosts of each group, by the group's name.
    pub fn listing(&self) -> Datum {
        self.listing.get_or_init(|| self.list()).clone()
    }

    fn list(&self) -> Datum {
        let place = Span::new(self.file, 0, 0);
        let mut groups: BTreeMap<&str, Vec<Datum>> = BTreeMap::new();
        for name in self.groups.keys() {
            groups.entry(name).or_default();
        }
        for (name, host) in &self.hosts {
            for group in &host.groups {
                let place = host.place().unwrap_or(place);
                groups.entry(group).or_default().push(Datum::string(name, place));
            }
        }
        let entry = |(name, hosts): (&str, Vec<Datum>)| {
            let place = self.groups.get(name).and_then(|group| group.place).unwrap_or(place);
            (Spanned::new(name.to_owned(), place), Datum::list(hosts, place))
        };
        Datum::map(groups.into_iter().map(entry).collect(), place)
    }

    /// Answers what stands for the variables of each host.
    pub fn names(&self) -> Datum {
        let entry = |(name, host): (&String, &Host)| {
            let place = host.place().unwrap_or(Span::new(self.file, 0, 0));
            (Spanned::new(name.clone(), place), Datum::plain(&format!("hostvars:{name}"), place))
        };
        let names = || Datum::map(self.hosts.iter().map(entry).collect(), Span::new(self.file, 0, 0));
        self.names.get_or_init(names).clone()
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
