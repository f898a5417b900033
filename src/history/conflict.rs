//! Finds what a key has signed that it must not have signed: exactly, and in the time of sorting.
//!
//! Two messages are slashable as the consensus specification has it (`process_proposer_slashing`,
//! `is_slashable_attestation_data`): two different blocks of one slot, two different votes for one target epoch, or a vote that
//! surrounds another. Whether two messages of one slot or target are different is told by what is written of them:
//!
//! * votes with different sources are different, whatever their roots;
//! * roots that are known and differ make two messages, roots that are known and equal make one, written twice;
//! * where a root is missing, the messages may be one or two: such a conflict is not *certain*. That is so where the other root is
//!   known, and for two records of one file that are alike and both without a root, since a signer writes a message once
//!   (EIP-3076: what has no root must be taken for another message);
//! * the same record without a root in two files is one message: a later export repeats an earlier one.

use super::model::{Attestation, Block, Entry, GenesisRoot, History, Root};
use crate::ethereum::PublicKey;
use crate::source::Span;
use rayon::prelude::*;
use std::cmp::Reverse;

/// So many pairs are kept of each kind.
const SHOWN: usize = 3;

/// How two messages contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConflictKind {
    /// Two blocks of one slot.
    DoubleProposal,
    /// Two votes for one target epoch.
    DoubleVote,
    /// The first vote surrounds the second.
    Surround,
}

/// A message as a conflict shows it; of a block, source and target are the slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    /// The epoch that a vote starts from.
    pub source: u64,
    /// The epoch that a vote is for.
    pub target: u64,
    /// What was signed, if it is known.
    pub root: Option<Root>,
    /// The record.
    pub place: Span,
}

/// Two messages that contradict each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conflict {
    /// How.
    pub kind: ConflictKind,
    /// False where a signing root is missing, so that the two may be one message.
    pub certain: bool,
    /// One message; of a surrounding, the outer vote.
    pub first: Signed,
    /// The other; of a surrounding, the inner vote.
    pub second: Signed,
}

/// All conflicts of one key.
#[derive(Debug, Clone)]
pub struct Conflicts {
    /// The key.
    pub key: PublicKey,
    /// The chain that it signed for, where the files say it.
    pub genesis: Option<GenesisRoot>,
    /// The first few pairs of each kind, the certain ones first.
    pub examples: Vec<Conflict>,
    /// How many messages contradict one before them for certain.
    pub certain: usize,
    /// How many may.
    pub possible: usize,
}

impl Conflict {
    /// Says what was signed, in a few words for people.
    #[must_use]
    pub fn says(&self) -> String {
        let Signed { source, target, .. } = self.first;
        let vote = |signed: &Signed| format!("{}→{}", signed.source, signed.target);
        let two = if self.certain { "two different" } else { "maybe two different" };
        match self.kind {
            ConflictKind::DoubleProposal => format!("{two} blocks for slot {target}"),
            ConflictKind::DoubleVote if source == self.second.source => {
                format!("{two} votes for target epoch {target}")
            }
            ConflictKind::DoubleVote => {
                format!("{two} votes for target epoch {target}, from {source} and {}", self.second.source)
            }
            ConflictKind::Surround => format!("the vote {} surrounds {}", vote(&self.first), vote(&self.second)),
        }
    }
}

/// An entry of some file: its key, the chain that the file is of, and itself.
type Listed<'h> = (PublicKey, Option<GenesisRoot>, &'h Entry);

/// Finds the conflicts of every key over several histories, in order of the keys; those of another chain are another matter.
#[must_use]
pub fn conflicts(histories: &[&History]) -> Vec<Conflicts> {
    let mut entries: Vec<Listed<'_>> = Vec::new();
    for history in histories {
        let genesis = history.genesis.as_ref().map(|root| root.value);
        entries.extend(history.entries.iter().map(|entry| (entry.key.value, genesis, entry)));
    }
    entries.par_sort_by_key(|(key, genesis, entry)| (*key, *genesis, entry.key.span));
    let same = |one: &Listed<'_>, other: &Listed<'_>| (one.0, one.1) == (other.0, other.1);
    entries.par_chunk_by(same).filter_map(of_key).collect()
}

