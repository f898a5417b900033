//! Reads a folder as it was at a revision of its git repository, from the repository's objects.

use super::archive::{self, Packed};
use super::kept::Kept;
use super::model::{OpenError, Options, SourceFile};
use super::open::threads;
use super::place::Places;
use super::read::{self, Reading};
use super::tree::Workspace;
use super::walk::is_left_out;
use crate::config::Settings;
use crate::finding::NotChecked;
use crate::source::FileId;
use gix::ObjectId;
use gix::objs::tree::EntryKind;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Larger blobs are not read.
const LARGEST: u64 = 128 << 20;

/// The objects that the files of a revision are.
pub(super) struct Blobs {
    repository: gix::ThreadSafeRepository,
    /// In order of the files.
    ids: Vec<ObjectId>,
}

impl Blobs {
    /// Reads the file in a place of the order again.
    pub(super) fn read(&self, at: usize) -> Option<Vec<u8>> {
        let repository = self.repository.to_thread_local();
        let object = repository.find_object(*self.ids.get(at)?).ok()?;
        Some(object.data.clone())
    }
}

impl std::fmt::Debug for Blobs {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Blobs").field("files", &self.ids.len()).finish_non_exhaustive()
    }
}

/// A commit of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its full hash, in hexadecimal digits.
    pub id: String,
    /// When it was committed, in seconds since 1970.
    pub seconds: i64,
    /// The first line of its message.
    pub title: String,
}

/// A file of a revision: its path, and the object that it is.
pub(super) struct Entry {
    pub path: String,
    pub id: ObjectId,
    /// What it holds, if it lies in an archive, which is the object.
    pub packed: Option<Vec<u8>>,
}

/// What a revision holds.
#[derive(Default)]
pub(super) struct Listing {
    pub files: Vec<Entry>,
    pub links: Vec<Entry>,
    /// Commits of submodules.
    submodules: Vec<Entry>,
}

/// Opens a folder as it was at a revision; what is kept of another one is not read again.
pub(super) fn open(
    folder: &Path,
    revision: &str,
    settings: &Settings,
    options: &Options<'_>,
    kept: Option<&mut Kept>,
) -> Result<Workspace, OpenError> {
    let places = Places::open(&[folder.to_owned()], settings.path.as_deref())?;
    let fault = |why: String| OpenError::Revision(revision.to_owned(), why);
    let repository = discover(folder).map_err(&fault)?;
    let listing = list(&repository, folder, revision, |path| {
        let seen = places.seen_from_settings(path);
        !is_left_out(path, seen.as_deref(), settings)
    });
    let Listing { files: mut entries, links, submodules } = listing.map_err(&fault)?;
    unpack(&mut entries, &repository);
    let ids: Vec<ObjectId> = entries.iter().map(|entry| entry.id).collect();
    let shared = repository.clone().into_sync();
    let (files, left) = read_all(entries, &shared, options, kept.as_deref());
    if let Some(kept) = kept {
        kept.keep(&ids, &files, &left);
    }
    let mut workspace = Workspace { files, first: options.first, ..Workspace::default() };
    workspace.not_checked.extend(left.into_iter().flatten().map(|left| *left));
    workspace.set_submodules(submodules.into_iter().map(|entry| (entry.path.into(), hex(&entry.id))).collect());
    for Entry { path, id, .. } in links {
        let target = repository.find_object(id).ok().and_then(|object| String::from_utf8(object.data.clone()).ok());
        if let Some(target) = target.and_then(|target| joined(&path, &target)) {
            workspace.links.insert(path.into(), target.into());
        }
    }
    workspace.places = places;
    let blobs = Blobs { repository: shared, ids };
    workspace.take_plan(settings, |_, at, _| blobs.read(at));
    workspace.blobs = Some(blobs);
    Ok(workspace)
}

/// Answers the last commit that two revisions have in common.
///
/// # Errors
/// In words, if there is none, or one of them is not known.
pub fn merge_base(folder: &Path, one: &str, other: &str) -> Result<String, OpenError> {
    let fault = |why: String| OpenError::Revision(format!("{one}...{other}"), why);
    let repository = discover(folder).map_err(&fault)?;
    let id = |revision: &str| commit(&repository, revision).map(|commit| commit.id);
    let base = repository.merge_base(id(one).map_err(&fault)?, id(other).map_err(&fault)?);
    let none = || fault("the two have no commit in common".to_owned());
    base.ok().flatten().map(|base| base.detach().to_hex().to_string()).ok_or_else(none)
}

