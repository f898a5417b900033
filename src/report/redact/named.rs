//! Secrets that are known by their name: the values of passwords, tokens, seeds and keys, in any syntax.

use super::shaped::runs;
use super::value::{self, After};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Words that make a name secret, as a part of a word.
const STEMS: [&str; 10] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "mnemonic",
    "token",
    "apikey",
    "privatekey",
    "privkey",
    "credential",
];
/// Words that make a name secret, as a word.
const WORDS: [&str; 9] = ["pass", "pwd", "pw", "seed", "seeds", "seedphrase", "jwt", "authorization", "bearer"];
/// Words that make `key` secret.
const KEYS: [&str; 9] = ["api", "private", "secret", "signing", "access", "encryption", "auth", "priv", "validator"];
/// Last words that make a name the name of something else: where the secret lies, what it is called, how long it lives.
const OTHERS: [&str; 24] = [
    "file",
    "files",
    "path",
    "paths",
    "dir",
    "dirs",
    "directory",
    "folder",
    "location",
    "name",
    "names",
    "ref",
    "url",
    "uri",
    "id",
    "enabled",
    "ttl",
    "expiry",
    "expiration",
    "length",
    "type",
    "format",
    "source",
    "root",
];

/// What every name of a secret has in it: a quick look before a close one.
static HINT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new("(?i-u)pass|pw|secret|mnemonic|token|key|cred|seed|jwt|auth|bearer").ok());

/// `name: X` with `value: Y` behind or before it, as in pods, tasks and HCL.
static NAME_VALUE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"\b(?:name|key)["']?\s*[:=]\s*["']?([A-Za-z0-9_.-]+)["']?\s*,?\s*["']?value["']?\s*[:=]"#).ok()
});
static VALUE_NAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"\bvalue["']?\s*[:=][ \t]*("[^"\n]*"|'[^'\n]*'|[^\n,]*)\s*,?\s*["']?(?:name|key)["']?\s*[:=]\s*["']?([A-Za-z0-9_.-]+)"#,
    )
    .ok()
});

/// Answers the places of the values that secret names have, in no order; they may overlap.
pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for name in names(text) {
        let word = &text[name.clone()];
        if is_secret(word) || is_spaced_key(text, &name) {
            value::of(text, name, &mut found);
        }
    }
    // Most texts have no such pairs, and the patterns are dear to build.
    if !text.contains("value") {
        return found;
    }
    for pair in NAME_VALUE.iter().flat_map(|pattern| pattern.captures_iter(text)) {
        let Some((whole, name)) = pair.get(0).zip(pair.get(1)) else { continue };
        if is_secret(name.as_str()) {
            value::at(text, whole.end(), whole.start(), After::Colon, &mut found);
        }
    }
    for pair in VALUE_NAME.iter().flat_map(|pattern| pattern.captures_iter(text)) {
        if let (Some(value), Some(name)) = (pair.get(1), pair.get(2)) {
            found.extend(
                Some(value.range())
                    .filter(|range| is_secret(name.as_str()) && !value::is_harmless(&text[range.clone()])),
            );
        }
    }
    found
}

/// Answers the values that are assigned to secret names in a sentence: whatever a torn file calls an image or a host.
pub(super) fn assigned(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.match_indices('=').filter_map(|(at, _)| {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || "_.-".contains(letter);
        let name = text[..at].rsplit(|letter| !is_part(letter)).next()?;
        let value = text[at + 1..].split([' ', '`', '"', '\'', '\n']).next()?;
        (!value.is_empty() && is_secret(name)).then_some(at + 1..at + 1 + value.len())
    })
}

/// Answers whatever could be a name.
fn names(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    runs(text, |byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte))
}

/// Tells whether what has this name is a secret.
pub(super) fn is_secret(name: &str) -> bool {
    if HINT.as_ref().is_some_and(|hint| !hint.is_match(name)) {
        return false;
    }
    let words = words(name);
    let Some(last) = words.last() else { return false };
    if OTHERS.contains(&last.as_str()) || words.iter().any(|word| word == "public") {
        return false;
    }
    let secret = |word: &String| STEMS.iter().any(|stem| word.contains(stem)) || WORDS.contains(&word.as_str());
    let key = |pair: &[String]| KEYS.contains(&pair[0].as_str()) && pair[1] == "key";
    words.iter().any(secret) || words.windows(2).any(key)
}

/// `api key`, `private key`: a name of two words with a space between them.
fn is_spaced_key(text: &str, name: &Range<usize>) -> bool {
    let before = text[..name.start].strip_suffix(' ').unwrap_or_default();
    let word = before.rsplit(|letter: char| !letter.is_ascii_alphabetic()).next().unwrap_or_default();
    text[name.clone()].eq_ignore_ascii_case("key") && KEYS.contains(&word.to_ascii_lowercase().as_str())
}

/// Cuts a name into words, in lower case and without numbers behind them: at signs, and where the case changes.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let letters: Vec<char> = name.chars().collect();
    let mut word = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(at + 1);
        let rises = letter.is_ascii_uppercase()
            && (before.is_some_and(|before| !before.is_ascii_uppercase())
                || after.is_some_and(char::is_ascii_lowercase));
        if rises || !letter.is_ascii_alphanumeric() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_ascii_alphanumeric() {
            word.push(letter.to_ascii_lowercase());
        }
    }
    words.push(word);
    words.retain_mut(|word| {
        word.truncate(word.trim_end_matches(|letter: char| letter.is_ascii_digit()).len());
        !word.is_empty()
    });
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_in_any_spelling() {
        for name in [
            "password",
            "POSTGRES_PASSWORD",
            "keystorePassword2",
            "--api-token",
            "jwt-secret",
            "JWTSecret",
            "authrpc.jwtsecret",
            "walletPassphrase",
            "MNEMONIC",
            "seed",
            "apiKey",
            "api_key",
            "PRIVATE-KEY",
            "privkey",
            "PGPASSWORD",
            "db.pass",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "password-file",
            "jwtSecretPath",
            "SECRET_DIR",
            "secretName",
            "public-key",
            "pubkey",
            "keys",
            "seedling",
            "compass",
            "bypass",
            "token-ttl",
            "voting_public_key",
            "passwords_dir",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn what_a_torn_file_calls_an_image_is_no_way_out() {
        let sentence = "image `a/b:1 - DB_PASSWORD=mallow TAG=1 SECRET_DIR=/x TOKEN=`";
        let found: Vec<&str> = assigned(sentence).map(|range| &sentence[range]).collect();
        assert_eq!(found, ["mallow"]);
    }
}
