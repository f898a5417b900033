//! Bakes every TOML file below `rules/` into the binary, as compact JSON, with an index of the names to look up.

#![allow(clippy::print_stdout, reason = "this is how a build script speaks to cargo")]

use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), String> {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=build.rs");
    bake(Path::new("rules"))
}

fn bake(rules: &Path) -> Result<(), String> {
    let mut volumes = read(rules)?;
    set_examples_apart(&mut volumes);
    let mut shelf = String::from("static VOLUMES: &[Volume] = &[\n");
    for (path, value) in &volumes {
        shelf.push_str(&format!("({path:?}, {:?}),\n", value.to_string()));
    }
    shelf.push_str(&format!("];\nstatic INDEX: &str = {:?};\n", index(&volumes)?.to_string()));
    let out = env::var_os("OUT_DIR").ok_or("cargo gives no OUT_DIR")?;
    fs::write(PathBuf::from(out).join("shelf.rs"), shelf).map_err(|error| error.to_string())
}

/// Puts the examples of cards on a shelf of their own, so that a run, which has no use for them, need not read them.
fn set_examples_apart(volumes: &mut BTreeMap<String, Value>) {
    let mut apart = Vec::new();
    for (path, card) in volumes.iter_mut() {
        let below = path.strip_prefix("lints/");
        if let Some((below, examples)) = below.and_then(|below| Some((below, card.as_object_mut()?.remove("example")?)))
        {
            apart.push((format!("examples/{below}"), examples));
        }
    }
    volumes.extend(apart);
}

/// Reads every TOML file, by its path below `rules/` with `/`.
fn read(rules: &Path) -> Result<BTreeMap<String, Value>, String> {
    let mut volumes = BTreeMap::new();
    for entry in walkdir::WalkDir::new(rules).sort_by_file_name() {
        let entry = entry.map_err(|error| error.to_string())?;
        println!("cargo::rerun-if-changed={}", entry.path().display());
        if !entry.file_type().is_file() || entry.path().extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let name = entry.path().display();
        let text = fs::read_to_string(entry.path()).map_err(|error| format!("{name}: {error}"))?;
        let table: toml::Value =
            toml::from_str(&text).map_err(|error| format!("{name}: {}", error.to_string().replace('\n', " ")))?;
        let below = entry.path().strip_prefix(rules).map_err(|error| error.to_string())?;
        let parts: Vec<_> = below.iter().map(|part| part.to_string_lossy()).collect();
        volumes.insert(parts.join("/"), json_of(&table).map_err(|problem| format!("{name}: {problem}"))?);
    }
    Ok(volumes)
}

fn json_of(value: &toml::Value) -> Result<Value, String> {
    Ok(match value {
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(truth) => json!(truth),
        toml::Value::Datetime(date) => return Err(format!("write the date {date} as a string")),
        toml::Value::Array(items) => Value::Array(items.iter().map(json_of).collect::<Result<_, _>>()?),
        toml::Value::Table(entries) => {
            let entries = entries.iter().map(|(key, value)| Ok((key.clone(), json_of(value)?)));
            Value::Object(entries.collect::<Result<Map<_, _>, String>>()?)
        }
    })
}

/// Makes the index: which table to read for an image, a program, a script or a signing history.
fn index(volumes: &BTreeMap<String, Value>) -> Result<Value, String> {
    let clients = tables(volumes, "clients");
    let wrappers = tables(volumes, "wrappers");
    let mut scripts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (id, table) in &wrappers {
        for script in table["scripts"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            scripts.entry(script).or_default().push(id);
        }
    }
    Ok(json!({
        "images": names(&clients, "image", "repository")?,
        "binaries": names(&clients, "binary", "name")?,
        "scripts": scripts,
        "histories": histories(&clients),
        "clients": clients.keys().collect::<Vec<_>>(),
        "wrappers": wrappers.keys().collect::<Vec<_>>(),
    }))
}

/// Answers the names that clients give their signing histories, each with its clients.
fn histories<'v>(clients: &BTreeMap<&'v str, &'v Value>) -> BTreeMap<&'v str, BTreeSet<&'v str>> {
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (id, table) in clients {
        let roles = table["role"].as_object().into_iter().flat_map(Map::values);
        for path in roles.filter_map(|role| role["history"].as_array()).flatten().filter_map(Value::as_str) {
            names.entry(path.rsplit(['/', '}']).next().unwrap_or_default()).or_default().insert(id);
        }
    }
    names
}

/// Answers the tables of a folder by their ids.
fn tables<'v>(volumes: &'v BTreeMap<String, Value>, folder: &str) -> BTreeMap<&'v str, &'v Value> {
    let id = |path: &'v str| path.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(".toml");
    volumes.iter().filter_map(|(path, value)| Some((id(path)?, value))).collect()
}

/// Answers which client each image or program is; no two clients may claim one name.
fn names<'v>(
    clients: &BTreeMap<&'v str, &'v Value>,
    list: &str,
    key: &str,
) -> Result<BTreeMap<&'v str, &'v str>, String> {
    let mut names = BTreeMap::new();
    for (id, table) in clients {
        for name in table[list].as_array().into_iter().flatten().filter_map(|entry| entry[key].as_str()) {
            if let Some(other) = names.insert(name, *id) {
                return Err(format!("rules/clients: {other} and {id} both claim the {list} {name}"));
            }
        }
    }
    Ok(names)
}
