//! Passwords inside URLs: before the `@`, or among the parameters of a database URL.

use crate::source::Text;
use std::ops::Range;

/// Finds the passwords before an `@`, by bytes of the text's value.
pub(super) fn credentials(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("://").take(64) {
        let start = at + 3;
        let rest = text.get(start..).unwrap_or_default();
        let end = rest.find(|sign: char| sign.is_whitespace() || "/,;\"'<>".contains(sign)).unwrap_or(rest.len());
        let authority = &rest[..end];
        let Some(sign) = authority.rfind('@') else { continue };
        let Some(colon) = authority[..sign].find(':') else { continue };
        if colon + 1 < sign {
            found.push(start + colon + 1..start + sign);
        }
    }
    found
}

/// Finds the value of a `password` parameter (`jdbc:postgresql://db/w3s?user=a&password=b`).
pub(super) fn parameters(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, name) in text.match_indices("password=").take(16) {
        if !text[..at].contains("://") || !text[..at].ends_with(['?', '&']) {
            continue;
        }
        let start = at + name.len();
        let rest = &text[start..];
        let end = rest.find(|sign: char| sign == '&' || sign.is_whitespace()).unwrap_or(rest.len());
        if end > 0 {
            found.push(start..start + end);
        }
    }
    found
}

/// Tells whether the password of a URL is one that everybody tries first: the user's name again, or what manuals write there.
pub(super) fn is_well_worn(text: &str, password: &Range<usize>) -> bool {
    const WORN: [&str; 8] = ["postgres", "password", "pass", "passwd", "secret", "root", "admin", "changeme"];
    let word = text.get(password.clone()).unwrap_or_default();
    let user = text.get(..password.start.saturating_sub(1)).and_then(|before| before.rsplit('/').next());
    user == Some(word) || WORN.contains(&word)
}

/// Cuts a password out of a text, if all of it is known.
pub(super) fn cut(text: &Text, range: Range<usize>) -> Option<Text> {
    text.is_known_in(range.clone()).then(|| text.slice(range))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        credentials(text).into_iter().chain(parameters(text)).map(|range| &text[range]).collect()
    }

    #[test]
    fn passwords_in_urls_are_found() {
        assert_eq!(found("postgres://user:pa:ss@db:5432/w3s"), ["pa:ss"]);
        assert_eq!(found("jdbc:postgresql://db/w3s?user=a&password=b c"), ["b"]);
        assert_eq!(found("http://a:b@x,http://c:d@y"), ["b", "d"]);
    }

    #[test]
    fn well_worn_passwords_are_told_apart() {
        let worn = |text: &str| credentials(text).iter().all(|range| is_well_worn(text, range));
        assert!(worn("postgres://w3s:w3s@db/x") && worn("https://user:pass@host"));
        assert!(!worn("postgres://w3s:kestrel@db/x"));
    }

    #[test]
    fn relays_and_plain_urls_have_none() {
        assert!(found("https://0xac6e77@relay.example http://bn:5052/a@b https://user:@x").is_empty());
    }
}
