//! Walks, reads and parses a tree, or a set of texts in memory: every file once, each with what it is.

mod keystore;
mod model;
mod name;
mod named;
mod open;
mod place;
mod read;
mod scan;
mod shape;
mod sniff;
#[cfg(test)]
mod tests;
mod tracked;
mod tree;
mod walk;

pub use keystore::embedded_keystore;
pub use model::{Body, FileKind, Kdf, KdfFunction, Keystore, OpenError, Options, SourceFile};
pub use named::NamedFiles;
pub use tree::Workspace;

use crate::config::Settings;
use std::path::PathBuf;

/// Opens files and folders: one walk, then one read of each file, by many threads. With one folder paths are relative to it;
/// with several they begin with the path as given.
///
/// # Errors
/// A path that does not exist, that is neither file nor folder, or that the system does not let us read.
pub fn open(roots: &[PathBuf], settings: &Settings, options: &Options<'_>) -> Result<Workspace, OpenError> {
    open::open(roots, settings, options)
}
