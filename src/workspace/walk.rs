//! Walks over what was given, once, and says which files are to be read.

use super::archive;
use super::name::{self, Name};
use super::place::{Places, Root, slashes};
use crate::config::Settings;
use crate::finding::{Globs, NotChecked};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::fs::{self, FileType};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Folders that tools fill; nobody deploys from them.
const BUILD_FOLDERS: [&str; 3] = [".git", "target", "node_modules"];

/// What a walk has found.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// In byte order of the paths.
    pub entries: Vec<Entry>,
    pub not_checked: Vec<NotChecked>,
    /// Symbolic links within the tree, and what they stand for.
    pub links: BTreeMap<Box<str>, Box<str>>,
    /// A file may be an archive of files.
    pub holds_packed: bool,
}

/// A file to read.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub path: Box<str>,
    /// What few files have; apart, since all are put in order.
    pub rare: Option<Box<Rare>>,
}

/// What is special about a file.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rare {
    /// Where it lies, if the path does not lead there because a name in it is no UTF-8.
    pub odd: Option<PathBuf>,
    /// The user has named this very file.
    pub named: bool,
    /// What it holds, if it lies in an archive.
    pub packed: Option<Vec<u8>>,
}

impl Entry {
    /// A file of a tree, with nothing special about it.
    pub(super) fn plain(path: impl Into<Box<str>>) -> Self {
        Self { path: path.into(), rare: None }
    }

    pub(super) fn rare(path: impl Into<Box<str>>, rare: Rare) -> Self {
        Self { path: path.into(), rare: Some(Box::new(rare)) }
    }

    /// Answers where it lies, if its path does not say so.
    pub(super) fn odd(&self) -> Option<&PathBuf> {
        self.rare.as_ref()?.odd.as_ref()
    }
}

/// Walks over everything that was given; a file that is reached twice counts once.
pub(super) fn walk(places: &Places, settings: &Settings, respect_gitignore: bool) -> Walk {
    let mut found = Walk::default();
    // Only names of folders and files go in, and the set is never iterated.
    let mut met = (places.roots().len() > 1).then(HashSet::new);
    for root in places.roots() {
        let mut visit = Visit { places, root, found: &mut found, met: met.as_mut() };
        match &root.file {
            Some(file) => visit.named_file(file),
            None if respect_gitignore => visit.respectful(settings),
            None => visit.everything(settings),
        }
    }
    // Long stretches are in order already, which this way of sorting makes use of.
    found.entries.par_sort();
    found
}

/// The walk over one root.
struct Visit<'v> {
    places: &'v Places,
    root: &'v Root,
    found: &'v mut Walk,
    met: Option<&'v mut HashSet<PathBuf>>,
}

impl Visit<'_> {
    fn named_file(&mut self, name: &str) {
        let (path, disk) = (format!("{}{name}", self.root.prefix), &self.root.path);
        let odd = (self.places.disk(&path) != *disk).then(|| disk.clone());
        if self.is_new(Path::new(name)) {
            self.found.holds_packed |= archive::may_be(&path);
            self.found.entries.push(Entry::rare(path, Rare { odd, named: true, packed: None }));
        }
    }

    /// Walks over the upper folders first, then over those below them side by side.
    fn everything(&mut self, settings: &Settings) {
        const UPPER: usize = 2;
        let filter = Filter::new(self.root, settings);
        let mut folders = Vec::new();
        let upper = walkdir::WalkDir::new(&self.root.path).max_depth(UPPER);
        self.part(upper, &filter, |entry| {
            if entry.depth() == UPPER && entry.file_type().is_dir() {
                folders.push(entry.into_path());
            }
        });
        // As the files in them will be in order.
        folders.sort_unstable_by(|one, other| as_folder(one).cmp(as_folder(other)));
        let lower = |folder: &PathBuf| walkdir::WalkDir::new(folder).min_depth(1);
        if self.met.is_some() {
            // What was met is known to one walk at a time.
            return folders.iter().for_each(|folder| self.part(lower(folder), &filter, |_| {}));
        }
        let (places, root) = (self.places, self.root);
        let parts = folders.par_iter().map(|folder| {
            let mut found = Walk::default();
            Visit { places, root, found: &mut found, met: None }.part(lower(folder), &filter, |_| {});
            found.entries.sort_unstable();
            found
        });
        let parts: Vec<Walk> = parts.collect();
        self.found.entries.reserve(parts.iter().map(|part| part.entries.len()).sum());
        for part in parts {
            self.found.entries.extend(part.entries);
            self.found.not_checked.extend(part.not_checked);
            self.found.links.extend(part.links);
            self.found.holds_packed |= part.holds_packed;
        }
    }

    fn part(&mut self, walk: walkdir::WalkDir, filter: &Filter, mut other: impl FnMut(walkdir::DirEntry)) {
        // What a part of the walk begins with was asked about by the part above it.
        let keeps = |entry: &walkdir::DirEntry| {
            entry.depth() == 0 || filter.keeps(entry.path(), entry.depth(), entry.file_type())
        };
        for entry in walk.into_iter().filter_entry(keeps) {
            match entry {
                Ok(entry) if entry.file_type().is_dir() => other(entry),
                Ok(entry) => self.entry(entry.path(), entry.file_type()),
                Err(error) => self.error(error.path(), error.io_error().map(std::io::Error::kind)),
            }
        }
    }

    fn respectful(&mut self, settings: &Settings) {
        let filter = Filter::new(self.root, settings);
        let mut walk = ignore::WalkBuilder::new(&self.root.path);
        walk.standard_filters(false).ignore(true).git_ignore(true).git_exclude(true).parents(true).require_git(false);
        walk.filter_entry(move |entry| {
            entry.file_type().is_none_or(|kind| filter.keeps(entry.path(), entry.depth(), kind))
        });
        for entry in walk.build() {
            match entry {
                Ok(entry) => {
                    if let Some(kind) = entry.file_type() {
                        self.entry(entry.path(), kind);
                    }
                }
                Err(error) => self.error(path_of(&error), error.io_error().map(std::io::Error::kind)),
            }
        }
    }

    fn entry(&mut self, path: &Path, kind: FileType) {
        if kind.is_dir() {
            return;
        }
        let (below, is_odd) = below(self.root, path);
        let mut shown = String::with_capacity(self.root.prefix.len() + below.len());
        shown.push_str(&self.root.prefix);
        shown.push_str(&below);
        if kind.is_symlink() {
            return self.link(path, shown);
        }
        if !kind.is_file() {
            return self.gap(shown, "neither a file nor a folder");
        }
        if self.is_new(path) {
            self.found.holds_packed |= archive::may_be(&shown);
            self.found.entries.push(match is_odd {
                true => Entry::rare(shown, Rare { odd: Some(path.to_owned()), ..Rare::default() }),
                false => Entry::plain(shown),
            });
        }
    }

    /// Tells whether the file has not been met from another root.
    fn is_new(&mut self, path: &Path) -> bool {
        let Self { root, met, .. } = self;
        let real = || root.folder.join(path.strip_prefix(&root.path).unwrap_or(path));
        met.as_mut().is_none_or(|met| met.insert(real()))
    }

    /// A link within the tree stands for a file that is read anyway; one that leads out of it is not followed.
    fn link(&mut self, path: &Path, shown: String) {
        let real = fs::canonicalize(path);
        if let Ok(real) = &real
            && let Some(target) = self.places.shown(real)
        {
            self.found.links.insert(shown.into(), target.into());
        } else {
            self.gap(shown, if real.is_ok() { "symbolic link out of the tree" } else { "symbolic link to nothing" });
        }
    }

    /// Notes what cannot be read although its name is that of something to check.
    fn gap(&mut self, path: String, why: &str) {
        if matches!(name::of(&path), Name::Known(_)) {
            self.found.not_checked.push(NotChecked { path, why: why.into(), gap: true });
        }
    }

    fn error(&mut self, path: Option<&Path>, kind: Option<ErrorKind>) {
        let Some(kind) = kind.filter(|kind| *kind != ErrorKind::NotFound) else { return };
        let below = path.map(|path| below(self.root, path).0).unwrap_or_default();
        let shown = format!("{}{below}", self.root.prefix);
        let path = if shown.is_empty() { ".".into() } else { shown };
        self.found.not_checked.push(NotChecked { path, why: kind.to_string(), gap: true });
    }
}

