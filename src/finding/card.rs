//! The card of a rule: everything there is to say about it, as data that lint, explain, reports and docs share.

use super::model::{Persona, Severity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The cards of a run, by rule id.
pub type Cards = BTreeMap<String, Card>;

/// What a rule says and how it looks, as written in `rules/lints/<group>/<id>.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Card {
    /// The rule's id: the card's file name without `.toml`.
    #[serde(skip_deserializing)]
    pub id: String,
    /// The rule's group: the folder that the card lies in.
    #[serde(skip_deserializing)]
    pub group: String,
    /// The hazard in a few words, as a headline.
    pub title: String,
    /// How bad it is on a production network.
    pub severity: Severity,
    /// The first persona that sees it.
    #[serde(default)]
    pub persona: Persona,
    /// What it can cost, and by which road.
    pub why: String,
    /// What to do, the first step first.
    pub help: String,
    /// What to do if it has happened already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emergency: Option<String>,
    /// Where it is written down: client documentation, specifications, incidents.
    #[serde(default)]
    pub links: Vec<String>,
    /// The controls of the ValOS risk framework that it stands for.
    #[serde(default)]
    pub valos: Vec<String>,
    /// The release that it came with.
    pub since: String,
    /// The way to look, and its parameters.
    pub check: CheckCall,
    /// Small trees, and what the rule finds in them; those that are baked in stand apart ([crate::examples]).
    #[serde(default, rename = "example", skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Example>,
}

/// The one entry of a card's `check` table: the name of a way to look, and the parameters that it takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<String, serde_json::Value>", into = "BTreeMap<String, serde_json::Value>")]
pub struct CheckCall {
    /// The name in the table of checks.
    pub name: String,
    /// Its parameters, for the check to read.
    pub parameters: serde_json::Value,
}

impl TryFrom<BTreeMap<String, serde_json::Value>> for CheckCall {
    type Error = String;

    fn try_from(mut table: BTreeMap<String, serde_json::Value>) -> Result<Self, String> {
        match (table.pop_first(), table.is_empty()) {
            (Some((name, parameters)), true) => Ok(Self { name, parameters }),
            (None, _) => Err("a card names one check, this one names none".into()),
            (Some(_), false) => Err(format!("a card names one check, this one names {}", table.len() + 1)),
        }
    }
}

impl From<CheckCall> for BTreeMap<String, serde_json::Value> {
    fn from(call: CheckCall) -> Self {
        Self::from([(call.name, call.parameters)])
    }
}

/// A small tree that shows what a rule finds, or that it stays silent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Example {
    /// What the tree shows, in a few words.
    pub says: String,
    /// The tree before the change, path to text; only rules that compare two trees have one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub before: BTreeMap<String, String>,
    /// The tree before an earlier change, path to text; only rules that look back have one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub earlier: BTreeMap<String, String>,
    /// The packs that are chosen, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packs: Vec<String>,
    /// The tree, path to text.
    pub file: BTreeMap<String, String>,
    /// The primary places that it must find, as `path:line`; none means that it must stay silent.
    pub finds: Vec<String>,
}

impl Card {
    /// Reads a card; `id` and `group` come from its file name and folder.
    ///
    /// # Errors
    /// A sentence that names the card and what is wrong with it.
    pub fn parse(group: &str, id: &str, text: &str) -> Result<Self, String> {
        let card: Self = toml::from_str(text).map_err(|error| format!("rules/lints/{group}/{id}.toml: {error}"))?;
        Ok(Self { id: id.into(), group: group.into(), ..card })
    }

    /// Answers the page that says most about the rule: its first link.
    #[must_use]
    pub fn page(&self) -> Option<&str> {
        self.links.first().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CARD: &str = r#"
title = "Doppelganger protection is off"
severity = "high"
why = "A second copy of these keys would sign at once."
help = "Turn it on."
links = ["https://example.org/doppelganger"]
since = "0.1"

[check.setting]
role = "validator"
expect = { equals = true }

[[example]]
says = "the flag is missing"
file = { "compose.yml" = "services: {}" }
finds = ["compose.yml:4"]
"#;

    #[test]
    fn a_card_is_read_whole() {
        let card = Card::parse("doppelganger", "doppelganger-protection-off", CARD).expect("is a card");
        assert_eq!((card.id.as_str(), card.group.as_str()), ("doppelganger-protection-off", "doppelganger"));
        assert_eq!(card.persona, Persona::Regular);
        assert_eq!(card.check.name, "setting");
        assert_eq!(card.check.parameters["expect"]["equals"], true);
        assert_eq!(card.examples[0].finds, ["compose.yml:4"]);
    }

    #[test]
    fn a_card_without_exactly_one_check_is_refused() {
        let two = format!("{CARD}\n[check.other]\n");
        assert!(Card::parse("g", "r", &two).expect_err("has two checks").contains("this one names 2"));
        let none =
            CARD.replace("[check.setting]", "[check]").replace("role = \"validator\"\nexpect = { equals = true }", "");
        assert!(Card::parse("g", "r", &none).expect_err("has no check").contains("names none"));
    }

    #[test]
    fn a_misspelt_member_is_refused() {
        assert!(Card::parse("g", "r", &format!("sverity = \"low\"\n{CARD}")).is_err());
        assert!(Card::parse("g", "r", &format!("id = \"x\"\n{CARD}")).is_err(), "the id is the file's name");
    }
}
