//! What an interchange file says: signed blocks and attestations by key, each with its place, and what breaks the format.

use super::pack::{Packed, Packer, Record};
use crate::ethereum::PublicKey;
use crate::source::{FileId, Span, Spanned};
use std::collections::BTreeMap;
use std::fmt;

/// An interchange file, read.
#[derive(Debug, Clone)]
pub struct History {
    /// The file.
    pub file: FileId,
    /// Its length in bytes, as far as it was read.
    pub length: u32,
    /// `metadata.interchange_format_version`, where it is a string or a number.
    pub version: Option<Spanned<String>>,
    /// `metadata.genesis_validators_root`, where it is 32 bytes.
    pub genesis: Option<Spanned<GenesisRoot>>,
    /// The items of `data`, in order; a key that is listed twice has two.
    pub entries: Vec<Entry>,
    /// What breaks the format, by kind.
    pub flaws: BTreeMap<Flaw, Flawed>,
}

impl History {
    /// Tells whether some of what the file says was not understood, so that it may hold more than its entries.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.flaws.keys().any(|flaw| flaw.loses_records())
    }

    /// Tells whether it holds no key at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Moves everything that it says to other places.
    pub(super) fn placed(mut self, place: impl Fn(Span) -> Span) -> Self {
        let file = self.file;
        self.version.iter_mut().for_each(|version| version.span = place(version.span));
        self.genesis.iter_mut().for_each(|genesis| genesis.span = place(genesis.span));
        for flawed in self.flaws.values_mut() {
            flawed.places.iter_mut().for_each(|span| *span = place(*span));
        }
        let mut packer = Packer::default();
        let mut moved = |records: &Packed| {
            for record in records.iter() {
                let span = place(record.span(file));
                packer.push(Record { start: span.start, length: span.len(), ..record });
            }
            packer.take()
        };
        for entry in &mut self.entries {
            (entry.blocks, entry.attestations) = (moved(&entry.blocks), moved(&entry.attestations));
            entry.key.span = place(entry.key.span);
        }
        self
    }

    /// Notes a flaw at a place; the first of a kind says what is wrong.
    pub(super) fn flaw(&mut self, flaw: Flaw, place: Span, says: &str) {
        let new = || Flawed { places: Vec::new(), says: says.to_owned(), count: 0 };
        let flawed = self.flaws.entry(flaw).or_insert_with(new);
        flawed.count += 1;
        if flawed.places.len() < Flawed::SHOWN {
            flawed.places.push(place);
        }
    }
}

/// The root that a network's signatures are bound to, 32 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GenesisRoot(pub [u8; 32]);

impl fmt::Display for GenesisRoot {
    /// Writes `0x` and 64 lower-case digits.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("0x")?;
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl GenesisRoot {
    /// Reads `0x` and 64 digits; nothing if it is anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        super::digits::root_bytes(text.as_bytes()).map(Self)
    }
}

/// What a file says of one key: an item of `data`.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key, at its digits.
    pub key: Spanned<PublicKey>,
    pub(super) blocks: Packed,
    pub(super) attestations: Packed,
}

impl Entry {
    /// Answers the blocks that were signed, in the order of the file.
    pub fn blocks(&self) -> impl Iterator<Item = Block> {
        let file = self.key.span.file;
        self.blocks.iter().map(move |record| Block { slot: record.target, root: record.root, place: record.span(file) })
    }

    /// Answers the attestations that were signed, in the order of the file.
    pub fn attestations(&self) -> impl Iterator<Item = Attestation> {
        let file = self.key.span.file;
        self.attestations.iter().map(move |record| {
            let Record { source, target, root, .. } = record;
            Attestation { source, target, root, place: record.span(file) }
        })
    }

    /// Counts blocks and attestations.
    #[must_use]
    pub fn len(&self) -> usize {
        self.blocks.len() + self.attestations.len()
    }

    /// Tells whether nothing was signed with the key so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A block that was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// Its slot.
    pub slot: u64,
    /// What was signed; nothing if the file does not say.
    pub root: Option<Root>,
    /// The record.
    pub place: Span,
}

/// An attestation that was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attestation {
    /// The epoch that it starts from.
    pub source: u64,
    /// The epoch that it votes for.
    pub target: u64,
    /// What was signed; nothing if the file does not say.
    pub root: Option<Root>,
    /// The record.
    pub place: Span,
}

/// A digest of a signing root: two roots are the same if their digests are.
///
/// A root of nothing but zeros is what the EIP lets databases write for a root that they do not know: it is no root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Root(pub(super) u64);

/// A way in which a file breaks the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flaw {
    /// It is no JSON, or ends in the middle.
    Torn,
    /// The whole is no object (`null`, a list), or lacks `metadata` or `data`.
    Shape,
    /// The version is not "5".
    Version,
    /// The genesis validators root is missing, or not 32 bytes.
    Genesis,
    /// `data` is `null` or has no item.
    Empty,
    /// A key is missing, or not 48 bytes.
    Key,
    /// A slot or an epoch is missing, or no whole number below 2^64.
    Number,
    /// A record is no object, or a list of records is missing or no list.
    Record,
    /// A signing root is not 32 bytes.
    Root,
    /// A number is written without quotes, or a key without `0x`.
    Bare,
    /// The target of an attestation lies before its source.
    Backwards,
    /// A member is written twice in one object, so that readers disagree which counts.
    Repeated,
}

impl Flaw {
    /// Tells whether records may have been lost by it.
    #[must_use]
    pub fn loses_records(self) -> bool {
        match self {
            Self::Torn | Self::Shape | Self::Version | Self::Key | Self::Number | Self::Record | Self::Repeated => true,
            Self::Genesis | Self::Empty | Self::Root | Self::Bare | Self::Backwards => false,
        }
    }
}

/// Where and how a flaw shows.
#[derive(Debug, Clone)]
pub struct Flawed {
    /// The first places, at most [`Flawed::SHOWN`].
    pub places: Vec<Span>,
    /// What is wrong at the first place, in a few words; never the text itself.
    pub says: String,
    /// How often it shows.
    pub count: usize,
}

impl Flawed {
    /// So many places are kept of each kind.
    pub const SHOWN: usize = 5;
}
