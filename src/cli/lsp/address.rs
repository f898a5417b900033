//! Where a file lies, as the protocol writes it (`file:///a%20b`) and as the system does.

use lsp_types::Uri;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Answers the real path of a file; of one that is not there yet, its name in the real folder. Nothing for what is no file.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    Some(real(&named(uri)?))
}

/// Answers the path of a file as it is named, through whatever links. Nothing for what is no file.
pub(super) fn named(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_str().strip_prefix("file://")?;
    let encoded = rest.get(rest.find('/')?..)?;
    let decoded = decoded(encoded.split(['?', '#']).next().unwrap_or_default())?;
    // `/c:/x` is `c:/x` where drives have letters.
    let bare = decoded.strip_prefix('/').filter(|bare| cfg!(windows) && bare.get(1..2) == Some(":"));
    Some(PathBuf::from(bare.unwrap_or(&decoded)))
}

/// Follows the links of a path as far as it exists.
pub(super) fn real(path: &Path) -> PathBuf {
    let by_folder = || Some(fs::canonicalize(path.parent()?).ok()?.join(path.file_name()?));
    fs::canonicalize(path).ok().or_else(by_folder).unwrap_or_else(|| path.to_owned())
}

/// Writes a path as the protocol does.
pub(super) fn uri(path: &Path) -> Option<Uri> {
    let path = path.to_str()?;
    let path = if std::path::MAIN_SEPARATOR == '/' { path.to_owned() } else { path.replace('\\', "/") };
    let mut written = String::from(if path.starts_with('/') { "file://" } else { "file:///" });
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            written.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(written, "%{byte:02X}");
        }
    }
    Uri::from_str(&written).ok()
}

fn decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let digits = text.get(at + 1..at + 3).filter(|_| *byte == b'%');
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(decoded) => {
                out.push(decoded);
                at += 3;
            }
            None => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = fs::canonicalize(folder.path()).expect("is there").join("a b%é#?.yml");
        let written = uri(&name).expect("can be written");
        assert!(written.as_str().ends_with("/a%20b%25%C3%A9%23%3F.yml"));
        assert_eq!(path(&written), Some(name));
    }

    #[test]
    fn what_is_no_file_has_no_path() {
        let path_of = |uri: &str| Uri::from_str(uri).ok().and_then(|uri| path(&uri));
        assert_eq!(path_of("untitled:Untitled-1"), None);
        assert_eq!(path_of("file://"), None);
        assert_eq!(path_of("file:///%FF"), None);
        assert_eq!(path_of("file:///no/such%20place"), Some(PathBuf::from("/no/such place")));
    }
}
