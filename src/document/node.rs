//! A handle to one node of a document: its value, its children, and where both stand.

use super::arena::{Cell, MERGES, NONE, NULL, Shape, UNKNOWN};
use super::entries::Entries;
use super::model::{Kind, Style};
use super::pieces::Pieces;
use super::syntax::Raw;
use super::tree::Document;
use crate::source::{Span, Text};

/// A node of a [`Document`]; it is as cheap to copy as a reference.
///
/// What an alias that leads nowhere stands for is unknown: such a node is a scalar without a value ([`Node::str`] answers
/// nothing), and its [`Node::text`] is a hole.
#[derive(Clone, Copy)]
pub struct Node<'d> {
    pub(super) document: &'d Document,
    pub(super) id: u32,
    /// The alias that it was reached through, if any.
    pub(super) place: u32,
}

impl<'d> Node<'d> {
    pub(super) fn cell(self) -> Cell {
        self.document.arena.cell(self.id)
    }

    fn span_at(self, range: (u32, u32)) -> Span {
        self.document.place_of(range)
    }

    /// Tells what the node is.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self.cell().shape {
            Shape::Map => Kind::Map,
            Shape::Sequence => Kind::Sequence,
            Shape::Scalar | Shape::Alias => Kind::Scalar,
        }
    }

    /// Tells how a scalar is written.
    #[must_use]
    pub fn style(self) -> Style {
        self.cell().style
    }

    /// Answers the tag as it is written, as `!reset` or `!!str`.
    #[must_use]
    pub fn tag(self) -> Option<&'d str> {
        let (start, end) = self.document.arena.tag(self.id)?;
        self.document.text().get(start as usize..end as usize)
    }

    /// Answers the bytes of the node where it is written: a scalar's content without its quotes, a block scalar's
    /// content without its last line break, a collection with its brackets.
    #[must_use]
    pub fn span(self) -> Span {
        let cell = self.cell();
        self.span_at((cell.start, cell.end))
    }

    /// Answers the place where the node is used: the alias that it was reached through, else its own bytes.
    #[must_use]
    pub fn place(self) -> Span {
        if self.place == NONE { self.span() } else { self.place_of_alias() }
    }

    fn place_of_alias(self) -> Span {
        let alias = self.document.arena.cell(self.place);
        self.span_at((alias.start, alias.end))
    }

    /// Answers the place where the node is used, quotes included.
    pub(super) fn outer_place(self) -> Span {
        if self.place == NONE { self.span_at(self.cell().outer()) } else { self.place_of_alias() }
    }

    /// Answers the value of a scalar. An absent value answers its text, `~`, `null` or nothing: ask [`Node::is_null`].
    #[must_use]
    pub fn str(self) -> Option<&'d str> {
        let cell = self.cell();
        (cell.shape == Shape::Scalar && !cell.is(UNKNOWN))
            .then(|| self.document.arena.value(cell, self.document.text()))
    }

    /// Answers the value of a scalar with the place of each byte.
    ///
    /// Escapes and folded line breaks are pieces of their own, so that a word inside a folded block has its own exact
    /// place. Through an alias the whole text is used at the alias, and each piece has its origin.
    #[must_use]
    pub fn text(self) -> Option<Text> {
        let cell = self.cell();
        if cell.shape != Shape::Scalar {
            return None;
        }
        let source: &str = self.document.text();
        let (start, end) = (cell.start as usize, cell.end as usize);
        if cell.is(UNKNOWN) {
            let mut text = Text::empty(self.place());
            text.push_hole(source.get(start..end).unwrap_or_default(), self.place());
            return Some(text);
        }
        let value = self.document.arena.value(cell, source);
        let mut pieces = Pieces::new(source);
        if cell.link == NONE {
            pieces.copy(start..end);
        } else {
            (self.document.decode)(Raw { start, end, style: cell.style, indent: cell.indent, value }, &mut pieces);
            if pieces.value() != value {
                pieces = Pieces::new(source);
                pieces.stand(value, start..end);
            }
        }
        let place = (self.place != NONE).then(|| self.place());
        Some(match self.document.rendered() {
            Some(rendered) => pieces.text_of(rendered, self.span()),
            None => pieces.text(self.document.file(), self.span(), place),
        })
    }

    /// Tells whether a value is absent: nothing, `~` or `null`, without quotes.
    #[must_use]
    pub fn is_null(self) -> bool {
        self.cell().is(NULL)
    }

    /// Looks a key up in a map: the last of its own entries, else the first of those it takes from others through `<<`.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Node<'d>> {
        if let Some(found) = self.own(key) {
            return Some(found);
        }
        if self.cell().is(MERGES) {
            self.entries().find(|entry| entry.name() == key).map(|entry| entry.value)
        } else {
            None
        }
    }

    fn own(self, key: &str) -> Option<Node<'d>> {
        let cell = self.cell();
        let first = if cell.shape == Shape::Map { cell.link } else { NONE };
        let found = self.document.arena.last_of_key(first, key, self.document.text())?;
        Some(self.document.node(found, self.place))
    }

    /// Answers the entries of a map: its own in the order of the file, then those it takes from others through `<<` and
    /// does not have itself. Of any other node, none.
    #[must_use]
    pub fn entries(self) -> Entries<'d> {
        Entries::all(self)
    }

    /// Answers the items of a sequence. Of any other node, none.
    pub fn items(self) -> impl Iterator<Item = Node<'d>> {
        let cell = self.cell();
        let mut next = if cell.shape == Shape::Sequence { cell.link } else { NONE };
        std::iter::from_fn(move || {
            let id = (next != NONE).then_some(next)?;
            next = self.document.arena.cell(id).next;
            Some(self.document.node(id, self.place))
        })
    }

    /// Looks up one key after the other.
    #[must_use]
    pub fn path_get(self, path: &[&str]) -> Option<Node<'d>> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }
}

impl PartialEq for Node<'_> {
    /// Two handles are equal if they lead to the same node through the same place.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.id == other.id && self.place == other.place
    }
}

impl Eq for Node<'_> {}

impl std::fmt::Debug for Node<'_> {
    /// Shows no text: a document may hold secrets.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Node").field("kind", &self.kind()).field("place", &self.place()).finish()
    }
}
