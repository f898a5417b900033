//! Resources that install charts, and what they refer to.

use super::chart::Charts;
use super::model::{Layer, Release};
use crate::deployment::value::{Body, Value};
use crate::deployment::{SettingsFile, Variable, tree};
use crate::document::{Node, Syntax, parse_rendered};
use crate::source::{Sources, Text};
use crate::workspace::{SourceFile, Workspace};

/// Values nest no deeper, and there are no more of them.
const DEEPEST: usize = 24;
const MOST: usize = 10_000;

/// A resource, and the file that it stands in.
pub(super) struct Resource<'w> {
    pub file: &'w SourceFile,
    pub kind: String,
    pub value: Value,
}

/// Finds the resources of the tree that have to do with installing charts.
pub(super) fn find<'w>(workspace: &'w Workspace, charts: &Charts<'_>) -> Vec<Resource<'w>> {
    const KINDS: [&str; 6] =
        ["HelmRelease", "HelmRepository", "Application", "ApplicationSet", "ConfigMap", "HelmChart"];
    let mut found = Vec::new();
    for file in workspace.written() {
        let Some(document) = file.document().filter(|_| !is_template(file, charts)) else { continue };
        for root in document.roots().filter(|root| root.get("apiVersion").is_some()) {
            let kind = root.get("kind").and_then(Node::str).unwrap_or_default();
            if KINDS.contains(&kind) {
                found.push(Resource { file, kind: kind.to_owned(), value: Value::of(root) });
            }
        }
    }
    found
}

/// Tells whether a file is a template of a chart.
fn is_template(file: &SourceFile, charts: &Charts<'_>) -> bool {
    let folders = file.folder().match_indices("templates").map(|(at, _)| at);
    folders.into_iter().any(|at| {
        let outer = file.folder().get(..at).unwrap_or_default();
        charts.contains_key(outer.trim_end_matches('/'))
    })
}

impl Resource<'_> {
    /// Answers the name.
    pub fn name(&self) -> Option<&Text> {
        self.value.path(&["metadata", "name"])?.text()
    }

    /// Answers the host that what the file installs runs on.
    pub fn host(&self) -> String {
        tree::host(self.file.folder())
    }
}

/// Answers the values that stand in a text.
pub(super) fn embedded(text: &Text) -> Option<Layer> {
    let document = parse_rendered(text, Syntax::Yaml);
    let value = Value::of(document.root()?);
    matches!(value.body, Body::Map(_)).then_some(Layer::Values(value))
}

/// Answers the values of a file of the tree.
pub(super) fn of_file(workspace: &Workspace, path: &str) -> Option<Layer> {
    let file = workspace.find(path)?;
    let value = Value::of(file.document()?.root()?);
    matches!(value.body, Body::Map(_)).then_some(Layer::Values(value))
}

/// Takes the values that stand in a resource as dotted keys, so that they are looked through like those of a file.
pub(super) fn settings(release: &Release, workspace: &Workspace) -> Vec<SettingsFile> {
    let inline = release.layers.iter().filter_map(|layer| match layer {
        Layer::Values(value) => Some(value),
        Layer::Set(..) => None,
    });
    let inline = inline.filter(|value| {
        let root = workspace.document(value.place.file).and_then(|document| document.root());
        root.is_some_and(|root| root.get("apiVersion").is_some())
    });
    let settings = inline.map(|value| {
        let mut entries = Vec::new();
        flatten(value, "", 0, &mut entries);
        let path = format!("{}//{}/values.yaml", workspace.path(value.place.file), release.name.value());
        SettingsFile { file: value.place.file, path, entries }
    });
    settings.filter(|settings| !settings.entries.is_empty()).collect()
}

fn flatten(value: &Value, prefix: &str, depth: usize, found: &mut Vec<Variable>) {
    for entry in value.entries() {
        let key = &entry.key;
        let name = if prefix.is_empty() { key.value.clone() } else { format!("{prefix}.{}", key.value) };
        if depth > DEEPEST || found.len() >= MOST {
            return;
        }
        for item in entry.value.list() {
            if let Some(text) = item.text() {
                found.push(Variable { name: key.clone().map(|_| name.clone()), value: text.clone() });
            }
            flatten(item, &name, depth + 1, found);
        }
        flatten(&entry.value, &name, depth + 1, found);
    }
}
