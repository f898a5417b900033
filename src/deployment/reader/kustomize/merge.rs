//! Strategic merge: maps are merged, lists of things with names by their names, everything else is replaced.

use crate::deployment::value::{Body, Entry, Value};
use crate::source::Text;

/// Patches go no deeper.
const DEEPEST: usize = 48;

/// Stands for the name of every list of a resource whose lists are replaced as a whole.
const FOREIGN: &str = "(foreign)";

/// The fields by which items of a list are told apart, by the name of the list (Kubernetes API: `patchMergeKey`).
const MERGE_KEYS: [(&str, &[&str]); 14] = [
    ("containers", &["name"]),
    ("initContainers", &["name"]),
    ("ephemeralContainers", &["name"]),
    ("volumes", &["name"]),
    ("env", &["name"]),
    ("imagePullSecrets", &["name"]),
    ("volumeMounts", &["mountPath"]),
    ("volumeDevices", &["devicePath"]),
    ("ports", &["containerPort", "port"]),
    ("hostAliases", &["ip"]),
    ("topologySpreadConstraints", &["topologyKey"]),
    ("resourceClaims", &["name"]),
    ("ownerReferences", &["uid"]),
    ("conditions", &["type"]),
];

/// Lays a patch over a resource of some group. Lists in resources that Kubernetes does not bring along have no names to be merged by.
pub(super) fn merge(below: &mut Value, patch: &Value, group: &str) {
    let own = !group.contains('.') || group.ends_with(".k8s.io");
    merge_at(below, patch, if own { "" } else { FOREIGN }, 0);
}

fn merge_at(below: &mut Value, patch: &Value, name: &str, depth: usize) {
    if depth > DEEPEST {
        return;
    }
    match (&mut below.body, &patch.body) {
        (Body::Map(_), Body::Map(_)) => maps(below, patch, name, depth),
        (Body::List(_), Body::List(_)) => lists(below, patch, name, depth),
        _ => *below = cleaned(patch, depth),
    }
}

/// What a patch says that it does to what it is laid over.
fn directive(patch: &Value) -> Option<&str> {
    patch.text_of("$patch").map(Text::value)
}

fn maps(below: &mut Value, patch: &Value, name: &str, depth: usize) {
    if directive(patch) == Some("replace") {
        *below = cleaned(patch, depth);
        return;
    }
    let keep = patch
        .get("$retainKeys")
        .map(|keys| keys.list().iter().filter_map(Value::text).map(Text::value).collect::<Vec<_>>());
    let Body::Map(entries) = &mut below.body else { return };
    if let Some(keep) = keep {
        entries.retain(|entry| keep.contains(&entry.key.value.as_str()));
    }
    for entry in patch.entries().iter().filter(|entry| !entry.key.value.starts_with('$')) {
        let at = entries.iter().position(|known| known.key.value == entry.key.value);
        let removed = entry.value.is_null() || directive(&entry.value) == Some("delete");
        match (at, removed) {
            (Some(at), true) => drop(entries.remove(at)),
            (None, true) => {}
            (Some(at), false) => {
                let key = if name == FOREIGN { FOREIGN } else { &entry.key.value };
                merge_at(&mut entries[at].value, &entry.value, key, depth + 1);
            }
            (None, false) => entries.push(Entry { key: entry.key.clone(), value: cleaned(&entry.value, depth + 1) }),
        }
    }
}

fn lists(below: &mut Value, patch: &Value, name: &str, depth: usize) {
    let keys = MERGE_KEYS.iter().find(|(list, _)| *list == name).map(|(_, keys)| *keys);
    let items = patch.list();
    let replaces = items.iter().any(|item| directive(item) == Some("replace"));
    let key = keys.and_then(|keys| {
        keys.iter().find(|key| items.iter().all(|item| names(item, key) || directive(item) == Some("replace")))
    });
    let (Some(key), false) = (key, replaces) else {
        *below = cleaned(patch, depth);
        return;
    };
    let Body::List(known) = &mut below.body else { return };
    let same = |item: &Value, other: &Value| item.text_of(key).map(Text::value) == other.text_of(key).map(Text::value);
    for item in items {
        let at = known.iter().position(|known| same(known, item));
        match (at, directive(item) == Some("delete")) {
            (Some(at), true) => drop(known.remove(at)),
            (None, true) => {}
            (Some(at), false) => merge_at(&mut known[at], item, "", depth + 1),
            (None, false) => known.push(cleaned(item, depth + 1)),
        }
    }
}

