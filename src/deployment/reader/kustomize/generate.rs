//! Generators: ConfigMaps and Secrets made of files of the tree, environment files, and literals.

use super::kustomization::texts;
use crate::deployment::reader::kubernetes::{Datum, Object, Origin};
use crate::deployment::tree;
use crate::deployment::value::{Body, Value};
use crate::document::Node;
use crate::source::{Span, Spanned, Text};
use crate::workspace::Workspace;

/// Adds what a kustomization generates; one that is to be merged adds to a resource that is there.
pub(super) fn generate(kustomization: &Value, folder: &str, objects: &mut Vec<Object>, workspace: &Workspace) {
    for (key, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
        for item in kustomization.get(key).map_or(&[] as &[Value], Value::list) {
            let Some(name) = item.text_of("name") else { continue };
            let entries = entries(item, folder, workspace);
            let behavior = item.text_of("behavior").map_or("create", Text::value);
            let same = |object: &&mut Object| object.is(kind) && object.is_called(name.value());
            match objects.iter_mut().find(same).filter(|_| behavior != "create") {
                Some(object) => lay_over(object, entries, behavior == "replace"),
                None => objects.push(resource(kind, name, item, entries)),
            }
        }
    }
}

fn lay_over(object: &mut Object, entries: Vec<Datum>, replaces: bool) {
    if replaces {
        object.generated.clear();
        if let Body::Map(entries) = &mut object.value.body {
            entries.retain(|entry| !["data", "binaryData", "stringData"].contains(&entry.key.value.as_str()));
        }
    }
    object.generated.retain(|known| !entries.iter().any(|entry| entry.key.value == known.key.value));
    object.generated.extend(entries);
}

fn resource(kind: &str, name: &Text, item: &Value, generated: Vec<Datum>) -> Object {
    let namespace = item.text_of("namespace").map(|text| text.value().to_owned());
    Object {
        kind: Spanned::new(kind.to_owned(), name.span()),
        group: String::new(),
        name: Spanned { value: name.value().to_owned(), span: name.span(), origin: name.origin() },
        former: Vec::new(),
        namespace,
        value: Value::null(item.place),
        generated,
        taken: Vec::new(),
    }
}

fn entries(item: &Value, folder: &str, workspace: &Workspace) -> Vec<Datum> {
    let mut found = Vec::new();
    for text in texts(item, "files") {
        let (key, path) = match text.split_once('=') {
            Some((key, path)) => (key, path),
            None => (text.slice(text.value().rfind('/').map_or(0, |at| at + 1)..text.value().len()), text.clone()),
        };
        let Some(path) = path.known().and_then(|path| tree::join(folder, path)) else { continue };
        let key = Spanned { value: key.value().to_owned(), span: key.span(), origin: key.origin() };
        found.push(Datum { key, origin: Origin::File(path) });
    }
    for text in texts(item, "literals") {
        let Some((key, value)) = text.split_once('=') else { continue };
        let key = Spanned { value: key.value().to_owned(), span: key.span(), origin: key.origin() };
        found.push(Datum { key, origin: Origin::Written(unquoted(&value)) });
    }
    for path in texts(item, "envs").chain(texts(item, "env")) {
        let file = path.known().and_then(|path| workspace.find(&tree::join(folder, path)?));
        let root = file.and_then(|file| file.document()?.root());
        for entry in root.into_iter().flat_map(Node::entries) {
            let Some(value) = entry.value.text().filter(|_| !entry.value.is_null()) else { continue };
            let key = Spanned::new(entry.name().to_owned(), entry.key.span());
            found.push(Datum { key, origin: Origin::Written(value) });
        }
        // An environment file of another name is read line by line.
        if let (None, Some(text)) = (root, file.and_then(|file| Some((file.id, file.text()?)))) {
            let whole = Text::literal(text.1, Span::new(text.0, 0, text.1.len() as u32));
            found.extend(whole.split('\n').iter().filter_map(line));
        }
    }
    found
}

fn line(line: &Text) -> Option<Datum> {
    let line = line.trim();
    let (key, value) = line.split_once('=').filter(|_| !line.value().starts_with('#'))?;
    let key = Spanned::new(key.value().to_owned(), key.span());
    Some(Datum { key, origin: Origin::Written(value) })
}

/// A literal can be written in quotes of its own.
fn unquoted(value: &Text) -> Text {
    let text = value.value();
    let quoted = ['"', '\''].iter().any(|sign| text.len() > 1 && text.starts_with(*sign) && text.ends_with(*sign));
    if quoted { value.slice(1..text.len() - 1) } else { value.clone() }
}
