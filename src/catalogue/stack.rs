//! Stacks: sets of compose files that their makers publish, of which an operator commits no more than the settings.

use super::shelf;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// A published set of compose files that one settings file drives.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Stack {
    /// Its name for people.
    pub name: String,
    /// Where it is published.
    pub repository: String,
    /// The release of which all that is said here is true.
    pub release: String,
    /// The day on which the table was made.
    pub made: String,
    /// The name of the settings file; `.env` stands for every live environment file.
    pub file: String,
    /// Variables, or dotted keys, that tell that a file is its settings.
    pub marks: Vec<String>,
    /// So many of them are enough.
    pub least: usize,
    /// The variable that lists the compose files which are started; without it, all parts are.
    #[serde(default)]
    pub selects: Option<String>,
    /// Folders, seen from the settings file, in which its compose files would stand, and names of such files.
    #[serde(default)]
    pub compose_folders: Vec<String>,
    /// Variables by the dotted keys of the settings file, where that is not an environment file.
    #[serde(default, rename = "variable")]
    pub variables: Vec<StackVariable>,
    /// What its compose files say, one laid over the other.
    #[serde(rename = "part")]
    pub parts: Vec<StackPart>,
}

/// A key of a settings file, as a variable.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StackVariable {
    /// The variable that the parts use.
    pub name: String,
    /// The keys that lead to its value.
    pub path: String,
    /// What the stack assumes where the file is silent.
    #[serde(default)]
    pub default: Option<String>,
}

/// What a compose file of a stack says, as far as it matters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StackPart {
    /// The compose files that say it; all of the stack's if none is named.
    #[serde(default)]
    pub files: Vec<String>,
    /// Variables that must hold one of these values (empty: not set), or the part is left out.
    #[serde(default)]
    pub needs: BTreeMap<String, Vec<String>>,
    /// Variables that must hold anything.
    #[serde(default)]
    pub set: Vec<String>,
    /// The variable whose value chooses the part: what is missing is missing there.
    #[serde(default)]
    pub chosen_by: Option<String>,
    /// The compose file, in YAML, references and all.
    pub compose: String,
    /// A compose file of the operator's own that is laid over it, if there is one.
    #[serde(default)]
    pub overlay: Option<String>,
}

impl Stack {
    /// Answers all stacks that are known.
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Stack>> = OnceLock::new();
        ALL.get_or_init(|| {
            let tables = shelf::below("stacks").iter();
            tables.filter_map(|(_, text)| serde_json::from_str(text).ok()).collect()
        })
    }

    /// Tells by the names that a file sets whether it is the stack's settings.
    pub fn is_told_by(&self, sets: impl Fn(&str) -> bool) -> bool {
        self.marks.iter().filter(|mark| sets(mark)).take(self.least).count() == self.least
    }

    /// Answers what one of its compose files says under these values, or all of them say if none is named.
    pub fn parts<'v>(
        &'static self,
        file: Option<&str>,
        value_of: impl Fn(&str) -> Option<&'v str>,
    ) -> impl Iterator<Item = &'static StackPart> {
        self.parts.iter().filter(move |part| {
            file.is_none_or(|file| part.files.iter().any(|one| one == file)) && part.holds(&value_of)
        })
    }
}

impl StackPart {
    fn holds<'v>(&self, value_of: impl Fn(&str) -> Option<&'v str>) -> bool {
        let value = |name: &String| value_of(name).unwrap_or_default();
        self.set.iter().all(|name| !value(name).is_empty())
            && self.needs.iter().all(|(name, wanted)| wanted.iter().any(|wanted| wanted == value(name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_well_formed() {
        for (path, text) in shelf::below("stacks") {
            let stack: Stack = serde_json::from_str(text).unwrap_or_else(|fault| panic!("{path}: {fault}"));
            assert!(stack.marks.len() >= stack.least && stack.least > 1, "{path}");
        }
        assert_eq!(Stack::all().len(), shelf::below("stacks").len());
    }

    #[test]
    fn parts_are_chosen_by_file_and_by_value() {
        let stack = Stack::all().iter().find(|stack| stack.name == "Eth Docker").expect("a stack");
        let count =
            |kind: &str| stack.parts(Some("lighthouse.yml"), |name| (name == "LH_DOCKERFILE").then_some(kind)).count();
        assert_eq!((count("Dockerfile.binary"), count("Dockerfile.source")), (2, 4));
        assert_eq!(stack.parts(Some("no-such.yml"), |_| None).count(), 0);
    }
}
