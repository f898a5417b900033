//! Inventories of other trees, as the settings name them: read, and held against the salt that their digests need.

use super::{Failure, input};
use crate::config::{KeptKey, Settings};
use serde::Deserialize;
use std::path::Path;

/// The variable of the environment that holds the salt of digests: a salt in a file or in a shell's history is soon everybody's.
const VARIABLE: &str = "STAKELINT_SALT";
/// Says to take the salt from there.
const FROM_ENVIRONMENT: &str = "env";

/// A line of an inventory.
#[derive(Deserialize)]
struct Record {
    #[serde(default)]
    pubkey: Option<String>,
    /// Numbers of a list, which are compared with those of no other tree: lists of two trees are two lists.
    #[serde(default)]
    range: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    owners: Vec<String>,
}

/// Answers the salt that `--redact` gives: itself, or what the environment holds.
///
/// # Errors
/// If it is to come from the environment, and is not there.
pub fn salt(given: &str) -> Result<String, String> {
    if given != FROM_ENVIRONMENT {
        return Ok(given.to_owned());
    }
    environment().ok_or_else(|| format!("the environment has no {VARIABLE}"))
}

fn environment() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|salt| !salt.is_empty())
}

/// Reads the inventories that the settings name. The salt is the one that reports are made with, else that of the environment.
///
/// # Errors
/// If one cannot be read, is none, or holds digests and there is no salt for them: what is left out in silence would look like an
/// answer.
pub fn read(settings: &mut Settings, redact: Option<&str>) -> Result<(), Failure> {
    settings.salt = redact.map(str::to_owned).or_else(environment);
    for kept in &mut settings.inventories {
        kept.keys = keys(&kept.file)?;
        let hashed = kept.keys.iter().any(|key| key.key.starts_with("key-"));
        if hashed && settings.salt.is_none() {
            return Err(Failure::new(format!(
                "{}: its keys are digests; set {VARIABLE} to the salt that they were made with",
                kept.file.display()
            )));
        }
    }
    Ok(())
}

fn keys(path: &Path) -> Result<Vec<KeptKey>, Failure> {
    let fail = |why: String| Failure::new(format!("{}: {why}", path.display()));
    let lines = input::lines(path).map_err(|error| fail(error.to_string()))?;
    let mut keys = Vec::new();
    for (line, text) in lines.enumerate().map(|(at, text)| (at + 1, text)) {
        let text = text.map_err(|error| fail(format!("line {line}: {error}")))?;
        if text.trim().is_empty() {
            continue;
        }
        let none = || fail(format!("line {line} is no line of `stakelint inventory --format ndjson`"));
        let Record { pubkey, range, owners } = serde_json::from_str(&text).map_err(|_| none())?;
        let Some(pubkey) = pubkey else {
            range.ok_or_else(none)?;
            continue;
        };
        if !pubkey.starts_with("0x") && !pubkey.starts_with("key-") {
            return Err(none());
        }
        keys.push(KeptKey { key: pubkey.to_ascii_lowercase(), owners, line });
    }
    Ok(keys)
}
