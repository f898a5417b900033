//! The parts of a text that are not shown as they are, and what stands in their place.

use super::{declared, environment, manifest, named, shaped, spoken};
use crate::report::KeyStyle;
use crate::source::Quoting;
use sha2::{Digest, Sha256};
use std::ops::Range;

/// How far around the quoted bytes the redactor looks for what they belong to.
const REACH: usize = 4096;
/// What stands for a secret, whatever its length.
const REDACTED: &str = "[redacted]";

/// A part of a text, in bytes, and what is shown instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::report) struct Mask {
    pub(in crate::report) range: Range<usize>,
    pub(in crate::report) shown: String,
}

/// A text to quote from.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct Quoted<'t> {
    pub(in crate::report) text: &'t str,
    pub(in crate::report) quoting: Quoting,
    /// The text holds the manifest of a Secret; kept, since finding out takes a look at all of it.
    pub(in crate::report) holds_manifest: bool,
    /// Where readers have found secrets in it.
    pub(in crate::report) known: &'t [Range<usize>],
}

/// Answers, in order and without overlap, what of some bytes must be shown as something else.
pub(in crate::report) fn masks(source: Quoted, quoted: Range<usize>, keys: KeyStyle) -> Vec<Mask> {
    let Quoted { text, quoting, holds_manifest, known } = source;
    let from = floor(text, quoted.start.saturating_sub(REACH));
    let around = &text[from..floor(text, quoted.end.saturating_add(REACH)).max(from)];
    let hide = |range: Range<usize>| Mask { range, shown: REDACTED.into() };
    let mut found: Vec<Mask> = match quoting {
        Quoting::Closed => return vec![hide(quoted)],
        Quoting::Keystore => outside_public_keys(around),
        Quoting::Environment => environment::secrets(around).into_iter().map(hide).collect(),
        Quoting::Free => Vec::new(),
    };
    found.extend(shaped::secrets(around).into_iter().map(hide));
    found.extend(named::secrets(around).into_iter().filter(|_| quoting != Quoting::Keystore).map(hide));
    // What declares a value can stand far above it.
    let above = declared::beginning(text, from);
    let declared = declared::secrets(&text[above..from + around.len()]).into_iter();
    let declared = declared.filter(|range| range.end + above > from);
    let declared = declared.map(|range| (range.start + above).max(from) - from..range.end + above - from);
    found.extend(declared.filter(|_| quoting != Quoting::Keystore).map(hide));
    found.extend(spoken::secrets(around).into_iter().filter(|_| quoting != Quoting::Keystore).map(hide));
    if holds_manifest && quoting != Quoting::Keystore && manifest::is_secret(text, quoted.start) {
        found.extend(manifest::secrets(around).into_iter().map(hide));
    }
    if let Some(end) = shaped::end_of_block_before(text, from) {
        found.push(hide(0..(end - from).min(around.len())));
    }
    let end = from + around.len();
    let known = known.iter().filter(|range| range.start < end && range.end > from);
    found.extend(known.map(|range| hide(range.start.max(from) - from..range.end.min(end) - from)));
    found.extend(public_keys(around, keys));
    let mut masks = merged(found);
    masks
        .iter_mut()
        .for_each(|mask| mask.range = floor(text, mask.range.start + from)..ceiling(text, mask.range.end + from));
    masks
}

/// Answers a sentence of ours as it may be shown: no secret that came with a name or a URL, keys in the style that is wanted.
pub(in crate::report) fn text(sentence: &str, keys: KeyStyle) -> String {
    let mut found: Vec<Mask> =
        shaped::secrets(sentence).into_iter().map(|range| Mask { range, shown: REDACTED.into() }).collect();
    found.extend(named::assigned(sentence).map(|range| Mask { range, shown: REDACTED.into() }));
    if matches!(keys, KeyStyle::Hashed(_)) {
        found.extend(public_keys(sentence, keys));
    }
    covered(sentence, found)
}

/// Answers a line without the passwords of the URLs in it.
pub(in crate::report) fn without_passwords(line: &str) -> String {
    // What a shell fills in is no secret yet.
    let written = |range: &Range<usize>| !line[range.clone()].starts_with(['$', '<', '{']);
    let found = shaped::passwords_in_urls(line).into_iter().chain(named::assigned(line).filter(written));
    covered(line, found.map(|range| Mask { range, shown: REDACTED.into() }).collect())
}

/// Answers a text with what stands in the place of its masked parts.
fn covered(text: &str, masks: Vec<Mask>) -> String {
    let (mut shown, mut at) = (String::with_capacity(text.len()), 0);
    for mask in merged(masks) {
        shown.push_str(&text[at..mask.range.start]);
        shown.push_str(&mask.shown);
        at = mask.range.end;
    }
    shown + &text[at..]
}

/// Answers what stands for a public key in a report that must not tell which it is.
pub(in crate::report) fn hash(key: &str, salt: &str) -> String {
    let digits = key.trim_start_matches("0x").to_ascii_lowercase();
    let digest = Sha256::new().chain_update(salt).chain_update([0]).chain_update(digits).finalize();
    let digits: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("key-{digits}")
}

/// A keystore: all but its public keys, and whatever does not look like one there.
fn outside_public_keys(text: &str) -> Vec<Mask> {
    let mut found = Vec::new();
    let mut at = 0;
    for member in shaped::public_key_members(text) {
        found.push(Mask { range: at..member.start, shown: "… ".into() });
        at = member.end;
    }
    found.push(Mask { range: at..text.len(), shown: " …".into() });
    found
}

/// Public keys in the style that is wanted; `0x` in front of them stays where digits stay.
fn public_keys(text: &str, keys: KeyStyle) -> Vec<Mask> {
    let show = |range: Range<usize>| match keys {
        KeyStyle::Full => None,
        KeyStyle::Short => {
            let digits = &text[range.clone()];
            Some(Mask { shown: format!("{}…{}", &digits[..8], &digits[digits.len() - 6..]), range })
        }
        KeyStyle::Hashed(salt) => Some(Mask { shown: hash(&text[range.clone()], salt), range }),
    };
    shaped::hex_runs(text).filter(|range| range.len() == 96).filter_map(show).collect()
}

/// Sorts masks and joins those that overlap; a secret wins over a shortened key.
fn merged(mut masks: Vec<Mask>) -> Vec<Mask> {
    masks.retain(|mask| !mask.range.is_empty());
    masks.sort_by_key(|mask| (mask.range.start, std::cmp::Reverse(mask.range.end)));
    let mut merged: Vec<Mask> = Vec::with_capacity(masks.len());
    for mask in masks {
        match merged.last_mut() {
            Some(last) if mask.range.start < last.range.end => {
                let hides = [&last.shown, &mask.shown].into_iter().any(|shown| shown == REDACTED);
                if hides && !last.shown.contains("… ") && !last.shown.contains(" …") {
                    last.shown = REDACTED.into();
                }
                last.range.end = last.range.end.max(mask.range.end);
            }
            _ => merged.push(mask),
        }
    }
    merged
}

/// Answers the last character boundary at or before a byte.
fn floor(text: &str, byte: usize) -> usize {
    let mut at = byte.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Answers the first character boundary at or behind a byte.
fn ceiling(text: &str, byte: usize) -> usize {
    let mut at = byte.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}
