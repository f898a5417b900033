//! What the syntaxes write into: it links nodes as they come, and keeps depth and alias expansion within bounds.

use super::anchors::{Anchors, Refusal};
use super::arena::{Arena, Cell, MERGE_KEY, MERGES, NONE, NULL, Shape, UNKNOWN};
use super::model::{Problem, Style};
use crate::source::{FileId, Span};
use std::ops::Range;

/// How many maps and sequences may stand inside each other, aliases expanded; what lies deeper is left out.
pub(super) const DEPTH: usize = 128;

/// How many problems of one file are reported; after the first few, nobody reads on.
const PROBLEMS: usize = 100;

/// A map or sequence that is being filled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    node: u32,
    last: u32,
    key: u32,
    height: u32,
    /// How many nodes came before it, expanded.
    before: u64,
    anchor: usize,
}

/// A scalar as a syntax found it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf<'v> {
    /// The bytes of its content, without quotes.
    pub range: (usize, usize),
    /// How it is written.
    pub style: Style,
    /// Its value, if that differs from the bytes.
    pub decoded: Option<&'v str>,
    /// Whether it stands for no value at all.
    pub is_null: bool,
    /// Column of the content of a block scalar; 255 if unknown.
    pub indent: u8,
}

impl Leaf<'_> {
    /// Makes a scalar whose value is its bytes.
    pub(super) fn new(range: Range<usize>, style: Style) -> Self {
        Self { range: (range.start, range.end), style, decoded: None, is_null: false, indent: 255 }
    }
}

/// A tree under construction.
#[derive(Debug)]
pub(super) struct Builder<'s> {
    source: &'s str,
    file: FileId,
    arena: Arena,
    frames: Vec<Frame>,
    /// How many collections deep we are in a branch that is left out.
    pruned: usize,
    /// The node that a tag or an anchor would belong to.
    latest: u32,
    /// How many nodes there are, aliases expanded.
    expanded: u64,
    anchors: Anchors,
    roots: Vec<u32>,
    comments: Vec<(u32, u32)>,
    problems: Vec<Problem>,
    told_depth: bool,
}

/// A finished tree.
#[derive(Debug, Clone, Default)]
pub(super) struct Built {
    /// The nodes.
    pub arena: Arena,
    /// The outermost nodes.
    pub roots: Vec<u32>,
    /// The comments, in the order of the file.
    pub comments: Vec<(u32, u32)>,
    /// What could not be read, in the order of the file.
    pub problems: Vec<Problem>,
}

impl<'s> Builder<'s> {
    /// Starts the tree of a file.
    pub(super) fn new(file: FileId, source: &'s str) -> Self {
        Self {
            source,
            file,
            arena: Arena::for_text(source.len()),
            frames: Vec::with_capacity(16),
            pruned: 0,
            latest: NONE,
            expanded: 0,
            anchors: Anchors::for_text(source.len()),
            roots: Vec::new(),
            comments: Vec::new(),
            problems: Vec::new(),
            told_depth: false,
        }
    }

