//! `systemd.services`: what a module says is a unit file in other words.

use super::read::Source;
use crate::deployment::reader::systemd::{Machine, unit};
use crate::deployment::value::{Body, Value};
use crate::deployment::{Unit, tree};
use crate::source::{Span, Spanned, Text};

/// Answers the units of all services of a file: those of a machine, and those that a module makes for whoever uses it.
pub(super) fn units(source: &Source<'_>) -> Vec<Unit> {
    let services = source
        .module
        .value
        .path(&["systemd", "services"])
        .or_else(|| source.module.value.path(&["config", "systemd", "services"]));
    let services = services.map_or(&[] as &[_], Value::entries).iter();
    let mut found: Vec<Unit> = services.filter_map(|entry| of_service(&entry.key, &entry.value, source)).collect();
    for (name, service) in &source.module.services {
        let place = service.place;
        let known = |unit: &Unit| {
            place.file == unit.name.span.file && place.start <= unit.name.span.start && unit.name.span.end <= place.end
        };
        if found.iter().any(known) {
            continue;
        }
        // A service inside of a function: whoever calls it gives it what is left open.
        let stem = match tree::stem(&source.file.path) {
            "default" => tree::name(source.file.folder()),
            stem => stem,
        };
        let name = name.as_ref().filter(|name| name.is_known() && name.value() != "services");
        let name = name.map_or_else(
            || Spanned::new(stem.to_owned(), place),
            |name| Spanned::new(name.value().to_owned(), name.span()),
        );
        found.extend(of_service(&name, service, source).map(|unit| Unit { template: true, ..unit }));
    }
    found
}

fn of_service(name: &Spanned<String>, service: &Value, source: &Source<'_>) -> Option<Unit> {
    let is = |key: &str, wanted: &str| service.text_of(key).and_then(Text::known) == Some(wanted);
    if is("enable", "false") || !matches!(service.body, Body::Map(_)) {
        return None;
    }
    let mut machine = source.machine.clone();
    let mut text = Text::empty(service.place);
    heading(&mut text, "Unit", service.place);
    lines(&mut text, service, &["after", "requires", "wants", "bindsTo"]);
    heading(&mut text, "Service", service.place);
    for entry in service.get("environment").map_or(&[] as &[_], Value::entries) {
        if let Some(value) = entry.value.text() {
            text.push_inexact(&format!("Environment=\"{}=", entry.key.value), entry.key.span);
            text.append(value);
            text.push_inexact("\"\n", entry.value.place);
        }
    }
    for entry in service.get("serviceConfig").map_or(&[] as &[_], Value::entries) {
        entry.value.list().iter().for_each(|item| line(&mut text, &entry.key, item));
    }
    for (key, field) in [("preStart", "ExecStartPre"), ("script", "ExecStart")] {
        if let Some(script) = service.text_of(key).filter(|script| !script.value().is_empty()) {
            let path = format!("/nix/store/{}-{key}", name.value);
            text.push_inexact(&format!("{field}={path}\n"), name.span);
            machine.write(&path, script, false, &source.file.path);
        }
    }
    in_words(&name.value, &text, &machine)
}

/// Makes a unit of the text of a unit file.
pub(super) fn in_words(name: &str, text: &Text, machine: &Machine<'_>) -> Option<Unit> {
    unit(&format!("{name}.service"), std::slice::from_ref(text), machine)
}

pub(super) fn heading(text: &mut Text, section: &str, place: Span) {
    text.push_inexact(&format!("[{section}]\n"), place);
}

/// Lists that have other first letters in unit files.
fn lines(text: &mut Text, service: &Value, keys: &[&str]) {
    for key in keys {
        let name: String = key.chars().take(1).flat_map(char::to_uppercase).chain(key.chars().skip(1)).collect();
        for item in service.get(key).map_or(&[] as &[Value], Value::list) {
            line(text, &Spanned::new(name.clone(), item.place), item);
        }
    }
}

fn line(text: &mut Text, key: &Spanned<String>, value: &Value) {
    if let Some(value) = value.text() {
        text.push_inexact(&format!("{}=", key.value), key.span);
        text.append(&value.trim());
        text.push_inexact("\n", key.span);
    }
}
