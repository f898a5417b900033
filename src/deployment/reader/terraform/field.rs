//! Fields that many blocks share: how many there are, how they are replaced, names and values.

use crate::deployment::hcl::{Block, Scope};
use crate::deployment::value::{Body, Value};
use crate::deployment::{Activation, Replicas, Rollout, Unit, Variable};
use crate::source::{Spanned, Text};

/// Answers how many of a resource there are, where it says so.
pub(in crate::deployment::reader) fn count(block: &Block, name: &str, scope: &Scope<'_>) -> Option<Spanned<Replicas>> {
    let value = scope.value(block.body.get(name)?);
    let count = match (&value.body, value.text()) {
        (Body::Map(entries), _) => Replicas::Count(entries.len() as u64),
        (Body::List(items), _) => Replicas::Count(items.len() as u64),
        (_, Some(text)) => {
            text.known().and_then(|text| text.trim().parse().ok()).map_or(Replicas::Unknown, Replicas::Count)
        }
        _ => return None,
    };
    let origin = value.text().and_then(Text::origin);
    Some(Spanned { value: count, span: value.place, origin })
}

/// Says of a unit how many of it there are; none at all switches it off.
pub(in crate::deployment::reader) fn multiply(unit: &mut Unit, replicas: Option<Spanned<Replicas>>) {
    if replicas.as_ref().is_some_and(|replicas| replicas.value == Replicas::Count(0)) {
        unit.activation = Activation::Off;
    }
    unit.replicas = replicas.or(unit.replicas.take());
}

/// `lifecycle { create_before_destroy = true }` makes the new one before the old one goes.
pub(super) fn rollout(block: &Block, scope: &Scope<'_>) -> Option<Spanned<Rollout>> {
    let value = scope.value(block.body.block("lifecycle")?.body.get("create_before_destroy")?);
    let text = value.text()?;
    let rollout = match text.known() {
        Some("true") => Rollout::Overlapping,
        Some(_) => Rollout::StopFirst,
        None => Rollout::Unknown,
    };
    Some(Spanned { value: rollout, span: text.span(), origin: text.origin() })
}

/// Answers the text of an attribute.
pub(in crate::deployment::reader) fn text(block: &Block, name: &str, scope: &Scope<'_>) -> Option<Text> {
    scope.value(block.body.get(name)?).text().cloned()
}

/// Answers the texts of an attribute that is a list.
pub(in crate::deployment::reader) fn texts(block: &Block, name: &str, scope: &Scope<'_>) -> Vec<Text> {
    let value = block.body.get(name).map(|expression| scope.value(expression));
    value.iter().flat_map(|value| value.list()).filter_map(Value::text).cloned().collect()
}

/// Variables of a map, or of a list of `NAME=value`.
pub(in crate::deployment::reader) fn variables(value: &Value) -> Vec<Variable> {
    let of_map = value.entries().iter().map(|entry| Variable {
        name: entry.key.clone(),
        value: entry.value.text().cloned().unwrap_or_else(|| Text::empty(entry.value.place)),
    });
    let items = if value.entries().is_empty() { value.list() } else { &[] };
    let of_list = items.iter().filter_map(Value::text).map(|text| {
        let (name, value) = text.split_once('=').unwrap_or_else(|| (text.clone(), Text::empty(text.span())));
        Variable { name: spanned(&name), value }
    });
    of_map.chain(of_list).collect()
}

pub(in crate::deployment::reader) fn spanned(text: &Text) -> Spanned<String> {
    Spanned { value: text.value().to_owned(), span: text.span(), origin: text.origin() }
}
