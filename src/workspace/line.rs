//! A line of commits: what each holds that is worth reading, told by object ids before anything is read.

use super::archive;
use super::kept::Kept;
use super::model::{OpenError, Options};
use super::place::Places;
use super::read;
use super::revision::{self, Commit};
use super::tree::Workspace;
use super::walk::is_left_out;
use crate::config::Settings;
use gix::ObjectId;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// The files of a tree that are worth reading, and the objects that they are.
type Files = Rc<BTreeMap<String, ObjectId>>;

/// Commits along first parents, the oldest first.
pub struct Line<'s> {
    repository: gix::Repository,
    folder: PathBuf,
    places: Places,
    settings: &'s Settings,
    commits: Vec<Commit>,
    /// The tree that was listed last, and its commit: neighbours are compared.
    listed: RefCell<Vec<(usize, Files)>>,
    /// The files of the tree that was opened last: its neighbours have most of them.
    kept: RefCell<Kept>,
}

impl<'s> Line<'s> {
    /// Opens the line that leads to a revision, from the beginning or from behind another one.
    ///
    /// # Errors
    /// In words, if the folder is in no repository, or a revision is not known.
    pub fn open(folder: &Path, from: Option<&str>, to: &str, settings: &'s Settings) -> Result<Self, OpenError> {
        Self::of(folder, from, to, usize::MAX, settings)
    }

    /// Opens the last commits of the line that leads to a revision.
    ///
    /// # Errors
    /// The same.
    pub fn last(folder: &Path, to: &str, most: usize, settings: &'s Settings) -> Result<Self, OpenError> {
        Self::of(folder, None, to, most, settings)
    }

    fn of(folder: &Path, from: Option<&str>, to: &str, most: usize, settings: &'s Settings) -> Result<Self, OpenError> {
        let mut commits = revision::commits(folder, to, from, most)?;
        commits.reverse();
        let places = Places::open(&[folder.to_owned()], settings.path.as_deref())?;
        let repository = revision::discover(folder).map_err(|why| OpenError::Revision(to.to_owned(), why))?;
        let (folder, listed, kept) = (folder.to_owned(), RefCell::default(), RefCell::default());
        Ok(Self { repository, folder, places, settings, commits, listed, kept })
    }

    /// Answers the commits, the oldest first.
    #[must_use]
    pub fn commits(&self) -> &[Commit] {
        &self.commits
    }

    /// Answers a digest of all that is worth reading at a commit; where the folder is not there yet, that of nothing.
    ///
    /// # Errors
    /// In words, if the repository does not hold the commit.
    pub fn fingerprint(&self, at: usize) -> Result<u64, OpenError> {
        let mut hasher = DefaultHasher::new();
        self.files(at)?.hash(&mut hasher);
        Ok(hasher.finish())
    }

    /// Opens the tree of a commit; where the folder is not there yet, an empty one. What it has in common with the one that was
    /// opened before it is not read again.
    ///
    /// # Errors
    /// In words, if the repository does not hold the commit.
    pub fn workspace(&self, at: usize, options: &Options<'_>) -> Result<Workspace, OpenError> {
        let empty = self.files(at)?.is_empty();
        let commit = self.commits.get(at).filter(|_| !empty);
        let none = || Ok(Workspace::of_numbered(options.first, &[]));
        let kept = &mut *self.kept.borrow_mut();
        commit.map_or_else(none, |commit| revision::open(&self.folder, &commit.id, self.settings, options, Some(kept)))
    }

    /// Tells whether a file that changes between two commits, before or after that, holds what is looked for.
    ///
    /// # Errors
    /// In words, if the repository does not hold one of them.
    pub fn touches(&self, older: usize, newer: usize, holds: impl Fn(&[u8]) -> bool) -> Result<bool, OpenError> {
        let (was, is) = (self.files(older)?, self.files(newer)?);
        let gone = was.iter().filter(|(path, id)| is.get(*path) != Some(id));
        let new = is.iter().filter(|(path, id)| was.get(*path) != Some(id));
        let held = |id: &ObjectId| self.repository.find_object(*id).is_ok_and(|object| holds(&object.data));
        Ok(gone.chain(new).any(|(_, id)| held(id)))
    }

    fn files(&self, at: usize) -> Result<Files, OpenError> {
        let known = self.listed.borrow().iter().find(|(known, _)| *known == at).map(|(_, files)| Rc::clone(files));
        if let Some(files) = known {
            return Ok(files);
        }
        let commit = self.commits.get(at).map_or("", |commit| &commit.id);
        let keeps = |path: &str| {
            let seen = self.places.seen_from_settings(path);
            (!read::is_skipped(path) || archive::may_be(path)) && !is_left_out(path, seen.as_deref(), self.settings)
        };
        let files = match revision::list(&self.repository, &self.folder, commit, keeps) {
            Ok(listing) => listing.files.into_iter().chain(listing.links).map(|entry| (entry.path, entry.id)).collect(),
            // The folder may be younger than its repository.
            Err(_) => BTreeMap::new(),
        };
        let files = Rc::new(files);
        let mut listed = self.listed.borrow_mut();
        listed.truncate(1);
        listed.insert(0, (at, Rc::clone(&files)));
        Ok(files)
    }
}
