//! Opens files that a walk has seen, and that somebody may have put something else in the place of since: nothing is waited for, and
//! no link is followed that was none.

#[cfg(unix)]
use rustix::fs::{Mode, OFlags};
use std::fs::{File, OpenOptions};
use std::io::{self, Error, Read};
#[cfg(unix)]
use std::os::fd::OwnedFd;
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
    let flags = if follow { HARMLESS } else { HARMLESS | OFlags::NOFOLLOW };
    options.read(true).custom_flags(flags.bits().cast_signed());
    options
}

/// Nothing is waited for, and no terminal becomes that of this process.
#[cfg(unix)]
const HARMLESS: OFlags = OFlags::NONBLOCK.union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

/// The folder that a file was opened in last. Files come in the order of their paths, so that most lie where the one before did,
/// and the system need not go all the way from the top again.
#[cfg(unix)]
#[derive(Debug, Default)]
pub(super) struct Folder {
    path: String,
    handle: Option<OwnedFd>,
}

#[cfg(unix)]
impl Folder {
    /// Opens a file by its path below a folder that is the same in every call. A pipe opens too; no link is followed.
    pub(super) fn open(&mut self, base: &Path, path: &str) -> io::Result<File> {
        let slash = memchr::memrchr(b'/', path.as_bytes());
        let (folder, name) = slash.and_then(|at| Some((path.get(..at)?, path.get(at + 1..)?))).unwrap_or(("", path));
        if self.handle.is_none() || self.path != folder {
            let whole = base.join(folder);
            let whole = if whole.as_os_str().is_empty() { Path::new(".") } else { &whole };
            self.handle = rustix::fs::open(whole, FOLDER, Mode::empty()).ok();
            folder.clone_into(&mut self.path);
        }
        match &self.handle {
            Some(handle) => {
                let flags = HARMLESS | OFlags::NOFOLLOW;
                Ok(File::from(rustix::fs::openat(handle, name, flags, Mode::empty())?))
            }
            // The system says best what is wrong with it.
            None => open(&base.join(path), false),
        }
    }
}

/// A folder is only passed through, which needs no leave to list it, where the system knows the difference.
#[cfg(any(target_os = "linux", target_os = "android"))]
const FOLDER: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// The folder that a file was opened in last.
#[cfg(not(unix))]
#[derive(Debug, Default)]
pub(super) struct Folder;

#[cfg(not(unix))]
impl Folder {
    /// Opens a file by its path below a folder.
    pub(super) fn open(&mut self, base: &Path, path: &str) -> io::Result<File> {
        open(&base.join(path), false)
    }
}

#[cfg(not(unix))]
fn options(_: bool) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    options
}
