//! Placeholders that somebody has to fill in before a manifest is deployed.

use super::model::Unit;
use super::tree;
use crate::workspace::Workspace;

/// Tells whether a unit stands in a template or in test data, or holds a placeholder (`<YOUR_ADDRESS>`) that somebody has to fill in.
#[must_use]
pub fn is_to_fill_in(unit: &Unit, workspace: &Workspace) -> bool {
    let files = unit.files.iter().map(|file| workspace.file(*file));
    let by_file = files.into_iter().any(|file| file.template || tree::is_example(&file.path));
    by_file || holds_placeholder(unit)
}

/// Tells whether something in a unit has still to be filled in, wherever it stands.
pub(super) fn holds_placeholder(unit: &Unit) -> bool {
    let texts = unit.command.words.iter().chain(&unit.image).chain(unit.env.iter().map(|variable| &variable.value));
    texts.into_iter().any(|text| has_placeholder(text.value()))
}

fn has_placeholder(text: &str) -> bool {
    let says_so = ["YOUR_", "YOUR-", "*your", "[your"].iter().any(|sign| text.contains(sign));
    // `[[ YOUR ADDRESS HERE ]]` in a command line.
    says_so
        || text.starts_with("[[")
        || text.match_indices('<').take(16).any(|(at, _)| bracketed(&text[at + 1..]).is_some())
}

/// Answers how long the name of a placeholder is, where one goes on behind its `<`: 12 for `YOUR_ADDRESS>`.
pub(super) fn bracketed(rest: &str) -> Option<usize> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_- .".contains(byte);
    let length = rest.bytes().take_while(is_part).count();
    let named = rest.starts_with(|first: char| first.is_ascii_alphabetic());
    (named && rest.as_bytes().get(length) == Some(&b'>')).then_some(length)
}
