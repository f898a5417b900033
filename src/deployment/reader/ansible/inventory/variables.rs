//! The variables of a host, in the order in which Ansible lets one decide over another.

use super::model::{Host, Inventory, Layer};
use crate::deployment::reader::ansible::datum::Datum;
use crate::source::FileId;
use crate::workspace::{FileKind, SourceFile, Workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

const MOST_VALUES: usize = 200_000;
const ENDINGS: [&str; 4] = ["", ".yml", ".yaml", ".json"];

/// Answers what a file of variables says.
pub(in crate::deployment::reader::ansible) fn file_layer(file: &SourceFile) -> Layer {
    let mut layer = Layer { open: file.kind == FileKind::Encrypted, ..Layer::default() };
    let mut budget = MOST_VALUES;
    for entry in file.document().and_then(|document| document.root()).into_iter().flat_map(|root| root.entries()) {
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
    alone.chain(workspace.under(path)).collect()
}

/// Answers what the files under a name say, the deciding one last.
fn folder_layers(workspace: &Workspace, path: &str) -> Vec<(FileId, Layer)> {
    files(workspace, path).into_iter().map(|file| (file.id, file_layer(file))).collect()
}

/// The variables of all inventories of a tree, each file taken once.
pub(in crate::deployment::reader::ansible) struct Variables<'w> {
    workspace: &'w Workspace,
    taken: Mutex<BTreeMap<String, Vec<Arc<Layer>>>>,
    /// The files that were read as variables.
    pub seen: Mutex<BTreeSet<FileId>>,
}

impl<'w> Variables<'w> {
    pub fn new(workspace: &'w Workspace) -> Self {
        Self { workspace, taken: Mutex::default(), seen: Mutex::default() }
    }

    /// Answers what the files under a name say.
    pub fn under(&self, path: &str) -> Vec<Arc<Layer>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = taken.get(path) {
            return known.clone();
        }
        let mut layers = Vec::new();
        for (file, layer) in folder_layers(self.workspace, path) {
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(file);
            layers.push(Arc::new(layer));
        }
        taken.insert(path.to_owned(), layers.clone());
        layers
    }

    /// Answers the variables of a host that inventory and playbook set, the deciding ones last.
    pub fn of(&self, inventory: &Inventory, host: &str, playbook: &str) -> Vec<Arc<Layer>> {
        // The machine that runs Ansible, too, has what is set for all.
        let own = Host { groups: vec!["all".to_owned()], ..Host::default() };
        let Some(known) = inventory.hosts.get(host).or_else(|| (host == "localhost").then_some(&own)) else {
            return Vec::new();
        };
        let inline = |values: &BTreeMap<String, Datum>| Arc::new(Layer { values: values.clone(), open: false });
        let mut layers: Vec<Arc<Layer>> = Vec::new();
        let groups = known.groups.iter().filter_map(|group| inventory.groups.get(group));
        layers.extend(groups.filter(|group| !group.values.is_empty()).map(|group| inline(&group.values)));
        let folders = if inventory.folder == playbook { vec![playbook] } else { vec![&*inventory.folder, playbook] };
        let (all, others): (Vec<&String>, Vec<&String>) = known.groups.iter().partition(|group| *group == "all");
        for names in [all, others] {
            for folder in &folders {
                names.iter().for_each(|name| layers.extend(self.under(&beside(folder, "group_vars", name))));
            }
        }
        layers.push(inline(&known.values));
        for folder in &folders {
            layers.extend(self.under(&beside(folder, "host_vars", host)));
        }
        layers
    }
}

fn beside(folder: &str, kind: &str, name: &str) -> String {
    if folder.is_empty() { format!("{kind}/{name}") } else { format!("{folder}/{kind}/{name}") }
}
