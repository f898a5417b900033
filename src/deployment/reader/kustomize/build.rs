//! Builds a kustomization: what it takes in, what it generates, and what it changes, in the order in which Kustomize does it.

use super::kustomization::{Kustomization, is_remote, resources, texts};
use super::{builtin, generate, patch, replacement, transform};
use crate::deployment::reader::kubernetes::{Object, manifest};
use crate::deployment::tree;
use crate::deployment::value::Value;
use crate::deployment::{Unseen, UnseenKind};
use crate::source::FileId;
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};

/// Kustomizations build on one another no deeper.
const DEEPEST: usize = 16;
/// More kustomizations and resources are not built in one run: bases that are used twice at every level double with every step.
const MOST_BUILDS: usize = 20_000;
const MOST_OBJECTS: usize = 20_000;
/// No file of generators or transformers holds more.
const MOST_BUILTIN: usize = 200;

/// Builds kustomizations of a tree.
pub(super) struct Builder<'w> {
    pub workspace: &'w Workspace,
    pub all: &'w BTreeMap<String, Kustomization>,
    /// Files that were taken in as resources or patches.
    pub used: BTreeSet<FileId>,
    /// Something that the last release takes in is not in the tree.
    pub open: bool,
    /// What is taken in from other trees.
    pub unseen: Vec<Unseen>,
    builds: usize,
}

impl<'w> Builder<'w> {
    pub fn new(workspace: &'w Workspace, all: &'w BTreeMap<String, Kustomization>) -> Self {
        Self { workspace, all, used: BTreeSet::new(), open: false, unseen: Vec::new(), builds: 0 }
    }

    /// Builds the kustomization of a folder.
    pub fn build(&mut self, folder: &str) -> Vec<Object> {
        self.open = false;
        self.build_at(folder, &mut Vec::new())
    }

    /// Changes resources as a kustomization says that stands somewhere else than in its own file.
    pub fn change(&mut self, kustomization: &Value, folder: &str, objects: &mut Vec<Object>) {
        let (used, is_whole) = change(kustomization, folder, objects, self.workspace);
        self.used.extend(used);
        self.open |= !is_whole;
    }

    fn build_at(&mut self, folder: &str, above: &mut Vec<String>) -> Vec<Object> {
        self.builds += 1;
        let circular = above.iter().any(|known| known == folder);
        let Some(kustomization) = self.all.get(folder) else { return Vec::new() };
        if circular || above.len() > DEEPEST || self.builds > MOST_BUILDS {
            self.open |= !circular;
            return Vec::new();
        }
        above.push(folder.to_owned());
        let objects = self.fill(&kustomization.value, folder, Vec::new(), above);
        above.pop();
        objects
    }

    fn fill(&mut self, value: &Value, folder: &str, mut objects: Vec<Object>, above: &mut Vec<String>) -> Vec<Object> {
        for path in resources(value) {
            let Some(known) = path.known().filter(|path| !is_remote(path)) else {
                self.open = true;
                self.unseen.push(Unseen { place: path.span(), kind: UnseenKind::Base, name: shown(path.value()) });
                continue;
            };
            let Some(path) = tree::join(folder, known) else { continue };
            match self.workspace.find(&path) {
                Some(file) => {
                    self.used.insert(file.id);
                    objects.extend(manifest(file, self.workspace).unwrap_or_default());
                }
                None => objects.extend(self.build_at(&path, above)),
            }
            objects.truncate(MOST_OBJECTS);
        }
        self.open |= value.get("helmCharts").is_some() || value.get("helmChartInflationGenerator").is_some();
        generate::generate(value, folder, &mut objects, self.workspace);
        for more in self.builtin(value, "generators", folder) {
            generate::generate(&more, folder, &mut objects, self.workspace);
        }
        for path in texts(value, "components") {
            let path = path.known().filter(|path| !is_remote(path)).and_then(|path| tree::join(folder, path));
            let Some((path, component)) = path.and_then(|path| Some((path.clone(), self.all.get(&path)?))) else {
                self.open = true;
                continue;
            };
            if above.len() <= DEEPEST && !above.contains(&path) {
                above.push(path.clone());
                objects = self.fill(&component.value, &path, objects, above);
                above.pop();
            }
        }
        if resources(value).any(|path| path.known().is_some_and(is_remote)) {
            objects.extend(patch::stand_ins(value, folder, &objects, self.workspace));
        }
        self.change(value, folder, &mut objects);
        for more in self.builtin(value, "transformers", folder) {
            self.change(&more, folder, &mut objects);
        }
        replacement::apply(value, folder, &mut objects, self.workspace, &mut self.used);
        objects
    }
}

impl Builder<'_> {
    /// What the files of a list of generators or transformers say, in the words of a kustomization.
    fn builtin(&mut self, value: &Value, key: &str, folder: &str) -> Vec<Value> {
        let mut found = Vec::new();
        for path in texts(value, key) {
            let file = path.known().and_then(|path| self.workspace.find(&tree::join(folder, path)?));
            let Some((file, document)) = file.and_then(|file| Some((file, file.document()?))) else {
                self.open = true;
                continue;
            };
            self.used.insert(file.id);
            for root in document.roots().take(MOST_BUILTIN) {
                let said = builtin::as_kustomization(&Value::of(root));
                self.open |= said.is_none();
                found.extend(said);
            }
        }
        found
    }
}

/// An address without what may be a secret: user, password and query.
fn shown(address: &str) -> String {
    let address = address.split('?').next().unwrap_or_default();
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    format!("{}{path}", host.rsplit('@').next().unwrap_or_default())
}

/// Changes resources as a kustomization says; answers the files that its patches stand in, and whether all of them were laid.
pub(in crate::deployment::reader) fn change(
    kustomization: &Value,
    folder: &str,
    objects: &mut Vec<Object>,
    workspace: &Workspace,
) -> (BTreeSet<FileId>, bool) {
    let mut used = BTreeSet::new();
    let is_whole = patch::apply(kustomization, folder, objects, workspace, &mut used);
    transform::apply(kustomization, objects);
    (used, is_whole)
}
