//! Replacements: a field of one resource put into fields of others.

use crate::deployment::reader::kubernetes::Object;
use crate::deployment::tree;
use crate::deployment::value::{Body, Value};
use crate::source::{FileId, Text};
use crate::workspace::Workspace;
use std::collections::BTreeSet;

/// Does the replacements of a kustomization; what puts a part into a text makes a hole of it.
pub(super) fn apply(
    kustomization: &Value,
    folder: &str,
    objects: &mut [Object],
    workspace: &Workspace,
    used: &mut BTreeSet<FileId>,
) {
    for item in kustomization.get("replacements").map_or(&[] as &[Value], Value::list) {
        let file = item.text_of("path").and_then(|path| workspace.find(&tree::join(folder, path.known()?)?));
        let outer = file.and_then(|file| {
            used.insert(file.id);
            file.document()?.root().map(Value::of)
        });
        let list = outer.as_ref().map_or(std::slice::from_ref(item), Value::list);
        list.iter().for_each(|replacement| one(replacement, objects));
    }
}

fn one(replacement: &Value, objects: &mut [Object]) {
    let Some(source) = replacement.get("source") else { return };
    let field = source.text_of("fieldPath").map_or("metadata.name", Text::value);
    let found = objects.iter().find(|object| selected(source, object));
    let named = found.filter(|_| field == "metadata.name").map(|object| object.name.clone());
    let value = found.and_then(|object| object.value.path(&parts(field)).cloned());
    let value = match (value, named) {
        (Some(mut value), Some(name)) => {
            let text = Text::inexact(&name.value, value.place);
            value.body = Body::Scalar(text);
            Some(value)
        }
        (value, _) => value,
    };
    for target in replacement.get("targets").map_or(&[] as &[Value], Value::list) {
        let Some(select) = target.get("select") else { continue };
        let part = target.path(&["options", "delimiter"]).is_some() || source.path(&["options", "delimiter"]).is_some();
        let fields = target.get("fieldPaths").map_or(&[] as &[Value], Value::list);
        for object in objects.iter_mut().filter(|object| selected(select, object)) {
            for field in fields.iter().filter_map(Value::text) {
                put(&mut object.value, &parts(field.value()), value.as_ref().filter(|_| !part));
            }
        }
    }
}

fn selected(select: &Value, object: &Object) -> bool {
    let kind = select.text_of("kind").is_none_or(|kind| kind.value() == object.kind.value);
    kind && select.text_of("name").is_none_or(|name| object.is_called(name.value()))
}

/// Takes a path of fields apart: at dots that stand in no brackets.
fn parts(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut from, mut inside) = (0, false);
    for (at, sign) in path.char_indices() {
        match sign {
            '[' => inside = true,
            ']' => inside = false,
            '.' if !inside => {
                parts.push(&path[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&path[from..]);
    parts
}

/// Puts a value at a path, or makes a hole of what is there.
fn put(value: &mut Value, path: &[&str], new: Option<&Value>) {
    let Some((first, rest)) = path.split_first() else {
        match (new, &mut value.body) {
            (Some(new), _) => *value = new.clone(),
            (None, Body::Scalar(text)) => {
                let mut hole = Text::empty(text.span());
                hole.push_hole(text.value(), text.span());
                *text = hole;
            }
            _ => {}
        }
        return;
    };
    match &mut value.body {
        Body::Map(entries) => {
            if let Some(entry) = entries.iter_mut().find(|entry| entry.key.value == *first) {
                put(&mut entry.value, rest, new);
            }
        }
        Body::List(items) => {
            let chosen = first.trim_start_matches('[').trim_end_matches(']');
            let pair = chosen.split_once('=');
            for (at, item) in items.iter_mut().enumerate() {
                let by_field = pair.is_some_and(|(key, wanted)| item.text_of(key).map(Text::value) == Some(wanted));
                if chosen == "*" || by_field || chosen.parse() == Ok(at) {
                    put(item, rest, new);
                }
            }
        }
        _ => {}
    }
}