fn names(item: &Value, key: &str) -> bool {
    item.text_of(key).is_some()
}

/// A part of a patch that comes to stand alone: without what it says about merging.
fn cleaned(patch: &Value, depth: usize) -> Value {
    let body = match &patch.body {
        _ if depth > DEEPEST => Body::Null,
        Body::Map(entries) => {
            let spoken = entries
                .iter()
                .filter(|entry| !entry.key.value.starts_with("$patch") && !entry.key.value.starts_with("$retain"));
            let clean = |entry: &Entry| Entry { key: entry.key.clone(), value: cleaned(&entry.value, depth + 1) };
            Body::Map(spoken.map(clean).collect())
        }
        Body::List(items) => {
            let spoken = items.iter().filter(|item| !(directive(item).is_some() && item.entries().len() == 1));
            Body::List(
                spoken.filter(|item| directive(item) != Some("delete")).map(|item| cleaned(item, depth + 1)).collect(),
            )
        }
        other => other.clone(),
    };
    Value { place: patch.place, tag: patch.tag, body }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Syntax, parse};
    use crate::source::FileId;

    fn value(text: &str) -> Value {
        Value::of(parse(FileId(0), text.into(), Syntax::Yaml).root().expect("has a root"))
    }

    fn shown(value: &Value) -> String {
        match &value.body {
            Body::Null => "null".into(),
            Body::Scalar(text) => text.value().to_owned(),
            Body::List(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
            Body::Map(entries) => {
                let entries = entries.iter().map(|entry| format!("{}: {}", entry.key.value, shown(&entry.value)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn merged(below: &str, patch: &str) -> String {
        let mut below = value(below);
        merge(&mut below, &value(patch), "apps");
        shown(&below)
    }

    #[test]
    fn lists_of_foreign_resources_are_replaced() {
        let mut below = value("{values: {env: [{name: a}, {name: b}], x: 1}}");
        merge(&mut below, &value("{values: {env: [{name: c}]}}"), "helm.toolkit.fluxcd.io");
        assert_eq!(shown(&below), "{values: {env: [{name: c}], x: 1}}");
    }

    #[test]
    fn patches_are_laid_over_as_kustomize_lays_them() {
        for (below, patch, expected) in [
            ("{a: 1, b: {c: 2}}", "{b: {d: 3}, a: null}", "{b: {c: 2, d: 3}}"),
            ("{args: [x, y]}", "{args: [z]}", "{args: [z]}"),
            (
                "{containers: [{name: a, image: i, args: [x]}, {name: b}]}",
                "{containers: [{name: a, args: [y]}, {name: c, $patch: delete}, {name: d}]}",
                "{containers: [{name: a, image: i, args: [y]}, {name: b}, {name: d}]}",
            ),
            (
                "{containers: [{name: a, volumeMounts: [{mountPath: /x, name: o}]}]}",
                "{containers: [{name: a, volumeMounts: [{mountPath: /x, name: n}, {mountPath: /y, name: n}]}]}",
                "{containers: [{name: a, volumeMounts: [{mountPath: /x, name: n}, {mountPath: /y, name: n}]}]}",
            ),
            (
                "{volumes: [{name: a}, {name: b}]}",
                "{volumes: [{$patch: replace}, {name: c}]}",
                "{volumes: [{name: c}]}",
            ),
            ("{a: {b: 1}}", "{a: {$patch: replace, c: 2}}", "{a: {c: 2}}"),
            ("{a: {b: 1}, d: 1}", "{a: {$patch: delete}}", "{d: 1}"),
            ("{env: [{name: a, value: 1}, {name: b}]}", "{env: [{name: a, $patch: delete}]}", "{env: [{name: b}]}"),
        ] {
            assert_eq!(merged(below, patch), expected, "{below} and {patch}");
        }
    }
}
