//! Manifests of Kubernetes Secrets: whatever they hold is a secret, whatever its name.

use super::value;
use std::ops::Range;

/// How far around a place its document reaches, at most.
const DOCUMENT: usize = 1024 * 1024;
/// What a Secret says besides its data.
const OPEN: [&str; 6] = ["apiVersion", "kind", "name", "namespace", "type", "immutable"];

/// Tells whether a text holds the manifest of a Secret at all.
pub(in crate::report) fn is_in(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"Secret").is_some() && says(text.as_bytes())
}

/// Tells whether a place of a text lies in the manifest of a Secret.
pub(super) fn is_secret(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let before = &bytes[at.saturating_sub(DOCUMENT)..at.min(bytes.len())];
    let after = &bytes[at.min(bytes.len())..at.saturating_add(DOCUMENT).min(bytes.len())];
    let start = memchr::memmem::rfind(before, b"\n---").unwrap_or(0);
    let end = memchr::memmem::find(after, b"\n---").unwrap_or(after.len());
    says(&before[start..]) || says(&after[..end])
}

fn says(part: &[u8]) -> bool {
    let kinds: [&[u8]; 3] = [b"kind: Secret", b"\"kind\": \"Secret\"", b"\"kind\":\"Secret\""];
    kinds.iter().any(|kind| memchr::memmem::find(part, kind).is_some())
}

/// Answers the values of all lines but those that name the manifest, and lines that are nothing but a value.
pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let (name, value) = line.split_once(':').unwrap_or(("", line));
        let plain = name.trim_matches([' ', '\t', '"', '\'', '-', '{', ',']);
        if !OPEN.contains(&plain) && !value::is_harmless(value) && !value.trim_start().starts_with('#') {
            let start = at + line.len() - value.trim_start().len();
            found.push(start..start + value.trim().len());
        }
        at += line.len();
    }
    found
}
