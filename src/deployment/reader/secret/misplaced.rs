//! Secrets in stores that are not made for them: in clear, encrypted by a password, or filled in when they are applied.

use super::entries;
use super::name::promise;
use super::value::clear;
use crate::deployment::SecretKind;
use crate::ethereum::find_mnemonics;
use crate::source::{Span, Text};
use crate::workspace::embedded_keystore;

/// What lies where it should not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::deployment) enum Misplacing {
    /// An encrypted signing key.
    Keystore,
    /// A secret of another kind.
    Secret(SecretKind),
}

impl Misplacing {
    /// Answers what it is in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Keystore => "a keystore",
            Self::Secret(SecretKind::Mnemonic) => "a mnemonic",
            Self::Secret(SecretKind::SigningKey) => "a signing key",
            Self::Secret(SecretKind::Password) => "a password",
            Self::Secret(SecretKind::UrlCredentials) => "a URL with a password",
            Self::Secret(SecretKind::JwtSecret) => "the secret of the engine interface",
            Self::Secret(SecretKind::ApiToken) => "an API token",
        }
    }
}

/// Tells whether a text is a secret in clear, and no reference to one.
pub(in crate::deployment) fn is_clear(text: &Text) -> bool {
    clear(text).is_some_and(|clear| !clear.placeholder)
}

/// Answers what secret a named entry holds, and where.
pub(in crate::deployment) fn misplaced(name: &str, text: &Text) -> Option<(Misplacing, Span)> {
    if embedded_keystore(text).is_some() {
        return Some((Misplacing::Keystore, text.span()));
    }
    if let Some(range) = find_mnemonics(text.value()).into_iter().next() {
        return Some((Misplacing::Secret(SecretKind::Mnemonic), text.span_of(range)));
    }
    let mut found = Vec::new();
    entries::named(name, text, &mut found);
    if let Some(first) = found.iter().find(|found| !found.placeholder) {
        return Some((Misplacing::Secret(first.kind), first.span));
    }
    // What is filled in when the store is applied (`${PASSWORD}`) lies there, too.
    let kind = promise(name).filter(|_| text.is_hole() && clear(text).is_none())?;
    Some((Misplacing::Secret(kind), text.span()))
}