fn of_key(entries: &[Listed<'_>]) -> Option<Conflicts> {
    let (key, genesis, first) = *entries.first()?;
    let mut found = Conflicts { key, genesis, examples: Vec::new(), certain: 0, possible: 0 };
    let alone = entries.len() == 1;
    if !(alone && goes_forward(first.blocks().map(|block| (block.slot, block.slot)))) {
        let blocks = entries.iter().flat_map(|(_, _, entry)| entry.blocks());
        found.doubles(ConflictKind::DoubleProposal, blocks.map(Signed::from).collect());
    }
    if !(alone && goes_forward(first.attestations().map(|vote| (vote.source, vote.target)))) {
        let votes = entries.iter().flat_map(|(_, _, entry)| entry.attestations());
        let mut votes = found.doubles(ConflictKind::DoubleVote, votes.map(Signed::from).collect());
        found.surrounds(&mut votes);
    }
    found.examples.sort_by_key(|conflict| (!conflict.certain, conflict.kind));
    (!found.examples.is_empty()).then_some(found)
}

impl Signed {
    /// Two records of one target that tell of one message, written twice.
    fn is_the_message_of(&self, other: &Self) -> bool {
        let twice_in_one_file = self.place.file == other.place.file && self.place != other.place;
        (self.source, self.root) == (other.source, other.root) && (self.root.is_some() || !twice_in_one_file)
    }
}

impl From<Block> for Signed {
    fn from(Block { slot, root, place }: Block) -> Self {
        Self { source: slot, target: slot, root, place }
    }
}

impl From<Attestation> for Signed {
    fn from(Attestation { source, target, root, place }: Attestation) -> Self {
        Self { source, target, root, place }
    }
}

/// A history whose targets rise with every record and whose sources never fall holds no conflict: it needs no sorting.
fn goes_forward(mut votes: impl Iterator<Item = (u64, u64)>) -> bool {
    let Some(mut last) = votes.next() else { return true };
    votes.all(|vote| {
        let forward = vote.0 >= last.0 && vote.1 > last.1;
        last = vote;
        forward
    })
}

impl Conflicts {
    /// Finds different messages of one target (or slot); answers all messages, sorted.
    fn doubles(&mut self, kind: ConflictKind, mut signed: Vec<Signed>) -> Vec<Signed> {
        signed.sort_unstable_by_key(|signed| (signed.target, signed.source, signed.root, signed.place));
        // Different messages of one target are neighbours somewhere, since equal ones are.
        for pair in signed.windows(2) {
            let [first, second] = *pair else { continue };
            if first.target != second.target || first.is_the_message_of(&second) {
                continue;
            }
            let (first, second) = if second.place < first.place { (second, first) } else { (first, second) };
            let certain = first.source != second.source || first.root.is_some() && second.root.is_some();
            self.note(Conflict { kind, certain, first, second });
        }
        signed
    }

    /// Finds every vote that another one surrounds: among all votes with a lower source, the one with the highest target is
    /// the witness.
    fn surrounds(&mut self, votes: &mut [Signed]) {
        votes.sort_unstable_by_key(|vote| (vote.source, Reverse(vote.target), vote.root, vote.place));
        let mut outer: Option<Signed> = None;
        for same_source in votes.chunk_by(|one, other| one.source == other.source) {
            for inner in same_source {
                if let Some(outer) = outer.filter(|outer| outer.target > inner.target) {
                    self.note(Conflict { kind: ConflictKind::Surround, certain: true, first: outer, second: *inner });
                }
            }
            let highest = same_source.first().copied();
            outer = highest.filter(|vote| outer.is_none_or(|outer| vote.target > outer.target)).or(outer);
        }
    }

    fn note(&mut self, conflict: Conflict) {
        *(if conflict.certain { &mut self.certain } else { &mut self.possible }) += 1;
        let alike = |known: &&Conflict| (known.kind, known.certain) == (conflict.kind, conflict.certain);
        if self.examples.iter().filter(alike).count() < SHOWN {
            self.examples.push(conflict);
        }
    }
}
