//! Writes a file so that there is either the old one or the new one, whole, whatever happens meanwhile.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Replaces a file by way of a new one beside it; permissions stay.
///
/// # Errors
/// What the system says; the old file is as it was.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
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

/// Makes the new name last through a power failure, where the system can; the file itself is safe already.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_old_file_stays_where_the_new_one_cannot_be_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.yml");
        fs::write(&path, "old").expect("written");
        let beside = folder.path().join(format!(".a.yml.{}.new", std::process::id()));
        fs::write(&beside, "not ours").expect("written");
        assert!(replace(&path, b"new").is_err());
        assert_eq!(fs::read_to_string(&path).expect("is there"), "old");
        assert_eq!(fs::read_to_string(&beside).expect("is there"), "not ours");
        fs::remove_file(&beside).expect("removed");
        replace(&path, b"new").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("is there"), "new");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }
}
