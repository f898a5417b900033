//! Roles of public collections that are not in the tree: what they start, as the tables under `rules/roles/` tell it.

use super::datum::{Body, Datum, Form, Scalar};
use super::deed::What;
use super::jinja;
use super::module::{Shape, container};
use super::scope::{Rank, Scope};
use crate::catalogue::shelf;
use crate::source::{Span, Spanned, Text};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Roles include one another no deeper.
const DEEPEST: usize = 4;

/// A table of roles.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Table {
    role: Vec<Role>,
}

/// A role: its variables, and what it starts with them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Role {
    /// Its full name.
    name: String,
    /// The variables that it has by default.
    defaults: Map<String, Value>,
    /// Containers, in the fields of `docker_container`.
    #[serde(default)]
    containers: Vec<Container>,
    /// Roles that it includes.
    #[serde(default)]
    includes: Vec<Include>,
}

/// A container of a role.
#[derive(Debug, Deserialize)]
struct Container {
    /// Conditions, all of which have to hold.
    #[serde(default)]
    when: Vec<String>,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

/// A role that another one includes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Include {
    role: String,
    #[serde(default)]
    when: Vec<String>,
    /// The variables that it is given.
    #[serde(default)]
    with: Map<String, Value>,
}

fn roles() -> &'static BTreeMap<String, Role> {
    static ROLES: OnceLock<BTreeMap<String, Role>> = OnceLock::new();
    ROLES.get_or_init(|| {
        let tables = shelf::below("roles").iter().filter_map(|(_, json)| serde_json::from_str::<Table>(json).ok());
        tables.flat_map(|table| table.role).map(|role| (role.name.clone(), role)).collect()
    })
}

/// Answers what a role does that is not in the tree, if a table tells. What the table says stands at the place that names the role.
pub(super) fn role(name: &str, scope: &Scope<'_>, place: Span) -> Option<Vec<What>> {
    let mut whats = Vec::new();
    roles().get(name)?;
    collect(name, scope, place, 0, &mut whats);
    Some(whats)
}

fn collect(name: &str, scope: &Scope<'_>, place: Span, depth: usize, whats: &mut Vec<What>) {
    let Some(role) = roles().get(name).filter(|_| depth < DEEPEST) else { return };
    let scope = scope.with(Rank::Default, &map(&role.defaults, place));
    for container in role.containers.iter().filter(|container| may_hold(&container.when, &scope, place)) {
        let arguments = scope.settle(&map(&container.fields, place));
        let Some(name) = arguments.get("name").and_then(Datum::shown) else { continue };
        if let Some(unit) = self::container(&arguments, name, place, &Shape::DOCKER) {
            whats.push(What::Run(Box::new(unit), None));
        }
    }
    for include in role.includes.iter().filter(|include| may_hold(&include.when, &scope, place)) {
        let inner = scope.with(Rank::Parameter, &map(&include.with, place));
        collect(&include.role, &inner, place, depth + 1, whats);
    }
}

/// Tells whether none of the conditions is known not to hold.
fn may_hold(conditions: &[String], scope: &Scope<'_>, place: Span) -> bool {
    conditions.iter().all(|condition| {
        let text = Text::inexact(condition, place);
        jinja::holds(&text, scope) != Some(false)
    })
}

fn map(entries: &Map<String, Value>, place: Span) -> Datum {
    let entries = entries.iter().map(|(key, value)| (Spanned::new(key.clone(), place), datum(value, place)));
    Datum::map(entries.collect(), place)
}

fn datum(value: &Value, place: Span) -> Datum {
    let scalar = |form: Form, written: &str| {
        let text = Text::inexact(written, place);
        Datum::new(place, Body::Scalar(Scalar { form, text }))
    };
    match value {
        Value::Null => Datum::new(place, Body::Null),
        Value::Bool(value) => Datum::bool(*value, place),
        Value::Number(number) => match number.as_i64() {
            Some(value) => Datum::integer(value, place),
            None => scalar(Form::Text, &number.to_string()),
        },
        Value::String(text) => scalar(Form::Text, text),
        Value::Array(items) => Datum::list(items.iter().map(|item| datum(item, place)).collect(), place),
        Value::Object(entries) => map(entries, place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_read() {
        let tables = shelf::below("roles");
        let read: usize = tables
            .iter()
            .map(|(path, json)| {
                serde_json::from_str::<Table>(json).unwrap_or_else(|fault| panic!("{path}: {fault}")).role.len()
            })
            .sum();
        assert!(read > 10 && roles().len() == read);
        for role in roles().values() {
            for include in &role.includes {
                assert!(
                    roles().contains_key(&include.role),
                    "{} includes {}, which no table has",
                    role.name,
                    include.role
                );
            }
        }
    }
}
