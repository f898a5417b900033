//! Lays an operator's own table over the one that is baked in: what it says counts, what it leaves out stays.

use super::client::{Binary, Client, Environment, Image, Subcommand};
use super::config_file::ConfigFile;
use super::flag::Flag;
use super::shelf;
use super::wrapper::{Wrapper, WrapperCase};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The keys that tell one entry of a list from the others, the first that it has.
const IDENTITIES: [&str; 4] = ["name", "repository", "prefix", "api"];

/// Where an operator's table does not fit, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The list and the number of its entry (`flag`, 0); nothing if it is the table as a whole.
    pub entry: Option<(String, usize)>,
    /// What is wrong, in words.
    pub message: String,
}

/// Lays a table over a client's page, or makes a new client of it.
///
/// # Errors
/// Every entry that does not fit, else the table as a whole.
pub fn client(id: &str, table: Value) -> Result<Client, Vec<Misfit>> {
    let whole = lay(&format!("clients/{id}.toml"), table, &|list, entry| match list {
        "flag" => fits::<Flag>(entry),
        "image" => fits::<Image>(entry),
        "binary" => fits::<Binary>(entry),
        "command" => fits::<Subcommand>(entry),
        "environment" => fits::<Environment>(entry),
        "config-file" => fits::<ConfigFile>(entry),
        _ => Ok(()),
    })?;
    let mut client: Client = read(whole)?;
    client.flags.sort_by(|one, other| one.name.cmp(&other.name));
    id.clone_into(&mut client.id);
    Ok(client.named())
}

/// Lays a table over that of a wrapper, or makes a new wrapper of it.
///
/// # Errors
/// Every entry that does not fit, else the table as a whole.
pub fn wrapper(id: &str, table: Value) -> Result<Wrapper, Vec<Misfit>> {
    let case = |list: &str, entry: &Value| if list == "case" { fits::<WrapperCase>(entry) } else { Ok(()) };
    let whole = lay(&format!("wrappers/{id}.toml"), table, &case)?;
    Ok(Wrapper { id: id.to_owned(), ..read(whole)? })
}

fn fits<T: DeserializeOwned>(entry: &Value) -> Result<(), String> {
    serde_json::from_value::<T>(entry.clone()).map(drop).map_err(|error| error.to_string())
}

fn read<T: DeserializeOwned>(whole: Value) -> Result<T, Vec<Misfit>> {
    serde_json::from_value(whole).map_err(|error| vec![Misfit { entry: None, message: error.to_string() }])
}

/// Tells whether an entry of a list fits its model.
type Fits<'f> = &'f dyn Fn(&str, &Value) -> Result<(), String>;

fn lay(volume: &str, table: Value, fits: Fits<'_>) -> Result<Value, Vec<Misfit>> {
    let base = shelf::volume(volume).and_then(|json| serde_json::from_str(json).ok());
    let mut base: Map<String, Value> = base.unwrap_or_default();
    let mut misfits = Vec::new();
    let Value::Object(table) = table else { return Ok(Value::Object(base)) };
    for (key, value) in table {
        match value {
            Value::Array(entries) if entries.iter().all(Value::is_object) => {
                let list = base.entry(key.clone()).or_insert_with(|| Value::Array(Vec::new()));
                for (number, entry) in entries.into_iter().enumerate() {
                    for place in add(list, entry) {
                        let message = list.get(place).map_or(Ok(()), |entry| fits(&key, entry)).err();
                        let entry = Some((key.clone(), number));
                        misfits.extend(message.map(|message| Misfit { entry, message }));
                    }
                }
            }
            value => merge(base.entry(key).or_insert(Value::Null), value),
        }
    }
    if misfits.is_empty() { Ok(Value::Object(base)) } else { Err(misfits) }
}

/// Adds an entry to a list, or lays it over those that it means; answers their places.
fn add(list: &mut Value, entry: Value) -> Vec<usize> {
    let Value::Array(entries) = list else { return Vec::new() };
    let same: Vec<usize> = (0..entries.len()).filter(|place| is_meant(&entries[*place], &entry)).collect();
    if same.is_empty() {
        entries.push(entry);
        return vec![entries.len() - 1];
    }
    same.iter().for_each(|place| merge(&mut entries[*place], entry.clone()));
    same
}

/// Tells whether an entry is the one that another one speaks of: of one name, and of its roles if it names any.
fn is_meant(known: &Value, entry: &Value) -> bool {
    let Some(key) = IDENTITIES.iter().find(|key| entry.get(**key).is_some()) else { return false };
    let roles = entry.get("roles").is_none_or(|roles| known.get("roles") == Some(roles));
    known.get(*key) == entry.get(*key) && roles
}

fn merge(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                merge(base.entry(key).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Catalogue, Overrides, Role};
    use serde_json::json;

    #[test]
    fn a_table_adds_to_a_client_and_changes_what_it_names() {
        let table = json!({
            "newest": "99.0.0",
            "image": [{"repository": "mycorp/beacon", "program": "lighthouse"}],
            "flag": [
                {"name": "our-flag", "roles": ["validator"], "kind": "value"},
                {"name": "graffiti", "removed": "98.0.0"},
            ],
        });
        let page = client("lighthouse", table).expect("fits");
        let catalogue = Catalogue::builtin().with(Overrides { clients: vec![page], ..Overrides::default() });
        let page = catalogue.client("lighthouse").expect("a client");
        assert_eq!(page.newest, "99.0.0");
        assert!(page.flag(Role::Validator, "our-flag").is_some() && page.flag(Role::Validator, "http").is_some());
        let graffiti = page.flag(Role::Validator, "graffiti").expect("a flag");
        assert_eq!(graffiti.flag.removed.as_deref(), Some("98.0.0"));
        assert_eq!(catalogue.by_image("mycorp/beacon").map(|(id, _)| id), Some("lighthouse"));
        assert_eq!(catalogue.by_binary("lighthouse").map(|(id, _)| id), Some("lighthouse"));
    }

    #[test]
    fn a_client_of_ones_own_needs_a_whole_table() {
        let table = json!({
            "name": "Mine", "repository": "mycorp/mine", "oldest": "1.0.0", "newest": "1.0.0", "made": "2026-01-01",
            "binary": [{"name": "mine", "role": "beacon"}], "command-line": {},
        });
        let page = client("mine", table).expect("fits");
        let catalogue = Catalogue::builtin().with(Overrides { clients: vec![page], ..Overrides::default() });
        assert_eq!(catalogue.by_binary("mine").map(|(id, _)| id), Some("mine"));
        assert!(catalogue.clients().any(|id| id == "mine"));
        let half = client("mine", json!({"name": "Mine"})).expect_err("lacks keys");
        assert!(half[0].entry.is_none() && half[0].message.contains("missing field"));
    }

    #[test]
    fn an_entry_that_does_not_fit_is_named() {
        let table = json!({"flag": [{"name": "a", "roles": ["beacon"]}, {"name": "b", "roles": ["boss"]}]});
        let misfits = client("teku", table).expect_err("has a wrong role");
        assert_eq!(misfits[0].entry, Some(("flag".into(), 1)));
        assert!(misfits[0].message.contains("boss"));
        let case = wrapper("eth-docker", json!({"case": [{"client": "teku", "role": "beacon", "sets": []}]}));
        assert!(case.expect_err("has an unknown key")[0].message.contains("unknown field"));
    }
}
