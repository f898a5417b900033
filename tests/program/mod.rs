//! The program as people start it, and what it is started on: trees, and repositories with a history.

#![allow(dead_code, reason = "each suite takes what it needs")]

use gix::objs::tree::{Entry, EntryKind};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What came of a run.
pub struct Ran {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// The program in a folder, alike on every machine: nothing of the environment that it listens to.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stakelint"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    ["NO_COLOR", "COLUMNS", "STAKELINT_SALT"].iter().for_each(|name| _ = command.env_remove(name));
    command
}

/// Runs the program in a folder.
pub fn run(folder: &Path, arguments: &[&str]) -> Ran {
    ran(&mut command(folder, arguments))
}

/// Runs a command to its end.
pub fn ran(command: &mut Command) -> Ran {
    let ran = command.output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("what it writes is UTF-8");
    Ran { code: ran.status.code(), out: text(ran.stdout), err: text(ran.stderr) }
}

/// Writes a tree into a new folder.
pub fn tree(files: &[(&str, &str)]) -> TempDir {
    let tree = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = tree.path().join(path);
        fs::create_dir_all(path.parent().expect("has a folder")).expect("folders");
        fs::write(path, text).expect("written");
    }
    tree
}

/// The same, of texts that somebody owns.
pub fn tree_of(files: &[(&str, String)]) -> TempDir {
    tree(&files.iter().map(|(path, text)| (*path, text.as_str())).collect::<Vec<_>>())
}

/// Before the digits of a commit, a text that stands for a submodule which is at it.
pub const SUBMODULE: &str = "\0submodule ";

/// Commits a tree of texts to `HEAD`, at a time in seconds.
pub fn commit(repository: &gix::Repository, texts: &[(&str, &str)], seconds: u64) -> gix::ObjectId {
    let tree = object(repository, &texts.iter().copied().collect());
    let time = format!("{seconds} +0000");
    let who = gix::actor::SignatureRef { name: "a".into(), email: "a@example.org".into(), time: &time };
    let parents: Vec<gix::ObjectId> = repository.head_id().ok().map(gix::Id::detach).into_iter().collect();
    repository.commit_as(who, who, "HEAD", "a change", tree, parents).expect("a commit").detach()
}

fn object(repository: &gix::Repository, texts: &BTreeMap<&str, &str>) -> gix::ObjectId {
    let mut folders: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    let mut entries = Vec::new();
    for (path, text) in texts {
        match path.split_once('/') {
            Some((folder, rest)) => _ = folders.entry(folder).or_default().insert(rest, text),
            None => {
                let (mode, oid) = match text.strip_prefix(SUBMODULE) {
                    Some(digits) => {
                        (EntryKind::Commit, gix::ObjectId::from_hex(digits.as_bytes()).expect("is a commit"))
                    }
                    None => (EntryKind::Blob, repository.write_blob(text).expect("a blob").detach()),
                };
                entries.push(Entry { mode: mode.into(), filename: (*path).into(), oid });
            }
        }
    }
    for (folder, texts) in folders {
        let oid = object(repository, &texts);
        entries.push(Entry { mode: EntryKind::Tree.into(), filename: folder.into(), oid });
    }
    entries.sort();
    repository.write_object(gix::objs::Tree { entries }).expect("a tree").detach()
}

/// The texts of a folder's files, by their paths below it; what is no text is left out.
pub fn texts(folder: &Path) -> Vec<(String, String)> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file());
    let text = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(folder).ok()?.to_string_lossy().replace('\\', "/");
        Some((path, fs::read_to_string(entry.path()).ok()?))
    };
    files.filter_map(text).collect()
}

/// Copies a folder, but for its links.
pub fn copied(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().filter_map(Result::ok) {
        let target = to.join(entry.path().strip_prefix(from).expect("lies below"));
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).expect("a folder");
        } else if entry.file_type().is_file() {
            fs::copy(entry.path(), &target).expect("copied");
        }
    }
}
