//! Releases: how a tag names one, and which of two is newer.

use std::fmt;

/// A release, compared by its numbers; a pre-release comes before its release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// `8.1.0` is `[8, 1, 0]`.
    pub numbers: Vec<u64>,
    /// A final release is greater than its pre-releases: false for `8.1.0-rc.1`.
    pub released: bool,
    /// What follows the numbers of a pre-release (`rc.1`).
    pub pre: String,
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.numbers.iter().map(ToString::to_string).collect();
        write!(formatter, "{}", numbers.join("."))?;
        if self.released { Ok(()) } else { write!(formatter, "-{}", self.pre) }
    }
}
