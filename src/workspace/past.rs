//! What the files of a tree were before, by the commits of its git repository.

use super::revision::{Commit, commits, discover, top};
use super::tree::Workspace;
use gix::ObjectId;
use std::path::PathBuf;

/// Longer files are not looked into.
const LONGEST: usize = 4 << 20;

/// The commits that led to a tree on the disk, the newest first.
pub struct Past<'w> {
    workspace: &'w Workspace,
    repository: gix::Repository,
    /// The top folder of the work tree.
    top: PathBuf,
    commits: Vec<Commit>,
}

impl Workspace {
    /// Answers the last commits of the repository that the tree lies in, no more than `most`; nothing where it lies in none.
    #[must_use]
    pub fn past(&self, most: usize) -> Option<Past<'_>> {
        let folder = self.places.first().filter(|_| self.blobs.is_none())?;
        let repository = discover(folder).ok()?;
        let top = top(&repository)?;
        let commits = commits(folder, "HEAD", None, most).ok()?;
        Some(Past { workspace: self, repository, top, commits })
    }
}

impl Past<'_> {
    /// Looks at the former texts of a file, the newest first, until one of them answers; with the last commit that had it.
    pub fn look<T>(&self, path: &str, answer: impl Fn(&str) -> Option<T>) -> Option<(&Commit, T)> {
        let path = self.workspace.places.below(&self.top, path)?;
        let mut before: Option<ObjectId> = None;
        for commit in &self.commits {
            let found = self.repository.find_commit(ObjectId::from_hex(commit.id.as_bytes()).ok()?).ok()?;
            // A file that was not there yet has no past before.
            let id = found.tree().ok()?.lookup_entry_by_path(&path).ok()??.object_id();
            if before.replace(id) == Some(id) {
                continue;
            }
            let blob = self.repository.find_object(id).ok()?;
            let text = std::str::from_utf8(&blob.data).ok().filter(|text| text.len() <= LONGEST);
            if let Some(answer) = text.and_then(&answer) {
                return Some((commit, answer));
            }
        }
        None
    }
}
