//! Globs of the settings file: relative to it, and a folder stands for all that is in it.

use globset::{GlobBuilder, GlobMatcher};
use std::ops::Range;

/// A glob, as `.gitignore` and other linters have it: `*` stays within a folder, `**` does not; a name without `/` fits at
/// any depth; what fits a folder fits everything in it.
#[derive(Debug, Clone)]
pub struct Glob {
    /// As written.
    pub text: String,
    /// Where it is written, by bytes of the settings file.
    pub place: Range<usize>,
    matcher: GlobMatcher,
}

impl Glob {
    /// Reads a glob.
    ///
    /// # Errors
    /// A sentence about what is wrong with it.
    pub fn new(text: &str, place: Range<usize>) -> Result<Self, String> {
        let path = text.trim_start_matches("./");
        let anywhere = !path.trim_end_matches('/').contains('/');
        let path = path.trim_start_matches('/').trim_end_matches('/');
        let folder = path.strip_suffix("/**").unwrap_or(path);
        if folder.is_empty() {
            return Err("a glob needs at least one name".into());
        }
        let pattern = match folder {
            "**" => folder.to_owned(),
            folder if anywhere => format!("**/{folder}{{,/**}}"),
            folder => format!("{folder}{{,/**}}"),
        };
        let build = |pattern: &str| GlobBuilder::new(pattern).literal_separator(true).empty_alternates(true).build();
        // A brace that the glob forgot to close must not swallow ours.
        let glob = build(folder).and_then(|_| build(&pattern)).map_err(|error| format!("no glob: {}", error.kind()))?;
        Ok(Self { text: text.into(), place, matcher: glob.compile_matcher() })
    }

    /// Tells whether a path, relative to the settings file, fits.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.matcher.is_match(path)
    }

    /// Answers the compiled glob.
    #[must_use]
    pub fn matcher(&self) -> &GlobMatcher {
        &self.matcher
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(glob: &str, path: &str) -> bool {
        Glob::new(glob, 0..0).expect("is a glob").matches(path)
    }

    #[test]
    fn a_folder_stands_for_all_that_is_in_it() {
        for glob in ["vendor/**", "vendor/", "vendor", "./vendor", "/vendor"] {
            assert!(matches(glob, "vendor/a/b.yml"), "{glob}");
            assert!(matches(glob, "vendor"), "{glob}");
            assert!(!matches(glob, "vendors/b.yml"), "{glob}");
        }
        assert!(matches("hosts/dvt-*/**", "hosts/dvt-1/x/y.yml"));
        assert!(!matches("hosts/*/vc.yml", "hosts/a/b/vc.yml"));
        assert!(matches("**", "a/b") && matches("a/**/b.yml", "a/b.yml"));
        assert!(matches("{a,b}/x", "b/x/y") && matches("a,b.yml", "a,b.yml") && !matches("a,b.yml", "a"));
    }

    #[test]
    fn a_bare_name_fits_at_any_depth_and_a_path_does_not() {
        assert!(matches("*.bak", "a/b/c.bak"));
        assert!(!matches("a/*.bak", "x/a/c.bak"));
        assert!(!matches("/vendor", "x/vendor/y"));
    }

    #[test]
    fn what_is_no_glob_is_refused() {
        assert!(Glob::new("a[", 0..0).is_err());
        assert!(Glob::new("a}", 0..0).is_err());
        assert!(Glob::new("", 0..0).is_err());
    }
}
