//! Reads the texts that the command line and the settings file name, as far as anybody writes such texts.

use crate::workspace::open_file;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// Nobody writes longer settings, tables or baselines.
const LONGEST: u64 = 64 << 20;
/// Nor a longer line of an inventory.
const LONGEST_LINE: u64 = 1 << 20;

/// Reads a text that somebody names; it may come through a pipe.
///
/// # Errors
/// What the system says, or that it is longer than such a text can be.
pub fn text(path: &Path) -> io::Result<String> {
    whole(File::open(path)?)
}

fn whole(file: File) -> io::Result<String> {
    let mut text = String::new();
    file.take(LONGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
        return Err(io::Error::other(format!("longer than {} MiB", LONGEST >> 20)));
    }
    Ok(text)
}

/// Reads a text that a settings file names, which may be a stranger's: nothing is waited for that is no file.
///
/// # Errors
/// What the system says, that it is no file, or that it is longer than such a text can be.
pub fn file(path: &Path) -> io::Result<String> {
    whole(open_file(path)?)
}

/// Answers the lines of a file that a settings file names; one that is longer than a line can be ends them with an error.
///
/// # Errors
/// What the system says, or that it is no file.
pub fn lines(path: &Path) -> io::Result<impl Iterator<Item = io::Result<String>>> {
    let mut file = BufReader::new(open_file(path)?);
    Ok(std::iter::from_fn(move || line(&mut file).transpose()))
}

fn line(file: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = String::new();
    let read = file.take(LONGEST_LINE).read_line(&mut line)?;
    if read as u64 == LONGEST_LINE {
        return Err(io::Error::other("longer than a line can be"));
    }
    Ok((read > 0).then_some(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_longer_than_anybody_writes_is_not_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.toml");
        std::fs::write(&path, "one\ntwo").expect("written");
        let read = |path: &Path| lines(path).map(|lines| lines.collect::<io::Result<Vec<String>>>());
        assert_eq!(read(&path).expect("opens").expect("is read"), ["one\n", "two"]);
        assert_eq!(file(&path).expect("is read"), "one\ntwo");
        File::options().write(true).open(&path).and_then(|file| file.set_len(LONGEST + 2)).expect("sparse");
        assert_eq!(text(&path).map_err(|error| error.to_string()), Err("longer than 64 MiB".to_owned()));
        assert!(read(&path).expect("opens").is_err());
        assert_eq!(file(folder.path()).map_err(|error| error.to_string()), Err("is no file".to_owned()));
    }
}
