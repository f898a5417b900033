//! Image tags: which release a tag names, or that it will name another one tomorrow.

use super::version::Version;
use serde::Deserialize;

/// How a project names its releases in image tags.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct TagScheme {
    /// What can stand before the numbers (`v`, `multiarch-v`).
    pub prefixes: Vec<String>,
    /// What can stand behind them and names a build of the same release (`-modern`, `-jdk21`).
    pub suffixes: Vec<String>,
    /// Tags that are moved with every release or build, beside `latest` and the like.
    pub moving: Vec<String>,
    /// A tag that begins so names one build for ever (`HEAD-`).
    pub fixed: Vec<String>,
    /// How many numbers make a whole release; with fewer, the tag moves.
    pub numbers: usize,
}

/// What a tag says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tag {
    /// This release.
    Release(Version),
    /// Whatever was published last under it (`latest`, `stable`, `v8`).
    Moving,
    /// One build that is no release.
    Build,
    /// It is not known which: a name of the operator's own.
    Unclear,
}

/// What is known of the release that a unit runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// The one that its tag names.
    Release,
    /// Whatever was released last (`latest`, `stable`, no tag).
    Newest,
    /// A build between releases, or one of the operator's own (`unstable`, a branch, a commit).
    Build,
    /// Nothing: it comes from somewhere else.
    Unknown,
}

/// Tags that are moved to each release, and to nothing else.
const RELEASED: [&str; 3] = ["latest", "release", "stable"];

const MOVING: [&str; 22] = [
    "latest",
    "stable",
    "unstable",
    "edge",
    "nightly",
    "next",
    "dev",
    "develop",
    "development",
    "master",
    "main",
    "trunk",
    "rolling",
    "beta",
    "alpha",
    "rc",
    "canary",
    "release",
    "head",
    "snapshot",
    "mainnet",
    "testnet",
];

impl Default for TagScheme {
    fn default() -> Self {
        Self { prefixes: vec!["v".into()], suffixes: Vec::new(), moving: Vec::new(), fixed: Vec::new(), numbers: 3 }
    }
}

impl TagScheme {
    /// Tells what a tag says under this scheme.
    #[must_use]
    pub fn read(&self, tag: &str) -> Tag {
        let bare = self.without_prefix(tag);
        if let Some(version) = self.version(bare) {
            return if version.numbers.len() < self.numbers { Tag::Moving } else { Tag::Release(version) };
        }
        // What names the commit that it was built from is one build, whatever branch stands before it.
        let commit = bare.rsplit('-').next().is_some_and(is_hash);
        if self.fixed.iter().any(|prefix| tag.starts_with(prefix.as_str())) || commit || is_commit(bare) {
            return Tag::Build;
        }
        let word = bare.to_ascii_lowercase();
        let is_moving = |name: &str| word == name || word.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
        let moves = self.moving.iter().any(|name| tag == name) || MOVING.iter().any(|name| is_moving(name));
        if moves { Tag::Moving } else { Tag::Unclear }
    }

    /// Answers the numbers that the release behind a moving tag begins with: `v8`, `22.12`.
    #[must_use]
    pub fn series(&self, tag: &str) -> Option<Version> {
        let version = self.version(self.without_prefix(tag))?;
        (version.released && version.numbers.len() < self.numbers).then_some(version)
    }

    /// Tells what a tag says of the release behind it.
    #[must_use]
    pub fn channel(&self, tag: &str) -> Channel {
        match self.read(tag) {
            Tag::Release(_) => Channel::Release,
            Tag::Moving => {
                let mut words = self.without_prefix(tag).split('-');
                let released = words.next().is_some_and(|word| RELEASED.contains(&word));
                if released && !words.any(|word| MOVING.contains(&word)) { Channel::Newest } else { Channel::Build }
            }
            Tag::Build | Tag::Unclear => Channel::Build,
        }
    }

    fn without_prefix<'t>(&self, tag: &'t str) -> &'t str {
        let longest =
            self.prefixes.iter().filter_map(|prefix| tag.strip_prefix(prefix.as_str())).min_by_key(|t| t.len());
        longest.unwrap_or(tag)
    }

    fn version(&self, bare: &str) -> Option<Version> {
        let mut rest = bare;
        while let Some(shorter) = self.suffixes.iter().find_map(|suffix| rest.strip_suffix(suffix.as_str())) {
            rest = shorter;
        }
        Version::parse(rest).or_else(|| Version::parse(bare))
    }
}

/// Tells whether a tag is the hash of a commit: seven to forty hex digits with a letter among them.
fn is_commit(tag: &str) -> bool {
    is_hash(tag.strip_prefix("sha-").unwrap_or(tag))
}

/// Words of seven letters and more, and dates, are none.
fn is_hash(word: &str) -> bool {
    (7..=40).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_hexdigit())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
        && word.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(text: &str) -> Tag {
        Tag::Release(Version::parse(text).expect("a version"))
    }

    #[test]
    fn prefixes_and_suffixes_do_not_hide_the_release() {
        let scheme = TagScheme {
            prefixes: vec!["v".into(), "multiarch-v".into(), "multiarch-".into()],
            suffixes: vec!["-modern".into(), "-amd64".into()],
            ..TagScheme::default()
        };
        assert_eq!(scheme.read("multiarch-v26.6.2"), release("26.6.2"));
        assert_eq!(scheme.read("v5.3.0-amd64-modern"), release("5.3.0"));
        assert_eq!(scheme.read("v8.0.0-rc.1"), release("8.0.0-rc.1"));
        assert_eq!(scheme.read("multiarch-latest"), Tag::Moving);
    }

    #[test]
    fn a_moving_tag_follows_the_releases_or_a_branch() {
        let scheme = TagScheme::default();
        let channels = ["latest", "latest-modern", "stable", "v8.0.0"].map(|tag| scheme.channel(tag));
        assert_eq!(channels, [Channel::Newest, Channel::Newest, Channel::Newest, Channel::Release]);
        let builds = ["latest-unstable", "unstable", "v8", "develop", "my-branch", "0a1b2c3d"];
        assert!(builds.iter().all(|tag| scheme.channel(tag) == Channel::Build));
    }

    #[test]
    fn moving_fixed_and_unclear_tags_differ() {
        let scheme = TagScheme { fixed: vec!["HEAD-".into()], ..TagScheme::default() };
        for tag in ["latest", "stable", "v8", "8.1", "latest-unstable", "Unstable"] {
            assert_eq!(scheme.read(tag), Tag::Moving, "{tag}");
        }
        for tag in ["HEAD-1fc464", "0a1b2c3d", "sha-0a1b2c3d"] {
            assert_eq!(scheme.read(tag), Tag::Build, "{tag}");
        }
        assert_eq!(scheme.read("peerdas-devnet-7"), Tag::Unclear);
        assert_eq!(scheme.read("v8.1.0-mine"), Tag::Unclear);
        assert_eq!(scheme.read("unstable-dec1cd3"), Tag::Build);
        assert_eq!(scheme.read("osaka-devnet-0-42ec7be"), Tag::Build);
        assert_eq!(scheme.read("unstable-effaced"), Tag::Moving);
    }
}
