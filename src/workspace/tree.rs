//! The files of one tree, found by number, path and folder.

use super::disk;
use super::model::{Body, Seen, SourceFile};
use super::place::Places;
use super::read::{self, Reading};
use super::revision::Blobs;
use super::tracked::Tracked;
use crate::document::Document;
use crate::finding::NotChecked;
use crate::source::{FileId, Quoting, Sources};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// Links of a tree that lead to one another at most; more is a loop.
const MOST_LINKS: usize = 40;

/// A tree of files, each read once.
#[derive(Debug, Default)]
pub struct Workspace {
    pub(super) files: Vec<SourceFile>,
    pub(super) not_checked: Vec<NotChecked>,
    /// Symbolic links within the tree: from their path to that of what they stand for.
    pub(super) links: BTreeMap<Box<str>, Box<str>>,
    pub(super) places: Places,
    /// Files whose path does not lead back to them, because their name is no UTF-8.
    pub(super) odd: BTreeMap<FileId, PathBuf>,
    /// Texts of a tree in memory that are kept nowhere else.
    pub(super) memory: BTreeMap<FileId, Arc<str>>,
    pub(super) settings_file: Option<FileId>,
    /// The emergency plan that the settings name.
    pub(super) plan: Option<FileId>,
    pub(super) tracked: Tracked,
    /// The commits of the repository's submodules by their paths, if the tree lies in a repository and somebody asked.
    pub(super) submodules: Option<BTreeMap<Box<str>, String>>,
    /// The number of the first file.
    pub(super) first: u32,
    /// The places of the files that are no keystores, once somebody has asked.
    pub(super) written: OnceLock<Vec<u32>>,
    /// Where the files lie if not on the disk.
    pub(super) blobs: Option<Blobs>,
}

impl Workspace {
    /// Makes a workspace of texts in memory, path and text; of two texts with one path the first counts.
    #[must_use]
    pub fn of(texts: &[(&str, &str)]) -> Self {
        Self::of_numbered(0, texts)
    }

    /// The same, with files numbered from `first` on: the earlier of two trees that are compared.
    #[must_use]
    pub fn of_numbered(first: u32, texts: &[(&str, &str)]) -> Self {
        let mut workspace = Self { first, ..Self::default() };
        workspace.fill(texts);
        // What git has checked out has a head.
        if workspace.find(".git/HEAD").is_some() {
            workspace.tracked = Tracked::All;
        }
        workspace
    }

    /// Makes a workspace of one text, as from standard input; it is read whatever its name says.
    #[must_use]
    pub fn of_one(name: &str, text: &str) -> Self {
        Self::of_bytes(name, text.as_bytes())
    }

    /// Makes a workspace of the bytes of one file, which need not be text.
    #[must_use]
    pub fn of_bytes(name: &str, bytes: &[u8]) -> Self {
        let mut workspace = Self::default();
        workspace.remember(name, bytes, true);
        workspace
    }

    fn fill(&mut self, texts: &[(&str, &str)]) {
        let mut texts = texts.to_vec();
        texts.sort_by_key(|(path, _)| *path);
        texts.dedup_by_key(|(path, _)| *path);
        texts.into_iter().for_each(|(path, text)| self.remember(path, text.as_bytes(), false));
    }

    fn remember(&mut self, path: &str, bytes: &[u8], named: bool) {
        let id = FileId(self.first + self.files.len() as u32);
        self.push(read::from_memory(id, path.into(), named, bytes));
        if self.file(id).keystore().is_some() {
            self.memory.insert(id, Arc::from(read::decode(id, bytes).0));
        }
    }

    pub(super) fn push(&mut self, reading: Reading) {
        self.written = OnceLock::new();
        self.files.push(reading.file);
        self.not_checked.extend(reading.not_checked.map(|not_checked| *not_checked));
    }

    /// Answers all files in byte order of their paths; they are numbered in this order.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// Answers the files that people and programs write to be read as text, in the same order: all but keystores, of which
    /// a tree can hold a hundred thousand.
    pub fn written(&self) -> impl Iterator<Item = &SourceFile> + Clone {
        self.written_places().iter().filter_map(|place| self.files.get(*place as usize))
    }

