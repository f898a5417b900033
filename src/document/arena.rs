//! The flat arena that a document's nodes live in: no pointers, so it is built, read and dropped without recursion.

use super::model::Style;

/// Stands for "no node" and "no string".
pub(super) const NONE: u32 = u32::MAX;

/// What a cell is, before aliases are followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A single value.
    Scalar,
    /// Keys and values.
    Map,
    /// Items.
    Sequence,
    /// A reference to an anchored node; [`Cell::link`] is that node, never another alias.
    Alias,
}

/// Stands for an absent value: nothing, `~` or `null`.
pub(super) const NULL: u8 = 1;
/// Nobody knows what stands here: an alias that leads nowhere, a branch nested too deeply.
pub(super) const UNKNOWN: u8 = 2;
/// A map that takes entries from others through `<<`.
pub(super) const MERGES: u8 = 4;
/// The key `<<`.
pub(super) const MERGE_KEY: u8 = 8;

/// One node.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    /// First byte of the content.
    pub start: u32,
    /// Byte after the content.
    pub end: u32,
    /// The next value of the same map, or the next item of the same sequence.
    pub next: u32,
    /// Map and sequence: the first child. Scalar: its decoded text, if that differs from the bytes. Alias: its target.
    pub link: u32,
    /// Value of a map: its key.
    pub key: u32,
    /// What it is.
    pub shape: Shape,
    /// How it is written.
    pub style: Style,
    /// Any of [`NULL`], [`UNKNOWN`], [`MERGES`], [`MERGE_KEY`].
    pub flags: u8,
    /// Column of the content of a block scalar; 255 if unknown.
    pub indent: u8,
}

impl Cell {
    /// Tells whether a flag is set.
    pub(super) fn is(self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Answers the bytes that belong to the node, its quotes included.
    pub(super) fn outer(self) -> (u32, u32) {
        let quoted = matches!(self.style, Style::SingleQuoted | Style::DoubleQuoted);
        if self.shape == Shape::Scalar && quoted {
            (self.start.saturating_sub(1), self.end + 1)
        } else {
            (self.start, self.end)
        }
    }
}

/// The nodes of one file.
#[derive(Debug, Clone, Default)]
pub(super) struct Arena {
    cells: Vec<Cell>,
    /// Decoded scalars, one after the other.
    decoded: String,
    /// Where each decoded scalar stands in `decoded`.
    strings: Vec<(u32, u32)>,
    /// Node, first byte and end of each tag, in order of the nodes.
    tags: Vec<(u32, u32, u32)>,
}

impl Arena {
    /// Makes room for the nodes of a text of `bytes` bytes.
    pub(super) fn for_text(bytes: usize) -> Self {
        Self { cells: Vec::with_capacity(bytes / 16 + 8), ..Self::default() }
    }

    /// Adds a node that nothing leads to yet, and answers its number.
    pub(super) fn add(&mut self, cell: Cell) -> u32 {
        self.cells.push(cell);
        self.cells.len() as u32 - 1
    }

    /// Keeps the decoded text of a scalar, and answers its number.
    pub(super) fn add_decoded(&mut self, text: &str) -> u32 {
        let start = self.decoded.len() as u32;
        self.decoded.push_str(text);
        self.strings.push((start, self.decoded.len() as u32));
        self.strings.len() as u32 - 1
    }

    /// Keeps the place of the tag of the node that was added last.
    pub(super) fn add_tag(&mut self, node: u32, start: u32, end: u32) {
        self.tags.push((node, start, end));
    }

    /// Answers a node.
    pub(super) fn cell(&self, node: u32) -> Cell {
        self.cells[node as usize]
    }

    /// Gives access to a node.
    pub(super) fn cell_mut(&mut self, node: u32) -> &mut Cell {
        &mut self.cells[node as usize]
    }

    /// Answers how many nodes there are.
    pub(super) fn len(&self) -> u32 {
        self.cells.len() as u32
    }

    /// Answers the value of a scalar.
    pub(super) fn value<'a>(&'a self, cell: Cell, source: &'a str) -> &'a str {
        if cell.link == NONE {
            return &source[cell.start as usize..cell.end as usize];
        }
        let (start, end) = self.strings[cell.link as usize];
        &self.decoded[start as usize..end as usize]
    }

    /// Answers the last value whose key is just this, among a map's own from `first` on: the question that is asked most of all.
    pub(super) fn last_of_key(&self, first: u32, name: &str, source: &str) -> Option<u32> {
        let (mut at, mut found) = (first, None);
        while let Some(value) = self.cells.get(at as usize).filter(|_| at != NONE) {
            let written = &self.cells[value.key as usize];
            let is_alias = written.shape == Shape::Alias;
            let key = if is_alias { &self.cells[written.link as usize] } else { written };
            let fits = key.link != NONE || (key.end - key.start) as usize == name.len();
            let is_name = key.shape == Shape::Scalar && !key.is(UNKNOWN) && !written.is(MERGE_KEY);
            if fits && is_name && self.value(*key, source) == name {
                found = Some(at);
            }
            at = value.next;
        }
        found
    }

    /// Answers the place of a node's tag.
    pub(super) fn tag(&self, node: u32) -> Option<(u32, u32)> {
        let at = self.tags.binary_search_by_key(&node, |tag| tag.0).ok()?;
        self.tags.get(at).map(|tag| (tag.1, tag.2))
    }
}
