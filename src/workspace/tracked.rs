//! Which files git keeps: the names in the index of the work tree that a tree lies in.

use std::collections::HashSet;
use std::fs;
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
    let index = folder.ancestors().find_map(|top| Some((top, git_folder(top)?.join("index"))));
    let names = index.and_then(|(top, index)| Some((top, names(&fs::read(index).ok()?)?)));
    names.map_or(Tracked::Unknown, |(top, names)| Tracked::Index { top: top.to_owned(), names })
}

/// `.git` is a folder, or in a further work tree a file that names one.
fn git_folder(top: &Path) -> Option<PathBuf> {
    let git = top.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let text = fs::read_to_string(&git).ok()?;
    Some(top.join(text.strip_prefix("gitdir:")?.trim()))
}

/// Bytes of an entry before its name: times, device, modes, size, digest and flags (git's index format, versions 2 to 4).
const FIXED: usize = 62;

/// Reads the names of an index; nothing if it is none that we know.
fn names(bytes: &[u8]) -> Option<HashSet<Box<str>>> {
    let word = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let version = word(4).filter(|version| bytes.starts_with(b"DIRC") && (2..=4).contains(version))?;
    let count = word(8)? as usize;
    let mut names = HashSet::new();
    let (mut at, mut last) = (12, Vec::new());
    for _ in 0..count {
        let flags = u16::from_be_bytes(bytes.get(at + FIXED - 2..at + FIXED)?.try_into().ok()?);
        let mut start = at + FIXED + if flags & 0x4000 == 0 { 0 } else { 2 };
        let mut name = Vec::new();
        if version == 4 {
            let (cut, after) = offset(bytes, start)?;
            name.extend_from_slice(last.get(..usize::checked_sub(last.len(), cut)?)?);
            start = after;
        }
        let rest = bytes.get(start..)?;
        let length = memchr::memchr(0, rest)?;
        name.extend_from_slice(rest.get(..length)?);
        // Up to version 3 an entry is filled up to a multiple of eight bytes, with one at least.
        at = if version == 4 { start + length + 1 } else { at + (start + length - at + 8) / 8 * 8 };
        if let Ok(name) = std::str::from_utf8(&name) {
            names.insert(name.into());
        }
        last = name;
    }
    Some(names)
}

/// A number of variable length, as git writes it.
fn offset(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut byte = *bytes.get(at)?;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        at += 1;
        byte = *bytes.get(at)?;
        value = value.checked_add(1)?.checked_mul(128)?.checked_add(usize::from(byte & 0x7f))?;
    }
    Some((value, at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(version: u32, entries: &[(usize, &str)]) -> Vec<u8> {
        let mut bytes = [b"DIRC".as_slice(), &version.to_be_bytes(), &(entries.len() as u32).to_be_bytes()].concat();
        for (cut, name) in entries {
            let start = bytes.len();
            bytes.extend([0; FIXED]);
            if version == 4 {
                bytes.push(*cut as u8);
            }
            bytes.extend(name.as_bytes());
            bytes.push(0);
            while version < 4 && (bytes.len() - start) % 8 != 0 {
                bytes.push(0);
            }
        }
        bytes
    }

    #[test]
    fn names_of_all_versions_are_read() {
        let plain = names(&index(2, &[(0, "a/keystore-0.json"), (0, "b")])).expect("an index");
        let short = names(&index(4, &[(0, "a/keystore-0.json"), (6, "1.json")])).expect("an index");
        assert!(plain.len() == 2 && plain.contains("a/keystore-0.json") && plain.contains("b"));
        assert!(short.contains("a/keystore-0.json") && short.contains("a/keystore-1.json"));
    }

    #[test]
    fn a_torn_index_says_nothing() {
        let whole = index(2, &[(0, "a/keystore-0.json")]);
        assert!((0..whole.len() - 8).all(|length| names(&whole[..length]).is_none()));
        assert!(names(&index(5, &[])).is_none());
        assert!(names(&index(4, &[(9, "a")])).is_none());
    }
}
