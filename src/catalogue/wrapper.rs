//! Wrappers: scripts that turn variables into a client's flags before they start it.

use super::client::Role;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A known set of start scripts.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Wrapper {
    /// Its id: the name of its table (`eth-docker`).
    #[serde(skip)]
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// Where it is published.
    pub repository: String,
    /// The day on which the table was made.
    pub made: String,
    /// File names of its scripts.
    pub scripts: Vec<String>,
    /// What it does, one entry for each client and role that it starts.
    #[serde(rename = "case")]
    pub cases: Vec<WrapperCase>,
}

/// What a wrapper does to one client in one role.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WrapperCase {
    /// The client.
    pub client: String,
    /// The role in which it is started.
    pub role: Role,
    /// Only with this script of the wrapper; any of them if none is named.
    #[serde(default)]
    pub scripts: Vec<String>,
    /// The script starts the client itself, with nothing on its own command line.
    #[serde(default)]
    pub starts: bool,
    /// It can add settings that this table does not tell.
    #[serde(default)]
    pub open: bool,
    /// Settings that it always gives; a flag in the tree beside them wins.
    #[serde(default)]
    pub always: Vec<Given>,
    /// Settings that it gives with a value that nobody sees before it runs (it reads a file).
    #[serde(default)]
    pub unknown: Vec<String>,
    /// Variables that it reads, in order: of two that decide one setting the later wins.
    #[serde(default, rename = "variable")]
    pub variables: Vec<WrapperVariable>,
}

/// A canonical setting that a wrapper gives.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Given {
    /// The canonical setting.
    pub setting: String,
    /// Its value.
    pub value: String,
}

/// A variable that a wrapper reads.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WrapperVariable {
    /// Its name.
    pub name: String,
    /// What the script makes of it.
    pub takes: Takes,
    /// The canonical setting that it decides; nothing for raw flags.
    #[serde(default)]
    pub setting: Option<String>,
    /// The values for which the script acts, compared as they are; any value but an empty one if none is named.
    #[serde(default)]
    pub when: Vec<String>,
    /// What the setting becomes when the script acts, for [`Takes::Choice`].
    #[serde(default)]
    pub value: Option<String>,
    /// What it becomes when the script does not act; nothing if the client's default then holds.
    #[serde(default)]
    pub otherwise: Option<String>,
    /// What the script assumes when the variable is not set.
    #[serde(default)]
    pub default: Option<String>,
    /// Other variables that must hold one of these values, or the script passes this one over.
    #[serde(default)]
    pub needs: BTreeMap<String, Vec<String>>,
    /// The value joins what the setting has already.
    #[serde(default)]
    pub adds: bool,
}

/// What a script makes of a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Takes {
    /// Its value is the setting's.
    Value,
    /// The setting becomes a fixed value for some values of the variable.
    Choice,
    /// Its words are flags of the client.
    Flags,
}

impl Wrapper {
    /// Finds what a script of the wrapper does to a client in a role.
    #[must_use]
    pub fn case(&self, script: &str, client: &str, role: Role) -> Option<&WrapperCase> {
        let fits = |case: &&WrapperCase| {
            let of_script = case.scripts.is_empty() || case.scripts.iter().any(|name| name == script);
            of_script && case.client == client && case.role == role
        };
        self.cases.iter().find(fits)
    }
}

impl WrapperVariable {
    /// Tells whether the script heeds the variable, going by the others that it needs; nothing if one of those is not known.
    ///
    /// `value_of` answers nothing for a variable that is not set, and nothing inside for one whose value is not known.
    #[must_use]
    pub fn is_heeded<'v>(&self, value_of: impl Fn(&str) -> Option<Option<&'v str>>) -> Option<bool> {
        let mut heeded = Some(true);
        for (name, values) in &self.needs {
            match value_of(name).unwrap_or(Some("")) {
                Some(value) if !values.iter().any(|wanted| wanted == value) => return Some(false),
                Some(_) => {}
                None => heeded = None,
            }
        }
        heeded
    }

    /// Answers what the setting becomes when the variable holds `value` (nothing: it is not set), if the script decides it.
    #[must_use]
    pub fn decides(&self, value: Option<&str>) -> Option<String> {
        let value = value.or(self.default.as_deref()).unwrap_or_default();
        let acts = if self.when.is_empty() { !value.is_empty() } else { self.when.iter().any(|when| when == value) };
        match (acts, self.takes) {
            (true, Takes::Value) => Some(value.to_owned()),
            (true, Takes::Choice) => self.value.clone(),
            (true, Takes::Flags) => None,
            (false, _) => self.otherwise.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(json: &str) -> WrapperVariable {
        serde_json::from_str(json).expect("a variable")
    }

    #[test]
    fn a_choice_acts_on_its_values_only() {
        let doppelganger = variable(
            r#"{"name": "DOPPELGANGER", "takes": "choice", "setting": "s", "when": ["true"], "value": "true", "otherwise": "false"}"#,
        );
        assert_eq!(doppelganger.decides(Some("true")).as_deref(), Some("true"));
        assert_eq!(doppelganger.decides(Some("yes")).as_deref(), Some("false"));
        assert_eq!(doppelganger.decides(None).as_deref(), Some("false"));
    }

    #[test]
    fn a_variable_is_heeded_only_beside_what_it_needs() {
        let url = variable(
            r#"{"name": "W3S_NODE", "takes": "value", "setting": "s", "needs": {"WEB3SIGNER": ["true"], "EMBEDDED_VC": ["true"]}}"#,
        );
        let heeded = |signer: Option<Option<&'static str>>, embedded: Option<Option<&'static str>>| {
            url.is_heeded(|name| if name == "WEB3SIGNER" { signer } else { embedded })
        };
        assert_eq!(heeded(Some(Some("true")), Some(Some("true"))), Some(true));
        assert_eq!(heeded(Some(Some("true")), None), Some(false));
        assert_eq!(heeded(Some(None), Some(Some("true"))), None);
        assert_eq!(heeded(Some(None), Some(Some("false"))), Some(false));
    }

    #[test]
    fn a_value_passes_through_unless_it_is_empty() {
        let network = variable(r#"{"name": "NETWORK", "takes": "value", "setting": "network", "default": "hoodi"}"#);
        assert_eq!(network.decides(Some("mainnet")).as_deref(), Some("mainnet"));
        assert_eq!(network.decides(None).as_deref(), Some("hoodi"));
        assert_eq!(network.decides(Some("")), None);
    }
}
