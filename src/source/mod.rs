//! Places in files, values that know their place, and the files that were read.

mod map;
mod model;
mod text;

pub use map::{LineIndex, Position, Quoting, Sources};
pub use model::{FileId, Span, Spanned};
pub use text::{Segment, Text};
