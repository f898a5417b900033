//! The sentences of a finding as a report may say them: without secrets, with validator keys in the style that is wanted.

use super::clean;
use super::model::KeyStyle;
use super::redact;
use crate::finding::Finding;
use regex::{Captures, Regex};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A key as rules shorten it in their sentences.
static SHORT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new("0x[0-9a-f]{8}…[0-9a-f]{6}").ok());

/// Says the sentences of one finding.
pub(super) struct Voice<'a> {
    style: KeyStyle<'a>,
    /// What stands for a shortened key of the finding; empty where shortened keys stay.
    keys: BTreeMap<String, String>,
}

impl<'a> Voice<'a> {
    pub(super) fn of(finding: &Finding, style: KeyStyle<'a>) -> Self {
        let stands_for = |key: &String| {
            let shown = shown_key(key, style).into_owned();
            Some((format!("{}…{}", key.get(..10)?, key.get(key.len().checked_sub(6)?..)?), shown))
        };
        let keys = if style == KeyStyle::Short {
            BTreeMap::new()
        } else {
            finding.keys.iter().filter_map(stands_for).collect()
        };
        Self { style, keys }
    }

    /// Answers a sentence of the finding as it may be said.
    pub(super) fn say(&self, sentence: &str) -> String {
        let said = redact::text(sentence, self.style);
        if self.style == KeyStyle::Short || !said.contains('…') {
            return said;
        }
        let Some(pattern) = SHORT.as_ref() else { return said };
        let hidden = || if matches!(self.style, KeyStyle::Hashed(_)) { Some("a key".to_owned()) } else { None };
        let replace =
            |found: &Captures| self.keys.get(&found[0]).cloned().or_else(hidden).unwrap_or_else(|| found[0].to_owned());
        pattern.replace_all(&said, replace).into_owned()
    }
}

/// Answers a validator key as it is listed: whole, or as a digest.
#[must_use]
pub fn shown_key<'k>(key: &'k str, style: KeyStyle) -> Cow<'k, str> {
    match style {
        KeyStyle::Hashed(salt) => redact::hash(key, salt).into(),
        KeyStyle::Short | KeyStyle::Full => key.into(),
    }
}

/// Answers a name or a sentence of the tree as it may be shown in one line: no secret that is known by its shape, no control.
#[must_use]
pub fn shown_text(text: &str, style: KeyStyle) -> String {
    clean::line(&redact::text(text, style), false).into_owned()
}

/// Answers a path as it is shown: some clients name files for the keys in them.
pub(super) fn shown_path<'p>(path: &'p str, style: KeyStyle) -> Cow<'p, str> {
    if matches!(style, KeyStyle::Hashed(_)) { redact::text(path, style).into() } else { path.into() }
}

/// Answers the identity of a finding; where keys must not be told, one that does not tell them either.
pub(super) fn fingerprint(finding: &Finding, style: KeyStyle) -> String {
    match style {
        KeyStyle::Hashed(salt) => redact::hash(&finding.fingerprint(), salt).trim_start_matches("key-").to_owned(),
        KeyStyle::Short | KeyStyle::Full => finding.fingerprint(),
    }
}