/// The commit at which work left another revision, the top folder of the work tree, and every file of the commit below it.
type Left = (String, PathBuf, BTreeMap<String, ObjectId>);

/// Answers where the work at hand left a revision, and what there was then.
pub(super) fn left_at(folder: &Path, revision: &str) -> Result<Left, String> {
    let repository = discover(folder).map_err(|_| "the folder is in no git repository".to_owned())?;
    let top = top(&repository).ok_or("the repository has no work tree")?;
    let (one, head) = (commit(&repository, revision)?.id, commit(&repository, "HEAD")?.id);
    let none = || "it has no commit in common with the work at hand (is it a shallow clone?)".to_owned();
    let base = repository.merge_base(one, head).ok().flatten().ok_or_else(none)?;
    let base = base.detach().to_hex().to_string();
    let listing = list(&repository, &top, &base, |_| true)?;
    Ok((base, top, listing.files.into_iter().map(|entry| (entry.path, entry.id)).collect()))
}

/// Lists the commits that lead to a revision, the newest first along first parents, back to another one (left out) if one is
/// given; no more than `most`.
///
/// # Errors
/// In words, if the folder is in no repository, or a revision is not known.
pub fn commits(folder: &Path, to: &str, from: Option<&str>, most: usize) -> Result<Vec<Commit>, OpenError> {
    let fault = |why: String| OpenError::Revision(to.to_owned(), why);
    let repository = discover(folder).map_err(&fault)?;
    let end = from.map(|from| commit(&repository, from).map(|commit| commit.id)).transpose().map_err(&fault)?;
    let mut at = Some(commit(&repository, to).map_err(&fault)?);
    let mut found = Vec::new();
    while let Some(commit) = at.filter(|commit| Some(commit.id) != end && found.len() < most) {
        let seconds = commit.time().map(|time| time.seconds).unwrap_or_default();
        let message = commit.message_raw().map(|message| message.to_string()).unwrap_or_default();
        let title = message.lines().next().unwrap_or_default().to_owned();
        found.push(Commit { id: commit.id.to_hex().to_string(), seconds, title });
        at = commit.parent_ids().next().and_then(|id| repository.find_commit(id).ok());
    }
    Ok(found)
}

pub(super) fn discover(folder: &Path) -> Result<gix::Repository, String> {
    let real = std::fs::canonicalize(folder).map_err(|error| error.kind().to_string())?;
    gix::discover(real).map_err(|_| "neither a folder, nor in a git repository whose revision it could be".to_owned())
}

/// Answers the real path of the top folder of the work tree.
pub(super) fn top(repository: &gix::Repository) -> Option<PathBuf> {
    std::fs::canonicalize(repository.workdir()?).ok()
}

fn commit<'r>(repository: &'r gix::Repository, revision: &str) -> Result<gix::Commit<'r>, String> {
    let unknown = || "the git repository knows no such revision".to_owned();
    let found = repository.rev_parse_single(revision).map_err(|_| unknown())?;
    let object = found.object().map_err(|_| "the repository does not hold this revision (is it a shallow clone?)")?;
    object.peel_to_commit().map_err(|_| unknown())
}

/// Lists the files of a folder at a revision, in byte order of their paths.
pub(super) fn list(
    repository: &gix::Repository,
    folder: &Path,
    revision: &str,
    keeps: impl Fn(&str) -> bool,
) -> Result<Listing, String> {
    let broken = || "the repository does not hold all of this revision (is it a shallow or partial clone?)".to_owned();
    let mut tree = commit(repository, revision)?.tree().map_err(|_| broken())?;
    let prefix = below_top(repository, folder);
    if !prefix.is_empty() {
        let entry = tree.lookup_entry_by_path(&prefix).map_err(|_| broken())?;
        let entry = entry.ok_or_else(|| format!("it has no folder `{prefix}`"))?;
        tree = entry.object().map_err(|_| broken())?.try_into_tree().map_err(|_| broken())?;
    }
    let mut listing = Listing::default();
    for found in tree.traverse().breadthfirst.files().map_err(|_| broken())? {
        let path = String::from_utf8_lossy(&found.filepath).into_owned();
        if !keeps(&path) {
            continue;
        }
        let entry = Entry { path, id: found.oid, packed: None };
        match found.mode.kind() {
            EntryKind::Blob | EntryKind::BlobExecutable => listing.files.push(entry),
            EntryKind::Link => listing.links.push(entry),
            EntryKind::Commit => listing.submodules.push(entry),
            EntryKind::Tree => {}
        }
    }
    listing.files.sort_by(|one, other| one.path.cmp(&other.path));
    listing.files.dedup_by(|one, other| one.path == other.path);
    Ok(listing)
}

