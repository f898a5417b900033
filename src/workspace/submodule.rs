//! Submodules: a revision holds no more of them than their commits.

use super::model::{Body, FileKind};
use super::revision::{discover, hex, top};
use super::tree::Workspace;
use crate::finding::NotChecked;
use gix::index::entry::Mode;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

impl Workspace {
    /// Notes the commits of submodules whose files are not part of the tree.
    pub(super) fn set_submodules(&mut self, submodules: BTreeMap<Box<str>, String>) {
        for path in submodules.keys() {
            let why = "git submodule, not part of the revision".to_owned();
            self.not_checked.push(NotChecked { path: path.to_string(), why, gap: false });
        }
        self.not_checked.sort();
        self.submodules = Some(submodules);
    }

    /// Leaves out the files of submodules, as a revision does that this tree of the disk is compared with.
    pub fn leave_submodules_out(&mut self) {
        let found = self.places.first().filter(|_| self.blobs.is_none()).and_then(submodules);
        let Some((top, commits)) = found else { return };
        let mut own = BTreeMap::new();
        for (path, commit) in commits {
            let shown = self.places.shown(&top.join(&*path)).filter(|shown| !shown.is_empty());
            own.extend(shown.map(|shown| (Box::from(shown), commit)));
        }
        for path in own.keys() {
            let inside = format!("{path}/");
            let is_inside = |file: &str| file.starts_with(&inside);
            for file in self.files.iter_mut().filter(|file| is_inside(&file.path)) {
                (file.kind, file.body, file.problem) = (FileKind::Unknown, Body::None, None);
            }
            self.not_checked.retain(|entry| !is_inside(&entry.path));
        }
        self.written = OnceLock::new();
        self.set_submodules(own);
    }
}

/// Answers the top folder of the work tree around a folder, and the commits that its submodules are at, by their paths from there:
/// those that are checked out, else those of the index.
fn submodules(folder: &Path) -> Option<(std::path::PathBuf, BTreeMap<Box<str>, String>)> {
    let repository = discover(folder).ok()?;
    let top = top(&repository)?;
    let index = repository.open_index().ok()?;
    let entries = index.entries().iter().filter(|entry| entry.mode == Mode::COMMIT);
    let commit = |entry: &gix::index::Entry| {
        let path = std::str::from_utf8(entry.path(&index)).ok()?;
        let at = gix::open(top.join(path)).ok().and_then(|inner| Some(hex(&inner.head_id().ok()?)));
        Some((Box::from(path), at.unwrap_or_else(|| hex(&entry.id))))
    };
    let commits = entries.filter_map(commit).collect();
    Some((top, commits))
}
