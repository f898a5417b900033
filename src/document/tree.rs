//! A parsed file: its text, its tree, its comments, and what was wrong with it.

use super::arena::{Arena, NONE, Shape};
use super::builder::Built;
use super::model::{Problem, Repeated, Syntax};
use super::node::Node;
use super::repeated;
use super::syntax::Decode;
use crate::source::{FileId, Span, Text};
use std::sync::Arc;

/// The tree of one file. Nodes are read through [`Node`] handles, which borrow it.
///
/// However its aliases are laid out, a walk that follows every entry and item visits at most 20 000 nodes more than
/// 20 a byte, and goes at most 128 levels deep.
#[derive(Clone)]
pub struct Document {
    file: FileId,
    syntax: Syntax,
    text: Arc<str>,
    pub(super) arena: Arena,
    pub(super) decode: Decode,
    roots: Vec<u32>,
    comments: Vec<(u32, u32)>,
    problems: Vec<Problem>,
    repeated: Vec<Repeated>,
    /// Where each byte comes from, if the text was put together from several places.
    rendered: Option<Arc<Text>>,
}

impl Document {
    pub(super) fn new(file: FileId, syntax: Syntax, text: Arc<str>, built: Built, decode: Decode) -> Self {
        let Built { arena, roots, comments, problems } = built;
        let repeated = Vec::new();
        let rendered = None;
        let mut document = Self { file, syntax, text, arena, decode, roots, comments, problems, repeated, rendered };
        if syntax != Syntax::Ini {
            document.repeated = repeated::find(&document);
        }
        document
    }

    /// Lets every place be the one where a rendered text came from, byte for byte.
    pub(super) fn rendered_from(mut self, text: Arc<Text>) -> Self {
        let place = |span: Span| text.span_of(span.start as usize..span.end as usize);
        self.problems.iter_mut().for_each(|problem| problem.span = place(problem.span));
        for repeated in &mut self.repeated {
            (repeated.first, repeated.again) = (place(repeated.first), place(repeated.again));
        }
        self.rendered = Some(text);
        self
    }

    /// Makes the document that of another file with the same bytes.
    #[must_use]
    pub fn of_file(mut self, file: FileId) -> Self {
        self.file = file;
        self.problems.iter_mut().for_each(|problem| problem.span.file = file);
        let places = self.repeated.iter_mut().flat_map(|repeated| [&mut repeated.first, &mut repeated.again]);
        places.for_each(|place| place.file = file);
        self
    }

    /// Answers the text that the document was rendered from, if it was.
    pub(super) fn rendered(&self) -> Option<&Text> {
        self.rendered.as_deref()
    }

    /// Answers the place of bytes of the document's text.
    pub(super) fn place_of(&self, (start, end): (u32, u32)) -> Span {
        match &self.rendered {
            Some(text) => text.span_of(start as usize..end as usize),
            None => Span::new(self.file, start, end),
        }
    }

    /// Answers the file.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.file
    }

    /// Answers the syntax that the file was read as.
    #[must_use]
    pub fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// Answers the text of the file.
    #[must_use]
    pub fn text(&self) -> &Arc<str> {
        &self.text
    }

    /// Answers the outermost nodes: one for each document of a YAML file, else one.
    pub fn roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.roots.iter().map(|root| self.node(*root, NONE))
    }

    /// Answers the first of the outermost nodes.
    #[must_use]
    pub fn root(&self) -> Option<Node<'_>> {
        self.roots().next()
    }

    /// Answers the places of the comments, the comment sign included, in the order of the file.
    pub fn comments(&self) -> impl Iterator<Item = Span> {
        self.comments.iter().map(|range| self.place_of(*range))
    }

    /// Answers what could not be read, in the order of the file.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Answers the keys that are written twice in one map, in the order of the file; `<<` may be, and so may any key
    /// of an INI section.
    #[must_use]
    pub fn repeated(&self) -> &[Repeated] {
        &self.repeated
    }

    /// Answers a node; an alias is followed, and `place` is the alias that it was reached through.
    pub(super) fn node(&self, id: u32, place: u32) -> Node<'_> {
        let cell = self.arena.cell(id);
        if cell.shape == Shape::Alias {
            let place = if place == NONE { id } else { place };
            return Node { document: self, id: cell.link, place };
        }
        Node { document: self, id, place }
    }
}

impl std::fmt::Debug for Document {
    /// Shows no text: a document may hold secrets.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Document")
            .field("file", &self.file)
            .field("syntax", &self.syntax)
            .field("nodes", &self.arena.len())
            .field("problems", &self.problems)
            .finish_non_exhaustive()
    }
}
