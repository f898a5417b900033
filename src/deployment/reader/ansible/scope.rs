//! The variables that a task sees, in the order in which Ansible lets one decide over another.

use super::datum::Datum;
use super::inventory::{Inventory, Layer};
use super::jinja::{self, Names};
use super::world::World;
use crate::deployment::tree;
use crate::source::{Span, Text};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Variables that name one another are followed no deeper.
const DEEPEST: usize = 14;

/// How much a variable weighs: the later ones decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// The defaults of a role.
    Default,
    /// Inventory, `group_vars`, `host_vars`.
    Host,
    /// A play's `vars` and `vars_files`.
    Play,
    /// A role's `vars`.
    Role,
    /// `vars` of blocks and tasks.
    Task,
    /// What tasks set while they run.
    Fact,
    /// Parameters of roles and includes.
    Parameter,
    /// The item of a loop.
    Loop,
}

/// Where a task runs.
pub(super) struct Site<'w> {
    pub world: &'w World<'w>,
    pub inventory: Option<&'w Inventory>,
    /// The host by its name in the inventory; without one, the pattern that the play is for.
    pub host: String,
    /// The folder of the playbook.
    pub playbook: String,
    /// What tasks have set on this host.
    pub facts: RefCell<BTreeMap<String, Datum>>,
    pub steps: Cell<usize>,
    pub depth: Cell<usize>,
    /// A role is gone through that no playbook of the tree uses: whoever uses it may set what it asks for.
    pub alone: bool,
}

impl<'w> Site<'w> {
    /// Makes the place of a host, where nothing has been set yet.
    pub fn new(world: &'w World<'w>, inventory: Option<&'w Inventory>, host: &str, playbook: &str) -> Self {
        let (host, playbook) = (host.to_owned(), playbook.to_owned());
        let facts = RefCell::new(BTreeMap::new());
        Self {
            world,
            inventory,
            host,
            playbook,
            facts,
            steps: Cell::new(world.steps),
            depth: Cell::new(0),
            alone: false,
        }
    }
}

/// Variables in layers, and where files are looked for.
#[derive(Clone)]
pub(super) struct Scope<'w> {
    pub site: &'w Site<'w>,
    layers: Vec<(Rank, Arc<Layer>)>,
    /// The folder of the role that is at work, and before it those of the roles that include it.
    pub roles: Vec<String>,
}

impl<'w> Scope<'w> {
    pub fn new(site: &'w Site<'w>) -> Self {
        let mut scope = Self { site, layers: Vec::new(), roles: Vec::new() };
        if let Some(inventory) = site.inventory {
            for layer in site.world.variables.of(inventory, &site.host, &site.playbook) {
                scope.push(Rank::Host, layer);
            }
        } else {
            let folder = &site.playbook;
            let path = if folder.is_empty() { "group_vars".to_owned() } else { format!("{folder}/group_vars") };
            for group in ["all", site.host.as_str()] {
                let layers = site.world.variables.under(&format!("{path}/{group}"));
                layers.into_iter().for_each(|layer| scope.push(Rank::Host, layer));
            }
        }
        scope
    }

    pub fn push(&mut self, rank: Rank, layer: Arc<Layer>) {
        if !layer.values.is_empty() || layer.open {
            self.layers.push((rank, layer));
        }
    }

    /// Answers the scope with more variables in it.
    pub fn with(&self, rank: Rank, values: &Datum) -> Self {
        let mut scope = self.clone();
        let entries = values.entries().iter().map(|(name, value)| (name.value.clone(), value.clone()));
        scope.push(rank, Arc::new(Layer { values: entries.collect(), open: false }));
        scope
    }

    /// Answers the scope with one variable more.
    pub fn with_one(&self, rank: Rank, name: &str, value: Datum) -> Self {
        let mut scope = self.clone();
        let values = BTreeMap::from([(name.to_owned(), value)]);
        scope.push(rank, Arc::new(Layer { values, open: false }));
        scope
    }

    /// Answers the items of the loops that are under way, the outermost first.
    pub fn items(&self) -> impl Iterator<Item = &Datum> {
        let loops = self.layers.iter().filter(|(rank, _)| *rank == Rank::Loop);
        loops.flat_map(|(_, layer)| layer.values.values())
    }

    /// Evaluates a value as it is written.
    pub fn settle(&self, datum: &Datum) -> Datum {
        jinja::settle(datum, self, 0)
    }

    /// Answers a variable as it is written.
    pub fn written(&self, name: &str) -> Option<Datum> {
        let fact = self.site.facts.borrow().get(name).cloned();
        let mut found: Option<(Rank, &Datum)> = None;
        for (rank, layer) in &self.layers {
            if let Some(value) = layer.values.get(name)
                && found.is_none_or(|(known, _)| known <= *rank)
            {
                found = Some((*rank, value));
            }
        }
        match (fact, found) {
            (Some(fact), None) => Some(fact),
            (Some(fact), Some((rank, _))) if rank < Rank::Fact => Some(fact),
            (_, Some((_, value))) => Some(value.clone()),
            (None, None) => None,
        }
    }

