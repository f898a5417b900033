//! Signing histories as clients exchange them (EIP-3076): read, held against themselves and one another, and merged.

mod conflict;
mod digits;
mod interchange;
mod keys;
mod kind;
mod merge;
mod model;
mod pack;
mod record;
mod scan;
#[cfg(test)]
mod tests;

pub use conflict::{Conflict, ConflictKind, Conflicts, Signed, conflicts};
pub use interchange::read_within;
pub use keys::read_keys;
pub use merge::{Mark, marks, write_minimal};
pub use model::{Attestation, Block, Entry, Flaw, Flawed, GenesisRoot, History, Root};
pub use record::{read_record, read_record_text};

use crate::source::FileId;
use std::io::Read;

/// Reads an interchange file once, front to back, whatever its length. It never fails: what breaks the format is a flaw of
/// the history, and the records go as far as the text can be followed.
///
/// ```
/// use stakelint::history;
/// use stakelint::source::FileId;
///
/// let text = r#"{"metadata": {"interchange_format_version": "5", "genesis_validators_root": "0x00"}, "data": []}"#;
/// let history = history::read(FileId(0), text.as_bytes());
/// assert!(history.entries.is_empty() && history.flaws.contains_key(&history::Flaw::Empty));
/// ```
#[must_use]
pub fn read(file: FileId, text: impl Read) -> History {
    interchange::read(file, text)
}
