//! The JSON Schema of the settings file, for editors: made of the same table that the reader goes by.

use super::shape::{Key, TABLES, Table, Value};
use super::words::Words;
use serde_json::{Map, Value as Json, json};

/// Answers the schema; `rules` are the ids of rules and groups that there are.
#[must_use]
pub fn schema(rules: &[&str]) -> Json {
    let mut schema = Map::new();
    schema.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("title".into(), "Settings of stakelint (stakelint.toml)".into());
    let mut parts = Map::new();
    for table in TABLES {
        if table.name.is_empty() {
            schema.extend(of_table(table));
        } else {
            parts.insert(table.name.into(), of_table(table).into());
        }
    }
    parts.insert("level".into(), of(Value::Word(Words::Level)));
    parts.insert("rule".into(), json!({ "description": "The id of a rule or a group.", "enum": rules }));
    let glob = "A glob relative to this file. A name without a slash fits at any depth, a folder stands for all that is in it.";
    parts.insert("glob".into(), json!({ "description": glob, "type": "string", "minLength": 1 }));
    schema.insert("$defs".into(), parts.into());
    schema.into()
}

fn of_table(table: &Table) -> Map<String, Json> {
    let mut schema = Map::new();
    schema.insert("type".into(), "object".into());
    if !table.is_open {
        schema.insert("additionalProperties".into(), false.into());
    }
    let needed: Vec<&str> = table.keys.iter().filter(|key| key.is_needed).map(|key| key.name).collect();
    if !needed.is_empty() {
        schema.insert("required".into(), needed.into());
    }
    let keys = table.keys.iter().map(|key| (key.name.to_owned(), of_key(key)));
    schema.insert("properties".into(), keys.collect::<Map<_, _>>().into());
    schema
}

fn of_key(key: &Key) -> Json {
    let mut schema = json!({ "description": key.says });
    if let (Some(schema), Json::Object(value)) = (schema.as_object_mut(), of(key.value)) {
        schema.extend(value);
        let default = key.default.map(|word| match key.value {
            Value::Truth => Json::Bool(word == "true"),
            _ => word.into(),
        });
        schema.extend(default.map(|default| ("default".to_owned(), default)));
    }
    schema
}

fn of(value: Value) -> Json {
    let part = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    match value {
        Value::Text => json!({ "type": "string", "minLength": 1 }),
        Value::Glob => part("glob"),
        Value::Rule => part("rule"),
        Value::Day => json!({ "type": "string", "format": "date" }),
        Value::Truth => json!({ "type": "boolean" }),
        Value::Word(words) => json!({ "enum": words.all() }),
        Value::List(inner) => json!({ "type": "array", "items": of(*inner) }),
        Value::Table(name) => part(name),
        Value::Tables(name) => json!({ "type": "array", "items": part(name) }),
        Value::Rules => json!({
            "type": "object",
            "propertyNames": part("rule"),
            "additionalProperties": { "anyOf": [part("level"), part("rules")] },
        }),
    }
}