/// Tells whether a walk leaves a path out, because of a folder that it lies in or because the settings say so; `seen` is the path
/// as the settings see it.
pub(super) fn is_left_out(path: &str, seen: Option<&str>, settings: &Settings) -> bool {
    let mut folders = path.split('/').rev().skip(1);
    let built = folders.any(|folder| BUILD_FOLDERS.contains(&folder));
    let excluded = seen.is_some_and(|seen| {
        let ends = seen.match_indices('/').map(|(at, _)| at).chain([seen.len()]);
        ends.into_iter().any(|end| seen.get(..end).is_some_and(|part| settings.excludes(part)))
    });
    built || excluded
}

/// What the walk does not go into.
struct Filter {
    root: Root,
    exclude: Globs,
}

impl Filter {
    fn new(root: &Root, settings: &Settings) -> Self {
        Self { root: root.clone(), exclude: settings.exclude.iter().map(|glob| glob.matcher().clone()).collect() }
    }

    fn keeps(&self, path: &Path, depth: usize, kind: FileType) -> bool {
        if depth == 0 {
            return true;
        }
        let name = last_name(path);
        if (kind.is_dir() && BUILD_FOLDERS.iter().any(|folder| name == folder.as_bytes())) || name == b".git" {
            return false;
        }
        if self.exclude.is_empty() {
            return true;
        }
        let (below, _) = below(&self.root, path);
        let seen = self.root.seen_from_settings(&below);
        !seen.is_some_and(|seen| self.exclude.matches(&seen))
    }
}

/// Answers a path relative to its root, with `/`, and whether a name in it is no UTF-8.
fn below<'p>(root: &Root, path: &'p Path) -> (Cow<'p, str>, bool) {
    // The walk writes every path as the root was given, and the rest behind it.
    let start = root.path.as_os_str().as_encoded_bytes();
    let rest = path.as_os_str().as_encoded_bytes().strip_prefix(start).and_then(|rest| std::str::from_utf8(rest).ok());
    if let Some(rest) = rest {
        return (slashes(rest.trim_start_matches(std::path::is_separator)), false);
    }
    let path = path.strip_prefix(&root.path).unwrap_or(path);
    match path.to_str() {
        Some(path) => (slashes(path), false),
        None => (slashes(&path.to_string_lossy()).into_owned().into(), true),
    }
}

/// Answers the bytes that the paths of what lies in a folder begin with.
fn as_folder(path: &Path) -> impl Iterator<Item = u8> {
    path.as_os_str().as_encoded_bytes().iter().copied().chain([b'/'])
}

/// Answers the last name of a path that a walk has written.
fn last_name(path: &Path) -> &[u8] {
    let bytes = path.as_os_str().as_encoded_bytes();
    let before = memchr::memrchr2(b'/', std::path::MAIN_SEPARATOR as u8, bytes);
    before.and_then(|at| bytes.get(at + 1..)).unwrap_or(bytes)
}

/// Answers the path that an error of the respectful walk is about.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        ignore::Error::Partial(errors) => errors.iter().find_map(path_of),
        _ => None,
    }
}
