//! Secrets that everybody knows, by their digests.

use super::shelf;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// `rules/known-secrets.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    mnemonic: Vec<KnownSecret>,
    key: Vec<KnownSecret>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KnownSecret {
    /// Who uses it, for readers of the table.
    #[serde(rename = "of")]
    _of: String,
    digest: String,
}

static DIGESTS: OnceLock<BTreeSet<String>> = OnceLock::new();

/// Tells whether a mnemonic, however its words are set apart, is one that documentation and test networks use.
#[must_use]
pub fn is_known_mnemonic(text: &str) -> bool {
    let words = text.split(|sign: char| !sign.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let line = words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join(" ");
    DIGESTS.get_or_init(digests).contains(&digest(&line))
}

/// Tells whether a key or an engine secret, 64 digits with or without `0x`, is one that documentation and test networks use.
#[must_use]
pub fn is_known_key(text: &str) -> bool {
    let digits = text.trim().trim_start_matches("0x").to_ascii_lowercase();
    digits.len() == 64 && DIGESTS.get_or_init(digests).contains(&digest(&digits))
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn digests() -> BTreeSet<String> {
    let known: Option<Known> = shelf::volume("known-secrets.toml").and_then(|json| serde_json::from_str(json).ok());
    known
        .into_iter()
        .flat_map(|known| known.mnemonic.into_iter().chain(known.key))
        .map(|secret| secret.digest)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_knows_is_known_in_any_spelling() {
        let words = ["test"; 11].join(" ");
        assert!(is_known_mnemonic(&format!("{words} junk")));
        assert!(is_known_mnemonic(&format!("{}, \"Junk\"", words.replace(' ', "\n"))));
        assert!(!is_known_mnemonic(&format!("{words} juice")) && !is_known_mnemonic(""));
        assert!(is_known_mnemonic(&format!("{} about", ["abandon"; 11].join(" "))));
    }

    #[test]
    fn keys_of_test_networks_are_known_whatever_their_dress() {
        let key = "607a11b45a7219cc61a3d9c5fd08c7eebd602a6a19a977f8d3771d5711a550f2";
        assert!(is_known_key(key) && is_known_key(&format!(" 0x{}\n", key.to_uppercase())));
        assert!(!is_known_key(&key.replace('6', "7")) && !is_known_key(""));
    }

    #[test]
    fn the_table_is_whole() {
        let known = digests();
        assert!(!known.is_empty() && known.iter().all(|digest| digest.len() == 64));
    }
}
