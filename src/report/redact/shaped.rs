//! Secrets that are known by their shape: digits, tokens, PEM blocks, mnemonics, passwords in URLs.

use bip39::Language;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// The least number of words of the BIP-39 list in a row that may be a mnemonic.
const MNEMONIC: usize = 12;
/// The least length of an opaque token.
const TOKEN: usize = 32;
/// How far back the head of a PEM block is looked for.
const BLOCK: usize = 16 * 1024;

static PUBLIC_KEY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#""pubkey"\s*:\s*"(?:0[xX])?[0-9A-Za-z]{0,100}""#).ok());

/// Answers the places of secrets, in no order; they may overlap.
pub(super) fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = hex_runs(text).filter(|run| is_secret_number(text, run)).collect();
    found.extend(tokens(text));
    found.extend(blocks(text));
    found.extend(mnemonics(text));
    found.extend(passwords_in_urls(text));
    found
}

/// Answers the runs of hexadecimal digits that are long enough to matter.
pub(super) fn hex_runs(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    runs(text, |byte| byte.is_ascii_hexdigit()).filter(|run| run.len() >= TOKEN)
}

/// Answers the `pubkey` members of a JSON text, name and value.
pub(super) fn public_key_members(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let pattern = text.contains("\"pubkey\"").then(|| PUBLIC_KEY.as_ref()).flatten();
    pattern.into_iter().flat_map(|pattern| pattern.find_iter(text)).map(|found| found.range())
}

/// If a PEM block begins before `at` and has not ended there, answers the byte at which it ends.
pub(super) fn end_of_block_before(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let before = bytes.get(at.saturating_sub(BLOCK)..at)?;
    let head = memchr::memmem::rfind(before, b"-----BEGIN")?;
    if memchr::memmem::find(&before[head..], b"-----END").is_some() {
        return None;
    }
    let after = &bytes[at..];
    Some(at + memchr::memmem::find(after, b"-----END").unwrap_or(after.len()))
}

/// Answers the longest runs of bytes that belong together.
pub(super) fn runs(text: &str, belongs: fn(&u8) -> bool) -> impl Iterator<Item = Range<usize>> + '_ {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + bytes[at..].iter().position(belongs)?;
        let length = bytes[start..].iter().position(|byte| !belongs(byte)).unwrap_or(bytes.len() - start);
        at = start + length;
        Some(start..at)
    })
}

/// Public keys (96 digits) and addresses (40) are public; so are digests, roots and node ids, where their name says so.
fn is_secret_number(text: &str, run: &Range<usize>) -> bool {
    if run.len() == 96 || run.len() == 40 {
        return false;
    }
    let before = text[..run.start].trim_end_matches("0x").trim_end_matches("0X");
    let name = before.trim_end_matches([' ', '"', '\'', '=', ':', '/']).to_ascii_lowercase();
    let public = ["root", "hash", "digest", "sha256", "withdrawal_credentials", "enode"];
    !(before.len() > name.len() && public.iter().any(|word| name.ends_with(word)))
}

/// Answers long tokens that nobody would type: letters of both cases and digits, or letters and digits in turn.
fn tokens(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let belongs = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(byte);
    let public = |run: &Range<usize>| text[..run.start].ends_with("enr:") || text[run.clone()].contains("16Uiu2HA");
    runs(text, belongs).filter(move |run| run.len() >= TOKEN && !public(run) && is_opaque(&text[run.clone()]))
}

fn is_opaque(token: &str) -> bool {
    token.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| {
        let digits = word.trim_start_matches("0x");
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let has = |class: fn(&u8) -> bool| word.as_bytes().iter().any(class);
        let mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit);
        !is_hex && (word.len() >= 10 && mixed || word.len() >= 24 && turns(word) >= 6)
    })
}

/// Counts how often letters and digits take turns.
pub(super) fn turns(word: &str) -> usize {
    word.as_bytes().windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count()
}

/// Answers PEM blocks; one without an end goes on to the end of the text.
fn blocks(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("-----BEGIN").map(|start| at + start) {
        let foot = text[start..].find("-----END").map(|foot| start + foot);
        let end = foot.map(|foot| text[foot..].find('\n').map_or(text.len(), |length| foot + length));
        at = end.unwrap_or(text.len());
        found.push(start..at);
    }
    found
}

/// Answers runs of words of the BIP-39 list; numbers, quotes, commas, dashes and line breaks may stand between them.
fn mnemonics(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut run: Option<(Range<usize>, usize)> = None;
    let mut close = |run: Option<(Range<usize>, usize)>| {
        found.extend(run.filter(|(_, words)| *words >= MNEMONIC).map(|(range, _)| range));
    };
    for mut word in runs(text, u8::is_ascii_alphabetic) {
        // In an escaped text, the letter behind a backslash is no part of the word.
        if text[..word.start].ends_with('\\') {
            word.start += 1;
        }
        let lower = text[word.clone()].to_ascii_lowercase();
        if word.is_empty() {
            continue;
        }
        if Language::English.find_word(&lower).is_none() {
            close(run.take());
        } else if let Some((range, words)) = &mut run {
            *words += 1;
            range.end = word.end;
        } else {
            run = Some((word, 1));
        }
    }
    close(run);
    found
}

