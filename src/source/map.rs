//! Lines and columns, and where the text of a file comes from when a report quotes it.

use super::model::FileId;
use std::sync::Arc;

/// A place for people: line and column start at 1, columns count Unicode code points; `byte` starts at 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in Unicode code points, from 1.
    pub column: u32,
    /// Byte offset in the file, from 0.
    pub byte: u32,
}

/// How much of a file a report may show: the allow list of its redactor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Quoting {
    /// Configuration: lines may be shown, values that may be secrets left out.
    Free,
    /// An environment file: names may be shown, a value only if it can be no secret.
    Environment,
    /// A keystore: nothing but its public key; salt and cipher text let a stranger guess the password at home.
    Keystore,
    /// A password, a mnemonic, a file that is encrypted or of no known kind: nothing at all.
    Closed,
}

/// The files of a run, by number: what a report needs to quote them.
pub trait Sources: Sync {
    /// Answers the path of a file, relative to the folder given, with `/`.
    fn path(&self, file: FileId) -> &str;

    /// Answers the text of a file, or nothing if it changed or vanished since it was read.
    fn text(&self, file: FileId) -> Option<Arc<str>>;

    /// Answers how much of a file a report may show.
    fn kind(&self, file: FileId) -> Quoting;
}

/// Bytes between two points at which the characters before them are counted.
const BLOCK: usize = 4096;

/// Where the lines of a text begin.
#[derive(Debug, Clone)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// Characters before each block, so that a place far into a long line is found at once.
    characters: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let starts =
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at as u32 + 1)).collect();
        let counts = text.as_bytes().chunks(BLOCK).map(count);
        let characters = std::iter::once(0).chain(counts.scan(0, |total, count| Some(add(total, count)))).collect();
        Self { starts, characters }
    }

    /// Answers line and column of a byte offset; an offset past the end answers the end.
    #[must_use]
    pub fn position(&self, text: &str, byte: u32) -> Position {
        let byte = (byte as usize).min(text.len());
        let line = self.starts.partition_point(|start| *start as usize <= byte).max(1) - 1;
        let start = self.starts[line] as usize;
        let column = self.characters_before(text, byte).saturating_sub(self.characters_before(text, start)) + 1;
        Position { line: line as u32 + 1, column, byte: byte as u32 }
    }

    fn characters_before(&self, text: &str, byte: usize) -> u32 {
        let block = byte / BLOCK;
        let rest = text.as_bytes().get(block * BLOCK..byte).unwrap_or_default();
        self.characters.get(block).copied().unwrap_or_default() + count(rest)
    }

    /// Answers how many lines there are; a text that ends in a line break has an empty last line.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// A text has at least one line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Answers the byte range of a line (from 1), without its line break.
    #[must_use]
    pub fn line(&self, text: &str, line: u32) -> Option<(u32, u32)> {
        let index = (line as usize).checked_sub(1)?;
        let start = *self.starts.get(index)? as usize;
        let end = self.starts.get(index + 1).map_or(text.len(), |next| *next as usize - 1);
        let end = if end > start && text.as_bytes()[end - 1] == b'\r' { end - 1 } else { end };
        Some((start as u32, end as u32))
    }
}

/// Counts characters by their first bytes, which also answers for an offset inside one.
fn count(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count() as u32
}

fn add(total: &mut u32, count: u32) -> u32 {
    *total += count;
    *total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_code_points() {
        let text = "a\r\né=x\n";
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, 6), Position { line: 2, column: 3, byte: 6 });
        assert_eq!(index.line(text, 1), Some((0, 1)));
        assert_eq!(index.line(text, 2), Some((3, 7)));
        assert_eq!(index.position(text, 999).line, 3);
    }

    #[test]
    fn columns_far_into_a_line_are_right() {
        let text = format!("a\n{}x", "é".repeat(9_000));
        let index = LineIndex::new(&text);
        for at in [0, 2_047, 2_048, 2_049, 8_999, 9_000] {
            assert_eq!(index.position(&text, 2 + 2 * at).column, at + 1);
        }
    }
}
