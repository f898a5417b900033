//! Records in a few bytes each: ten million attestations fit where their text would not.

use super::model::Root;
use crate::source::{FileId, Span};

/// A signed message: a block has its slot as source and target.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Record {
    pub source: u64,
    pub target: u64,
    pub root: Option<Root>,
    /// Offset of its first byte.
    pub start: u32,
    /// How many bytes it is written in.
    pub length: u32,
}

impl Record {
    pub fn span(self, file: FileId) -> Span {
        Span::new(file, self.start, self.start.saturating_add(self.length))
    }
}

/// Records, each as its difference from the one before it: 12 to 16 bytes in a history that goes forward, half of them the
/// digest of the root.
#[derive(Debug, Clone, Default)]
pub(super) struct Packed {
    bytes: Box<[u8]>,
    count: usize,
}

impl Packed {
    pub fn len(&self) -> usize {
        self.count
    }

    pub fn iter(&self) -> Records<'_> {
        Records { bytes: &self.bytes, last: Record::default(), left: self.count }
    }
}

/// Packs the records of one list after the other; its buffer is used again.
#[derive(Debug, Default)]
pub(super) struct Packer {
    bytes: Vec<u8>,
    last: Record,
    count: usize,
}

impl Packer {
    pub fn push(&mut self, record: Record) {
        let last = self.last;
        self.difference(record.source, last.source);
        self.difference(record.target, last.target);
        // Records stand one after the other; a list that is written twice is all that goes back.
        self.difference(record.start.into(), last.start.into());
        self.number(u64::from(record.length) << 1 | u64::from(record.root.is_some()));
        if let Some(Root(root)) = record.root {
            self.bytes.extend_from_slice(&root.to_le_bytes());
        }
        self.last = record;
        self.count += 1;
    }

    /// Answers what was packed, and begins again.
    pub fn take(&mut self) -> Packed {
        let packed = Packed { bytes: Box::from(self.bytes.as_slice()), count: self.count };
        self.bytes.clear();
        self.last = Record::default();
        self.count = 0;
        packed
    }

    /// Small differences of either sign become small numbers.
    fn difference(&mut self, now: u64, before: u64) {
        let signed = now.wrapping_sub(before) as i64;
        self.number((signed << 1 ^ signed >> 63) as u64);
    }

    /// Seven bits a byte, the lowest first.
    fn number(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }
}

/// The records of a list, in order.
#[derive(Debug, Clone)]
pub(super) struct Records<'p> {
    bytes: &'p [u8],
    last: Record,
    left: usize,
}

impl Iterator for Records<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        self.left = self.left.checked_sub(1)?;
        let source = self.difference(self.last.source);
        let target = self.difference(self.last.target);
        let start = self.difference(self.last.start.into()) as u32;
        let number = self.number();
        let root = (number & 1 == 1).then(|| {
            let (root, rest) = self.bytes.split_first_chunk().map_or(([0; 8], &[][..]), |(root, rest)| (*root, rest));
            self.bytes = rest;
            Root(u64::from_le_bytes(root))
        });
        self.last = Record { source, target, root, start, length: (number >> 1) as u32 };
        Some(self.last)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl Records<'_> {
    fn difference(&mut self, before: u64) -> u64 {
        let folded = self.number();
        before.wrapping_add(folded >> 1 ^ (folded & 1).wrapping_neg())
    }

    fn number(&mut self) -> u64 {
        let (mut value, mut shift) = (0, 0);
        while let Some((byte, rest)) = self.bytes.split_first() {
            self.bytes = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if *byte < 0x80 || shift >= 63 {
                break;
            }
            shift += 7;
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_comes_back() {
        let numbers = [0, 1, 63, 64, 127, 128, 1 << 31, u64::MAX / 2, u64::MAX / 2 + 1, u64::MAX];
        let records = numbers.iter().enumerate().flat_map(|(at, source)| {
            numbers.iter().map(move |target| Record {
                source: *source,
                target: *target,
                root: (at % 2 == 0).then_some(Root(target.rotate_left(7))),
                start: (*target as u32).wrapping_mul(77),
                length: *source as u32,
            })
        });
        let records: Vec<Record> = records.collect();
        let mut packer = Packer::default();
        records.iter().for_each(|record| packer.push(*record));
        assert_eq!(packer.take().iter().collect::<Vec<_>>(), records);
        assert_eq!(packer.take().iter().count(), 0);
    }

    #[test]
    fn a_history_that_goes_forward_takes_few_bytes() {
        let mut packer = Packer::default();
        (0..1000).for_each(|at| {
            let root = Some(Root(u64::MAX / 3));
            packer.push(Record { source: at, target: at + 1, root, start: at as u32 * 137, length: 136 });
        });
        assert!(packer.take().bytes.len() <= 14 * 1000);
    }
}
