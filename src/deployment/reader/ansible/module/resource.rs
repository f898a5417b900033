//! `k8s`: resources that a task applies to a cluster, written in the task, in a file or in a template.

use crate::deployment::reader::ansible::datum::{Body, Datum};
use crate::deployment::reader::ansible::deed::{What, identity};
use crate::deployment::reader::ansible::jinja::render;
use crate::deployment::reader::ansible::task::{Frame, Task};
use crate::deployment::reader::kubernetes::{Object, of_document, of_value};
use crate::deployment::tree;
use crate::deployment::value::{self, Entry, Tag, Value};
use crate::document::{Syntax, parse_rendered};
use crate::source::{FileId, Span, Text};

/// Resources, and the files that they were taken from.
#[derive(Default)]
struct Found {
    objects: Vec<Object>,
    files: Vec<FileId>,
}

/// Applies resources to a cluster, or takes them away.
pub(super) fn apply(arguments: &Datum, _: &Task<'_>, frame: &Frame<'_>) -> Vec<What> {
    let text = |key: &str| arguments.get(key).and_then(Datum::known);
    let mut found = Found::default();
    for key in ["definition", "resource_definition", "inline"] {
        arguments.get(key).into_iter().for_each(|written| in_task(written, &mut found));
    }
    if let Some(source) = arguments.get("src").and_then(Datum::known) {
        in_file(source, frame, &mut found);
    }
    for template in arguments.get("template").map_or(&[] as &[Datum], Datum::several) {
        let named = template.get("path").unwrap_or(template).known();
        named.into_iter().for_each(|named| in_template(named, frame, &mut found));
    }
    for object in &mut found.objects {
        object.namespace = object.namespace.take().or_else(|| text("namespace").map(str::to_owned));
    }
    match text("state") {
        Some("absent") => {
            let named = text("kind").zip(text("name"));
            let named = named.map(|(kind, name)| {
                (kind.to_owned(), text("namespace").unwrap_or_default().to_owned(), name.to_owned())
            });
            let gone = found.objects.iter().map(identity).chain(named);
            gone.map(|gone| What::Withdraw { gone, files: found.files.clone() }).collect()
        }
        // A patch alone is no resource.
        Some("patched") => Vec::new(),
        _ => {
            let cluster = cluster(text("context"), text("kubeconfig"));
            let applied = found.objects.into_iter().map(|object| What::Apply {
                cluster: cluster.clone(),
                object: Box::new(object),
                files: found.files.clone(),
            });
            applied.collect()
        }
    }
}

/// What tells a cluster from others: its context, or the file of its own that leads to it.
pub(super) fn cluster(context: Option<&str>, file: Option<&str>) -> String {
    let stem = |path: &str| tree::stem(path).to_owned();
    let own = |stem: &String| !["config", "kubeconfig", "kube_config", "k3s", "admin"].contains(&stem.as_str());
    context.map(str::to_owned).or_else(|| file.map(stem).filter(own)).unwrap_or_default()
}

fn in_task(written: &Datum, found: &mut Found) {
    for definition in written.several() {
        match definition.shown() {
            Some(text) if !definition.is_unknown() => in_text(text, found),
            _ => found.objects.extend(of_value(value(definition))),
        }
    }
}

fn in_text(text: &Text, found: &mut Found) {
    found.objects.extend(of_document(&parse_rendered(text, Syntax::Yaml)));
}

fn in_file(named: &str, frame: &Frame<'_>, found: &mut Found) {
    let workspace = frame.scope.site.world.workspace;
    let file = frame.scope.find(named, &["files", "templates"]).and_then(|path| workspace.find(&path));
    if let Some((file, document)) = file.and_then(|file| Some((file, file.document()?))) {
        found.objects.extend(of_document(document));
        found.files.push(file.id);
    }
}

fn in_template(named: &str, frame: &Frame<'_>, found: &mut Found) {
    let workspace = frame.scope.site.world.workspace;
    let file = frame.scope.find(named, &["templates", "files"]).and_then(|path| workspace.find(&path));
    if let Some((file, text)) = file.and_then(|file| Some((file, file.text()?))) {
        let template = Text::literal(text, Span::new(file.id, 0, text.len() as u32));
        in_text(&render(&template, &frame.scope), found);
        found.files.push(file.id);
    }
}

/// A value as the resources of a cluster have it.
pub(super) fn value(datum: &Datum) -> Value {
    let body = match &datum.body {
        Body::Unknown(text) | Body::Undefined(text) => value::Body::Scalar(text.clone()),
        Body::Scalar(scalar) => value::Body::Scalar(scalar.text.clone()),
        Body::Omit | Body::Null => value::Body::Null,
        Body::List(items) => value::Body::List(items.iter().map(value).collect()),
        Body::Map(entries) => {
            let entries = entries.iter().filter(|(_, value)| !matches!(value.body, Body::Omit));
            value::Body::Map(entries.map(|(key, inner)| Entry { key: key.clone(), value: value(inner) }).collect())
        }
    };
    Value { place: datum.place, tag: Tag::None, body }
}
