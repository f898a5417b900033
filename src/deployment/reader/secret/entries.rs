//! Secrets under names: variables, flags and fields of settings.

use super::name::{dashed, promise};
use super::url;
use super::value::{clear, is_placeholder};
use crate::catalogue::is_known_key;
use crate::deployment::{SecretKind, Unit};
use crate::ethereum::whole_secret;
use crate::source::{Span, Text};

/// A secret and what it is called.
pub(super) struct Found {
    pub kind: SecretKind,
    pub span: Span,
    pub name: String,
    pub placeholder: bool,
    /// Everybody knows it.
    pub known: bool,
}

/// Judges a named value.
pub(super) fn named(name: &str, value: &Text, found: &mut Vec<Found>) {
    in_urls(name, value, found);
    let Some((kind, clear)) = promise(name).and_then(|kind| Some((kind, clear(value)?))) else { return };
    let fits = match kind {
        SecretKind::SigningKey | SecretKind::JwtSecret => whole_secret(clear.value).is_some(),
        // A list of words that name passwords is a manual.
        SecretKind::Password => clear.value.split_whitespace().count() <= 8,
        _ => true,
    };
    if fits {
        let (placeholder, known) = (clear.placeholder, is_known_key(clear.value));
        found.push(Found { kind, span: clear.place, name: bare(name), placeholder, known });
    }
}

/// Judges the URLs of a value.
pub(super) fn in_urls(name: &str, value: &Text, found: &mut Vec<Found>) {
    if !value.value().contains("://") {
        return;
    }
    let credentials = url::credentials(value.value()).into_iter().map(|range| (SecretKind::UrlCredentials, range));
    let parameters = url::parameters(value.value()).into_iter().map(|range| (SecretKind::Password, range));
    for (kind, range) in credentials.chain(parameters) {
        let at = range.clone();
        let Some(secret) = url::cut(value, range).filter(|secret| clear(secret).is_some()) else { continue };
        let span = secret.origin().unwrap_or(secret.span());
        let placeholder = is_placeholder(secret.value()) || url::is_well_worn(value.value(), &at);
        found.push(Found { kind, span, name: bare(name), placeholder, known: false });
    }
}

/// Judges the variables and the command lines of a unit.
pub(super) fn of_unit(unit: &Unit, found: &mut Vec<Found>) {
    for variable in unit.env.iter().chain(&unit.labels) {
        named(&variable.name.value, &variable.value, found);
    }
    for line in std::iter::once(&unit.command.words).chain(&unit.command.before) {
        flags(line, found);
    }
}

fn flags(line: &[Text], found: &mut Vec<Found>) {
    for (at, word) in line.iter().enumerate() {
        if !word.value().starts_with('-') {
            in_urls("url", word, found);
            continue;
        }
        match word.split_once('=') {
            Some((name, value)) => named(name.value(), &value, found),
            None => {
                let value = line.get(at + 1).filter(|next| !next.value().starts_with('-'));
                if let Some(value) = value.filter(|_| promise(word.value()).is_some()) {
                    named(word.value(), value, found);
                }
            }
        }
    }
}

/// A name as people say it, without dashes before it.
fn bare(name: &str) -> String {
    name.trim_start_matches('-').chars().take(80).collect()
}

/// Tells whether a path is one of translations or interface descriptions, where a password is a word.
pub(super) fn is_prose(path: &str) -> bool {
    dashed(path).split('-').any(|word| {
        matches!(word, "locale" | "locales" | "i18n" | "lang" | "translations" | "openapi" | "swagger" | "schema")
    })
}
