//! Modules that are known: `rules/modules/` says what each makes of its settings.

use super::read::Source;
use super::service::{heading, in_words};
use crate::catalogue::shelf;
use crate::deployment::Unit;
use crate::deployment::value::{Body, Entry, Value};
use crate::source::{Spanned, Text};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What a module makes of a set of settings.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Page {
    /// Where its instances stand, each under a name of its own.
    path: String,
    /// What it starts, with the flags that it always gives; `{}` stands for the name of the instance.
    program: Vec<String>,
    /// The name of the service that it makes; `{}` stands for the name of the instance.
    service: String,
    /// The set of settings that become flags, `--key value`.
    settings: String,
    /// The list of further arguments.
    arguments: String,
    /// What stands between a flag and its value.
    #[serde(default = "blank")]
    between: String,
    /// Settings that become something else than a flag of their name; `{}` stands for the value.
    #[serde(default)]
    flags: BTreeMap<String, String>,
}

fn blank() -> String {
    " ".to_owned()
}

#[derive(Debug, Deserialize)]
struct File {
    module: Vec<Page>,
}

static PAGES: LazyLock<Vec<Page>> = LazyLock::new(|| {
    let files = shelf::below("modules").iter();
    files.filter_map(|(_, json)| serde_json::from_str::<File>(json).ok()).flat_map(|file| file.module).collect()
});

/// Answers the services that a file asks known modules for.
pub(super) fn units(source: &Source<'_>) -> Vec<Unit> {
    let mut found = Vec::new();
    for page in PAGES.iter() {
        let path: Vec<&str> = page.path.split('.').collect();
        let root = &source.module.value;
        let instances = root.path(&path).or_else(|| root.get("config").and_then(|root| root.path(&path)));
        for entry in instances.map_or(&[] as &[Entry], Value::entries) {
            found.extend(unit(page, entry, source));
        }
    }
    found
}

/// A module does nothing before it is switched on.
fn unit(page: &Page, Entry { key, value }: &Entry, source: &Source<'_>) -> Option<Unit> {
    let switch = value.text_of("enable")?;
    if switch.known().is_some_and(|switch| switch != "true") {
        return None;
    }
    let mut text = Text::empty(key.span);
    heading(&mut text, "Service", key.span);
    text.push_inexact("ExecStart=", key.span);
    text.push_inexact(&page.program.join(" ").replace("{}", &key.value), key.span);
    let settings = value.get(&page.settings);
    let settings_open = settings.is_some_and(|settings| !matches!(settings.body, Body::Map(_)));
    for entry in settings.map_or(&[] as &[Entry], Value::entries) {
        flag(page, entry, &mut text);
    }
    if settings_open {
        text.push_inexact(" ", key.span);
        text.push_hole("${settings}", key.span);
    }
    for argument in value.get(&page.arguments).map_or(&[] as &[Value], Value::list).iter().filter_map(Value::text) {
        text.push_inexact(" ", argument.span());
        text.append(argument);
    }
    text.push_inexact("\nRestart=on-failure\n", key.span);
    let name = page.service.replace("{}", &key.value);
    let unit = in_words(&name, &text, &source.machine)?;
    Some(Unit { name: Spanned { span: key.span, ..unit.name }, place: value.place, ..unit })
}

fn flag(page: &Page, Entry { key, value }: &Entry, text: &mut Text) {
    let value = match &value.body {
        Body::Scalar(value) if value.known() == Some("false") => return,
        Body::Scalar(value) if value.known() == Some("true") => None,
        Body::Scalar(value) => Some(value.clone()),
        Body::List(items) => Some(listed(items, value)),
        Body::Map(_) | Body::Null => return,
    };
    text.push_inexact(" ", key.span);
    match (page.flags.get(&key.value), value) {
        (Some(form), value) => {
            let (before, behind) = form.split_once("{}").unwrap_or((form, ""));
            text.push_inexact(before, key.span);
            value.iter().filter(|_| form.contains("{}")).for_each(|value| text.append(value));
            text.push_inexact(behind, key.span);
        }
        (None, value) => {
            text.push_inexact(&format!("--{}", key.value), key.span);
            if let Some(value) = value {
                let quote = if value.value().contains(' ') { "\"" } else { "" };
                text.push_inexact(&format!("{}{quote}", page.between), value.span());
                text.append(&value);
                text.push_inexact(quote, value.span());
            }
        }
    }
}

/// The items of a list with commas between them.
fn listed(items: &[Value], list: &Value) -> Text {
    let mut text = Text::empty(list.place);
    for (at, item) in items.iter().filter_map(Value::text).enumerate() {
        if at > 0 {
            text.push_inexact(",", item.span());
        }
        text.append(item);
    }
    text
}
