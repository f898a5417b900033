//! Generators and transformers in files of their own: what those that Kustomize brings along say, in the words of a kustomization.

use crate::deployment::value::{Body, Entry, Tag, Value};
use crate::source::{Spanned, Text};

/// Kinds, the key of a kustomization that says the same, and the field that holds it; without one it is the whole.
const KINDS: [(&str, &str, &str); 10] = [
    ("ConfigMapGenerator", "configMapGenerator", ""),
    ("ImageTagTransformer", "images", "imageTag"),
    ("NamespaceTransformer", "namespace", "metadata.namespace"),
    ("PatchStrategicMergeTransformer", "patchesStrategicMerge", "paths"),
    ("PatchTransformer", "patches", ""),
    ("PrefixSuffixTransformer", "namePrefix", "prefix"),
    ("PrefixTransformer", "namePrefix", "prefix"),
    ("ReplicaCountTransformer", "replicas", "replica"),
    ("SecretGenerator", "secretGenerator", ""),
    ("SuffixTransformer", "nameSuffix", "suffix"),
];

/// Answers a kustomization that says the same; nothing for what is not known.
pub(super) fn as_kustomization(value: &Value) -> Option<Value> {
    let kind = value.text_of("kind").and_then(Text::known)?;
    value.text_of("apiVersion").filter(|version| version.known() == Some("builtin"))?;
    let mut entries: Vec<Entry> = Vec::new();
    for (_, key, field) in KINDS.iter().filter(|(known, ..)| *known == kind) {
        let said = match *field {
            "" => whole(value),
            field => value.path(&field.split('.').collect::<Vec<_>>()).cloned()?,
        };
        // A list of one counts as one.
        let plain = matches!(said.body, Body::Scalar(_) | Body::List(_));
        let body = if plain { said.body.clone() } else { Body::List(vec![said.clone()]) };
        let value = Value { place: said.place, tag: Tag::None, body };
        entries.push(Entry { key: Spanned::new((*key).to_owned(), said.place), value });
    }
    (!entries.is_empty()).then_some(Value { place: value.place, tag: Tag::None, body: Body::Map(entries) })
}

/// All that it says, with the name that stands under `metadata`.
fn whole(value: &Value) -> Value {
    let mut entries = value.entries().to_vec();
    if let Some(name) = value.path(&["metadata", "name"]) {
        entries.push(Entry { key: Spanned::new("name".to_owned(), name.place), value: name.clone() });
    }
    Value { place: value.place, tag: Tag::None, body: Body::Map(entries) }
}
