//! What the keystores of one tool have in common: everything but what stands between some quotes.

use super::model::Kdf;
use memchr::memchr;

/// Tools that a tree is likely to hold keystores of.
const MOST: usize = 4;

/// The facts of a keystore: where its public key stands, quotes left out, and what its password costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cast {
    pub pubkey: Option<(u32, u32)>,
    pub kdf: Option<Kdf>,
}

/// The moulds of the keystores that were met, the one that fitted last before the others.
#[derive(Debug, Default)]
pub(super) struct Moulds(Vec<Mould>);

/// A keystore with holes.
#[derive(Debug)]
struct Mould {
    /// What stands before each hole, up to the quote that opens it.
    before: Vec<Box<[u8]>>,
    /// What stands behind the last one, from the quote that closes it.
    behind: Box<[u8]>,
    /// Which hole holds the public key.
    pubkey: Option<usize>,
    kdf: Option<Kdf>,
}

impl Moulds {
    /// Answers the facts of a keystore that fits, byte by byte, apart from strings without escapes.
    pub(super) fn cast(&mut self, bytes: &[u8]) -> Option<Cast> {
        let (at, cast) = self.0.iter().enumerate().find_map(|(at, mould)| Some((at, mould.cast(bytes)?)))?;
        self.0.swap(0, at);
        Some(cast)
    }

    /// Keeps the form of a keystore that was scanned: `skipped` are the strings, quotes left out, whose content meant nothing.
    pub(super) fn learn(&mut self, bytes: &[u8], mut skipped: Vec<(u32, u32)>, cast: &Cast) {
        skipped.extend(cast.pubkey);
        skipped.sort_unstable();
        let pubkey = cast.pubkey.and_then(|range| skipped.iter().position(|one| *one == range));
        let mut behind = bytes;
        let mut at = 0;
        let mut before = Vec::with_capacity(skipped.len());
        for (start, end) in skipped {
            let Some((literal, rest)) = behind.split_at_checked(start as usize - at) else { return };
            before.push(literal.into());
            behind = rest.get((end - start) as usize..).unwrap_or_default();
            at = end as usize;
        }
        self.0.truncate(MOST - 1);
        self.0.insert(0, Mould { before, behind: behind.into(), pubkey, kdf: cast.kdf });
    }
}

impl Mould {
    fn cast(&self, bytes: &[u8]) -> Option<Cast> {
        let mut rest = bytes;
        let mut pubkey = None;
        for (hole, before) in self.before.iter().enumerate() {
            rest = rest.strip_prefix(&**before)?;
            let (string, behind) = rest.split_at(memchr(b'"', rest)?);
            if !is_plain(string) {
                return None;
            }
            if self.pubkey == Some(hole) {
                let start = bytes.len() - rest.len();
                pubkey = Some((start as u32, (start + string.len()) as u32));
            }
            rest = behind;
        }
        (rest == &*self.behind).then_some(Cast { pubkey, kdf: self.kdf })
    }
}

/// Tells whether nothing in a string is written otherwise than it is meant: ASCII without control characters and escapes.
fn is_plain(string: &[u8]) -> bool {
    // All of them, without looking up after each: that is done many at a time.
    string.iter().fold(true, |plain, byte| plain & byte.is_ascii() & (*byte >= b' ') & (*byte != b'\\'))
}
