//! Helmfile: releases of charts, with values for each environment; the file itself is a template.

use super::assemble::is_quoted;
use super::model::{Layer, Release};
use super::resource::{embedded, of_file};
use crate::deployment::template::{Datum, Machine, Map, Placing, Slot, Sort, parse, settle};
use crate::deployment::tree;
use crate::deployment::value::{Body, Value};
use crate::document::{Syntax, parse_rendered};
use crate::source::{Span, Text};
use crate::workspace::{SourceFile, Workspace};
use std::rc::Rc;

/// Environments of one file.
const MOST: usize = 50;

/// Answers what every helmfile installs, for each of its environments.
pub(super) fn releases(workspace: &Workspace) -> Vec<Release> {
    let files = workspace.written().filter(|file| is_helmfile(file));
    files.flat_map(|file| of_helmfile(file, workspace)).collect()
}

fn is_helmfile(file: &SourceFile) -> bool {
    let named = file.name().starts_with("helmfile") || file.folder().ends_with("helmfile.d");
    named && [".yaml", ".yml", ".gotmpl"].iter().any(|ending| file.name().ends_with(ending))
}

fn of_helmfile(file: &SourceFile, workspace: &Workspace) -> Vec<Release> {
    let Some(text) = file.text() else { return Vec::new() };
    let source = Rc::new(Text::literal(text, Span::new(file.id, 0, text.len() as u32)));
    let first = read(&source, "default", &[], workspace);
    let declared = first.iter().filter_map(|root| root.get("environments")).flat_map(Value::entries);
    let environments: Vec<(String, Value)> =
        declared.map(|entry| (entry.key.value.clone(), entry.value.clone())).take(MOST).collect();
    if environments.is_empty() {
        return of_roots(&first, "", &[], file, workspace);
    }
    let mut found = Vec::new();
    for (name, about) in environments {
        let mut layers = Vec::new();
        for item in about.get("values").map_or(&[] as &[Value], Value::list) {
            layers.extend(values(item, file, workspace));
        }
        let roots = read(&source, &name, &layers, workspace);
        found.extend(of_roots(&roots, &name, &layers, file, workspace));
    }
    found
}

/// Renders a helmfile for an environment and answers its documents.
fn read(source: &Rc<Text>, environment: &str, layers: &[Layer], workspace: &Workspace) -> Vec<Value> {
    let text = rendered(source, environment, layers, workspace);
    let (text, _) = settle(&text);
    let document = parse_rendered(&text, Syntax::Yaml);
    document.roots().map(Value::of).collect()
}

fn rendered(source: &Rc<Text>, environment: &str, layers: &[Layer], workspace: &Workspace) -> Text {
    if !source.value().contains("{{") {
        return (**source).clone();
    }
    let mut machine = Machine::new();
    machine.templates.insert(source.file());
    let values = machine.heap.map(Map::new());
    for layer in layers {
        if let Layer::Values(value) = layer {
            let over = machine.heap.take(value, &|span| is_quoted(workspace, span));
            machine.heap.overlay(&values, &over);
        }
    }
    let place = Span { end: source.span().start, ..source.span() };
    let name = Text::inexact(environment, place);
    let slot = |value| Slot { key: place, value };
    let about = Map::from([("Name".to_owned(), slot(Datum::Scalar(Sort::Word, Rc::new(name))))]);
    let about = machine.heap.map(about);
    let entries = [("Environment", about), ("Values", values.clone()), ("StateValues", values)];
    let root: Map = entries.into_iter().map(|(key, value)| (key.to_owned(), slot(value))).collect();
    let root = machine.heap.map(root);
    let definitions = parse("", Rc::clone(source), Placing::Action);
    machine.define(&definitions);
    match definitions.last() {
        Some((_, body)) => machine.render(body, &root).text,
        None => (**source).clone(),
    }
}

/// Answers the values of an entry: a map, or the path of a file.
fn values(item: &Value, file: &SourceFile, workspace: &Workspace) -> Option<Layer> {
    if matches!(item.body, Body::Map(_)) {
        return Some(Layer::Values(item.clone()));
    }
    let path = tree::join(file.folder(), item.text()?.known()?)?;
    if !path.ends_with(".gotmpl") {
        return of_file(workspace, &path);
    }
    let found = workspace.find(&path)?;
    let text = found.text()?;
    let source = Rc::new(Text::literal(text, Span::new(found.id, 0, text.len() as u32)));
    embedded(&rendered(&source, "", &[], workspace))
}

fn of_roots(
    roots: &[Value],
    environment: &str,
    state: &[Layer],
    file: &SourceFile,
    workspace: &Workspace,
) -> Vec<Release> {
    let repositories: Vec<&Value> =
        roots.iter().filter_map(|root| root.get("repositories")).flat_map(Value::list).collect();
    let releases = roots.iter().filter_map(|root| root.get("releases")).flat_map(Value::list);
    let on = releases.filter(|release| is_installed(release, state));
    let mut found: Vec<Release> =
        on.filter_map(|entry| release(entry, &repositories, environment, file, workspace)).collect();
    let namespace = roots.iter().find_map(|root| root.text_of("namespace"));
    for release in &mut found {
        release.namespace = release.namespace.take().or_else(|| namespace.cloned());
    }
    found
}

/// A release is left out where its condition names a value that is off.
fn is_installed(release: &Value, state: &[Layer]) -> bool {
    if release.text_of("installed").is_some_and(|installed| installed.value() == "false") {
        return false;
    }
    let Some(condition) = release.text_of("condition") else { return true };
    let path: Vec<&str> = condition.value().split('.').collect();
    let decided = state.iter().rev().find_map(|layer| match layer {
        Layer::Values(value) => value.path(&path)?.text(),
        Layer::Set(..) => None,
    });
    decided.is_none_or(|decided| decided.value() != "false")
}

fn release(
    entry: &Value,
    repositories: &[&Value],
    environment: &str,
    file: &SourceFile,
    workspace: &Workspace,
) -> Option<Release> {
    let (name, chart) = (entry.text_of("name")?, entry.text_of("chart")?);
    let mut release = Release::new(name.clone(), chart.clone(), name.span());
    release.namespace = entry.text_of("namespace").cloned();
    let source = chart.value().split_once('/').map_or("", |(source, _)| source);
    let named = repositories.iter().find(|known| known.text_of("name").is_some_and(|name| name.value() == source));
    release.repository =
        named.and_then(|known| known.text_of("url")).map_or_else(String::new, |url| url.value().to_owned());
    release.version = entry.text_of("version").map_or_else(String::new, |text| text.value().to_owned());
    release.bases = vec![file.folder().to_owned()];
    for item in entry.get("values").map_or(&[] as &[Value], Value::list) {
        match values(item, file, workspace) {
            Some(layer) => release.layers.push(layer),
            None => release.open = true,
        }
    }
    for item in entry.get("set").map_or(&[] as &[Value], Value::list) {
        if let (Some(name), Some(value)) = (item.text_of("name"), item.text_of("value")) {
            release.layers.push(Layer::Set(name.value().to_owned(), value.clone(), false));
        }
    }
    // Values that are decrypted when they are used.
    release.open |= entry.get("secrets").is_some_and(|secrets| !secrets.list().is_empty());
    let folder = tree::host(file.folder());
    release.host = match (folder.as_str(), environment) {
        (_, "") => folder,
        ("", environment) => environment.to_owned(),
        (folder, environment) => format!("{folder}/{environment}"),
    };
    release.project = file.folder().to_owned();
    release.template = tree::is_example(&file.path);
    Some(release)
}
