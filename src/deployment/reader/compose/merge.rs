//! Lays one compose file over another, by the rules of the Compose specification.

use crate::deployment::value::{Body, Entry, Tag, Value};
use crate::source::{FileId, Span, Spanned};
use std::collections::BTreeMap;

/// A service and the files that it comes from, the deciding one last.
#[derive(Debug, Clone)]
pub(super) struct Service {
    pub key: Spanned<String>,
    /// The whole entry, where the service is written first.
    pub place: Span,
    pub value: Value,
    pub files: Vec<FileId>,
}

impl Service {
    /// Lays `over` over this service, which keeps its name and place.
    pub fn merge(&mut self, over: Self) {
        let below = std::mem::replace(&mut self.value, Value::null(over.value.place));
        self.value = merge_field(None, below, over.value);
        for file in over.files {
            self.files.retain(|known| *known != file);
            self.files.push(file);
        }
    }
}

/// Lays services over services of the same names; new ones are appended.
pub(super) fn merge_services(below: &mut Vec<Service>, over: Vec<Service>) {
    let places: BTreeMap<String, usize> =
        below.iter().enumerate().map(|(at, service)| (service.key.value.clone(), at)).collect();
    for service in over {
        match places.get(&service.key.value).and_then(|at| below.get_mut(*at)) {
            Some(known) if service.value.tag == Tag::Reset => known.value = Value::null(service.value.place),
            Some(known) => known.merge(service),
            None => below.push(service),
        }
    }
}

/// Lays the entries of a map over those of another; inside a service, its fields follow their own rules.
pub(super) fn merge_entries(below: &mut Vec<Entry>, over: Vec<Entry>, inside_service: bool) {
    let places: BTreeMap<String, usize> =
        below.iter().enumerate().map(|(at, entry)| (entry.key.value.clone(), at)).collect();
    for entry in over {
        match places.get(&entry.key.value).and_then(|at| below.get_mut(*at)) {
            Some(known) if entry.value.tag == Tag::Reset => known.value = Value::null(entry.value.place),
            Some(known) => {
                let field = if inside_service { entry.key.value.as_str() } else { "" };
                let value = std::mem::replace(&mut known.value, Value::null(entry.value.place));
                known.value = merge_field(Some(field), value, entry.value);
                known.key = entry.key;
            }
            None if entry.value.tag == Tag::Reset => {}
            None => below.push(entry),
        }
    }
}

/// How a field of a service is merged where it is not by its kind.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rule {
    /// The later one holds.
    Replace,
    /// A list or a map of names and values: both become lists, one after the other.
    Append,
    /// A list of names or a map: both become maps.
    Named,
    /// A path, or a map with a `context`.
    Build,
}

fn rule(field: &str) -> Option<Rule> {
    match field {
        "command" | "entrypoint" => Some(Rule::Replace),
        "environment" | "labels" | "env_file" | "tmpfs" | "dns" | "annotations" | "sysctls" => Some(Rule::Append),
        "depends_on" | "networks" => Some(Rule::Named),
        "build" => Some(Rule::Build),
        _ => None,
    }
}

/// Merges two values; `field` is the name of the service's field, nothing further down or up.
fn merge_field(field: Option<&str>, below: Value, mut over: Value) -> Value {
    let rule = field.and_then(rule);
    if over.tag == Tag::Override || rule == Some(Rule::Replace) {
        over.tag = Tag::None;
        return over;
    }
    if over.is_null() {
        return below;
    }
    let (below, over) = match rule {
        Some(Rule::Append) => (as_list(below), as_list(over)),
        Some(Rule::Named) => (as_map(below), as_map(over)),
        Some(Rule::Build) => (as_build(below), as_build(over)),
        _ => (below, over),
    };
    let place = over.place;
    let body = match (below.body, over.body) {
        (Body::Map(mut entries), Body::Map(more)) => {
            merge_entries(&mut entries, more, field.is_none());
            Body::Map(entries)
        }
        (Body::List(mut items), Body::List(more)) => {
            items.extend(more);
            Body::List(items)
        }
        (_, body) => body,
    };
    Value { place, tag: Tag::None, body }
}

/// A map becomes a list with one map of a single entry for each.
fn as_list(value: Value) -> Value {
    let body = match value.body {
        Body::Map(entries) => Body::List(entries.into_iter().map(alone).collect()),
        Body::Scalar(_) => Body::List(vec![value.clone()]),
        body => body,
    };
    Value { body, ..value }
}

fn alone(entry: Entry) -> Value {
    Value { place: entry.key.span.to(entry.value.place), tag: Tag::None, body: Body::Map(vec![entry]) }
}

fn as_map(value: Value) -> Value {
    let body = match value.body {
        Body::List(items) => Body::Map(items.iter().filter_map(named).collect()),
        body => body,
    };
    Value { body, ..value }
}

fn named(item: &Value) -> Option<Entry> {
    let text = item.text()?;
    let key = Spanned { value: text.value().to_owned(), span: text.span(), origin: text.origin() };
    Some(Entry { key, value: Value::null(item.place) })
}

fn as_build(value: Value) -> Value {
    if value.text().is_none() {
        return value;
    }
    let place = value.place;
    let entry = Entry { key: Spanned::new("context".to_owned(), place), value };
    Value { place, tag: Tag::None, body: Body::Map(vec![entry]) }
}
