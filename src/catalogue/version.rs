//! Releases: how a text names one, and which of two is newer.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A release, compared by its numbers; a pre-release comes before its release.
#[derive(Debug, Clone)]
pub struct Version {
    /// `8.1.0` is `[8, 1, 0]`; zeros at the end make no difference.
    pub numbers: Vec<u64>,
    /// A final release is greater than its pre-releases: false for `8.1.0-rc.1`.
    pub released: bool,
    /// What follows the numbers of a pre-release (`rc.1`).
    pub pre: String,
}

/// A release in which something came or went, or the two releases between which it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// It had not happened yet in this release; nothing if it happened exactly in `by`.
    pub after: Option<Version>,
    /// It had happened in this release; nothing if nobody knows when.
    pub by: Option<Version>,
}

impl Version {
    /// Reads `8.1.0`, `v8.1`, `24.1.0-rc.1`, `0.4.0.rc4`; nothing if the text is no version.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let mut numbers = Vec::new();
        let mut rest = text;
        loop {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            if digits == 0 {
                break;
            }
            numbers.push(rest[..digits].parse().ok()?);
            rest = &rest[digits..];
            match rest.strip_prefix('.') {
                Some(next) if next.starts_with(|c: char| c.is_ascii_digit()) => rest = next,
                _ => break,
            }
        }
        if numbers.is_empty() {
            return None;
        }
        if rest.is_empty() {
            return Some(Self { numbers, released: true, pre: String::new() });
        }
        let build = rest.strip_prefix('+');
        let pre = rest.strip_prefix(['-', '.', '_']).or_else(|| rest.starts_with(is_pre_start).then_some(rest));
        match (build, pre) {
            (Some(_), _) => Some(Self { numbers, released: true, pre: String::new() }),
            (None, Some(pre)) if is_pre_release(pre) => Some(Self { numbers, released: false, pre: pre.to_owned() }),
            _ => None,
        }
    }

    /// Answers what comes after every release that begins with these numbers: `22.12` before `22.12.1` before this.
    #[must_use]
    pub fn end_of_series(&self) -> Self {
        let numbers = self.numbers.iter().copied().chain([u64::MAX]).collect();
        Self { numbers, released: true, pre: String::new() }
    }

    /// Answers the release that a pre-release leads to; of a release, itself.
    #[must_use]
    pub fn as_released(&self) -> Self {
        Self { numbers: self.numbers.clone(), released: true, pre: String::new() }
    }
}

fn is_pre_start(letter: char) -> bool {
    letter.is_ascii_alphabetic()
}

/// `rc.1`, `alpha3`, `beta`, `dev`, `preview`: what makes a version one before its release.
fn is_pre_release(pre: &str) -> bool {
    const MARKS: [&str; 8] = ["rc", "alpha", "beta", "dev", "pre", "unstable", "nightly", "snapshot"];
    let pre = pre.to_ascii_lowercase();
    MARKS.iter().any(|mark| {
        let rest = pre.strip_prefix(mark);
        rest.is_some_and(|rest| *mark == "pre" || !rest.starts_with(|c: char| c.is_ascii_alphabetic()))
    })
}

impl Moment {
    /// Reads `1.2.0` (exactly then), `1.2.0..1.4.0` (after the one, by the other) or `1.2.0..` (some time after).
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.split_once("..") {
            Some((after, by)) => Self { after: Version::parse(after), by: Version::parse(by) },
            None => Self { after: None, by: Version::parse(text) },
        }
    }

    /// Tells whether it had happened in a release; nothing if that is not known.
    #[must_use]
    pub fn is_past(&self, version: &Version) -> Option<bool> {
        if self.by.as_ref().is_some_and(|by| by <= version) {
            return Some(true);
        }
        match (&self.after, &self.by) {
            (None, Some(_)) => Some(false),
            (Some(after), _) if version <= after => Some(false),
            _ => None,
        }
    }
}

/// Compares pre-release names with their numbers as numbers: `rc.2` before `rc.10`.
fn compare_pre(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left.as_bytes(), right.as_bytes());
    loop {
        let (Some(a), Some(b)) = (left.first(), right.first()) else { return left.len().cmp(&right.len()) };
        if a.is_ascii_digit() && b.is_ascii_digit() {
            let (a, rest_of_left) = take_digits(left);
            let (b, rest_of_right) = take_digits(right);
            let order = a.len().cmp(&b.len()).then_with(|| a.cmp(b));
            if order != Ordering::Equal {
                return order;
            }
            (left, right) = (rest_of_left, rest_of_right);
        } else if a == b {
            (left, right) = (&left[1..], &right[1..]);
        } else {
            return a.cmp(b);
        }
    }
}

fn take_digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let zeros = bytes.iter().take_while(|byte| **byte == b'0').count();
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    (&bytes[zeros.min(digits)..digits], &bytes[digits..])
}

fn significant(numbers: &[u64]) -> &[u64] {
    let zeros = numbers.iter().rev().take_while(|number| **number == 0).count();
    &numbers[..numbers.len() - zeros]
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        significant(&self.numbers)
            .cmp(significant(&other.numbers))
            .then_with(|| self.released.cmp(&other.released))
            .then_with(|| compare_pre(&self.pre, &other.pre))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl Hash for Version {
    fn hash<H: Hasher>(&self, state: &mut H) {
        significant(&self.numbers).hash(state);
        self.released.hash(state);
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.numbers.iter().map(ToString::to_string).collect();
        write!(formatter, "{}", numbers.join("."))?;
        if self.released { Ok(()) } else { write!(formatter, "-{}", self.pre) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap_or_else(|| panic!("{text} is a version"))
    }

    #[test]
    fn versions_stand_in_order() {
        let order =
            ["0.4.0.rc4", "0.4.0", "v1.9", "1.10.0-alpha.2", "1.10.0-rc.2", "1.10.0-rc.10", "1.10", "1.10.1", "24.1.0"];
        for pair in order.windows(2) {
            assert!(version(pair[0]) < version(pair[1]), "{} < {}", pair[0], pair[1]);
        }
        assert_eq!(version("v8.1"), version("8.1.0"));
        assert_eq!(version("3.1.0+build.5"), version("3.1.0"));
    }

    #[test]
    fn a_series_ends_behind_all_of_its_releases() {
        let end = version("22.12").end_of_series();
        assert!(version("22.12.99") < end && end < version("22.13") && end < version("23"));
    }

    #[test]
    fn what_names_no_release_is_none() {
        for text in ["", "latest", "v", "1.2.x", "1.2-my-branch", "9999999999999999999999.1", "2024-01-02"] {
            assert!(Version::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_bracket_keeps_what_nobody_knows() {
        let moment = Moment::parse("1.8.1..1.12.0");
        let past = |text: &str| moment.is_past(&version(text));
        assert_eq!((past("1.8.1"), past("1.9.0"), past("1.12.0")), (Some(false), None, Some(true)));
        let open = Moment::parse("1.8.1..");
        assert_eq!((open.is_past(&version("1.8.0")), open.is_past(&version("2.0.0"))), (Some(false), None));
    }
}
