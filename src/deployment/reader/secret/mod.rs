//! Secrets that lie open in the tree. Their places are kept, their text never.

mod entries;
mod file;
mod misplaced;
mod name;
mod password;
mod text;
mod url;
mod value;

mod read;

pub(super) use misplaced::{Misplacing, is_clear, misplaced};
pub(super) use read::read;
