//! Reads the record that Teku keeps of each key: a small YAML file that is named after the key, with the highest of what was
//! signed (`lastSignedBlockSlot`, `lastSignedAttestationSourceEpoch`, `lastSignedAttestationTargetEpoch`, `genesisValidatorsRoot`).

use super::kind::NO_NUMBER;
use super::model::{Entry, Flaw, GenesisRoot, History};
use super::pack::{Packed, Packer, Record};
use crate::document::{Document, Kind, Node, Syntax, parse};
use crate::ethereum::PublicKey;
use crate::source::{FileId, Span, Spanned};
use std::sync::Arc;

const BLOCK: &str = "lastSignedBlockSlot";
const SOURCE: &str = "lastSignedAttestationSourceEpoch";
const TARGET: &str = "lastSignedAttestationTargetEpoch";
const GENESIS: &str = "genesisValidatorsRoot";

/// Reads a record; nothing if the document is none. `name` is the name of its file, which names the key.
#[must_use]
pub fn read_record(document: &Document, name: &str) -> Option<History> {
    let root = document.root().filter(|root| root.kind() == Kind::Map)?;
    let is_record = [BLOCK, SOURCE, TARGET].iter().any(|member| root.get(member).is_some());
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let key = PublicKey::parse(stem).ok().filter(|_| is_record)?;
    let file = document.file();
    let length = u32::try_from(document.text().len()).unwrap_or(u32::MAX);
    let mut history =
        History { file, length, version: None, genesis: None, entries: Vec::new(), flaws: Default::default() };
    if let Some(problem) = document.problems().first() {
        history.flaw(Flaw::Torn, problem.span, &problem.message);
    }
    history.genesis = genesis(root, &mut history);
    let blocks = number(root, BLOCK, &mut history).map(|(slot, place)| packed(slot, slot, place));
    let (source, target) = (number(root, SOURCE, &mut history), number(root, TARGET, &mut history));
    let votes = match (source, target) {
        (Some((source, at)), Some((target, to))) => {
            let place = if at.start < to.start { at.to(to) } else { to.to(at) };
            if source > target {
                history.flaw(Flaw::Backwards, place, "the target of an attestation lies before its source");
            }
            Some(packed(source, target, place))
        }
        (None, None) => None,
        (Some((_, place)), None) | (None, Some((_, place))) => {
            history.flaw(Flaw::Number, place, "it has the source or the target of a vote, and not the other");
            None
        }
    };
    let key = Spanned::new(key, Span::new(file, 0, 0));
    history.entries.push(Entry { key, blocks: blocks.unwrap_or_default(), attestations: votes.unwrap_or_default() });
    Some(history)
}

/// Reads the text of a record; nothing if it is none.
#[must_use]
pub fn read_record_text(file: FileId, name: &str, text: &str) -> Option<History> {
    read_record(&parse(file, Arc::from(text), Syntax::Yaml), name)
}

impl History {
    /// Adds what another history of the same chain says: the records of a folder are one history.
    pub fn absorb(&mut self, other: Self) {
        self.entries.extend(other.entries);
        for (flaw, flawed) in other.flaws {
            let missing = flawed.count.saturating_sub(flawed.places.len());
            flawed.places.into_iter().for_each(|place| self.flaw(flaw, place, &flawed.says));
            self.flaws.entry(flaw).and_modify(|known| known.count += missing);
        }
    }
}

/// Older releases wrote no root: that is no flaw.
fn genesis(root: Node<'_>, history: &mut History) -> Option<Spanned<GenesisRoot>> {
    let node = root.get(GENESIS).filter(|node| !node.is_null())?;
    let found = node.str().and_then(GenesisRoot::parse);
    if found.is_none() {
        history.flaw(Flaw::Genesis, node.span(), "the genesis validators root is not `0x` and 64 digits");
    }
    found.map(|root| Spanned::new(root, node.span()))
}

/// A member that is left out, or `null`, says that nothing of the kind was signed.
fn number(root: Node<'_>, member: &str, history: &mut History) -> Option<(u64, Span)> {
    let node = root.get(member).filter(|node| !node.is_null())?;
    let number = node.str().and_then(|text| super::digits::decimal(text.as_bytes()));
    if number.is_none() {
        history.flaw(Flaw::Number, node.span(), NO_NUMBER);
    }
    number.map(|number| (number, node.span()))
}

fn packed(source: u64, target: u64, place: Span) -> Packed {
    let mut packer = Packer::default();
    packer.push(Record { source, target, root: None, start: place.start, length: place.len() });
    packer.take()
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";

    fn record(text: &str) -> Option<History> {
        read_record_text(FileId(0), &format!("{KEY}.yml"), text)
    }

    #[test]
    fn the_highest_of_what_was_signed_is_read() {
        let text = format!("---\n{BLOCK}: 327\n{SOURCE}: 51\n{TARGET}: 174\n{GENESIS}: \"0x{}\"\n", "4b".repeat(32));
        let history = record(&text).expect("is a record");
        assert!(history.flaws.is_empty() && history.genesis.is_some(), "{history:?}");
        let entry = &history.entries[0];
        assert_eq!(entry.key.value.to_string()[2..], *KEY);
        let (block, vote) = (entry.blocks().next().expect("a block"), entry.attestations().next().expect("a vote"));
        assert_eq!((block.slot, vote.source, vote.target), (327, 51, 174));
        assert_eq!(&text[block.place.start as usize..block.place.end as usize], "327");
        assert!(text[vote.place.start as usize..vote.place.end as usize].starts_with("51"));
    }

    #[test]
    fn what_was_never_signed_may_be_left_out() {
        let history = record(&format!("{BLOCK}: null\n{SOURCE}: 3\n{TARGET}: 4\n")).expect("is a record");
        assert!(history.flaws.is_empty() && history.entries[0].len() == 1 && history.genesis.is_none());
        assert!(record("image: teku\n").is_none());
        assert!(read_record_text(FileId(0), "other.yml", &format!("{BLOCK}: 1\n")).is_none());
    }

    #[test]
    fn what_breaks_a_record_is_told() {
        let flaws = |text: &str| -> Vec<Flaw> { record(text).expect("is a record").flaws.into_keys().collect() };
        assert_eq!(flaws(&format!("{SOURCE}: 9\n{TARGET}: 4\n")), [Flaw::Backwards]);
        assert_eq!(flaws(&format!("{SOURCE}: 9\n")), [Flaw::Number]);
        assert_eq!(flaws(&format!("{BLOCK}: -1\n")), [Flaw::Number]);
        assert_eq!(flaws(&format!("{BLOCK}: 1\n{GENESIS}: 0x00\n")), [Flaw::Genesis]);
    }
}
