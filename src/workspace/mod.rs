//! Walks, reads and parses a tree, or a set of texts in memory: every file once, each with what it is.

mod changed;
mod archive;
mod disk;
mod kept;
mod keystore;
mod line;
mod model;
mod mould;
mod name;
mod named;
mod named_plan;
mod open;
mod past;
mod place;
mod read;
mod readings;
mod revision;
mod rewrite;
mod scan;
mod shape;
mod sniff;
mod submodule;
#[cfg(test)]
mod tests;
mod tracked;
mod tree;
mod unsaved;
mod walk;

pub use changed::Changed;
pub use disk::{open_file, read_file};
pub use keystore::embedded_keystore;
pub use line::Line;
pub use model::{Body, FileKind, Kdf, KdfFunction, Keystore, OpenError, Options, SourceFile};
pub use name::{LEFT, is_left_by_us};
pub use named::NamedFiles;
pub use past::Past;
pub use readings::Readings;
pub use revision::{Commit, commits, merge_base};
pub use tree::Workspace;

use crate::config::Settings;
use std::path::{Path, PathBuf};

/// The number of the first file of the earlier of two trees that are compared, so that a place tells which tree it lies in.
pub const EARLIER: u32 = 1 << 31;

/// Opens files and folders: one walk, then one read of each file, by many threads. With one folder paths are relative to it;
/// with several they begin with the path as given.
///
/// # Errors
/// A path that does not exist, that is neither file nor folder, or that the system does not let us read.
pub fn open(roots: &[PathBuf], settings: &Settings, options: &Options<'_>) -> Result<Workspace, OpenError> {
    open::open(roots, settings, options)
}

/// Opens a folder of a git repository as it was at a revision (`main`, `HEAD~1`, `v1.2`), from the repository's objects: nothing
/// is written, and nothing of the repository is run. Paths are relative to the folder.
///
/// # Errors
/// A folder that is in no repository, a revision that the repository does not know or that did not have the folder.
pub fn at_revision(
    folder: &Path,
    revision: &str,
    settings: &Settings,
    options: &Options<'_>,
) -> Result<Workspace, OpenError> {
    revision::open(folder, revision, settings, options, None)
}

/// Compares a tree on the disk with the commit at which its work left a revision, by the repository's objects.
///
/// # Errors
/// A tree that is in no repository, a revision that the repository does not know or that has nothing in common with the work.
pub fn changed_since(workspace: &Workspace, revision: &str) -> Result<Changed, OpenError> {
    changed::since(workspace, revision)
}