/// Answers the passwords of `scheme://user:password@host`, and users that are tokens.
pub(super) fn passwords_in_urls(text: &str) -> Vec<Range<usize>> {
    let starts = text.match_indices("://").map(|(at, _)| at + 3);
    starts.filter_map(|start| password_in_url(text, start)).collect()
}

fn password_in_url(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = &text[start..];
    let url =
        &rest[..rest.find(|letter: char| letter.is_whitespace() || "\"'`<>".contains(letter)).unwrap_or(rest.len())];
    let authority = &url[..url.find(['/', '?', '#', ',']).unwrap_or(url.len())];
    let at = match authority.rfind('@') {
        Some(at) => at,
        // A password that holds a slash: what stands behind the colon is no port.
        None => authority.split_once(':').filter(|(_, port)| has_letter(port)).and_then(|_| url.find('@'))?,
    };
    let user = &url[..at];
    if let Some((name, _)) = user.split_once(':') {
        return Some(start + name.len() + 1..start + at);
    }
    let digits = user.trim_start_matches("0x");
    let is_key = digits.len() >= 96 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_name = user.len() <= 12 && user.bytes().all(|byte| byte.is_ascii_alphabetic());
    (!is_key && !is_name).then(|| start..start + at)
}

fn has_letter(text: &str) -> bool {
    text.bytes().any(|byte| !byte.is_ascii_digit()) && !text.starts_with(['$', '{'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> Vec<&str> {
        secrets(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn private_numbers_are_secrets_and_public_ones_are_not() {
        let key = "9f".repeat(32);
        assert_eq!(hidden(&format!("x: 0x{key}")), [key.as_str()]);
        assert_eq!(hidden(&key), [key.as_str()]);
        for public in [
            format!("0x{}", "9a".repeat(48)),
            format!("0x{}", "9a".repeat(20)),
            format!("image@sha256:{key}"),
            format!("\"genesis_validators_root\": \"0x{key}\""),
            format!("http://0x{}@relay.example", "9a".repeat(48)),
            "enr:-Iq4QMCTfIMXnow27baRUb35Q8iiFHSIDBJh6hQM5Axohhf4b6Kr_cOCu0htQ5WvVqKvFgY28893DHAg8gnBAXsAVqmGAX53x8JggmlkgnY0".into(),
        ] {
            assert_eq!(hidden(&public), [""; 0], "{public}");
        }
    }

    #[test]
    fn tokens_are_secrets_and_long_names_are_not() {
        let token = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
        assert_eq!(hidden(&format!("Authorization: {token}")), [token]);
        assert_eq!(hidden("https://mainnet.infura.io/v3/0123456789abcdef0123456789abcdef").len(), 1);
        for name in [
            "keystore-m_12381_3600_0_0_0-1700000000.json",
            "/var/lib/validators/lighthouse/mainnet/secrets/wallet-password",
            "validator-with-a-very-long-name-in-cluster-eu-west-1.prod.svc",
        ] {
            assert_eq!(hidden(name), [""; 0], "{name}");
        }
    }

    #[test]
    fn pem_blocks_are_hidden_from_head_to_foot() {
        let text = "key: |\n  -----BEGIN EC PRIVATE KEY-----\n  abc\n  -----END EC PRIVATE KEY-----\nnext: 1";
        assert!(hidden(text)[0].ends_with("KEY-----"));
        assert_eq!(end_of_block_before("-----BEGIN X-----\nabc\nabc\n-----END X-----\n", 22), Some(26));
        assert_eq!(end_of_block_before("-----BEGIN X-----\nabc\n-----END X-----\nabc\n", 38), None);
    }

    #[test]
    fn mnemonics_are_found_however_they_are_written() {
        let words = [
            "legal", "winner", "thank", "year", "wave", "sausage", "worth", "useful", "legal", "winner", "thank",
            "yellow",
        ];
        for between in [" ", "\n- ", ", ", "\", \"", "\\n", " 7. "] {
            let text = format!("my {}!", words.join(between));
            assert_eq!(hidden(&text), [words.join(between)], "{between:?}");
        }
        assert_eq!(hidden(&words[..11].join(" ")), [""; 0]);
    }

    #[test]
    fn passwords_leave_urls() {
        assert_eq!(hidden("postgres://signer:hunter2@db/x"), ["hunter2"]);
        assert_eq!(hidden("postgres://signer:hun/ter@2@db/x"), ["hun/ter"]);
        assert_eq!(hidden("https://c0ffee-token@host/"), ["c0ffee-token"]);
        assert_eq!(hidden("https://git@host:8080/a@b http://host:5052/x@y"), [""; 0]);
    }
}
