//! Globs that are asked together: a tree that is walked has many files, and a settings file may have many globs.

use globset::{GlobMatcher, GlobSet, GlobSetBuilder};

/// Fewer are asked one by one.
const FEW: usize = 8;

/// Globs, in order.
#[derive(Debug, Clone, Default)]
pub struct Globs {
    globs: Vec<GlobMatcher>,
    /// All of them as one, where there are many.
    set: Option<GlobSet>,
}

impl Globs {
    /// Answers whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }

    /// Tells whether a path fits one of them.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        match &self.set {
            Some(set) => set.is_match(path),
            None => self.globs.iter().any(|glob| glob.is_match(path)),
        }
    }

    /// Answers the numbers of those that a path fits, in order.
    #[must_use]
    pub fn matching(&self, path: &str) -> Vec<usize> {
        match &self.set {
            Some(set) => set.matches(path),
            None => {
                (0..self.globs.len()).filter(|at| self.globs.get(*at).is_some_and(|glob| glob.is_match(path))).collect()
            }
        }
    }
}

impl FromIterator<GlobMatcher> for Globs {
    fn from_iter<T: IntoIterator<Item = GlobMatcher>>(globs: T) -> Self {
        let globs: Vec<GlobMatcher> = globs.into_iter().collect();
        let set = || {
            let mut set = GlobSetBuilder::new();
            for glob in &globs {
                set.add(glob.glob().clone());
            }
            set.build().ok()
        };
        Self { set: if globs.len() > FEW { set() } else { None }, globs }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_globs_say_what_each_of_them_says() {
        let globs = |many: usize| -> Globs {
            let more = (2..many).map(|at| format!("d{at}/**"));
            let all = ["a/*.yml".to_owned(), "**/x".to_owned()].into_iter().chain(more);
            all.map(|text| globset::Glob::new(&text).expect("is a glob").compile_matcher()).collect()
        };
        for many in [2, 100] {
            let globs = globs(many);
            assert_eq!(
                (globs.matching("a/b.yml"), globs.matching("a/x"), globs.matching("b")),
                (vec![0], vec![1], vec![])
            );
            assert_eq!((globs.matches("a/x"), globs.matches("d77/a")), (true, many > 77));
        }
        assert_eq!(globs(100).matching("d77/x"), [1, 77]);
    }
}
