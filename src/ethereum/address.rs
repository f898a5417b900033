//! Addresses of accounts: 20 bytes, with a checksum in the case of their letters (EIP-55).

use super::hex;
use sha3::{Digest, Keccak256};
use std::fmt;

/// Addresses that nobody can spend from, besides zero and the precompiled contracts.
const BURN: [[u8; 20]; 2] = [
    // 0x000000000000000000000000000000000000dEaD
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xde, 0xad],
    // 0xdEAD000000000000000042069420694206942069
    [0xde, 0xad, 0, 0, 0, 0, 0, 0, 0, 0, 0x42, 0x06, 0x94, 0x20, 0x69, 0x42, 0x06, 0x94, 0x20, 0x69],
];

/// An address, compared by its bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address(pub [u8; 20]);

/// Why a text is no address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressProblem {
    /// It does not have 40 digits, but so many characters.
    Length(usize),
    /// A character is no hexadecimal digit.
    Digit,
    /// Its letters are in both cases, but not as the checksum has them: one is mistyped. The bytes as they are written.
    Checksum(Address),
}

impl Address {
    /// Reads 40 hexadecimal digits, with or without `0x`; letters in both cases must agree with the checksum.
    ///
    /// # Errors
    /// What is wrong; it does not quote the text.
    pub fn parse(text: &str) -> Result<Self, AddressProblem> {
        let digits = hex::without_prefix(text);
        if digits.len() != 40 {
            return Err(AddressProblem::Length(digits.chars().count()));
        }
        let address = Self(hex::bytes(digits).ok_or(AddressProblem::Digit)?);
        let has = |of: fn(&u8) -> bool| digits.as_bytes().iter().any(of);
        let mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
        if mixed && address.checksummed() != digits.as_bytes() {
            return Err(AddressProblem::Checksum(address));
        }
        Ok(address)
    }

    /// Tells whether this is the zero address, which clients take for "not set" or burn to.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0 == [0; 20]
    }

    /// Tells whether nobody can spend what is sent here: zero, a precompiled contract, or a well-known burn address.
    #[must_use]
    pub fn is_burn(&self) -> bool {
        let is_precompiled = self.0[..18] == [0; 18] && u16::from_be_bytes([self.0[18], self.0[19]]) <= 0x11;
        is_precompiled || BURN.contains(&self.0)
    }

    /// Answers the 40 digits with their checksum (EIP-55).
    fn checksummed(&self) -> [u8; 40] {
        let mut digits = hex::digits(&self.0);
        let hash = Keccak256::digest(digits);
        for (at, digit) in digits.iter_mut().enumerate() {
            let nibble = hash[at / 2] >> (4 * (1 - at % 2)) & 0xf;
            if nibble >= 8 {
                digit.make_ascii_uppercase();
            }
        }
        digits
    }
}

impl fmt::Display for Address {
    /// Writes `0x` and the digits with their checksum.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("0x")?;
        self.checksummed().iter().try_for_each(|digit| write!(formatter, "{}", *digit as char))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Address({self})")
    }
}

impl fmt::Display for AddressProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(length) => {
                write!(formatter, "an address has 40 hexadecimal digits, this has {length} characters")
            }
            Self::Digit => formatter.write_str("an address has only hexadecimal digits"),
            Self::Checksum(_) => {
                formatter.write_str("the checksum of the address does not hold, as after a typing error")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // The first of the examples in EIP-55.
    const CHECKED: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

    #[test]
    fn mixed_case_must_agree_with_the_checksum() {
        let address = Address::parse(CHECKED).expect("is an address");
        assert_eq!(address.to_string(), CHECKED);
        assert_eq!(Address::parse(&CHECKED.to_lowercase()), Ok(address));
        assert_eq!(Address::parse(&CHECKED[2..].to_uppercase()), Ok(address));
        assert_eq!(Address::parse(&CHECKED.replace("aA", "Aa")), Err(AddressProblem::Checksum(address)));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        assert_eq!(Address::parse("0x12"), Err(AddressProblem::Length(2)));
        assert_eq!(Address::parse(&"g".repeat(40)), Err(AddressProblem::Digit));
        assert_eq!(Address::parse(&"é".repeat(20)), Err(AddressProblem::Digit));
    }

    #[test]
    fn burn_addresses_are_known() {
        let at = |end: &str| Address::parse(&format!("{end:0>40}")).expect("is an address");
        assert!(at("0").is_zero() && at("0").is_burn() && at("1").is_burn() && at("dead").is_burn());
        assert!(!at("12").is_burn() && !at("beef").is_burn());
        assert!(at("dead000000000000000042069420694206942069").is_burn());
    }
}
