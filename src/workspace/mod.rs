//! Walks, reads and parses a tree, or a set of texts in memory: every file once, each with what it is.

mod keystore;
mod model;
mod name;
mod place;
mod read;
mod scan;
mod shape;
mod sniff;
mod tree;

pub use model::{Body, FileKind, Kdf, KdfFunction, Keystore, OpenError, Options, SourceFile};
pub use tree::Workspace;
