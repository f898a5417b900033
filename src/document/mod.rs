//! Text becomes one tree with the place of every value, whatever the syntax.

mod anchors;
mod arena;
mod builder;
mod entries;
mod model;
mod node;
mod pieces;
#[cfg(test)]
mod properties;
mod repeated;
mod syntax;
mod tree;

pub use entries::{Entries, Entry};
pub use model::{Kind, Problem, Repeated, Style, Syntax};
pub use node::Node;
pub use tree::Document;

use crate::source::FileId;
use std::sync::Arc;

/// Reads a text into a tree. It never fails: what cannot be read is a problem of the document, and the tree goes as far as
/// it can. Depth and size of the tree are bounded, and the time is in proportion to the text.
#[must_use]
pub fn parse(file: FileId, text: Arc<str>, syntax: Syntax) -> Document {
    let frontend = syntax::of(syntax);
    let built = syntax::read(frontend, file, &text);
    Document::new(file, syntax, text, built, frontend.decode)
}
