//! What a kustomization changes in all its resources: names, namespace, labels, images, numbers of instances.

use crate::deployment::reader::kubernetes::Object;
use crate::deployment::value::{Body, Entry, Value};
use crate::source::{Spanned, Text};
use std::collections::BTreeSet;

/// Values go no deeper.
const DEEPEST: usize = 48;

/// Kinds that belong to no namespace.
const UNBOUND: [&str; 6] =
    ["Namespace", "StorageClass", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition", "PersistentVolume"];

/// Applies what a kustomization says about all its resources.
pub(super) fn apply(kustomization: &Value, objects: &mut [Object]) {
    for object in objects.iter_mut() {
        rename(kustomization, object);
        label(kustomization, object);
        let images = kustomization.get("images").map_or(&[] as &[Value], Value::list);
        if !images.is_empty() {
            each_image(&mut object.value, 0, &mut |image| images.iter().find_map(|change| changed(image, change)));
        }
        for change in kustomization.get("replicas").map_or(&[] as &[Value], Value::list) {
            let (Some(name), Some(count)) = (change.text_of("name"), change.get("count")) else { continue };
            if object.is_called(name.value()) && object.value.path(&["spec", "template"]).is_some() {
                set(&mut object.value, &["spec", "replicas"], count);
            }
        }
    }
    leave_open(kustomization, objects);
}

fn rename(kustomization: &Value, object: &mut Object) {
    if let Some(namespace) = kustomization.text_of("namespace").filter(|text| !text.value().is_empty())
        && !UNBOUND.contains(&object.kind.value.as_str())
    {
        object.namespace = Some(namespace.value().to_owned());
    }
    let part = |key: &str| kustomization.text_of(key).map_or("", Text::value);
    let (prefix, suffix) = (part("namePrefix"), part("nameSuffix"));
    let keeps_name = matches!(object.kind.value.as_str(), "Namespace" | "CustomResourceDefinition");
    let renames = !prefix.is_empty() || !suffix.is_empty();
    if renames && !keeps_name {
        let name = format!("{prefix}{}{suffix}", object.name.value);
        object.former.push(std::mem::replace(&mut object.name.value, name));
    }
}

/// Labels, and where they are to select by them, selectors.
fn label(kustomization: &Value, object: &mut Object) {
    let common = kustomization.get("commonLabels").map(|labels| (labels, true, true));
    let lists = kustomization.get("labels").map_or(&[] as &[Value], Value::list).iter();
    let pairs = lists.filter_map(|item| {
        let says = |key: &str| item.get(key).is_some_and(Value::is_true);
        Some((item.get("pairs")?, says("includeSelectors"), says("includeSelectors") || says("includeTemplates")))
    });
    for (labels, selectors, templates) in common.into_iter().chain(pairs) {
        for Entry { key, value } in labels.entries() {
            let mut put = |path: &[&str]| {
                if object.value.path(&path[..path.len() - 1]).is_some() {
                    let path: Vec<&str> = path.iter().copied().chain([key.value.as_str()]).collect();
                    set(&mut object.value, &path, value);
                }
            };
            put(&["metadata", "labels"]);
            if templates {
                put(&["spec", "template", "metadata", "labels"]);
            }
            if selectors {
                let plain = object.kind.value == "Service";
                let path: &[&str] = if plain { &["spec", "selector"] } else { &["spec", "selector", "matchLabels"] };
                if object.value.path(path).is_some() {
                    let path: Vec<&str> = path.iter().copied().chain([key.value.as_str()]).collect();
                    set(&mut object.value, &path, value);
                }
            }
        }
    }
}

/// Sets the value at a path; maps on the way are made.
pub(super) fn set(value: &mut Value, path: &[&str], new: &Value) {
    let Some((first, rest)) = path.split_first() else {
        *value = new.clone();
        return;
    };
    if value.is_null() {
        value.body = Body::Map(Vec::new());
    }
    let Body::Map(entries) = &mut value.body else { return };
    let at = entries.iter().position(|entry| entry.key.value == *first).unwrap_or_else(|| {
        let key = Spanned::new((*first).to_owned(), new.place);
        entries.push(Entry { key, value: Value::null(new.place) });
        entries.len() - 1
    });
    set(&mut entries[at].value, rest, new);
}

fn each_image(value: &mut Value, depth: usize, change: &mut dyn FnMut(&Text) -> Option<Text>) {
    if depth > DEEPEST {
        return;
    }
    match &mut value.body {
        Body::Map(entries) => {
            for entry in entries {
                match (&entry.key.value == "image", &mut entry.value.body) {
                    (true, Body::Scalar(text)) => {
                        if let Some(new) = change(text) {
                            *text = new;
                        }
                    }
                    _ => each_image(&mut entry.value, depth + 1, change),
                }
            }
        }
        Body::List(items) => items.iter_mut().for_each(|item| each_image(item, depth + 1, change)),
        _ => {}
    }
}

/// An image as an entry of `images` changes it, if the entry is for it. What the entry decides stands there.
fn changed(image: &Text, change: &Value) -> Option<Text> {
    let written = image.value();
    let end = written.find('@').unwrap_or(written.len());
    let colon = written.get(..end)?.rfind(':').filter(|at| !written[*at..end].contains('/'));
    let name_end = colon.unwrap_or(end);
    if change.text_of("name")?.value() != written.get(..name_end)? {
        return None;
    }
    let (tag, digest) = (change.text_of("newTag"), change.text_of("digest"));
    let place = tag.or(digest).or_else(|| change.text_of("newName")).map_or(image.span(), Text::span);
    let mut new = Text::empty(place);
    match change.text_of("newName") {
        Some(name) => new.append(name),
        None => new.append(&image.slice(0..name_end)),
    }
    match (digest, tag) {
        (Some(digest), _) => {
            new.push_inexact("@", digest.span());
            new.append(digest);
        }
        (None, Some(tag)) => {
            new.push_inexact(":", tag.span());
            new.append(tag);
        }
        (None, None) => new.append(&image.slice(name_end..written.len())),
    }
    Some(new)
}

/// What `vars` fill in is not followed: references to them are holes.
fn leave_open(kustomization: &Value, objects: &mut [Object]) {
    let vars = kustomization.get("vars").map_or(&[] as &[Value], Value::list);
    let names: BTreeSet<&str> = vars.iter().filter_map(|var| Some(var.text_of("name")?.value())).collect();
    if !names.is_empty() {
        let mut open = |text: &Text| opened(text, &names);
        objects.iter_mut().for_each(|object| each_text(&mut object.value, 0, &mut open));
    }
}

/// Changes every text below a value.
pub(super) fn each_text(value: &mut Value, depth: usize, change: &mut dyn FnMut(&Text) -> Option<Text>) {
    if depth > DEEPEST {
        return;
    }
    match &mut value.body {
        Body::Scalar(text) => {
            if let Some(new) = change(text) {
                *text = new;
            }
        }
        Body::Map(entries) => entries.iter_mut().for_each(|entry| each_text(&mut entry.value, depth + 1, change)),
        Body::List(items) => items.iter_mut().for_each(|item| each_text(item, depth + 1, change)),
        Body::Null => {}
    }
}

fn opened(text: &Text, names: &BTreeSet<&str>) -> Option<Text> {
    let value = text.value();
    let mut filled = Text::empty(text.span());
    let mut at = 0;
    for (start, _) in value.match_indices("$(") {
        let Some(length) = value[start..].find(')') else { break };
        let end = start + length + 1;
        if start >= at && names.contains(&value[start + 2..end - 1]) {
            filled.append(&text.slice(at..start));
            filled.push_hole(&value[start..end], text.span_of(start..end));
            at = end;
        }
    }
    (at > 0).then(|| {
        filled.append(&text.slice(at..value.len()));
        filled
    })
}