    /// Answers the same files for many threads.
    pub fn written_at_once(&self) -> impl ParallelIterator<Item = &SourceFile> {
        self.written_places().par_iter().filter_map(|place| self.files.get(*place as usize))
    }

    /// Answers those of the same files that somebody wants to look into, in the same order; of many files, many are asked at once.
    pub fn chosen<'w>(&'w self, wanted: impl Fn(&'w SourceFile) -> bool + Sync) -> Vec<&'w SourceFile> {
        self.found(|file| wanted(file).then_some(file))
    }

    /// Answers what is found in the same files, in the same order, as `chosen` does.
    pub fn found<'w, T: Send>(&'w self, find: impl Fn(&'w SourceFile) -> Option<T> + Sync) -> Vec<T> {
        /// For fewer it takes longer to wake the other threads.
        const MANY: usize = 500;
        if self.written_places().len() < MANY {
            return self.written().filter_map(find).collect();
        }
        self.written_at_once().filter_map(&find).collect()
    }

    fn written_places(&self) -> &[u32] {
        self.written.get_or_init(|| {
            let files = (0_u32..).zip(&self.files);
            files.filter(|(_, file)| file.keystore().is_none()).map(|(place, _)| place).collect()
        })
    }

    /// Answers a file by its number.
    ///
    /// # Panics
    /// If the number comes from another workspace, which is a fault of the caller.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[(id.0 - self.first) as usize]
    }

    /// Answers the file of a path, through symbolic links of the tree.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&SourceFile> {
        let path = self.resolve(path);
        let at = self.files.binary_search_by(|file| (*file.path).cmp(&*path)).ok()?;
        self.files.get(at)
    }

    /// Answers the tree of a file, if it has one.
    #[must_use]
    pub fn document(&self, id: FileId) -> Option<&Document> {
        self.file(id).document()
    }

    /// Tells whether there is a folder with files under this path.
    #[must_use]
    pub fn has_folder(&self, path: &str) -> bool {
        !self.under(path).is_empty()
    }

    /// Answers the files of a folder and of all folders in it, in byte order of their paths; the top folder is empty or `.`.
    #[must_use]
    pub fn under(&self, folder: &str) -> &[SourceFile] {
        let folder = self.resolve(folder);
        if folder.is_empty() || folder == "." {
            return &self.files;
        }
        let folder = format!("{}/", folder.trim_end_matches('/'));
        let start = self.files.partition_point(|file| *file.path < *folder);
        let rest = self.files.get(start..).unwrap_or_default();
        let length = rest.partition_point(|file| file.path.starts_with(&folder));
        rest.get(..length).unwrap_or_default()
    }

    /// Answers what could not be checked, in byte order of the paths.
    #[must_use]
    pub fn not_checked(&self) -> &[NotChecked] {
        &self.not_checked
    }

    /// Counts the files that were read.
    #[must_use]
    pub fn read_count(&self) -> usize {
        self.files.par_iter().with_min_len(1 << 14).filter(|file| !matches!(file.body, Body::None)).count()
    }

    /// Answers the path of a file in the git work tree around it, if git keeps the file.
    #[must_use]
    pub fn committed(&self, id: FileId) -> Option<String> {
        let path = &*self.file(id).path;
        match &self.tracked {
            Tracked::Unknown => None,
            Tracked::All => Some(path.to_owned()),
            Tracked::Index { top, names } => {
                let name = self.places.below(top, path)?;
                names.contains(&*name).then_some(name)
            }
        }
    }

    /// Answers the commits that submodules of the tree stand at, by their paths; nothing where that is not known, or where their
    /// files were read like all others.
    #[must_use]
    pub fn submodules(&self) -> Option<&BTreeMap<Box<str>, String>> {
        self.submodules.as_ref()
    }

    /// Answers the settings file, if it is one of the tree.
    #[must_use]
    pub fn settings_file(&self) -> Option<FileId> {
        self.settings_file
    }

    /// Answers a path as the globs of the settings file see it: relative to that file; nothing if it does not lie below.
    #[must_use]
    pub fn seen_from_settings<'p>(&self, path: &'p str) -> Option<Cow<'p, str>> {
        self.places.seen_from_settings(path)
    }

    /// Answers what stands before every path of this run as the settings file sees it; empty where that lies in the folder given.
    #[must_use]
    pub fn settings_prefix(&self) -> &str {
        self.places.settings_prefix()
    }

    /// Answers the symbolic links within the tree: their paths, and what they stand for.
    pub fn links(&self) -> impl Iterator<Item = (&str, &str)> {
        self.links.iter().map(|(path, target)| (&**path, &**target))
    }

    /// Follows the links of the tree.
    fn resolve<'p>(&self, path: &'p str) -> Cow<'p, str> {
        let mut path = Cow::Borrowed(path.strip_prefix("./").unwrap_or(path));
        if self.links.is_empty() {
            return path;
        }
        for _ in 0..MOST_LINKS {
            let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
            let found = ends.filter_map(|end| Some((self.links.get(path.get(..end)?)?, path.get(end..)?))).next();
            let Some((target, rest)) = found else { break };
            path = Cow::Owned(format!("{target}{rest}").trim_start_matches('/').to_owned());
        }
        path
    }

    fn read_again(&self, id: FileId, seen: Seen) -> Option<Arc<str>> {
        if let Some(text) = self.memory.get(&id) {
            return Some(Arc::clone(text));
        }
        let bytes = match &self.blobs {
            Some(blobs) => blobs.read((id.0 - self.first) as usize)?,
            None => disk::read_file(&self.lies(id)?).ok()?,
        };
        (Seen::of(&bytes) == seen).then(|| Arc::from(read::decode(id, &bytes).0))
    }
}

