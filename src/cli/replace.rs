//! Writes a file so that there is either the old one or the new one, whole, whatever happens meanwhile.

use crate::workspace::{LEFT, is_left_by_us};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

/// Nothing is written for so long: what is older was left by a run that somebody ended.
const LONGEST: Duration = Duration::from_secs(3600);

/// Replaces a file by way of a new one beside it; permissions stay. What an earlier run has left there is taken away.
///
/// # Errors
/// What the system says; the old file is as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = format!(".{name}{LEFT}");
    sweep(folder_of(path), &stem);
    let beside = path.with_file_name(format!("{stem}{}", std::process::id()));
    // Whatever lies there already is not ours, and might be a link that leads elsewhere.
    let mut file = OpenOptions::new().write(true).create_new(true).open(&beside)?;
    let mut write = || {
        if let Ok(old) = fs::metadata(path) {
            file.set_permissions(old.permissions())?;
        }
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    let written = write().inspect_err(|_| {
        let _ = fs::remove_file(&beside);
    });
    if written.is_ok() {
        sync_folder(path);
    }
    written
}

/// Takes away what runs that are over have left of a file.
fn sweep(folder: &Path, stem: &str) {
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let process = name.strip_prefix(stem).filter(|_| is_left_by_us(&name));
        if process.is_some_and(|process| is_over(process, entry.metadata().ok())) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Tells whether a process is over: by the system's list of them, or where there is none by the age of what it wrote.
fn is_over(process: &str, left: Option<Metadata>) -> bool {
    let Some(left) = left.filter(Metadata::is_file) else { return false };
    let list = Path::new("/proc");
    if list.join("self").exists() {
        return !list.join(process).exists();
    }
    left.modified().ok().and_then(|time| time.elapsed().ok()).is_some_and(|age| age > LONGEST)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the new name last through a power failure, where the system can; the file itself is safe already.
fn sync_folder(path: &Path) {
    let _ = File::open(folder_of(path)).and_then(|folder| folder.sync_all());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_file_stays_where_the_new_one_cannot_be_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.yml");
        fs::write(&path, "old").expect("written");
        let beside = folder.path().join(format!(".a.yml{LEFT}{}", std::process::id()));
        fs::write(&beside, "not ours").expect("written");
        assert!(replace(&path, b"new").is_err());
        assert_eq!(fs::read_to_string(&path).expect("is there"), "old");
        assert_eq!(fs::read_to_string(&beside).expect("is there"), "not ours");
        fs::remove_file(&beside).expect("removed");
        replace(&path, b"new").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("is there"), "new");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn what_an_ended_run_has_left_is_taken_away_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let left = format!(".a.yml{LEFT}");
        let (over, own) = (format!("{left}4294967295"), format!("{left}1"));
        for name in [&over, &own, &format!("{left}x"), &format!(".b.yml{LEFT}4294967295")] {
            let file = File::create(at(name)).expect("written");
            file.set_modified(std::time::SystemTime::UNIX_EPOCH).expect("is ours");
        }
        File::open(at(&own)).and_then(|file| file.set_modified(std::time::SystemTime::now())).expect("is ours");
        replace(&at("a.yml"), b"new").expect("written");
        assert!(!at(&over).exists() && at(&own).exists());
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 4);
    }
}
