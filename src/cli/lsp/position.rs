//! Places as the protocol counts them, in lines and in units of an encoding, and as we do, in bytes.

use lsp_types::{Position, PositionEncodingKind, Range};

/// Bytes between two points at which the units before them are counted.
const BLOCK: usize = 4096;

/// What a column counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units: what holds if nothing else was agreed on.
    #[default]
    Utf16,
    /// Code points.
    Utf32,
}

impl Encoding {
    /// Chooses what suits us best of what the client offers.
    pub(super) fn chosen(offered: &[PositionEncodingKind]) -> Self {
        let offers = |kind| offered.contains(&kind);
        if offers(PositionEncodingKind::UTF8) {
            Self::Utf8
        } else if offers(PositionEncodingKind::UTF16) || !offers(PositionEncodingKind::UTF32) {
            Self::Utf16
        } else {
            Self::Utf32
        }
    }

    /// Answers its name in the protocol.
    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// Counts the units that begin in some bytes.
    fn count(self, bytes: &[u8]) -> usize {
        let starts = || bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80);
        match self {
            Self::Utf8 => bytes.len(),
            Self::Utf32 => starts().count(),
            Self::Utf16 => starts().map(|byte| if *byte >= 0xF0 { 2 } else { 1 }).sum(),
        }
    }
}

/// The lines of a text, and how its columns are counted.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    encoding: Encoding,
    starts: Vec<usize>,
    /// Units before each block, so that a place far into a long line is found at once.
    units: Vec<usize>,
}

impl Lines {
    /// Finds the lines of a text: they end in `\n`, `\r\n` or `\r`.
    pub(super) fn new(text: &str, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        let ends = |at: &usize| match bytes.get(*at) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        let starts = std::iter::once(0).chain((0..bytes.len()).filter(ends).map(|at| at + 1)).collect();
        let mut total = 0;
        let counted = bytes.chunks(BLOCK).map(|block| {
            total += encoding.count(block);
            total
        });
        let units = std::iter::once(0).chain(counted).collect();
        Self { encoding, starts, units }
    }

    fn before(&self, text: &str, byte: usize) -> usize {
        let block = byte / BLOCK;
        let rest = text.as_bytes().get(block * BLOCK..byte).unwrap_or_default();
        self.units.get(block).copied().unwrap_or_default() + self.encoding.count(rest)
    }

    /// Answers the place of a byte; past the end it is the end.
    pub(super) fn position(&self, text: &str, byte: u32) -> Position {
        let byte = (byte as usize).min(text.len());
        let line = self.starts.partition_point(|start| *start <= byte).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or_default();
        let column = self.before(text, byte).saturating_sub(self.before(text, start));
        Position::new(line as u32, column as u32)
    }

    /// Answers the place of some bytes.
    pub(super) fn range(&self, text: &str, start: u32, end: u32) -> Range {
        Range::new(self.position(text, start), self.position(text, end))
    }

    /// Answers the byte of a place; past the end of its line it is that end, past the last line the end of the text.
    pub(super) fn byte(&self, text: &str, position: Position) -> usize {
        let Some(start) = self.starts.get(position.line as usize).copied() else { return text.len() };
        let next = self.starts.get(position.line as usize + 1).copied().unwrap_or(text.len());
        let line = text.get(start..next).unwrap_or_default().trim_end_matches(['\n', '\r']);
        let mut units = 0;
        for (at, letter) in line.char_indices() {
            let own = match self.encoding {
                Encoding::Utf8 => letter.len_utf8(),
                Encoding::Utf16 => letter.len_utf16(),
                Encoding::Utf32 => 1,
            };
            units += own;
            // A place inside of a character is its beginning.
            if units > position.character as usize {
                return start + at;
            }
        }
        start + line.len()
    }
}

/// What has changed between two texts: everything between their common beginning and their common end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drift {
    before: usize,
    after: usize,
    old: usize,
    new: usize,
}

impl Drift {
    /// Compares two texts.
    pub(super) fn between(old: &str, new: &str) -> Self {
        let same = |(one, other): &(u8, u8)| one == other;
        let before = old.bytes().zip(new.bytes()).take_while(same).count();
        let most = old.len().min(new.len()) - before;
        let after = old.bytes().rev().zip(new.bytes().rev()).take(most).take_while(same).count();
        Self { before, after, old: old.len(), new: new.len() }
    }

    /// Answers where a byte of the new text stood; of one that is new, where the change begins.
    pub(super) fn old(self, byte: usize) -> usize {
        if byte >= self.new - self.after { byte + self.old - self.new } else { byte.min(self.before) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn places(encoding: Encoding, text: &str) -> Vec<(u32, u32)> {
        let lines = Lines::new(text, encoding);
        let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        ends.map(|at| lines.position(text, at as u32)).map(|place| (place.line, place.character)).collect()
    }

    #[test]
    fn columns_count_what_was_agreed_on() {
        let text = "é𝄞x\r\ny";
        let last = |encoding| places(encoding, text)[3];
        assert_eq!([Encoding::Utf8, Encoding::Utf16, Encoding::Utf32].map(last), [(0, 7), (0, 4), (0, 3)]);
        assert_eq!(
            places(Encoding::Utf16, "a\r\nb\rc\nd"),
            [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 0), (2, 1), (3, 0), (3, 1)]
        );
    }

    #[test]
    fn the_encoding_is_negotiated() {
        use PositionEncodingKind as Kind;
        assert_eq!(Encoding::chosen(&[]), Encoding::Utf16);
        assert_eq!(Encoding::chosen(&[Kind::UTF16, Kind::UTF8]), Encoding::Utf8);
        assert_eq!(Encoding::chosen(&[Kind::UTF32]), Encoding::Utf32);
    }

    #[test]
    fn places_beyond_are_the_end() {
        let (text, at) = ("ab\r\ncd", Position::new);
        let lines = Lines::new(text, Encoding::Utf16);
        assert_eq!([at(0, 99), at(9, 0), at(1, 1)].map(|place| lines.byte(text, place)), [2, 6, 5]);
    }

    proptest! {
        #[test]
        fn a_byte_is_found_again(text in "[a-cé𝄞\r\n]{0,40}") {
            for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
                let lines = Lines::new(&text, encoding);
                for (at, letter) in text.char_indices() {
                    if letter != '\r' && letter != '\n' {
                        prop_assert_eq!(lines.byte(&text, lines.position(&text, at as u32)), at);
                    }
                }
            }
        }

        #[test]
        fn what_did_not_change_is_found_where_it_stood(a in "[ab]{0,6}", b in "[ab]{0,6}", c in "[ab]{0,6}", d in "[ab]{0,6}") {
            let (old, new) = (format!("{a}{b}{c}"), format!("{a}{d}{c}"));
            let drift = Drift::between(&old, &new);
            for at in (0..a.len()).chain(a.len() + d.len()..new.len()) {
                prop_assert!(drift.old(at) <= old.len());
            }
            if let Some(first) = a.len().checked_sub(1) {
                prop_assert_eq!(drift.old(first), first);
            }
            prop_assert_eq!(drift.old(new.len()), old.len());
        }
    }
}
