//! Patches: which resources each is for, and what it does to them.

use super::kustomization::texts;
use super::{json, merge};
use crate::deployment::reader::kubernetes::Object;
use crate::deployment::tree;
use crate::deployment::value::{Body, Value};
use crate::document::{Document, Syntax, parse_rendered};
use crate::source::{FileId, Text};
use crate::workspace::Workspace;
use regex::Regex;
use std::collections::BTreeSet;

/// Lays all patches of a kustomization over resources; `used` collects the files that they stand in.
pub(super) fn apply(
    kustomization: &Value,
    folder: &str,
    objects: &mut Vec<Object>,
    workspace: &Workspace,
    used: &mut BTreeSet<FileId>,
) {
    for text in texts(kustomization, "patchesStrategicMerge") {
        // A path, or the patch itself.
        let values = match file(text, folder, workspace, used) {
            Some(document) => values(document),
            None => values(&parse_rendered(text, Syntax::Yaml)),
        };
        values.iter().for_each(|patch| lay(patch, None, objects));
    }
    for key in ["patchesJson6902", "patches"] {
        for item in kustomization.get(key).map_or(&[] as &[Value], Value::list) {
            let path =
                item.text_of("path").or_else(|| item.text()).and_then(|path| file(path, folder, workspace, used));
            let values = match (path, item.text_of("patch")) {
                (Some(document), _) => values(document),
                (None, Some(text)) => values(&parse_rendered(text, Syntax::Yaml)),
                (None, None) => continue,
            };
            values.iter().for_each(|patch| lay(patch, item.get("target"), objects));
        }
    }
}

fn file<'w>(path: &Text, folder: &str, workspace: &'w Workspace, used: &mut BTreeSet<FileId>) -> Option<&'w Document> {
    let file = workspace.find(&tree::join(folder, path.known().filter(|path| !path.contains('\n'))?)?)?;
    used.insert(file.id);
    file.document()
}

fn values(document: &Document) -> Vec<Value> {
    document.roots().map(Value::of).collect()
}

/// Lays one patch over the resources that it is for.
pub(in crate::deployment::reader) fn lay(patch: &Value, target: Option<&Value>, objects: &mut Vec<Object>) {
    let aim = Aim::of(target.unwrap_or(patch), target.is_none());
    let deletes = patch.text_of("$patch").map(Text::value) == Some("delete");
    if deletes {
        objects.retain(|object| !aim.hits(object));
        return;
    }
    for object in objects.iter_mut().filter(|object| aim.hits(object)) {
        match &patch.body {
            Body::List(_) => json::apply(&mut object.value, patch),
            Body::Map(_) => {
                let mut patch = patch.clone();
                // A patch for several resources is named after none of them.
                if target.is_some() {
                    without_identity(&mut patch);
                }
                merge::merge(&mut object.value, &patch, &object.group);
            }
            _ => {}
        }
    }
}

fn without_identity(patch: &mut Value) {
    let Body::Map(entries) = &mut patch.body else { return };
    entries.retain(|entry| !matches!(entry.key.value.as_str(), "kind" | "apiVersion"));
    for entry in entries.iter_mut().filter(|entry| entry.key.value == "metadata") {
        if let Body::Map(metadata) = &mut entry.value.body {
            metadata.retain(|entry| !matches!(entry.key.value.as_str(), "name" | "namespace"));
        }
    }
}

/// The resources that a patch is for.
struct Aim<'p> {
    kind: Option<Regex>,
    name: Option<Regex>,
    namespace: Option<Regex>,
    group: Option<&'p str>,
    labels: Vec<(&'p str, &'p str)>,
}

impl<'p> Aim<'p> {
    /// Reads a target, or the identity of the patch itself.
    fn of(value: &'p Value, own: bool) -> Self {
        let metadata = if own { value.get("metadata") } else { Some(value) };
        let named = |key: &str| metadata.and_then(|metadata| metadata.text_of(key)).and_then(Text::known);
        let selector = value.text_of("labelSelector").and_then(Text::known).filter(|_| !own).unwrap_or_default();
        let pairs = selector.split(',').filter_map(|pair| pair.split_once('='));
        Self {
            kind: value.text_of("kind").and_then(Text::known).and_then(|kind| pattern(kind, own)),
            name: named("name").and_then(|name| pattern(name, own)),
            namespace: named("namespace").filter(|_| !own).and_then(|name| pattern(name, own)),
            group: value.text_of("group").and_then(Text::known).filter(|_| !own),
            labels: pairs.map(|(name, value)| (name.trim(), value.trim_start_matches('=').trim())).collect(),
        }
    }

    fn hits(&self, object: &Object) -> bool {
        let fits = |pattern: &Option<Regex>, text: &str| pattern.as_ref().is_none_or(|pattern| pattern.is_match(text));
        let names = std::iter::once(&object.name.value).chain(&object.former);
        let labelled = |(name, value): &(&str, &str)| {
            let label = object.value.path(&["metadata", "labels", name]).and_then(Value::text);
            label.map(Text::value) == Some(value)
        };
        fits(&self.kind, &object.kind.value)
            && names.into_iter().any(|name| fits(&self.name, name))
            && fits(&self.namespace, object.namespace.as_deref().unwrap_or_default())
            && self.group.is_none_or(|group| group == object.group)
            && self.labels.iter().all(labelled)
    }
}

/// Targets are patterns for whole names; the identity of a patch is meant as it is written.
fn pattern(text: &str, literal: bool) -> Option<Regex> {
    let inner = if literal { regex::escape(text) } else { text.to_owned() };
    Regex::new(&format!("^(?:{inner})$")).ok()
}
