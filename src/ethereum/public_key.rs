//! BLS public keys of validators, compared by their bytes.

use super::hex;
use std::fmt;

/// A compressed BLS12-381 public key, 48 bytes (consensus specification, `BLSPubkey`).
///
/// Two spellings of one key are equal: with or without `0x`, whatever the case of its digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey(pub [u8; 48]);

impl PublicKey {
    /// Reads 96 hexadecimal digits, with or without `0x`; says what is wrong otherwise.
    ///
    /// # Errors
    /// A sentence about the length or the first character that is no digit; it does not quote the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let digits = hex::without_prefix(text);
        if digits.len() != 96 {
            return Err(format!(
                "a public key has 96 hexadecimal digits, this has {} characters",
                digits.chars().count()
            ));
        }
        hex::bytes(digits).map(Self).ok_or_else(|| "a public key has only hexadecimal digits".into())
    }

    /// Reads 96 hexadecimal digits of ASCII, with or without `0x`.
    #[must_use]
    pub fn of_digits(text: &[u8]) -> Option<Self> {
        let digits = text.strip_prefix(b"0x").or_else(|| text.strip_prefix(b"0X")).unwrap_or(text);
        hex::bytes(digits).map(Self)
    }

    /// Shortens the key for people: `0x9b810e76…cecc1b`.
    #[must_use]
    pub fn short(&self) -> String {
        let full = self.to_string();
        format!("{}…{}", &full[..10], &full[full.len() - 6..])
    }
}

impl fmt::Display for PublicKey {
    /// Writes `0x` and 96 lower-case digits.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("0x")?;
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "PublicKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_key_are_equal() {
        let digits = "8a".repeat(48);
        let key = PublicKey::parse(&digits).expect("is a key");
        assert_eq!(PublicKey::parse(&format!("0x{}", digits.to_uppercase())), Ok(key));
        assert_eq!(key.short(), "0x8a8a8a8a…8a8a8a");
    }

    #[test]
    fn what_is_no_key_is_refused() {
        assert!(PublicKey::parse("0x1234").is_err());
        assert!(PublicKey::parse(&"g".repeat(96)).is_err());
        assert!(PublicKey::parse(&"é".repeat(48)).is_err());
    }
}