/// Answers the digits of an object's name.
pub(super) fn hex(id: &gix::oid) -> String {
    id.to_hex().to_string()
}

/// Adds what lies in packed charts.
fn unpack(entries: &mut Vec<Entry>, repository: &gix::Repository) {
    let read = |at: usize| {
        let id = entries.get(at)?.id;
        repository.find_header(id).ok().filter(|header| header.size() <= archive::LARGEST)?;
        Some(repository.find_object(id).ok()?.data.clone())
    };
    let found = archive::unpack(entries.iter().map(|entry| entry.path.as_str()), read);
    if !found.is_empty() {
        let ids: Vec<ObjectId> = entries.iter().map(|entry| entry.id).collect();
        let entry = |Packed { archive, path, text }| Entry { path, id: ids[archive], packed: Some(text) };
        entries.extend(found.into_iter().map(entry));
        entries.sort_by(|one, other| one.path.cmp(&other.path));
    }
}

/// Answers the path of a folder from the top of its repository, with `/`.
fn below_top(repository: &gix::Repository, folder: &Path) -> String {
    let real = std::fs::canonicalize(folder).ok();
    let below = top(repository).zip(real).and_then(|(top, folder)| Some(folder.strip_prefix(&top).ok()?.to_owned()));
    let parts =
        below.iter().flat_map(|path| path.components()).map(|part| part.as_os_str().to_string_lossy().into_owned());
    parts.collect::<Vec<_>>().join("/")
}

/// The files, and for each the reason if it was left unread.
type Read = (Vec<SourceFile>, Vec<Option<Box<NotChecked>>>);

fn read_all(
    entries: Vec<Entry>,
    repository: &gix::ThreadSafeRepository,
    options: &Options<'_>,
    kept: Option<&Kept>,
) -> Read {
    let one = |repository: &gix::Repository, (number, entry): (usize, Entry)| {
        let id = FileId(options.first + number as u32);
        let known = kept.and_then(|kept| kept.find(&entry.path, entry.id, id));
        let Reading { file, not_checked } = known.unwrap_or_else(|| read_one(repository, id, entry));
        (file, not_checked)
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads(options.threads, entries.len())).build();
    match pool {
        Ok(pool) => pool.install(|| {
            let entries = entries.into_par_iter().enumerate();
            entries.map_init(|| repository.to_thread_local(), |repository, entry| one(repository, entry)).unzip()
        }),
        Err(_) => {
            let repository = repository.to_thread_local();
            entries.into_iter().enumerate().map(|entry| one(&repository, entry)).unzip()
        }
    }
}

fn read_one(repository: &gix::Repository, id: FileId, entry: Entry) -> Reading {
    let path: Box<str> = entry.path.into();
    if let Some(bytes) = entry.packed {
        return read::from_memory(id, path, false, &bytes);
    }
    if read::is_skipped(&path) {
        return read::from_memory(id, path, false, &[]);
    }
    if repository.find_header(entry.id).is_ok_and(|header| header.size() > LARGEST) {
        return read::left_out(id, path, "too large");
    }
    match repository.find_object(entry.id) {
        Ok(object) => read::from_memory(id, path, false, &object.data),
        Err(_) => read::left_out(id, path, "the repository does not hold it (is it a partial clone?)"),
    }
}

/// Answers where a relative link leads within the tree.
fn joined(link: &str, target: &str) -> Option<String> {
    let folder = link.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    if target.starts_with('/') {
        return None;
    }
    for part in target.trim_end().split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
