//! Opens files that a walk has seen, and that somebody may have put something else in the place of since: nothing is waited for, and
//! no link is followed that was none.

use std::fs::{File, OpenOptions};
use std::io::{self, Error, Read};
use std::path::Path;

/// Opens a file of a tree. A pipe opens too, and gives nothing: whoever reads nothing asks [`is_file`].
pub(super) fn open(path: &Path, follow: bool) -> io::Result<File> {
    options(follow).open(path)
}

/// Opens a file that somebody else has named, and nothing but a file.
///
/// # Errors
/// What the system says, or that it is no file.
pub fn open_file(path: &Path) -> io::Result<File> {
    let file = open(path, true)?;
    if is_file(&file) { Ok(file) } else { Err(Error::other("is no file")) }
}

/// Reads a file of a tree as it is now.
///
/// # Errors
/// What the system says, or that it is no file.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_file(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Tells whether it is a file that was opened.
pub(super) fn is_file(file: &File) -> bool {
    file.metadata().is_ok_and(|about| about.is_file())
}

#[cfg(unix)]
fn options(follow: bool) -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    let no_follow = if follow { 0 } else { libc::O_NOFOLLOW };
    options.read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | no_follow);
    options
}

#[cfg(not(unix))]
fn options(_: bool) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    options
}
