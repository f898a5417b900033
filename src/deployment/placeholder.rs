//! Placeholders that somebody has to fill in before a manifest is deployed.

use super::model::Unit;
use super::tree;
use crate::workspace::Workspace;

/// Tells whether a unit stands in a template or in test data, or holds a placeholder (`<YOUR_ADDRESS>`) that somebody has to fill in.
#[must_use]
pub fn is_to_fill_in(unit: &Unit, workspace: &Workspace) -> bool {
    let files = unit.files.iter().map(|file| workspace.file(*file));
    let by_file = files.into_iter().any(|file| file.template || tree::is_example(&file.path));
    let texts = unit.command.words.iter().chain(&unit.image).chain(unit.env.iter().map(|variable| &variable.value));
    by_file || texts.into_iter().any(|text| has_placeholder(text.value()))
}

fn has_placeholder(text: &str) -> bool {
    let inside = |rest: &str| {
        let end = rest.find('>').unwrap_or_default();
        let word = &rest[..end];
        word.starts_with(|first: char| first.is_ascii_alphabetic())
            && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_- .".contains(&byte))
    };
    let says_so = ["YOUR_", "YOUR-", "*your", "[your"].iter().any(|sign| text.contains(sign));
    says_so || text.match_indices('<').take(16).any(|(at, _)| inside(&text[at + 1..]))
}
