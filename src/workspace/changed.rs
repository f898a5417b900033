//! Which files of a tree differ from what its git repository holds: at the point where the work left another revision.

use super::archive;
use super::disk;
use super::model::{OpenError, SourceFile};
use super::revision;
use super::tree::Workspace;
use crate::source::FileId;
use gix::ObjectId;
use gix::objs::Kind;
use memchr::memmem;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// What has changed since a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The commit that the tree is compared with: the last one that the work has in common with the revision.
    pub base: String,
    /// Files that differ, and those that were not there.
    pub files: BTreeSet<FileId>,
    /// A file of the tree as it was then is gone.
    pub deleted: bool,
}

/// Compares a tree with the commit at which its work left a revision.
pub(super) fn since(workspace: &Workspace, revision: &str) -> Result<Changed, OpenError> {
    let fault = |why: String| OpenError::Revision(revision.to_owned(), why);
    let folder =
        workspace.places.first().ok_or_else(|| fault("what is checked does not lie on the disk".to_owned()))?;
    let (base, top, known) = revision::left_at(folder, revision).map_err(&fault)?;
    // What lies in an archive has changed if the archive has.
    let holder = |file: &SourceFile| Some(workspace.find(archive::holder(&file.path)?)?.id);
    let own = workspace.files.iter().filter(|file| holder(file).is_none());
    let files: Vec<(FileId, Option<String>)> =
        own.map(|file| (file.id, workspace.places.below(&top, &file.path))).collect();
    let differs = |(file, path): &&(FileId, Option<String>)| match path.as_ref().and_then(|path| known.get(path)) {
        Some(id) => !is_still(workspace, *file, *id),
        None => true,
    };
    let changed: Vec<FileId> = files.par_iter().filter(differs).map(|(file, _)| *file).collect();
    let mut files: BTreeSet<FileId> = changed.into_iter().collect();
    let packed = workspace.files.iter().filter(|file| holder(file).is_some_and(|outer| files.contains(&outer)));
    let packed: Vec<FileId> = packed.map(|file| file.id).collect();
    files.extend(packed);
    Ok(Changed { base, files, deleted: is_any_gone(workspace, &top, &known) })
}

/// Of larger files, which nobody reads either, every one counts as changed.
const LARGEST: u64 = 128 << 20;

/// Tells whether a file still holds what an object holds.
fn is_still(workspace: &Workspace, file: FileId, id: ObjectId) -> bool {
    let small = |path: &Path| fs::metadata(path).is_ok_and(|about| about.is_file() && about.len() <= LARGEST);
    let bytes = workspace.lies(file).filter(|path| small(path)).and_then(|path| disk::read_file(&path).ok());
    let Some(bytes) = bytes else { return false };
    let is_same = |bytes: &[u8]| gix::objs::compute_hash(id.kind(), Kind::Blob, bytes).is_ok_and(|own| own == id);
    // Where git writes line breaks as Windows has them, the repository still holds them as they were.
    is_same(&bytes) || memmem::find(&bytes, b"\r\n").is_some() && is_same(&unix(&bytes))
}

fn unix(bytes: &[u8]) -> Vec<u8> {
    let is_break = |at: usize| bytes.get(at) == Some(&b'\r') && bytes.get(at + 1) == Some(&b'\n');
    bytes.iter().enumerate().filter(|(at, _)| !is_break(*at)).map(|(_, byte)| *byte).collect()
}

/// Tells whether a file of the objects that would be part of the tree is no longer there.
fn is_any_gone(workspace: &Workspace, top: &Path, known: &BTreeMap<String, ObjectId>) -> bool {
    let roots: Vec<String> = workspace.places.roots().iter().filter_map(|root| root.below(top)).collect();
    let within =
        |path: &str| roots.iter().any(|root| root.is_empty() || path == root || path.starts_with(&format!("{root}/")));
    known.keys().any(|path| within(path) && fs::symlink_metadata(top.join(path)).is_err())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_breaks_of_windows_become_those_of_unix() {
        assert_eq!(unix(b"a\r\nb\rc\r\n"), b"a\nb\rc\n");
    }
}
