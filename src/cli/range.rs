//! Ranges of revisions, as git writes them.

/// Two revisions, or the line of commits between them.
#[derive(Debug, PartialEq, Eq)]
pub struct Range<'t> {
    /// The first one, if the range names it.
    pub from: Option<&'t str>,
    /// The last one; `HEAD`, if the range doesn't name it.
    pub to: &'t str,
    /// Whether the range begins where the last one left the first one (`A...B`).
    pub fork: bool,
}

/// Reads `A..B`, `A..`, `..B` or `A...B`; nothing of one revision alone.
#[must_use]
pub fn read(text: &str) -> Option<Range<'_>> {
    let (from, rest) = text.split_once("..")?;
    let to = rest.strip_prefix('.');
    let named = |revision: &'_ str| !revision.is_empty();
    Some(Range {
        from: Some(from).filter(|from| named(from)),
        to: Some(to.unwrap_or(rest)).filter(|to| named(to)).unwrap_or("HEAD"),
        fork: to.is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::{Range, read};

    #[test]
    fn what_a_range_leaves_out_is_the_beginning_or_the_work_at_hand() {
        let range = |from, to, fork| Some(Range { from, to, fork });
        assert_eq!(read("v1..main"), range(Some("v1"), "main", false));
        assert_eq!(read("v1...main"), range(Some("v1"), "main", true));
        assert_eq!(read("v1.."), range(Some("v1"), "HEAD", false));
        assert_eq!(read("..main"), range(None, "main", false));
        assert_eq!(read("v1.2"), None);
    }
}
