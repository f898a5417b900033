//! 32 bytes in hexadecimal: secrets of the Engine API, and signing keys that nothing encrypts.

use super::hex;
use std::ops::Range;

/// The order of the group, big-endian: a signing key is between zero and this (BLS12-381).
const ORDER: [u8; 32] = [
    0x73, 0xed, 0xa7, 0x53, 0x29, 0x9d, 0x7d, 0x48, 0x33, 0x39, 0xd8, 0x08, 0x09, 0xa1, 0xd8, 0x05, 0x53, 0xbd, 0xa4,
    0x02, 0xff, 0xfe, 0x5b, 0xfe, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01,
];
/// How long a secret is.
const BYTES: usize = 32;
/// What is made of fewer different digits is a placeholder.
const FEWEST_DIGITS: usize = 6;

/// 64 hexadecimal digits that look drawn by lot. The value itself is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HexSecret {
    /// The digits, by bytes of the text, without `0x`.
    pub range: Range<usize>,
    /// It can be a signing key of BLS12-381; not quite every second value can.
    pub can_sign: bool,
}

/// Reads a text that is nothing but one secret, as a JWT secret file has it: 64 digits, with or without `0x`, and white space.
#[must_use]
pub fn whole_secret(text: &str) -> Option<HexSecret> {
    let digits = hex::without_prefix(text.trim());
    if digits.len() != 2 * BYTES {
        return None;
    }
    let found = find_secrets(text);
    found.into_iter().next().filter(|secret| text.get(secret.range.clone()) == Some(digits))
}

/// Finds every run of 64 hexadecimal digits, with or without `0x`, that no letter or digit continues.
#[must_use]
pub fn find_secrets(text: &str) -> Vec<HexSecret> {
    let mut found = Vec::new();
    let mut start = 0;
    for word in text.split(|sign: char| !sign.is_alphanumeric() && sign != '_') {
        let digits = hex::without_prefix(word);
        if let Some(bytes) = hex::bytes::<BYTES>(digits).filter(|_| looks_drawn(digits)) {
            let from = start + word.len() - digits.len();
            let can_sign = bytes < ORDER;
            found.push(HexSecret { range: from..from + digits.len(), can_sign });
        }
        // The split cuts at one character, which may be longer than a byte.
        start += word.len();
        start += text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    found
}

fn looks_drawn(digits: &str) -> bool {
    // The same few digits over and over are a stand-in.
    if [4, 8, 16, 32].iter().any(|step| digits.bytes().eq(digits.bytes().skip(*step).chain(digits.bytes().take(*step))))
    {
        return false;
    }
    let seen = digits.bytes().fold(0_u32, |seen, digit| seen | 1 << ((digit as char).to_digit(16).unwrap_or(0)));
    seen.count_ones() as usize >= FEWEST_DIGITS
}

#[cfg(test)]
mod tests {
    use super::*;

    // The first key of interop test networks, known to everybody, and a number past the order.
    const LOW: &str = "25295f0d1d592a90b333e26e85149708208e9f8e8bc18f6c77bd62f8ad7a6866";
    const HIGH: &str = "f5295f0d1d592a90b333e26e85149708208e9f8e8bc18f6c77bd62f8ad7a6866";

    #[test]
    fn secrets_are_found_at_their_digits() {
        let text = format!("é: 0x{LOW}\nb={HIGH}, c={LOW}aa");
        let found = find_secrets(&text);
        assert_eq!(found.iter().map(|secret| &text[secret.range.clone()]).collect::<Vec<_>>(), [LOW, HIGH]);
        assert_eq!(found.iter().map(|secret| secret.can_sign).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn a_secret_file_holds_nothing_else() {
        assert!(whole_secret(&format!("0x{LOW}\n")).is_some());
        assert!(whole_secret(&format!("jwt {LOW}")).is_none());
        assert!(whole_secret(&"00".repeat(32)).is_none(), "a placeholder");
        assert!(whole_secret("").is_none());
    }
}
