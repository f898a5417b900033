//! Numbers and roots as the format writes them.

use super::model::Root;

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
    let digits = text.strip_prefix(b"0x")?;
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    let mut wrong = 0;
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let (high, low) = (DIGITS[usize::from(pair[0])], DIGITS[usize::from(pair[1])]);
        // A wrong digit is noticed once, at the end: ten million roots are read without a branch a digit.
        wrong |= (high | low) & NO_DIGIT;
        *byte = high << 4 | low & 0x0f;
    }
    (wrong == 0).then_some(bytes)
}

const NO_DIGIT: u8 = 0x80;

/// The value of each byte as a hexadecimal digit.
const DIGITS: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        let digit = b"0123456789abcdef"[value];
        values[digit as usize] = value as u8;
        values[digit.to_ascii_uppercase() as usize] = value as u8;
        value += 1;
    }
    values
};

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
