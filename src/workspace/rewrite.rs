//! Another text in the place of a file's: where a file may be changed, and what the tree is like once it is.

use super::disk::read_file;
use super::model::{Body, SourceFile};
use super::place::Root;
use super::read;
use super::tree::Workspace;
use crate::source::{FileId, Sources};
use std::fs;
use std::path::{Path, PathBuf};

impl Workspace {
    /// Puts another text in the place of a file's, as if it had been read.
    pub fn rewrite(&mut self, id: FileId, text: &str) {
        let at = (id.0 - self.first) as usize;
        let path = self.file(id).path.clone();
        let reading = read::from_memory(id, path.clone(), true, text.as_bytes());
        self.not_checked.retain(|entry| *entry.path != *path);
        self.not_checked.extend(reading.not_checked.map(|not_checked| *not_checked));
        self.not_checked.sort();
        if let Some(file) = self.files.get_mut(at) {
            *file = reading.file;
        }
    }

    /// Answers where on the disk a file lies, if it lies there.
    #[must_use]
    pub fn lies(&self, id: FileId) -> Option<PathBuf> {
        let on_disk = self.blobs.is_none() && self.places.first().is_some();
        on_disk.then(|| self.odd.get(&id).cloned().unwrap_or_else(|| self.places.disk(&self.file(id).path)))
    }

    /// Answers the file that lies somewhere on the disk, by its real path.
    #[must_use]
    pub fn lying_at(&self, real: &Path) -> Option<&SourceFile> {
        let own = |root: &Root| root.file.is_some() && root.path == real;
        let alone = self.files.first().filter(|_| self.places.roots().iter().any(own));
        alone.or_else(|| self.find(&self.places.shown(real)?))
    }

    /// Answers where on the disk a file lies that may be changed: a text of our own tree, read as it is, that nobody protects.
    ///
    /// # Errors
    /// In words, why it may not.
    pub fn changeable(&self, id: FileId) -> Result<PathBuf, String> {
        let file = self.file(id);
        if matches!(file.body, Body::Keystore(_) | Body::None) {
            return Err("it is none of the files that are ever changed".to_owned());
        }
        let disk = self.lies(id).ok_or("it does not lie on the disk")?;
        let seen = fs::symlink_metadata(&disk).map_err(|error| error.kind().to_string())?;
        if !seen.is_file() {
            return Err("it is a symbolic link: fix what it stands for".to_owned());
        }
        if seen.permissions().readonly() {
            return Err("it is read-only".to_owned());
        }
        let bytes = read_file(&disk).map_err(|error| error.kind().to_string())?;
        match self.text(id) {
            Some(text) if *text.as_bytes() == bytes => Ok(disk),
            Some(_) if std::str::from_utf8(&bytes).is_err() => Err("it is no UTF-8".to_owned()),
            _ => Err("it has changed since it was read".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::workspace::{Options, open};

    #[test]
    fn a_rewritten_file_is_read_anew_and_the_rest_stays() {
        let mut workspace = Workspace::of(&[("a.yml", "a: 1\n"), ("b.yml", "b: [\n")]);
        workspace.rewrite(FileId(1), "b: [2]\n");
        assert_eq!(workspace.text(FileId(1)).as_deref(), Some("b: [2]\n"));
        assert_eq!(workspace.file(FileId(1)).problems().count(), 0);
        assert_eq!(workspace.text(FileId(0)).as_deref(), Some("a: 1\n"));
        assert!(workspace.changeable(FileId(0)).is_err(), "it lies in memory");
    }

    #[test]
    fn only_a_file_that_is_as_it_was_read_may_be_changed() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("a.yml"), "a: 1\n").expect("written");
        fs::write(at("b.yml"), b"b: \xff\n").expect("written");
        let tree = open(&[folder.path().to_owned()], &Settings::default(), &Options::default()).expect("opens");
        assert_eq!(tree.changeable(FileId(0)), Ok(at("a.yml")));
        assert_eq!(tree.changeable(FileId(1)), Err("it is no UTF-8".to_owned()));
        fs::write(at("a.yml"), "a: 2\n").expect("written");
        assert_eq!(tree.changeable(FileId(0)), Err("it has changed since it was read".to_owned()));
    }
}
