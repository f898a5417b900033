//! Kustomization files: where they lie, and which folders and files each one names.

use crate::deployment::tree;
use crate::deployment::value::{Body, Value};
use crate::source::{FileId, Text};
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};

/// The names under which Kustomize looks for its file.
const NAMES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// A kustomization file.
#[derive(Debug, Clone)]
pub(super) struct Kustomization {
    pub file: FileId,
    pub value: Value,
}

impl Kustomization {
    /// Tells whether it is made to be taken into others, and nothing by itself.
    pub fn is_component(&self) -> bool {
        self.value.text_of("kind").map(Text::value) == Some("Component")
    }
}

/// Every kustomization of a tree, by its folder.
pub(super) fn find(workspace: &Workspace) -> BTreeMap<String, Kustomization> {
    let mut found = BTreeMap::new();
    for file in workspace.written().filter(|file| NAMES.contains(&file.name())) {
        let Some(root) = file.document().and_then(|document| document.root()) else { continue };
        let value = Value::of(root);
        if matches!(value.body, Body::Map(_)) && !file.template {
            found.entry(file.folder().to_owned()).or_insert(Kustomization { file: file.id, value });
        }
    }
    found
}

/// The texts of a list under a key; a single one counts as a list.
pub(super) fn texts<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Text> {
    value.get(key).map_or(&[] as &[Value], Value::list).iter().filter_map(Value::text)
}

/// Everything that a kustomization takes in: its resources, and the bases of older releases.
pub(super) fn resources(value: &Value) -> impl Iterator<Item = &Text> {
    texts(value, "resources").chain(texts(value, "bases"))
}

/// Tells whether a resource lies elsewhere than in the tree.
pub(super) fn is_remote(path: &str) -> bool {
    let host = path.split(['/', ':']).next().unwrap_or_default();
    path.contains("://")
        || path.contains("?ref=")
        || path.starts_with("git@")
        || host == "github.com"
        || host == "gitlab.com"
}

/// The folders that kustomizations build on.
pub(super) fn bases(all: &BTreeMap<String, Kustomization>) -> BTreeSet<String> {
    let mut bases = BTreeSet::new();
    for (folder, kustomization) in all {
        let paths = resources(&kustomization.value).chain(texts(&kustomization.value, "components"));
        bases.extend(paths.filter_map(|path| tree::join(folder, path.known()?)));
    }
    bases
}
