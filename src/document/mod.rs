//! Text becomes one tree with the place of every value, whatever the syntax.

mod anchors;
mod arena;
mod builder;
mod entries;
mod model;
mod node;
mod pieces;
mod rendered;
#[cfg(test)]
mod properties;
mod repeated;
mod syntax;
mod tree;

pub use entries::{Entries, Entry};
pub use model::{Kind, Problem, Repeated, Style, Syntax};
pub use node::Node;
pub use rendered::parse_rendered;
pub(crate) use syntax::json_run_end;
pub use tree::Document;

use crate::source::FileId;
use std::sync::Arc;

/// Reads a text into a tree. It never fails: what cannot be read is a problem of the document, and the tree goes as far as
/// it can. Depth and size of the tree are bounded, and the time is in proportion to the text.
///
/// ```
/// use stakelint::document::{Syntax, parse};
/// use stakelint::source::FileId;
///
/// let text = "vc:\n  command: >\n    lighthouse vc\n    --metrics\n";
/// let document = parse(FileId(0), text.into(), Syntax::Yaml);
/// let command = document.root().and_then(|root| root.path_get(&["vc", "command"])?.text()).expect("is there");
/// assert_eq!(command.value(), "lighthouse vc --metrics\n");
/// let flag = command.span_of(14..23);
/// assert_eq!(&text[flag.start as usize..flag.end as usize], "--metrics");
/// ```
#[must_use]
pub fn parse(file: FileId, text: Arc<str>, syntax: Syntax) -> Document {
    let frontend = syntax::of(syntax);
    let built = syntax::read(frontend, file, &text);
    Document::new(file, syntax, text, built, frontend.decode)
}
