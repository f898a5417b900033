//! Whether 48 bytes are a public key that a validator can have: a point of the right group of BLS12-381.

use super::public_key::PublicKey;
use blst::{BLST_ERROR, min_pk};
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// Set in the first byte of every compressed point.
const COMPRESSED: u8 = 0x80;
/// Set for the point at infinity, which nobody can sign for.
const INFINITY: u8 = 0x40;

/// So many keys are remembered at most, about a megabyte.
const MOST_SOUND: usize = 1 << 14;

/// Keys that were found sound: two sides of a change, the commits of a line and the states of an edited text have most in common.
static SOUND: Mutex<BTreeSet<PublicKey>> = Mutex::new(BTreeSet::new());

impl PublicKey {
    /// Looks at the flags only, which costs nothing and catches bytes that never were a compressed point.
    ///
    /// # Errors
    /// A sentence that says which flag is wrong.
    pub fn check_flags(&self) -> Result<(), String> {
        match self.0[0] & (COMPRESSED | INFINITY) {
            COMPRESSED => Ok(()),
            flags if flags & COMPRESSED == 0 => Err("its first digit must be 8 or more".into()),
            _ => Err("this is the point at infinity, or bytes that are no point".into()),
        }
    }

    /// Makes sure that the key is a point of the curve, of the right subgroup, and not infinity (consensus specification,
    /// `KeyValidate`). Takes about 0.1 ms the first time.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn check(&self) -> Result<(), String> {
        self.check_flags()?;
        let sound = || SOUND.lock().unwrap_or_else(PoisonError::into_inner);
        if sound().contains(self) {
            return Ok(());
        }
        min_pk::PublicKey::key_validate(&self.0).map_err(|error| match error {
            BLST_ERROR::BLST_POINT_NOT_IN_GROUP => "a point of the curve, but of the wrong subgroup".to_owned(),
            BLST_ERROR::BLST_PK_IS_INFINITY => "this is the point at infinity".to_owned(),
            _ => "no point of the curve BLS12-381, as after a typing error".to_owned(),
        })?;
        let mut sound = sound();
        if sound.len() < MOST_SOUND {
            sound.insert(*self);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";

    #[test]
    fn a_mistyped_digit_leaves_the_curve_or_the_group() {
        assert_eq!(PublicKey::parse(KEY).and_then(|key| key.check()), Ok(()));
        let mut key = PublicKey::parse(KEY).expect("is a key");
        key.0[47] ^= 1;
        assert!(key.check_flags().is_ok() && key.check().is_err());
    }

    #[test]
    fn infinity_and_missing_flags_are_refused() {
        let mut infinity = [0; 48];
        infinity[0] = 0xc0;
        assert!(PublicKey(infinity).check().is_err());
        assert!(PublicKey([0x11; 48]).check_flags().is_err());
    }
}
