//! Which files git keeps: the names in the index of the work tree that a tree lies in.

use super::revision::{discover, top};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// What is known of the git work tree around a tree.
#[derive(Debug, Default)]
pub(super) enum Tracked {
    /// There is none, or its index cannot be read.
    #[default]
    Unknown,
    /// Every file is kept: the tree is one of a commit, or of a work tree in memory.
    All,
    /// The index of the work tree that begins in a folder.
    Index {
        /// The top folder of the work tree.
        top: PathBuf,
        /// Paths below it, with `/`.
        names: HashSet<Box<str>>,
    },
}

/// Reads the index of the work tree that holds a folder.
pub(super) fn around(folder: &Path) -> Tracked {
    read(folder).map_or(Tracked::Unknown, |(top, names)| Tracked::Index { top, names })
}

fn read(folder: &Path) -> Option<(PathBuf, HashSet<Box<str>>)> {
    let repository = discover(folder).ok()?;
    let top = top(&repository)?;
    let index = repository.open_index().ok()?;
    let names = index.entries().iter().filter_map(|entry| std::str::from_utf8(entry.path(&index)).ok());
    Some((top, names.map(Box::from).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use gix::objs::tree::{Entry, EntryKind};

    /// Makes a repository whose index names these files of its top folder.
    fn repository(names: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let repository = gix::init(folder.path()).expect("a repository");
        let entry = |name: &&str| {
            let oid = repository.write_blob(name).expect("a blob").detach();
            Entry { mode: EntryKind::Blob.into(), filename: (*name).into(), oid }
        };
        let mut entries: Vec<Entry> = names.iter().map(entry).collect();
        entries.sort();
        let tree = repository.write_object(gix::objs::Tree { entries }).expect("a tree");
        let mut index = repository.index_from_tree(&tree).expect("an index");
        index.write(gix::index::write::Options::default()).expect("written");
        folder
    }

    #[test]
    fn names_of_the_index_are_those_below_the_top() {
        let folder = repository(&["compose.yml", "keystore-0.json"]);
        let below = folder.path().join("hosts/a");
        std::fs::create_dir_all(&below).expect("folders");
        let Tracked::Index { top, names } = around(&below) else { panic!("has an index") };
        assert_eq!(top, std::fs::canonicalize(folder.path()).expect("is there"));
        assert!(names.len() == 2 && names.contains("keystore-0.json"));
    }

    #[test]
    fn a_torn_index_says_nothing() {
        let folder = repository(&["compose.yml"]);
        let index = folder.path().join(".git/index");
        let bytes = std::fs::read(&index).expect("is there");
        std::fs::write(&index, &bytes[..bytes.len() / 2]).expect("written");
        assert!(matches!(around(folder.path()), Tracked::Unknown));
        assert!(matches!(around(tempfile::tempdir().expect("a folder").path()), Tracked::Unknown));
    }
}
