//! Environment files: a value is shown only if it can be no secret.

use super::shaped;
use super::{named, value};
use std::ops::Range;

/// Answers the places of values that may be secrets: their name says so, or they look like one.
pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some((name, value)) = line.split_once('=') {
            let start = at + name.len() + 1;
            let may_be = named::is_secret(name.rsplit(' ').next().unwrap_or_default()) || looks_secret(value);
            let length = value.trim_end().len();
            found.extend(Some(start..start + length).filter(|_| may_be && !value::is_harmless(value)));
        }
        at += line.len();
    }
    found
}

/// Tells whether a word of a value mixes its characters as passwords do.
fn looks_secret(value: &str) -> bool {
    value.split(|letter: char| letter.is_whitespace() || ",;\"'".contains(letter)).any(is_mixed)
}

fn is_mixed(word: &str) -> bool {
    let public = ["http://", "https://", "ws://", "wss://", "0x", "enr:", "enode://", "$", "/", "./", "../", "{{"];
    if word.len() < 8 || public.iter().any(|start| word.starts_with(start)) {
        return false;
    }
    let has = |class: &dyn Fn(u8) -> bool| usize::from(word.bytes().any(class));
    let signs = |byte: u8| b"!@#$%^&*?~+=|\\<>()[]".contains(&byte);
    let classes = has(&|byte| byte.is_ascii_lowercase())
        + has(&|byte| byte.is_ascii_uppercase())
        + has(&|byte| byte.is_ascii_digit())
        + has(&signs);
    classes >= 3 || word.len() >= 12 && shaped::turns(word) >= 5 && !word.contains(['.', ':', '/'])
}