    /// What Ansible itself knows of a run.
    fn magic(&self, name: &str, place: Span) -> Option<Datum> {
        let string = |value: &str| Some(Datum::string(value, place));
        let site = self.site;
        match name {
            "inventory_hostname" => string(&site.host),
            "inventory_hostname_short" => string(site.host.split('.').next().unwrap_or_default()),
            "ansible_host" => site.inventory.and_then(|_| string(&site.host)),
            "inventory_dir" => string(here(&site.inventory?.folder)),
            "inventory_file" => string(&site.inventory?.path),
            "ansible_inventory_sources" => Some(Datum::list(vec![Datum::string(&site.inventory?.path, place)], place)),
            "playbook_dir" => string(here(&site.playbook)),
            "role_path" => string(here(self.roles.last()?)),
            "role_name" | "ansible_role_name" => string(tree::name(self.roles.last()?)),
            // What nobody sets in `ansible.cfg`.
            "ansible_managed" => Some(Datum::plain("Ansible managed", place)),
            "vars" => Some(Datum::plain("hostvars:", place)),
            "hostvars" => Some(site.inventory?.names()),
            "group_names" => {
                let groups = &site.inventory?.hosts.get(&site.host)?.groups;
                let own = groups.iter().filter(|group| *group != "all");
                Some(Datum::list(own.map(|group| Datum::string(group, place)).collect(), place))
            }
            "groups" => Some(site.inventory?.listing()),
            "play_hosts" | "ansible_play_hosts" | "ansible_play_hosts_all" | "ansible_play_batch" => None,
            _ => None,
        }
    }

    /// Some names may be set where nobody can look: the machine's own facts, files that are encrypted.
    fn may_be_elsewhere(&self, name: &str) -> bool {
        let facts =
            name.starts_with("ansible_") || matches!(name, "play_hosts" | "hostvars" | "groups" | "group_names");
        facts || self.layers.iter().any(|(_, layer)| layer.open)
    }

    /// Answers the file of the tree that a task names.
    pub fn find(&self, name: &str, kinds: &[&str]) -> Option<String> {
        let clean = name.trim_start_matches("./");
        if name.starts_with('/') {
            return None;
        }
        let workspace = self.site.world.workspace;
        let there = |path: &String| workspace.find(path).is_some() || workspace.has_folder(path);
        let roles = self.roles.iter().rev().map(String::as_str);
        let folders = roles.chain([self.site.playbook.as_str()]);
        let candidates = folders.flat_map(|folder| {
            kinds
                .iter()
                .chain([&""])
                .filter_map(move |kind| tree::join(folder, kind).and_then(|base| tree::join(&base, clean)))
        });
        let from_top = Some(clean.trim_end_matches('/').to_owned());
        candidates.chain(from_top).find(there)
    }
}

/// The top folder of the tree, too, is a folder.
fn here(folder: &str) -> &str {
    if folder.is_empty() { "." } else { folder }
}

impl Names for Scope<'_> {
    fn variable(&self, name: &str, place: Span) -> Datum {
        let depth = self.site.depth.get();
        if depth >= DEEPEST || !self.step() {
            return Datum::unknown(&format!("{{{{ {name} }}}}"), place);
        }
        if let Some(written) = self.written(name) {
            self.site.depth.set(depth + 1);
            let value = self.settle(&written);
            self.site.depth.set(depth);
            return value;
        }
        match self.magic(name, place) {
            Some(value) => value,
            None if self.may_be_elsewhere(name) => Datum::unknown(&format!("{{{{ {name} }}}}"), place),
            None => Datum::undefined(name, place),
        }
    }

    fn of_host(&self, host: &str, name: &str, place: Span) -> Datum {
        if host.is_empty() || host == self.site.host {
            return self.variable(name, place);
        }
        let unknown = || Datum::unknown(&format!("{{{{ hostvars['{host}'].{name} }}}}"), place);
        let depth = self.site.depth.get();
        let Some(inventory) = self.site.inventory.filter(|_| depth < DEEPEST && self.step()) else { return unknown() };
        let layers = self.site.world.variables.of(inventory, host, &self.site.playbook);
        let written = layers.iter().rev().find_map(|layer| layer.values.get(name));
        match written {
            // Templates of another host would have to be evaluated there.
            Some(value) if is_plain(value) => value.clone(),
            Some(_) => unknown(),
            None if name == "inventory_hostname" => Datum::string(host, place),
            // What its own tasks find out.
            None => unknown(),
        }
    }

    fn file(&self, path: &str, template: bool) -> Option<Text> {
        let kinds: &[&str] = if template { &["templates", "files"] } else { &["files", "templates"] };
        let file = self.site.world.workspace.find(&self.find(path, kinds)?)?;
        let text = file.text()?;
        Some(Text::literal(text, Span::new(file.id, 0, text.len() as u32)))
    }

    fn may_be_set(&self) -> bool {
        self.site.alone
    }

    fn step(&self) -> bool {
        let left = self.site.steps.get();
        self.site.steps.set(left.saturating_sub(1));
        left > 0
    }
}

fn is_plain(value: &Datum) -> bool {
    match value.shown() {
        Some(text) => !jinja::is_template(text.value()),
        None => value.items().iter().all(is_plain) && value.entries().iter().all(|(_, value)| is_plain(value)),
    }
}
