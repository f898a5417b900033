//! What a signer permits each of its clients, whom it knows by the name in their certificate.

use crate::invocation::Invocation;
use crate::source::Text;
use regex::RegexBuilder;
use std::collections::BTreeMap;

/// A longer pattern is nobody's wallet.
const LONGEST: usize = 256;
const LARGEST: usize = 1 << 18;

/// The permissions of a signer: what follows the family's name in each key (client and account path), and what may be done there.
#[derive(Debug)]
pub struct Permissions<'a> {
    paths: BTreeMap<String, Vec<&'a str>>,
    /// The first of them as written.
    pub first: &'a Text,
}

impl<'a> Permissions<'a> {
    /// Reads the permissions in a signer's settings; nothing if there are none, or not all of them are known.
    #[must_use]
    pub fn of(signer: &'a Invocation, family: &str) -> Option<Self> {
        if signer.unseen.is_some() {
            return None;
        }
        let mut paths: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        let mut first = None;
        for given in signer.flags.iter().filter(|given| given.known.as_deref() == Some(family)) {
            let path = given.bare()?.strip_prefix(family)?.to_lowercase();
            // A template writes holes into keys, where they are text.
            if path.contains(['{', '<', '%']) {
                return None;
            }
            let operations: Option<Vec<&str>> = given.values.iter().map(Text::known).collect();
            paths.entry(path).or_default().extend(operations?.iter().flat_map(|list| list.split(',')).map(str::trim));
            first.get_or_insert(&given.name);
        }
        Some(Self { paths, first: first? })
    }

    /// Tells whether a client is named; names are not told by their case.
    #[must_use]
    pub fn names(&self, client: &str) -> bool {
        let start = format!("{}.", client.to_lowercase());
        self.paths.keys().any(|path| path.starts_with(&start))
    }

    /// Tells whether a client, or anybody, may do something with accounts of a wallet; nothing if that cannot be known.
    #[must_use]
    pub fn allow(&self, client: Option<&str>, account: &str, operation: &str) -> Option<bool> {
        let wallet = account.split('/').next().unwrap_or_default();
        let is_plain = |letter: char| letter.is_alphanumeric() || " -_".contains(letter);
        if wallet.is_empty() || !wallet.chars().all(is_plain) {
            return None;
        }
        let start = client.map(|client| format!("{}.", client.to_lowercase())).unwrap_or_default();
        for (path, operations) in self.paths.iter().filter(|(path, _)| path.starts_with(&start)) {
            let rest = path.get(start.len()..).unwrap_or_default();
            // Where the client's name ends is not told, since both parts can have dots.
            let parts = std::iter::once(rest).filter(|_| client.is_some());
            let parts = parts.chain(rest.match_indices('.').filter_map(|(at, _)| rest.get(at + 1..)));
            // A part that is no pattern begins at a wrong dot, unless none is one.
            let covered: Vec<bool> = parts.filter_map(|part| covers(part, wallet)).collect();
            if covered.is_empty() {
                return None;
            }
            if covered.contains(&true) && grants(operations, operation) {
                return Some(true);
            }
        }
        Some(false)
    }
}

/// Tells whether the wallet's part of an account path matches a wallet, in whole and in any case; nothing if it is no pattern.
fn covers(path: &str, wallet: &str) -> Option<bool> {
    let repeats_nothing = |pattern: &str| pattern.starts_with(['*', '+', '?']);
    let pattern = path.split('/').next().filter(|pattern| pattern.len() <= LONGEST && !repeats_nothing(pattern))?;
    let start = if pattern.starts_with('^') { "" } else { "^" };
    let end = if pattern.ends_with('$') { "" } else { "$" };
    let anchored = format!("{start}{pattern}{end}");
    let regex = RegexBuilder::new(&anchored).case_insensitive(true).size_limit(LARGEST).build().ok()?;
    Some(regex.is_match(wallet))
}

/// The first word that speaks of an operation decides; what is not allowed is denied.
fn grants(operations: &[&str], operation: &str) -> bool {
    for word in operations {
        let denied = word.strip_prefix('~').is_some_and(|word| word.eq_ignore_ascii_case(operation));
        if denied || word.eq_ignore_ascii_case("none") {
            return false;
        }
        if word.eq_ignore_ascii_case("all") || word.eq_ignore_ascii_case(operation) {
            return true;
        }
    }
    false
}

/// Answers the name of a certificate's file without its ending: by custom the name that it is issued for.
#[must_use]
pub fn certificate_name(url: &Text) -> Option<&str> {
    let file = url.known()?.trim_end_matches('/').rsplit('/').next()?;
    let name = [".crt", ".pem", ".cert", ".cer"].iter().find_map(|ending| file.strip_suffix(ending))?;
    // `tls.crt`, `client.pem`: a name of the place, not of the client.
    let general = ["tls", "client", "cert", "certificate", "server", "ca"];
    (!name.is_empty() && !general.contains(&name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn permissions<'a>(first: &'a Text, paths: &[(&str, &[&'a str])]) -> Permissions<'a> {
        let paths = paths.iter().map(|(path, operations)| ((*path).to_owned(), operations.to_vec())).collect();
        Permissions { paths, first }
    }

    #[test]
    fn wallets_are_patterns_and_the_first_word_decides() {
        let first = Text::literal("permissions.a", Span::new(FileId(0), 0, 0));
        let known = permissions(
            &first,
            &[
                ("one.example.com.val.*/acc", &["access account", "sign beacon attestation"]),
                ("two.cold", &["~sign beacon attestation", "all"]),
                ("two.old wallet", &["none", "all"]),
                ("two.bare", &["access account"]),
            ],
        );
        let may = |client, account| known.allow(client, account, "Sign beacon attestation");
        assert_eq!(may(None, "Validators"), Some(true));
        assert_eq!(may(Some("one.example.com"), "validators/1.*"), Some(true));
        assert_eq!(may(Some("two"), "Validators"), Some(false));
        assert_eq!(may(None, "Cold"), Some(false));
        assert_eq!(may(None, "Old Wallet"), Some(false));
        assert_eq!(may(None, "Bare"), Some(false));
        assert_eq!(may(None, "Val.*"), None, "a pattern may mean many wallets");
        assert!(known.names("One.Example.com") && !known.names("on"));
    }

    #[test]
    fn broken_patterns_are_unknown() {
        let first = Text::literal("permissions.a", Span::new(FileId(0), 0, 0));
        let known = permissions(&first, &[("one.va(l", &["all"])]);
        assert_eq!(known.allow(None, "Validators", "Sign"), None);
    }
}
