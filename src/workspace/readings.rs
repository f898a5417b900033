//! What was read of a tree, for when it is opened again: a file that has not changed is not read and parsed a second time.

use super::kept::numbered;
use super::read::Reading;
use crate::source::FileId;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// Files as they were read last, by their paths in one tree. Nothing iterates over them.
#[derive(Debug, Default)]
pub struct Readings(Mutex<HashMap<Box<str>, (Stamp, Reading)>>);

impl Readings {
    /// Forgets everything, so that every file is read anew.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Answers what was read of a file, if it is the same file still, under a number of its own.
    pub(super) fn known(&self, id: FileId, path: &str, stamp: &Stamp) -> Option<Reading> {
        let kept = self.lock();
        let (_, reading) = kept.get(path).filter(|(known, _)| known == stamp)?;
        let Reading { file, not_checked } = reading.clone();
        drop(kept);
        Some(Reading { file: numbered(file, id), not_checked })
    }

    /// Keeps what was read of a file.
    pub(super) fn keep(&self, path: Box<str>, stamp: Stamp, reading: &Reading) {
        self.lock().insert(path, (stamp, reading.clone()));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Box<str>, (Stamp, Reading)>> {
        // Whoever panicked has left nothing half done in there.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// By what a text is known again without reading it.
#[derive(Debug, Clone)]
pub(super) enum Stamp {
    /// A file of the disk, by its length and the time of its last change.
    Disk(u64, SystemTime),
    /// A text that an editor holds.
    Text(Arc<str>),
}

impl PartialEq for Stamp {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Disk(length, time), Self::Disk(other, changed)) => length == other && time == changed,
            (Self::Text(text), Self::Text(other)) => Arc::ptr_eq(text, other),
            _ => false,
        }
    }
}

impl Stamp {
    /// Answers the stamp of a file, before it is read; nothing if the system does not tell.
    pub(super) fn of(disk: &Path, text: Option<&Arc<str>>) -> Option<Self> {
        if let Some(text) = text {
            return Some(Self::Text(Arc::clone(text)));
        }
        let about = fs::metadata(disk).ok()?;
        Some(Self::Disk(about.len(), about.modified().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::source::Sources;
    use crate::workspace::{Options, Workspace, open};
    use std::collections::BTreeMap;

    #[test]
    fn only_what_has_changed_is_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let top = fs::canonicalize(folder.path()).expect("is there");
        let write = |name: &str, text: &str| fs::write(top.join(name), text).expect("written");
        write("b.yml", "b: 1\n");
        write("c.yml", "c: 1\n");
        write("d.yml", "d: [\n");
        let kept = Readings::default();
        let look = |texts: &BTreeMap<_, _>| {
            let options = Options { unsaved: Some(texts), readings: Some(&kept), ..Options::default() };
            open(std::slice::from_ref(&top), &Settings::default(), &options).expect("opens")
        };
        let text = |tree: &Workspace, name: &str| tree.text(tree.find(name).expect("is there").id).expect("is text");
        let is_same =
            |one: &Workspace, other: &Workspace, name: &str| Arc::ptr_eq(&text(one, name), &text(other, name));
        let none = BTreeMap::new();
        let first = look(&none);
        let typed = BTreeMap::from([(top.join("c.yml"), Arc::from("c: 2\n"))]);
        let second = look(&typed);
        assert!(is_same(&first, &second, "b.yml") && is_same(&first, &second, "d.yml"));
        assert_eq!(&*text(&second, "c.yml"), "c: 2\n");
        assert!(is_same(&second, &look(&typed), "c.yml"), "the editor holds the same text still");
        write("b.yml", "b: longer\n");
        let third = look(&none);
        assert_eq!((&*text(&third, "b.yml"), &*text(&third, "c.yml")), ("b: longer\n", "c: 1\n"));
        assert_eq!(third.file(FileId(2)).problems().count(), 1, "what is wrong is known, too");
        // A new file moves the numbers of those behind it, which stand in every place.
        write("a.yml", "a: 1\n");
        let fourth = look(&none);
        assert_eq!(
            fourth.find("d.yml").map(|file| file.problems().all(|problem| problem.span.file == file.id)),
            Some(true)
        );
        kept.clear();
        assert!(is_same(&third, &fourth, "c.yml") && !is_same(&fourth, &look(&none), "c.yml"));
    }
}
