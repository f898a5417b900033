//! Which words do what to units: `rules/steps.toml`.

use crate::catalogue::shelf;
use crate::deployment::Act;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Everything that is known of commands and tasks.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Page {
    /// Programs that only show or look for words.
    pub speaking: Vec<String>,
    /// Programs that make checksums, wherever they stand in a word.
    pub sums: Vec<String>,
    /// Programs that run the command behind their own words.
    pub carrier: Vec<Carrier>,
    /// Options of programs.
    pub program: Vec<Program>,
    /// What commands do.
    pub command: Vec<Command>,
    /// Words that say what is done, whatever runs it.
    pub phrase: Vec<Phrase>,
    /// Calls that give keys.
    pub request: Vec<Request>,
    /// What asks whether something runs.
    pub ask: Ask,
    /// What the address of an archive looks like.
    pub archive: Archive,
    /// What tasks do.
    pub task: Vec<Task>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Carrier {
    pub names: Vec<String>,
    #[serde(default)]
    pub words: Vec<String>,
    #[serde(default)]
    pub values: Vec<String>,
    #[serde(default)]
    pub skips: usize,
    #[serde(default)]
    pub script: Vec<String>,
    #[serde(default)]
    pub target: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Program {
    pub names: Vec<String>,
    pub values: Vec<String>,
    #[serde(default)]
    pub target: Vec<String>,
    #[serde(default)]
    pub everywhere: bool,
    /// Options that say which project is meant.
    #[serde(default)]
    pub project: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Command {
    pub names: Vec<String>,
    #[serde(default)]
    pub words: Vec<String>,
    #[serde(default)]
    pub values: Vec<String>,
    #[serde(default)]
    pub with: Vec<String>,
    #[serde(default)]
    pub without: Vec<String>,
    pub acts: Vec<Word>,
    #[serde(default = "names")]
    pub subject: String,
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Without names, it is done to a whole project.
    #[serde(default)]
    pub whole: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Phrase {
    pub words: Vec<String>,
    pub act: Word,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Request {
    pub names: Vec<String>,
    pub path: String,
    pub other: Vec<String>,
    pub body: Vec<String>,
    pub shows: String,
    pub history: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Ask {
    pub words: Vec<String>,
    pub modules: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Archive {
    pub has: Vec<String>,
    pub ends: Vec<String>,
    pub but: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Task {
    pub modules: Vec<String>,
    pub key: String,
    #[serde(default)]
    pub default: Option<String>,
    pub subject: Vec<String>,
    pub acts: BTreeMap<String, Vec<Word>>,
}

/// An act as the table writes it.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Word {
    Start,
    Stop,
    Remove,
    ForceDelete,
    Fence,
    Unfence,
    ImportKeys,
    ImportHistory,
    MakeKeys,
    Download,
    Install,
    Verify,
    Wait,
}

impl Word {
    pub fn act(self) -> Act {
        match self {
            Self::Start => Act::Start,
            Self::Stop => Act::Stop,
            Self::Remove => Act::Remove,
            Self::ForceDelete => Act::ForceDelete,
            Self::Fence => Act::Fence,
            Self::Unfence => Act::Unfence,
            Self::ImportKeys => Act::ImportKeys { with_history: false },
            Self::ImportHistory => Act::ImportHistory,
            Self::MakeKeys => Act::MakeKeys,
            Self::Download => Act::Download { checked: false },
            Self::Install => Act::Download { checked: true },
            Self::Verify => Act::Verify,
            Self::Wait => Act::Wait { seconds: None },
        }
    }
}

impl Archive {
    /// Tells whether an address leads to an archive or a program.
    pub fn fits(&self, url: &str) -> bool {
        let url = url.split(['?', '#']).next().unwrap_or_default().trim_end_matches(['"', '\'']);
        let lists = |parts: &[String], test: &dyn Fn(&str) -> bool| parts.iter().any(|part| test(part));
        (lists(&self.has, &|part| url.contains(part)) || lists(&self.ends, &|end| url.ends_with(end)))
            && !lists(&self.but, &|part| url.contains(part))
    }
}

fn names() -> String {
    "names".into()
}

/// Answers the table.
pub(super) fn page() -> &'static Page {
    static PAGE: OnceLock<Page> = OnceLock::new();
    PAGE.get_or_init(|| serde_json::from_str(shelf::volume("steps.toml").unwrap_or("null")).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_fits_its_model() {
        let text = shelf::volume("steps.toml").expect("is there");
        let page: Page = serde_json::from_str(text).expect("fits");
        assert!(page.archive.fits("https://h.example/x/releases/download/v1/teku.zip"));
        assert!(!page.archive.fits("https://h.example/x/releases/download/v1/teku.zip.asc"));
    }
}
