//! The environment of a container, and the references to it in its command line.

use super::cluster::Cluster;
use super::data;
use super::object::spanned;
use crate::deployment::Variable;
use crate::deployment::value::{Entry, Value};
use crate::source::Text;
use crate::workspace::Workspace;
use std::cell::Cell;
use std::collections::BTreeMap;

/// Longer values are not filled in: values that hold one another would double with every step.
const LONGEST: usize = 64 << 10;
const MOST_PIECES: usize = 512;

/// The variables of a container, the deciding one of a name last and alone; and whether there are more than the tree shows.
pub(super) fn variables(
    container: &Value,
    namespace: &str,
    cluster: &Cluster<'_>,
    workspace: &Workspace,
    room: &Cell<usize>,
) -> (Vec<Variable>, bool) {
    let mut env: Vec<Variable> = Vec::new();
    let mut open = false;
    for source in container.get("envFrom").map_or(&[] as &[Value], Value::list) {
        let prefix = source.text_of("prefix").map_or("", Text::value);
        for (field, kind) in [("configMapRef", "ConfigMap"), ("secretRef", "Secret")] {
            let Some(name) = source.get(field).and_then(|reference| reference.text_of("name")) else { continue };
            let found = name.known().and_then(|name| cluster.find(kind, namespace, name));
            let Some(held) = found.and_then(|object| cluster.data.given(object, room)) else {
                open = true;
                continue;
            };
            env.extend(held.all.iter().filter_map(|datum| {
                let value = data::content(datum, workspace)?;
                Some(Variable { name: datum.key.clone().map(|key| format!("{prefix}{key}")), value })
            }));
        }
    }
    for item in container.get("env").map_or(&[] as &[Value], Value::list) {
        let Some(name) = item.text_of("name") else { continue };
        let known = map(&env);
        let value = value(item, name, namespace, cluster, workspace);
        let value = expand(&value, &known, open);
        drop(known);
        env.push(Variable { name: spanned(name), value });
    }
    (settle(env), open)
}

/// Leaves one variable a name: the last.
fn settle(mut env: Vec<Variable>) -> Vec<Variable> {
    let mut seen = std::collections::BTreeSet::new();
    env.reverse();
    env.retain(|variable| seen.insert(variable.name.value.clone()));
    env.reverse();
    env
}

/// Variables by their names.
pub(super) fn map(env: &[Variable]) -> BTreeMap<&str, &Text> {
    env.iter().map(|variable| (variable.name.value.as_str(), &variable.value)).collect()
}

fn value(item: &Value, name: &Text, namespace: &str, cluster: &Cluster<'_>, workspace: &Workspace) -> Text {
    if let Some(text) = item.text_of("value") {
        return text.clone();
    }
    let Some(source) = item.get("valueFrom").and_then(|from| from.entries().first()) else {
        return Text::empty(name.span());
    };
    referred(source, namespace, cluster, workspace).unwrap_or_else(|| data::unknown(name, "from outside:"))
}

/// Follows `configMapKeyRef`, `secretKeyRef` and `fieldRef`.
fn referred(source: &Entry, namespace: &str, cluster: &Cluster<'_>, workspace: &Workspace) -> Option<Text> {
    let kind = match source.key.value.as_str() {
        "configMapKeyRef" => "ConfigMap",
        "secretKeyRef" => "Secret",
        "fieldRef" => {
            let field = source.value.text_of("fieldPath")?;
            let known = field.known() == Some("metadata.namespace") && !namespace.is_empty();
            return known.then(|| Text::inexact(namespace, field.span()));
        }
        _ => return None,
    };
    let (name, key) = (source.value.text_of("name")?, source.value.text_of("key")?);
    let object = cluster.find(kind, namespace, name.known()?)?;
    Some(data::used_at(&cluster.data.held(object).text(key.known()?, workspace)?, key))
}

/// Fills `$(NAME)` from the variables above; `$$(NAME)` stands for `$(NAME)`. What nobody sets stays as it is, unless more is set
/// than the tree shows.
pub(super) fn expand(text: &Text, env: &BTreeMap<&str, &Text>, open: bool) -> Text {
    let value = text.value();
    if !value.contains("$(") {
        return text.clone();
    }
    let mut filled = Text::empty(text.span());
    let (mut literal, mut at) = (0, 0);
    while let Some(found) = value.get(at..).and_then(|rest| rest.find('$')) {
        let dollar = at + found;
        at = dollar + 1;
        let rest = value.get(at..).unwrap_or_default();
        if rest.starts_with("$(") {
            filled.append(&text.slice(literal..dollar));
            (literal, at) = (at, at + 1);
            continue;
        }
        let Some(name) = rest.strip_prefix('(').and_then(|rest| rest.split_once(')')).map(|(name, _)| name) else {
            continue;
        };
        let end = at + name.len() + 2;
        let known = env.get(name).copied().filter(|_| text.is_known_in(dollar..end));
        match known {
            Some(value) if value.value().len() <= LONGEST && filled.segments().len() <= MOST_PIECES => {
                filled.append(&text.slice(literal..dollar));
                filled.append(&data::used_at(value, &text.slice(dollar..end)));
            }
            None if !(open && is_name(name)) => continue,
            _ => {
                filled.append(&text.slice(literal..dollar));
                filled.push_hole(&value[dollar..end], text.span_of(dollar..end));
            }
        }
        (literal, at) = (end, end);
    }
    filled.append(&text.slice(literal..value.len()));
    filled
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn text(value: &str) -> Text {
        Text::literal(value, Span::new(FileId(0), 0, value.len() as u32))
    }

    #[test]
    fn references_are_filled_as_kubernetes_fills_them() {
        let port = text("5052");
        let env = BTreeMap::from([("PORT", &port)]);
        for (written, open, expected) in [
            ("--p=$(PORT)/x", false, "--p=5052/x"),
            ("$$(PORT)", false, "$(PORT)"),
            ("$(hostname | cut -c 1)", true, "$(hostname | cut -c 1)"),
            ("$(OTHER)", false, "$(OTHER)"),
            ("$(PORT", false, "$(PORT"),
            ("a $ b $(PORT)$(PORT)", false, "a $ b 50525052"),
        ] {
            let filled = expand(&text(written), &env, open);
            assert_eq!((filled.value(), filled.is_known()), (expected, true), "{written}");
        }
        assert!(!expand(&text("$(OTHER)"), &env, true).is_known());
    }
}