    /// Answers the text that is being read.
    pub(super) fn source(&self) -> &'s str {
        self.source
    }

    /// Starts a map or a sequence; `range` is what stands of it already, as a bracket or a header.
    pub(super) fn open(&mut self, shape: Shape, range: Range<usize>) {
        let (start, end) = (range.start as u32, range.end as u32);
        if self.pruned > 0 || self.frames.len() >= DEPTH {
            self.prune(start);
            return;
        }
        let before = self.expanded;
        let node = self.attach(cell(shape, start, end, Style::Plain));
        self.latest = node;
        self.frames.push(Frame { node, last: NONE, key: NONE, height: 0, before, anchor: 0 });
    }

    fn prune(&mut self, start: u32) {
        if self.pruned == 0 {
            self.attach(Cell { flags: UNKNOWN, ..cell(Shape::Scalar, start, start, Style::Plain) });
            if !self.told_depth {
                self.told_depth = true;
                self.problem(start as usize..start as usize + 1, "nested deeper than 128 levels; the rest is left out");
            }
        }
        self.latest = NONE;
        self.pruned += 1;
    }

    /// Ends the innermost map or sequence. Without `end`, it ends where its last child does.
    pub(super) fn close(&mut self, end: Option<usize>) -> Option<Frame> {
        if self.pruned > 0 {
            self.pruned -= 1;
            return None;
        }
        self.complete_entry();
        let frame = self.frames.pop()?;
        let end = end.map_or_else(|| self.end_of_children(frame), |end| end as u32);
        let cell = self.arena.cell_mut(frame.node);
        cell.end = cell.end.max(end);
        let height = frame.height + 1;
        if let Some(parent) = self.frames.last_mut() {
            parent.height = parent.height.max(height);
        }
        self.anchors.complete(frame.anchor, self.expanded - frame.before, height);
        Some(frame)
    }

    /// Goes on with a map that was closed before, as an INI section that is written in two places.
    pub(super) fn reopen(&mut self, frame: Frame) {
        self.frames.push(frame);
    }

    /// Of a key whose value never came, because the text is torn, nobody knows the value.
    fn complete_entry(&mut self) {
        let Some(frame) = self.frames.last().filter(|frame| frame.key != NONE) else { return };
        let end = self.arena.cell(frame.key).outer().1 as usize;
        self.unknown(end..end);
    }

    fn end_of_children(&self, frame: Frame) -> u32 {
        if frame.last == NONE {
            return self.arena.cell(frame.node).start;
        }
        let value = self.arena.cell(frame.last);
        let key_end = if value.key == NONE { 0 } else { self.arena.cell(value.key).outer().1 };
        value.outer().1.max(key_end)
    }

    /// Adds a scalar.
    pub(super) fn scalar(&mut self, leaf: Leaf<'_>) {
        if self.pruned > 0 {
            self.latest = NONE;
            return;
        }
        let link = leaf.decoded.map_or(NONE, |text| self.arena.add_decoded(text));
        let flags = if leaf.is_null { NULL } else { 0 };
        let base = cell(Shape::Scalar, leaf.range.0 as u32, leaf.range.1 as u32, leaf.style);
        self.latest = self.attach(Cell { link, flags, indent: leaf.indent, ..base });
    }

    /// Adds a reference to the node with the anchor `id`.
    pub(super) fn alias(&mut self, range: Range<usize>, id: usize) {
        if self.pruned > 0 {
            return;
        }
        let (start, end) = (range.start as u32, range.end as u32);
        match self.anchors.follow(id, self.frames.len()) {
            Ok(anchor) => {
                self.attach(Cell { link: anchor.node, ..cell(Shape::Alias, start, end, Style::Plain) });
                self.expanded += anchor.size;
                if let Some(frame) = self.frames.last_mut() {
                    frame.height = frame.height.max(anchor.height);
                }
            }
            Err(refusal) => self.dead_alias(range, refusal),
        }
    }

    /// Adds a reference that leads nowhere; nobody knows its value.
    pub(super) fn dead_alias(&mut self, range: Range<usize>, refusal: Refusal) {
        if self.pruned > 0 {
            return;
        }
        self.unknown(range.clone());
        if self.anchors.is_news(refusal) {
            self.problem(range, refusal.message());
        }
    }

    /// Adds a scalar that nobody knows the value of.
    pub(super) fn unknown(&mut self, range: Range<usize>) {
        if self.pruned == 0 {
            let base = cell(Shape::Scalar, range.start as u32, range.end as u32, Style::Plain);
            self.attach(Cell { flags: UNKNOWN, ..base });
        }
    }

    /// Names the node that was added last, so that aliases find it.
    pub(super) fn anchor(&mut self, id: usize) {
        if self.latest == NONE {
            return;
        }
        let opened = self.frames.last_mut().filter(|frame| frame.node == self.latest);
        self.anchors.declare(id, self.latest, opened.is_none());
        if let Some(frame) = opened {
            frame.anchor = id;
        }
    }

    /// Gives the node that was added last a tag.
    pub(super) fn tag(&mut self, range: Range<usize>) {
        if self.latest != NONE {
            self.arena.add_tag(self.latest, range.start as u32, range.end as u32);
        }
    }

    /// Marks the key that was added last as `<<`, and its map as one that takes entries from others.
    pub(super) fn merge_key(&mut self) {
        let Some(frame) = self.frames.last().filter(|frame| frame.key != NONE && frame.key == self.latest) else {
            return;
        };
        self.arena.cell_mut(frame.key).flags |= MERGE_KEY;
        self.arena.cell_mut(frame.node).flags |= MERGES;
    }

    /// Tells whether the next node would be a key.
    pub(super) fn expects_key(&self) -> bool {
        self.pruned == 0
            && self
                .frames
                .last()
                .is_some_and(|frame| frame.key == NONE && self.arena.cell(frame.node).shape == Shape::Map)
    }

    /// Keeps the place of a comment, its sign included.
    pub(super) fn comment(&mut self, range: Range<usize>) {
        self.comments.push((range.start as u32, range.end as u32));
    }

    /// Reports bytes that could not be read; the range is widened to whole characters inside the text.
    pub(super) fn problem(&mut self, range: Range<usize>, message: &str) {
        if self.problems.len() >= PROBLEMS {
            return;
        }
        let (mut start, mut end) = (range.start.min(self.source.len()), range.end.min(self.source.len()));
        while !self.source.is_char_boundary(start) {
            start -= 1;
        }
        while !self.source.is_char_boundary(end) {
            end += 1;
        }
        self.problems.push(Problem { span: Span::new(self.file, start as u32, end as u32), message: message.into() });
    }

    /// Ends everything that is open, as far as it goes.
    pub(super) fn close_all(&mut self) {
        self.pruned = 0;
        while self.close(None).is_some() {}
    }

    /// Ends the tree.
    pub(super) fn finish(mut self) -> Built {
        self.close_all();
        self.comments.sort_unstable();
        self.problems.sort_by_key(|problem| problem.span);
        Built { arena: self.arena, roots: self.roots, comments: self.comments, problems: self.problems }
    }

    fn attach(&mut self, mut cell: Cell) -> u32 {
        self.expanded += 1;
        let node = self.arena.len();
        let Some(frame) = self.frames.last_mut() else {
            self.roots.push(node);
            return self.arena.add(cell);
        };
        if self.arena.cell(frame.node).shape == Shape::Map {
            if frame.key == NONE {
                frame.key = node;
                return self.arena.add(cell);
            }
            cell.key = frame.key;
            frame.key = NONE;
        }
        let previous = std::mem::replace(&mut frame.last, node);
        let parent = frame.node;
        if previous == NONE {
            self.arena.cell_mut(parent).link = node;
        } else {
            self.arena.cell_mut(previous).next = node;
        }
        self.arena.add(cell)
    }
}

fn cell(shape: Shape, start: u32, end: u32, style: Style) -> Cell {
    Cell { start, end, next: NONE, link: NONE, key: NONE, shape, style, flags: 0, indent: 255 }
}
