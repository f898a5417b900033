//! Paths inside a unit, and the mount that holds one.

use super::model::{Mount, Unit};

/// A path inside a unit that a mount holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// By the mount with this index in `unit.mounts`; so many bytes of the normalised path are its target.
    By(usize, usize),
    /// By no mount: the path lies in the image or in the unit's own layer.
    Nowhere,
    /// The path is not absolute, or the target of a mount is not known.
    Unclear,
}

impl Unit {
    /// Answers the deepest mount that holds an absolute, normalised path.
    #[must_use]
    pub fn held(&self, path: &str) -> Held {
        if !path.starts_with('/') {
            return Held::Unclear;
        }
        let mut unclear = false;
        let mut deepest = None;
        for (index, Mount { target, .. }) in self.mounts.iter().enumerate() {
            let Some(target) = target.known().and_then(normalise) else {
                unclear = true;
                continue;
            };
            if below(&target, path).is_some() && deepest.is_none_or(|(_, length)| target.len() >= length) {
                deepest = Some((index, target.len()));
            }
        }
        match deepest {
            Some((index, length)) => Held::By(index, length),
            None if unclear => Held::Unclear,
            None => Held::Nowhere,
        }
    }
}

/// Makes an absolute path plain: no `.`, no `..`, no doubled or closing slash; nothing if it is not absolute.
#[must_use]
pub fn normalise(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.strip_prefix('/')?.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    Some(format!("/{}", parts.join("/")))
}

/// Answers the rest of `path` below `folder`: empty for the folder itself, nothing if it lies elsewhere.
#[must_use]
pub fn below<'a>(folder: &str, path: &'a str) -> Option<&'a str> {
    let rest = path.strip_prefix(folder.trim_end_matches('/'))?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_made_plain() {
        assert_eq!(normalise("/data//./x/../keys/").as_deref(), Some("/data/keys"));
        assert_eq!(normalise("/../..").as_deref(), Some("/"));
        assert_eq!(normalise("data"), None);
    }

    #[test]
    fn a_folder_holds_what_lies_below_it_and_not_its_neighbours() {
        assert_eq!(below("/data", "/data/keys"), Some("keys"));
        assert_eq!(below("/", "/data"), Some("data"));
        assert_eq!(below("/data", "/database"), None);
    }
}
