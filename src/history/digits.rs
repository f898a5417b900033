//! Numbers and roots as the format writes them.

use super::model::Root;
use crate::ethereum::hex_bytes;

/// Reads decimal digits, and nothing else, below 2^64.
pub(super) fn decimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    if digits.len() < 20 {
        return Some(digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')));
    }
    digits.iter().try_fold(0_u64, |number, digit| number.checked_mul(10)?.checked_add(u64::from(digit - b'0')))
}

/// Reads `0x` and 64 digits.
pub(super) fn root_bytes(text: &[u8]) -> Option<[u8; 32]> {
    hex_bytes(text.strip_prefix(b"0x")?)
}

/// Folds a root into eight bytes; nothing for the root of nothing but zeros, which stands for one that is not known.
pub(super) fn digest(bytes: [u8; 32]) -> Option<Root> {
    if bytes == [0; 32] {
        return None;
    }
    let words = bytes.chunks_exact(8).map(|word| word.iter().fold(0, |all, byte| all << 8 | u64::from(*byte)));
    // Roots are digests already; the mixing only keeps made-up ones apart that differ in a few places.
    Some(Root(words.fold(0x9e37_79b9_7f4a_7c15, |all, word| {
        let mixed = (all ^ word).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^ mixed >> 32
    })))
}
