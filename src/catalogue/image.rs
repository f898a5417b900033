//! Image references: registry, repository, tag and digest, as places in the text.

use std::ops::Range;

/// The parts of an image reference, as byte ranges of the text that it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageName {
    /// The registry's host, where one is named (`ghcr.io`).
    pub registry: Option<Range<usize>>,
    /// The repository without registry (`sigp/lighthouse`).
    pub repository: Range<usize>,
    /// The tag without its colon.
    pub tag: Option<Range<usize>>,
    /// The digest without its at sign (`sha256:…`).
    pub digest: Option<Range<usize>>,
}

impl ImageName {
    /// Takes a reference apart. Signs inside `${…}`, `{{…}}` and `<…>` separate nothing, so that a text with holes can be read.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let marks = marks(text);
        let digest_at = marks.iter().find(|(_, sign)| *sign == b'@').map(|(at, _)| *at);
        let end = digest_at.unwrap_or(text.len());
        let slashes = || marks.iter().filter(|(at, sign)| *sign == b'/' && *at < end).map(|(at, _)| *at);
        let after_last_slash = slashes().next_back().map_or(0, |at| at + 1);
        let tag_at = marks.iter().find(|(at, sign)| *sign == b':' && *at >= after_last_slash && *at < end);
        let name_end = tag_at.map_or(end, |(at, _)| *at);
        let registry_end = slashes().next().filter(|at| is_registry(&text[..*at]));
        Self {
            registry: registry_end.map(|at| 0..at),
            repository: registry_end.map_or(0, |at| at + 1)..name_end,
            tag: tag_at.map(|(at, _)| at + 1..end),
            digest: digest_at.map(|at| at + 1..text.len()),
        }
    }
}

/// Answers every `/`, `:` and `@` outside brackets, with its offset.
fn marks(text: &str) -> Vec<(usize, u8)> {
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' | b'<' | b'(' => depth += 1,
            b'}' | b'>' | b')' => depth = depth.saturating_sub(1),
            b'/' | b':' | b'@' if depth == 0 => found.push((at, byte)),
            _ => {}
        }
    }
    found
}

/// Tells whether the first part of a reference is a host: it has a dot or a port, or is `localhost`.
fn is_registry(part: &str) -> bool {
    part == "localhost" || !part.contains(['$', '{']) && part.contains(['.', ':'])
}

/// Takes Docker Hub's own names off a repository: `docker.io/library/postgres` is `postgres`.
pub(super) fn without_hub(repository: &str) -> &str {
    const HUB: [&str; 3] = ["docker.io/", "index.docker.io/", "registry-1.docker.io/"];
    let bare = HUB.iter().find_map(|host| repository.strip_prefix(host)).unwrap_or(repository);
    bare.strip_prefix("library/").unwrap_or(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> [&str; 4] {
        let name = ImageName::parse(text);
        let cut = |range: Option<Range<usize>>| range.map_or("", |range| &text[range]);
        [cut(name.registry), &text[name.repository], cut(name.tag), cut(name.digest)]
    }

    #[test]
    fn references_come_apart() {
        assert_eq!(parts("sigp/lighthouse:v8.0.0"), ["", "sigp/lighthouse", "v8.0.0", ""]);
        assert_eq!(parts("ghcr.io/paradigmxyz/reth"), ["ghcr.io", "paradigmxyz/reth", "", ""]);
        assert_eq!(parts("localhost:5000/x/y:1@sha256:ab"), ["localhost:5000", "x/y", "1", "sha256:ab"]);
        assert_eq!(parts("postgres:16"), ["", "postgres", "16", ""]);
        assert_eq!(parts(""), ["", "", "", ""]);
    }

    #[test]
    fn holes_are_not_cut() {
        let whole = "${REGISTRY:-docker.io/}sigp/lighthouse:${TAG:-v8.0.0}";
        assert_eq!(parts(whole), ["", "${REGISTRY:-docker.io/}sigp/lighthouse", "${TAG:-v8.0.0}", ""]);
        assert_eq!(parts("{{ image }}:{{ tag }}"), ["", "{{ image }}", "{{ tag }}", ""]);
        assert_eq!(parts("é/ü:ö"), ["", "é/ü", "ö", ""]);
    }

    #[test]
    fn the_hub_needs_no_name() {
        assert_eq!(without_hub("docker.io/library/postgres"), "postgres");
        assert_eq!(without_hub("docker.io/sigp/lighthouse"), "sigp/lighthouse");
        assert_eq!(without_hub("ghcr.io/a/b"), "ghcr.io/a/b");
    }
}