impl Sources for Workspace {
    fn path(&self, file: FileId) -> &str {
        &self.file(file).path
    }

    fn text(&self, file: FileId) -> Option<Arc<str>> {
        match &self.file(file).body {
            Body::Keystore(keystore) => self.read_again(file, keystore.seen),
            _ => self.file(file).text().cloned(),
        }
    }

    fn kind(&self, file: FileId) -> Quoting {
        let file = self.file(file);
        if file.holds_keys { Quoting::Closed } else { file.kind.quoting() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_numbered_in_byte_order() {
        let workspace =
            Workspace::of(&[("a/z.yml", "a: 1"), ("a-b/x.yml", "b: 1"), ("a/b.env", "C=1"), ("a/b.env", "")]);
        let paths: Vec<&str> = workspace.files().iter().map(|file| &*file.path).collect();
        assert_eq!(paths, ["a-b/x.yml", "a/b.env", "a/z.yml"]);
        assert_eq!(workspace.under("a").len(), 2);
        assert_eq!(workspace.under("a/").len(), 2);
        assert_eq!(workspace.under(".").len(), 3);
        assert!(workspace.has_folder("a-b") && !workspace.has_folder("a/b"));
        assert_eq!(workspace.find("a/z.yml").map(|file| file.id), Some(FileId(2)));
        assert_eq!(workspace.find("a/b.env").map(|file| file.text().map(|text| &**text)), Some(Some("C=1")));
    }

    #[test]
    fn links_lead_to_what_they_stand_for() {
        let mut workspace = Workspace::of(&[("shared/keys/k.yml", "a: 1")]);
        workspace.links.insert("host/keys".into(), "shared/keys".into());
        workspace.links.insert("loop".into(), "loop/x".into());
        assert!(workspace.find("host/keys/k.yml").is_some());
        assert!(workspace.has_folder("host/keys"));
        assert!(workspace.find("loop/k.yml").is_none());
    }

    #[test]
    fn secrets_are_not_for_quoting() {
        let workspace = Workspace::of(&[
            (".env", "A=1"),
            ("compose.yml", "services: {}"),
            ("password.txt", "hunter2"),
            ("request.json", r#"{"keystores": ["{\"crypto\": {\"kdf\": {}}}"]}"#),
            ("wallet.json", r#"{"version": 3, "crypto": {"kdf": "scrypt"}}"#),
        ]);
        let kinds: Vec<Quoting> = (0..5).map(|id| workspace.kind(FileId(id))).collect();
        let closed = Quoting::Closed;
        assert_eq!(kinds, [Quoting::Environment, Quoting::Free, closed, closed, closed]);
    }
}
