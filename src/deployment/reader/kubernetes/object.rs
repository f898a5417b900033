//! Takes resources from documents: one a document, or several in a list.

use super::model::Object;
use crate::deployment::value::Value;
use crate::document::{Document, Kind, Node};
use crate::source::{Spanned, Text};

/// Lists nest no deeper.
const DEEPEST: usize = 4;
/// More resources than anybody writes.
const MOST: usize = 20_000;

/// Tells whether a document is a resource: it says of which kind, and of which version.
pub(in crate::deployment) fn is_resource(root: Node<'_>) -> bool {
    let says = |name: &str| root.get(name).is_some_and(|value| value.str().is_some_and(|text| !text.is_empty()));
    root.kind() == Kind::Map && says("apiVersion") && says("kind")
}

/// Takes the resources of all documents of a file.
pub(in crate::deployment) fn of_document(document: &Document) -> Vec<Object> {
    let roots = document.roots().filter(|root| is_resource(*root));
    roots.flat_map(|root| of_value(Value::of(root))).take(MOST).collect()
}

/// Takes a resource, or those of a list.
pub(in crate::deployment) fn of_value(value: Value) -> Vec<Object> {
    let mut found = Vec::new();
    take(value, 0, &mut found);
    found
}

fn take(value: Value, depth: usize, found: &mut Vec<Object>) {
    if depth > DEEPEST || found.len() >= MOST {
        return;
    }
    let Some(kind) = value.text_of("kind").map(spanned) else { return };
    if kind.value.ends_with("List") && value.get("items").is_some() {
        let items = value.get("items").map_or(&[] as &[Value], Value::list);
        items.iter().for_each(|item| take(item.clone(), depth + 1, found));
        return;
    }
    let version = value.text_of("apiVersion").map_or("", Text::value);
    let group = version.split_once('/').map_or("", |(group, _)| group).to_owned();
    let metadata = value.get("metadata");
    let named = |key: &str| metadata.and_then(|metadata| metadata.text_of(key));
    let name = named("name").or_else(|| named("generateName"));
    let name = name.map_or_else(|| Spanned::new(String::new(), kind.span), spanned);
    let namespace = named("namespace").map(|text| text.value().to_owned()).filter(|name| !name.is_empty());
    found.push(Object {
        kind,
        group,
        name,
        former: Vec::new(),
        namespace,
        value,
        generated: Vec::new(),
        taken: Vec::new(),
    });
}

/// Makes a value of a text, holes as written.
pub(super) fn spanned(text: &Text) -> Spanned<String> {
    Spanned { value: text.value().to_owned(), span: text.span(), origin: text.origin() }
}
