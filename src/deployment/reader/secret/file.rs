//! Files that are nothing but a secret: of the engine interface, a key, a token.

use super::entries::Found;
use super::name::{dashed, is_peer_identity};
use super::value::is_placeholder;
use crate::catalogue::is_known_key;
use crate::deployment::SecretKind;
use crate::ethereum::whole_secret;
use crate::source::Span;
use crate::workspace::{FileKind, SourceFile};

/// Names of the tokens that clients write.
const TOKENS: [&str; 5] = ["api-token.txt", "validator-api-bearer", "auth-token", "keymanager-token", "api-token"];

/// Judges a file as a whole.
pub(super) fn whole(file: &SourceFile, found: &mut Vec<Found>) {
    if file.kind == FileKind::Encrypted {
        return;
    }
    let Some(text) = file.text().filter(|text| text.len() <= 4096) else { return };
    let name = file.name().to_ascii_lowercase();
    let push = |found: &mut Vec<Found>, kind, start: usize, end: usize| {
        let known = text.get(start..end).is_some_and(is_known_key);
        let span = Span::new(file.id, start as u32, end as u32);
        found.push(Found { kind, span, name: file.name().to_owned(), placeholder: false, known });
    };
    if let Some(secret) = whole_secret(text)
        && let Some(kind) = kind(&file.path.to_ascii_lowercase(), &name)
    {
        return push(found, kind, secret.range.start, secret.range.end);
    }
    let word = text.trim();
    let token = TOKENS.iter().any(|token| name == *token || name.starts_with("keymanager-token"));
    if token && !word.is_empty() && !word.contains(char::is_whitespace) && !is_placeholder(word) && !word.contains("{{")
    {
        let start = text.len() - text.trim_start().len();
        push(found, SecretKind::ApiToken, start, start + word.len());
    }
}

/// What a file of 64 digits is by its name; a digest or a root is none of these.
fn kind(path: &str, name: &str) -> Option<SecretKind> {
    if name.contains("jwt") || path.contains("jwt") || name.ends_with(".hex") {
        return Some(SecretKind::JwtSecret);
    }
    let words = dashed(name);
    let has = |wanted: &[&str]| words.split('-').any(|word| wanted.contains(&word));
    // The secret from which Lighthouse's older releases made the token of their validator interface.
    if has(&["token", "bearer", "secp"]) {
        return Some(SecretKind::ApiToken);
    }
    if is_peer_identity(name) {
        return None;
    }
    if name.contains("privkey") || name.contains("private") || has(&["key", "sk", "enr"]) {
        return Some(SecretKind::SigningKey);
    }
    has(&["secret", "ee", "authrpc", "engine"]).then_some(SecretKind::JwtSecret)
}
