//! What ConfigMaps and Secrets hold: their entries, decoded, and the path that each has.

use super::model::{Datum, Object, Origin};
use super::object::spanned;
use crate::deployment::base64;
use crate::deployment::value::Value;
use crate::source::{Sources, Span, Text};
use crate::workspace::Workspace;
use std::collections::BTreeMap;

/// Answers the entries of a ConfigMap or Secret; of a key that is written twice, the last one holds.
pub(in crate::deployment::reader) fn data(object: &Object) -> Vec<Datum> {
    let secret = object.is("Secret");
    let parts = [("data", secret), ("binaryData", true), ("stringData", false)];
    let mut found: Vec<Datum> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let written = parts.iter().flat_map(|(part, encoded)| {
        let entries = object.value.get(part).map_or(&[] as &[_], Value::entries);
        entries.iter().filter_map(move |entry| {
            let text = entry.value.text()?.clone();
            let origin = if *encoded { Origin::Encoded(text) } else { Origin::Written(text) };
            Some(Datum { key: entry.key.clone(), origin })
        })
    });
    for datum in object.generated.iter().cloned().chain(written) {
        match places.get(&datum.key.value).and_then(|at| found.get_mut(*at)) {
            Some(known) => *known = datum,
            None => {
                places.insert(datum.key.value.clone(), found.len());
                found.push(datum);
            }
        }
    }
    found
}

/// The content of an encoded entry, all of it at the place of the whole; a hole if it cannot be read.
fn decoded(text: &Text) -> Text {
    let mut decoded = Text::empty(text.span());
    match text.known().and_then(base64::decode) {
        Some(content) => decoded.push_inexact(&content, text.span()),
        None => decoded.push_hole("(encoded)", text.span()),
    }
    decoded
}

/// Answers the path under which the entries of a resource lie as files, as if it were a folder: the path of its manifest, and
/// its own name behind two slashes.
pub(super) fn folder(object: &Object, namespace: &str, workspace: &Workspace) -> String {
    path(object, namespace, workspace.path(object.name.span.file))
}

fn path(object: &Object, namespace: &str, file: &str) -> String {
    let namespace = if namespace.is_empty() { String::new() } else { format!("{namespace}/") };
    format!("{file}//{namespace}{}/{}", object.kind.value.to_lowercase(), object.name.value)
}

/// Answers the path under which an entry lies as a file.
pub(super) fn path_of(datum: &Datum, object: &Object, namespace: &str, host: &str, workspace: &Workspace) -> String {
    match &datum.origin {
        Origin::File(path) => path.clone(),
        Origin::Written(text) | Origin::Encoded(text) => {
            let folder = path(object, namespace, workspace.path(text.file()));
            // What is filled in differs from release to release.
            let release = if text.origin().is_some() { format!("{host}/") } else { String::new() };
            format!("{folder}/{release}{}", datum.key.value)
        }
    }
}

/// Answers the content of an entry, if it can be read.
pub(super) fn content(datum: &Datum, workspace: &Workspace) -> Option<Text> {
    match &datum.origin {
        Origin::Written(_) | Origin::Encoded(_) => written(datum),
        Origin::File(path) => {
            let file = workspace.find(path)?;
            let text = file.text()?;
            Some(Text::literal(text, Span::new(file.id, 0, text.len() as u32)))
        }
    }
}

/// Answers the content of an entry that stands in its manifest, decoded.
pub(super) fn written(datum: &Datum) -> Option<Text> {
    match &datum.origin {
        Origin::Written(text) => Some(text.clone()),
        Origin::Encoded(text) => Some(decoded(text)),
        Origin::File(_) => None,
    }
}

/// Puts a value in the place of a reference to it: it is used there, and written where it stands.
pub(super) fn used_at(value: &Text, reference: &Text) -> Text {
    let mut used = Text::empty(reference.span());
    for segment in value.segments() {
        let from = segment.at as usize;
        let piece = value.value().get(from..from + segment.len as usize).unwrap_or_default();
        match segment.hole {
            true => used.push_hole(piece, reference.span()),
            false => used.push(piece, reference.span(), Some(segment.origin.unwrap_or(segment.span))),
        }
    }
    used
}

/// Makes a value that nobody knows of a reference to it.
pub(super) fn unknown(reference: &Text, words: &str) -> Text {
    let name = spanned(reference);
    let mut text = Text::empty(name.span);
    text.push_hole(&format!("({words} {})", name.value), name.span);
    text
}
