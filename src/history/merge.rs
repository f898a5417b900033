//! Merges histories into the least that keeps their keys safe: for each key, the highest of everything that was signed.

use super::model::{GenesisRoot, History};
use crate::ethereum::PublicKey;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The highest that was signed with a key (EIP-3076, advice for minimal databases).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mark {
    /// The highest slot of a block.
    pub slot: Option<u64>,
    /// The highest source and the highest target of the votes, which need not be of one vote.
    pub vote: Option<(u64, u64)>,
}

impl Mark {
    /// Raises the mark to a block.
    pub fn block(&mut self, slot: u64) {
        self.slot = self.slot.max(Some(slot));
    }

    /// Raises the mark to a vote. The target is never left below the source, whatever a file says: no client reads such a mark.
    pub fn attest(&mut self, source: u64, target: u64) {
        let (highest_source, highest_target) = self.vote.unwrap_or_default();
        let source = source.max(highest_source);
        self.vote = Some((source, target.max(highest_target).max(source)));
    }

    /// Tells whether a signer that keeps to this mark also keeps to the other.
    #[must_use]
    pub fn dominates(&self, other: &Self) -> bool {
        let votes = match (self.vote, other.vote) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(own), Some(other)) => own.0 >= other.0 && own.1 >= other.1,
        };
        self.slot >= other.slot && votes
    }
}

/// Answers the marks of all keys, over all histories.
#[must_use]
pub fn marks(histories: &[&History]) -> BTreeMap<PublicKey, Mark> {
    let mut marks: BTreeMap<PublicKey, Mark> = BTreeMap::new();
    for entry in histories.iter().flat_map(|history| &history.entries) {
        let mark = marks.entry(entry.key.value).or_default();
        entry.blocks().for_each(|block| mark.block(block.slot));
        entry.attestations().for_each(|vote| mark.attest(vote.source, vote.target));
    }
    marks
}

/// Writes marks as an interchange file. Signing roots are left out, so that a signer refuses to sign even the same again.
///
/// # Errors
/// Only those of the writer.
pub fn write_minimal(genesis: GenesisRoot, marks: &BTreeMap<PublicKey, Mark>, out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "{{\n  \"metadata\": {{\n    \"interchange_format_version\": \"5\",\n    \"genesis_validators_root\": \"{genesis}\"\n  }},\n  \"data\": ["
    )?;
    let mut comma = "";
    for (key, mark) in marks {
        write!(out, "{comma}\n    {{\n      \"pubkey\": \"{key}\",\n      \"signed_blocks\": [")?;
        if let Some(slot) = mark.slot {
            write!(out, "{{ \"slot\": \"{slot}\" }}")?;
        }
        write!(out, "],\n      \"signed_attestations\": [")?;
        if let Some((source, target)) = mark.vote {
            write!(out, "{{ \"source_epoch\": \"{source}\", \"target_epoch\": \"{target}\" }}")?;
        }
        write!(out, "]\n    }}")?;
        comma = ",";
    }
    writeln!(out, "\n  ]\n}}")
}
