//! The variables of a host, in the order in which Ansible lets one decide over another.

use super::model::{Host, Inventory, Layer};
use crate::deployment::reader::ansible::datum::Datum;
use crate::source::FileId;
use crate::workspace::{FileKind, SourceFile, Workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

const MOST_VALUES: usize = 200_000;
const ENDINGS: [&str; 4] = ["", ".yml", ".yaml", ".json"];

fn file_layer(file: &SourceFile) -> Layer {
    let root = file.document().and_then(|document| document.root());
    // SOPS leaves the names to read: whatever such a file doesn't name, it doesn't set.
    let mut layer = Layer { open: file.kind == FileKind::Encrypted && root.is_none(), ..Layer::default() };
    let mut budget = MOST_VALUES;
    for entry in root.into_iter().flat_map(|root| root.entries()) {
        // What SOPS says of itself.
        if entry.name() != "sops" {
            layer.values.insert(entry.name().to_owned(), Datum::of(entry.value, &mut budget));
        }
    }
    layer
}

/// Answers the files of variables under a name without ending: a file, or all files of a folder.
fn files<'w>(workspace: &'w Workspace, path: &str) -> Vec<&'w SourceFile> {
    let alone = ENDINGS.iter().filter_map(|ending| workspace.find(&format!("{path}{ending}")));
    let within = |link: &str| link.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    let linked = workspace.links().filter(|(link, _)| within(link)).filter_map(|(link, _)| workspace.find(link));
    alone.chain(workspace.under(path)).chain(linked).collect()
}

/// What the variables of a host depend on: the inventory, the host, and the folder of the playbook.
type HostKey = (FileId, String, String);

/// The variables of all inventories of a tree, each file taken once.
pub(in crate::deployment::reader::ansible) struct Variables<'w> {
    workspace: &'w Workspace,
    files: Mutex<BTreeMap<FileId, Arc<Layer>>>,
    taken: Mutex<BTreeMap<String, Vec<Arc<Layer>>>>,
    hosts: Mutex<BTreeMap<HostKey, Vec<Arc<Layer>>>>,
    /// The files that were read as variables.
    pub seen: Mutex<BTreeSet<FileId>>,
}

impl<'w> Variables<'w> {
    pub fn new(workspace: &'w Workspace) -> Self {
        let (files, taken, hosts, seen) = Default::default();
        Self { workspace, files, taken, hosts, seen }
    }

    /// Answers what a file says, if it is one of variables.
    pub fn file(&self, file: &SourceFile) -> Arc<Layer> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(files.entry(file.id).or_insert_with(|| Arc::new(file_layer(file))))
    }

    /// Answers what the files under a name say.
    pub fn under(&self, path: &str) -> Vec<Arc<Layer>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = taken.get(path) {
            return known.clone();
        }
        let mut layers = Vec::new();
        for file in files(self.workspace, path) {
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(file.id);
            layers.push(self.file(file));
        }
        taken.insert(path.to_owned(), layers.clone());
        layers
    }

    /// Answers the variables of a host that inventory and playbook set, the deciding ones last.
    pub fn of(&self, inventory: &Inventory, host: &str, playbook: &str) -> Vec<Arc<Layer>> {
        let key = (inventory.file, host.to_owned(), playbook.to_owned());
        let hosts = || self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let known = hosts().get(&key).cloned();
        known.unwrap_or_else(|| {
            let layers = self.of_host(inventory, host, playbook);
            hosts().insert(key, layers.clone());
            layers
        })
    }

    fn of_host(&self, inventory: &Inventory, host: &str, playbook: &str) -> Vec<Arc<Layer>> {
        // The machine that runs Ansible, too, has what is set for all.
        let own = Host { groups: vec!["all".to_owned()], ..Host::default() };
        let Some(known) = inventory.hosts.get(host).or_else(|| (host == "localhost").then_some(&own)) else {
            return Vec::new();
        };
        let mut layers: Vec<Arc<Layer>> = Vec::new();
        let groups = known.groups.iter().filter_map(|group| inventory.groups.get(group));
        layers.extend(groups.filter(|group| !group.set.values.is_empty()).map(|group| Arc::clone(&group.set)));
        let folders = if inventory.folder == playbook { vec![playbook] } else { vec![&*inventory.folder, playbook] };
        let (all, others): (Vec<&String>, Vec<&String>) = known.groups.iter().partition(|group| *group == "all");
        for names in [all, others] {
            for folder in &folders {
                names.iter().for_each(|name| layers.extend(self.under(&beside(folder, "group_vars", name))));
            }
        }
        layers.push(Arc::clone(&known.set));
        for folder in &folders {
            layers.extend(self.under(&beside(folder, "host_vars", host)));
        }
        layers
    }
}

fn beside(folder: &str, kind: &str, name: &str) -> String {
    if folder.is_empty() { format!("{kind}/{name}") } else { format!("{folder}/{kind}/{name}") }
}
