//! Patches: which resources each is for, and what it does to them.

use super::kustomization::texts;
use super::selector::meets;
use super::{json, merge};
use crate::deployment::reader::kubernetes::{Object, of_value};
use crate::deployment::tree;
use crate::deployment::value::{Body, Entry, Tag, Value};
use crate::document::{Document, Syntax, parse_rendered};
use crate::source::{FileId, Spanned, Text};
use crate::workspace::Workspace;
use regex::Regex;
use std::collections::BTreeSet;

/// No kustomization patches so many resources, each counted as often as it is patched.
const MOST_PATCHED: usize = 20_000;

/// Lays all patches of a kustomization over resources, and tells whether it could; `used` collects the files that they stand in.
pub(super) fn apply(
    kustomization: &Value,
    folder: &str,
    objects: &mut Vec<Object>,
    workspace: &Workspace,
    used: &mut BTreeSet<FileId>,
) -> bool {
    let mut patched = 0;
    for text in texts(kustomization, "patchesStrategicMerge") {
        // A path, or the patch itself.
        let values = match file(text, folder, workspace, used) {
            Some(document) => values(document),
            None => values(&parse_rendered(text, Syntax::Yaml)),
        };
        values.iter().for_each(|patch| patched += lay(patch, None, objects));
        if patched > MOST_PATCHED {
            return false;
        }
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
            values.iter().for_each(|patch| patched += lay(patch, item.get("target"), objects));
            if patched > MOST_PATCHED {
                return false;
            }
        }
    }
    true
}

fn file<'w>(path: &Text, folder: &str, workspace: &'w Workspace, used: &mut BTreeSet<FileId>) -> Option<&'w Document> {
    let file = workspace.find(&tree::join(folder, path.known().filter(|path| !path.contains('\n'))?)?)?;
    used.insert(file.id);
    file.document()
}

fn values(document: &Document) -> Vec<Value> {
    document.roots().map(Value::of).collect()
}

/// Lays one patch over the resources that it is for; answers how many these are.
pub(in crate::deployment::reader) fn lay(patch: &Value, target: Option<&Value>, objects: &mut Vec<Object>) -> usize {
    let aim = Aim::of(target.unwrap_or(patch), target.is_none());
    let deletes = patch.text_of("$patch").map(Text::value) == Some("delete");
    if deletes {
        objects.retain(|object| !aim.hits(object));
        return 0;
    }
    let mut patched = 0;
    for object in objects.iter_mut().filter(|object| aim.hits(object)) {
        patched += 1;
        match &patch.body {
            Body::List(_) => {
                json::apply(&mut object.value, patch);
                object.taken.extend(json::taken(patch));
            }
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
    patched
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

/// Answers what patches say of resources of another tree: all that is known of these, with holes for the rest.
pub(super) fn stand_ins(kustomization: &Value, folder: &str, objects: &[Object], workspace: &Workspace) -> Vec<Object> {
    let mut patches: Vec<Value> = Vec::new();
    let mut used = BTreeSet::new();
    let listed = kustomization.get("patches").map_or(&[] as &[Value], Value::list).iter();
    let texts =
        listed.filter_map(|item| item.text_of("path").or_else(|| item.text()).or_else(|| item.text_of("patch")));
    for text in texts.chain(texts_of_merges(kustomization)) {
        let found = file(text, folder, workspace, &mut used).map(values);
        patches.extend(found.unwrap_or_else(|| values(&parse_rendered(text, Syntax::Yaml))));
    }
    let mut found = Vec::new();
    for patch in patches.into_iter().filter(|patch| patch.get("$patch").is_none()) {
        let aim = Aim::of(&patch, true);
        let known = objects.iter().chain(&found).any(|object| aim.hits(object));
        if !known && patch.path(&["metadata", "name"]).is_some() {
            found.extend(of_value(patch));
        }
    }
    found.iter_mut().for_each(|object| leave_open(&mut object.value));
    found
}

fn texts_of_merges(kustomization: &Value) -> impl Iterator<Item = &Text> {
    texts(kustomization, "patchesStrategicMerge")
}

/// A container whose words a patch does not say has those of the resource that nobody sees.
fn leave_open(value: &mut Value) {
    let Some(containers) = ["spec", "template", "spec", "containers"].iter().try_fold(value, |value, key| {
        let Body::Map(entries) = &mut value.body else { return None };
        entries.iter_mut().find(|entry| entry.key.value == *key).map(|entry| &mut entry.value)
    }) else {
        return;
    };
    let Body::List(items) = &mut containers.body else { return };
    for container in items {
        let place = container.place;
        let says = |key: &str| container.get(key).is_some();
        if says("args") || says("command") {
            continue;
        }
        let Body::Map(entries) = &mut container.body else { continue };
        let mut word = Text::empty(place);
        word.push_hole("$(what the other tree says)", place);
        let word = Value { place, tag: Tag::None, body: Body::Scalar(word) };
        let args = Value { place, tag: Tag::None, body: Body::List(vec![word]) };
        entries.push(Entry { key: Spanned::new("args".to_owned(), place), value: args });
    }
}

/// The resources that a patch is for.
struct Aim<'p> {
    kind: Option<Regex>,
    name: Option<Regex>,
    namespace: Option<Regex>,
    group: Option<&'p str>,
    labels: &'p str,
    annotations: &'p str,
}

impl<'p> Aim<'p> {
    /// Reads a target, or the identity of the patch itself.
    fn of(value: &'p Value, own: bool) -> Self {
        let metadata = if own { value.get("metadata") } else { Some(value) };
        let named = |key: &str| metadata.and_then(|metadata| metadata.text_of(key)).and_then(Text::known);
        let selector = |key: &str| value.text_of(key).and_then(Text::known).filter(|_| !own).unwrap_or_default();
        Self {
            kind: value.text_of("kind").and_then(Text::known).and_then(|kind| pattern(kind, own)),
            name: named("name").and_then(|name| pattern(name, own)),
            namespace: named("namespace").filter(|_| !own).and_then(|name| pattern(name, own)),
            group: value.text_of("group").and_then(Text::known).filter(|_| !own),
            labels: selector("labelSelector"),
            annotations: selector("annotationSelector"),
        }
    }

    fn hits(&self, object: &Object) -> bool {
        let fits = |pattern: &Option<Regex>, text: &str| pattern.as_ref().is_none_or(|pattern| pattern.is_match(text));
        let names = std::iter::once(&object.name.value).chain(&object.former);
        fits(&self.kind, &object.kind.value)
            && names.into_iter().any(|name| fits(&self.name, name))
            && fits(&self.namespace, object.namespace.as_deref().unwrap_or_default())
            && self.group.is_none_or(|group| group == object.group)
            && meets(self.labels, object.value.path(&["metadata", "labels"]))
            && meets(self.annotations, object.value.path(&["metadata", "annotations"]))
    }
}

/// Targets are patterns for whole names; the identity of a patch is meant as it is written.
fn pattern(text: &str, literal: bool) -> Option<Regex> {
    let inner = if literal { regex::escape(text) } else { text.to_owned() };
    Regex::new(&format!("^(?:{inner})$")).ok()
}
