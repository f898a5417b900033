//! Resources that install charts, and what they refer to.

use super::chart::Charts;
use super::model::{Layer, Release};
use crate::deployment::reader::kubernetes::{self, Datum, Object};
use crate::deployment::reader::model::Reading;
use crate::deployment::value::{Body, Value};
use crate::deployment::{SettingsFile, Variable, tree};
use crate::document::{Node, Syntax, parse_rendered};
use crate::source::{Sources, Text};
use crate::workspace::{SourceFile, Workspace};

/// Values nest no deeper, and there are no more of them.
const DEEPEST: usize = 24;
const MOST: usize = 10_000;

/// A resource, the file that it stands in, and how it is applied.
pub(super) struct Resource<'w> {
    pub file: &'w SourceFile,
    pub kind: String,
    pub value: Value,
    /// Entries that a generator made, and all others.
    pub data: Vec<Datum>,
    /// Its name, and those that it had before.
    pub names: Vec<Text>,
    /// The namespace that it is applied to.
    pub namespace: Option<Text>,
    /// What it is applied with: resources of one part mean each other first. Zero is the tree as it is written.
    pub part: usize,
    /// The environment that it is applied to.
    pub host: String,
    /// The folder that it is applied from.
    pub project: String,
    /// More may belong to it than the tree shows.
    pub open: bool,
    /// It stands in a template or an example.
    pub template: bool,
}

/// Finds the resources of the tree that have to do with installing charts.
pub(super) fn find<'w>(workspace: &'w Workspace, charts: &Charts<'_>, reading: &Reading) -> Vec<Resource<'w>> {
    const KINDS: [&str; 6] =
        ["HelmRelease", "HelmRepository", "Application", "ApplicationSet", "ConfigMap", "HelmChart"];
    let mut found = Vec::new();
    let is_resource = |root: &Node<'_>| root.get("apiVersion").is_some();
    let holds_any = |file: &SourceFile| {
        !reading.built.contains(&file.id)
            && file.document().is_some_and(|document| document.roots().any(|root| is_resource(&root)))
    };
    for file in workspace.chosen(holds_any) {
        let Some(document) = file.document().filter(|_| !is_template(file, charts)) else { continue };
        for root in document.roots().filter(is_resource) {
            let kind = root.get("kind").and_then(Node::str).unwrap_or_default();
            if KINDS.contains(&kind) {
                found.extend(written(file, root));
            }
        }
    }
    for (part, (objects, release)) in reading.installing.iter().enumerate() {
        let objects = objects.iter().filter(|object| KINDS.contains(&object.kind.value.as_str()));
        found.extend(objects.map(|object| applied(object, release, part + 1, workspace)));
    }
    found
}

fn written<'w>(file: &'w SourceFile, root: Node<'_>) -> Option<Resource<'w>> {
    let object = kubernetes::of_value(Value::of(root)).into_iter().next()?;
    let release = kubernetes::Release {
        host: tree::host(file.folder()),
        project: file.folder().to_owned(),
        template: file.template || tree::is_example(&file.path),
        ..kubernetes::Release::default()
    };
    Some(resource(&object, &release, 0, file))
}

fn applied<'w>(object: &Object, release: &kubernetes::Release, part: usize, workspace: &'w Workspace) -> Resource<'w> {
    resource(object, release, part, workspace.file(object.kind.span.file))
}

fn resource<'w>(object: &Object, release: &kubernetes::Release, part: usize, file: &'w SourceFile) -> Resource<'w> {
    let own = |key: &str| object.value.path(&["metadata", key]).and_then(Value::text);
    let name = match own("name").filter(|name| name.value() == object.name.value) {
        Some(name) => name.clone(),
        None => Text::inexact(&object.name.value, object.name.span),
    };
    let namespace = match (own("namespace"), &object.namespace) {
        (Some(text), Some(namespace)) if text.value() == namespace => Some(text.clone()),
        (_, namespace) => {
            let namespace = namespace.as_deref().or(release.namespace.as_deref());
            namespace.map(|namespace| Text::inexact(namespace, object.name.span))
        }
    };
    let former = object.former.iter().map(|name| Text::inexact(name, object.name.span));
    Resource {
        file,
        kind: object.kind.value.clone(),
        value: object.value.clone(),
        data: if object.is("ConfigMap") { kubernetes::data(object) } else { Vec::new() },
        names: std::iter::once(name).filter(|name| !name.value().is_empty()).chain(former).collect(),
        namespace,
        part,
        host: release.host.clone(),
        project: release.project.clone(),
        open: release.open,
        template: release.template,
    }
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
        self.names.first()
    }

    /// Tells whether another resource means this one by a name: of those that are called so, one of the same part.
    pub fn is_meant(&self, kind: &str, name: &str, by: &Resource<'_>) -> bool {
        self.kind == kind && self.part == by.part && self.names.iter().any(|own| own.value() == name)
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
