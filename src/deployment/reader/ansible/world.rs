//! What a tree holds for Ansible: inventories, playbooks and roles, each file taken once.

use super::datum::Datum;
use super::inventory::{self, Inventory, Variables};
use super::roles::Roles;
use crate::deployment::tree;
use crate::document::{Kind, Node};
use crate::source::FileId;
use crate::workspace::{FileKind, SourceFile, Workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// The steps that the templates of one host may take at most, and those of all hosts, as long as each takes no more than a few.
const MOST_STEPS: usize = 400_000;
const ALL_STEPS: usize = 10_000_000;
const FEW_STEPS: usize = 4_000;
/// No file has more values.
const MOST_VALUES: usize = 200_000;
/// The keys of a play.
const OF_A_PLAY: [&str; 9] =
    ["tasks", "roles", "pre_tasks", "post_tasks", "vars", "vars_files", "gather_facts", "become", "handlers"];

/// Everything of a tree that Ansible reads.
pub(super) struct World<'w> {
    pub workspace: &'w Workspace,
    pub inventories: Vec<Inventory>,
    /// Playbooks, in order of their paths.
    pub playbooks: Vec<&'w SourceFile>,
    pub roles: Roles,
    pub variables: Variables<'w>,
    /// The steps that the templates of one host may take.
    pub steps: usize,
    taken: Mutex<BTreeMap<FileId, Arc<Datum>>>,
}

impl<'w> World<'w> {
    pub fn of(workspace: &'w Workspace) -> Self {
        let playbooks = workspace.chosen(is_playbook);
        let roles = Roles::of(workspace);
        let inventories = inventory::find(workspace);
        let variables = Variables::new(workspace);
        Self { workspace, inventories, playbooks, roles, variables, steps: MOST_STEPS, taken: Mutex::default() }
    }

    /// Gives each of so many runs its share of the steps.
    pub fn share(&mut self, runs: usize) {
        self.steps = (ALL_STEPS / runs.max(1)).clamp(FEW_STEPS, MOST_STEPS);
    }

    /// Answers what a file says, as it is written.
    pub fn file(&self, file: &SourceFile) -> Option<Arc<Datum>> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = taken.get(&file.id) {
            return Some(Arc::clone(known));
        }
        let root = file.document()?.root()?;
        let datum = Arc::new(Datum::of(root, &mut { MOST_VALUES }));
        taken.insert(file.id, Arc::clone(&datum));
        Some(datum)
    }

    /// The files that were read as tasks, plays and variables.
    pub fn seen(&self) -> BTreeSet<FileId> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = self.variables.seen.lock().unwrap_or_else(PoisonError::into_inner);
        taken.keys().chain(seen.iter()).copied().collect()
    }

    /// Answers the folder of a role, the one nearest to `from` if there are several.
    pub fn role(&self, name: &str, from: &str) -> Option<&str> {
        self.roles.find(name, from)
    }

    /// Answers the numbers of the inventories that a playbook is run with: those nearest to it.
    pub fn inventories_of(&self, playbook: &str) -> Vec<usize> {
        let mut folder = tree::folder(playbook);
        loop {
            let inside = format!("{folder}/");
            let below = |(_, inventory): &(usize, &Inventory)| {
                folder.is_empty() || inventory.folder == folder || inventory.folder.starts_with(&inside)
            };
            let found: Vec<usize> = self.inventories.iter().enumerate().filter(below).map(|(at, _)| at).collect();
            if !found.is_empty() || folder.is_empty() {
                return found;
            }
            folder = tree::folder(folder);
        }
    }
}

fn is_playbook(file: &SourceFile) -> bool {
    let Some(root) = file.document().and_then(|document| document.root()) else { return false };
    let is_play = |play: Node<'_>| {
        let imports = ["import_playbook", "ansible.builtin.import_playbook"].iter().any(|key| play.get(key).is_some());
        imports || (play.get("hosts").is_some() && OF_A_PLAY.iter().any(|key| play.get(key).is_some()))
    };
    file.kind == FileKind::Yaml && root.kind() == Kind::Sequence && root.items().take(50).any(is_play)
}
