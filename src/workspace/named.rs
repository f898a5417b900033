//! Files that were named one by one and may be longer than memory: read front to back, and whole only where a report quotes them.

use super::read;
use crate::source::{FileId, Quoting, Sources};
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The longest file that is read whole to be quoted.
const LONGEST: u64 = 256 << 20;

/// Files that the user named.
#[derive(Debug, Default)]
pub struct NamedFiles {
    files: Vec<(String, PathBuf)>,
    closed: BTreeSet<FileId>,
}

impl NamedFiles {
    /// Numbers files in the order in which they were named.
    #[must_use]
    pub fn new(paths: &[PathBuf]) -> Self {
        let shown = |path: &PathBuf| path.to_string_lossy().replace('\\', "/");
        Self { files: paths.iter().map(|path| (shown(path), path.clone())).collect(), closed: BTreeSet::new() }
    }

    /// Adds a file of which nothing may be quoted; answers its number.
    pub fn add_closed(&mut self, path: &Path) -> FileId {
        let id = FileId(self.files.len() as u32);
        self.files.push((path.to_string_lossy().replace('\\', "/"), path.to_owned()));
        self.close(id);
        id
    }

    /// Forbids to quote a file.
    pub fn close(&mut self, file: FileId) {
        self.closed.insert(file);
    }

    /// Opens a file to be read front to back.
    ///
    /// # Errors
    /// What the system says, and that a folder is no file.
    pub fn open(&self, file: FileId) -> io::Result<File> {
        let (_, path) = self.files.get(file.0 as usize).ok_or(io::ErrorKind::NotFound)?;
        if path.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        File::open(path)
    }

    /// Tells whether a file is short enough to be quoted.
    #[must_use]
    pub fn is_quotable(&self, file: FileId) -> bool {
        let path = self.files.get(file.0 as usize).map(|(_, path)| path);
        path.and_then(|path| path.metadata().ok()).is_some_and(|found| found.is_file() && found.len() <= LONGEST)
    }
}

impl Sources for NamedFiles {
    fn path(&self, file: FileId) -> &str {
        self.files.get(file.0 as usize).map_or("", |(path, _)| path)
    }

    fn text(&self, file: FileId) -> Option<Arc<str>> {
        let (_, path) = self.files.get(file.0 as usize).filter(|_| self.is_quotable(file))?;
        let bytes = std::fs::read(path).ok()?;
        Some(Arc::from(read::decode(file, &bytes).0))
    }

    fn kind(&self, file: FileId) -> Quoting {
        if self.closed.contains(&file) { Quoting::Closed } else { Quoting::Free }
    }
}
