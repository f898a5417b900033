//! Finds the settings file that a path falls under.

use std::path::{Path, PathBuf};

/// The name of the settings file.
pub const FILE_NAME: &str = "stakelint.toml";

/// Answers the nearest settings file: in the folder given (or of the file given), or in the nearest folder above it.
#[must_use]
pub fn find_upwards(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    path.ancestors().filter(|folder| folder.is_dir()).map(|folder| folder.join(FILE_NAME)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_settings_file_counts() {
        let tree = tempfile::tempdir().expect("a folder");
        let deep = tree.path().join("a/b");
        std::fs::create_dir_all(&deep).expect("folders");
        std::fs::write(tree.path().join(FILE_NAME), "").expect("written");
        std::fs::write(deep.join("x.yml"), "").expect("written");
        assert_eq!(find_upwards(&deep), Some(tree.path().join(FILE_NAME)));
        std::fs::write(deep.join(FILE_NAME), "").expect("written");
        assert_eq!(find_upwards(&deep.join("x.yml")), Some(deep.join(FILE_NAME)));
    }
}
