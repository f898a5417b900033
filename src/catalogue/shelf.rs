//! The shelf: every file under `rules/`, read at build time and baked in as compact JSON.

/// A file of `rules/`: its path below that folder, and its content as JSON.
pub type Volume = (&'static str, &'static str);

include!(concat!(env!("OUT_DIR"), "/shelf.rs"));

/// Answers the files below a folder of `rules/` in order of path: `("lints/dvt/dvt-bypassed.toml", "{…}")` for `lints`.
#[must_use]
pub fn below(folder: &str) -> &'static [Volume] {
    let prefix = format!("{folder}/");
    let start = VOLUMES.partition_point(|(path, _)| *path < prefix.as_str());
    let length = VOLUMES[start..].iter().take_while(|(path, _)| path.starts_with(&prefix)).count();
    &VOLUMES[start..start + length]
}

/// Answers one file of `rules/` by its path.
#[must_use]
pub fn volume(path: &str) -> Option<&'static str> {
    let at = VOLUMES.binary_search_by(|(name, _)| (*name).cmp(path)).ok()?;
    Some(VOLUMES[at].1)
}

/// Answers the index of images, programs and scripts as JSON.
pub(super) fn index() -> &'static str {
    INDEX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_folder_and_by_path() {
        let clients = below("clients");
        assert!(clients.iter().all(|(path, _)| path.starts_with("clients/")) && !clients.is_empty());
        assert!(volume("clients/lighthouse.toml").is_some());
        assert!(volume("settings.toml").is_some());
        assert!(below("client").is_empty() && below("zzz").is_empty() && volume("clients").is_none());
    }
}
