//! Anchors of YAML in a text: whether aliases lead to a place, other than those that are known.

use crate::source::Span;
use std::collections::BTreeSet;

/// Longer texts with anchors in them are not searched for every edit.
const LONGEST: usize = 256 * 1024;

/// Tells whether the known aliases, and no others, lead to a place of their file. In doubt it says no.
pub(super) fn is_led_to_by(text: &str, place: Span, known: &[Span]) -> bool {
    let known: Option<BTreeSet<usize>> =
        known.iter().map(|alias| (alias.file == place.file).then_some(alias.start as usize)).collect();
    let Some(known) = known else { return false };
    if !text.contains('&') {
        return known.is_empty();
    }
    if text.len() > LONGEST {
        return false;
    }
    let at = place.start as usize;
    let around = |(anchor, _): &(usize, &str)| *anchor < at && holds(text, *anchor, at);
    let names: BTreeSet<&str> = marks(text, '&').filter(around).map(|(_, name)| name).collect();
    let aliases = marks(text, '*').filter(|(_, name)| names.contains(name)).map(|(alias, _)| alias);
    aliases.collect::<BTreeSet<usize>>() == known
}

/// Finds what looks like an anchor or an alias: its place and its name.
fn marks(text: &str, sign: char) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices(sign).filter_map(move |(at, _)| {
        let begins =
            text[..at].chars().next_back().is_none_or(|before| before.is_whitespace() || "[{,".contains(before));
        let name = text[at + 1..].split(|next: char| next.is_whitespace() || "[]{},".contains(next)).next()?;
        (begins && !name.is_empty()).then_some((at, name))
    })
}

/// Tells whether a place can lie within the node of an anchor before it: as far as lines behind it are indented deeper.
fn holds(text: &str, anchor: usize, at: usize) -> bool {
    let start = text[..anchor].rfind('\n').map_or(0, |end| end + 1);
    let Some(between) = text.get(start..at) else { return false };
    let behind = text[anchor..].split_once(char::is_whitespace).map_or("", |(_, behind)| behind);
    // What stands in brackets need not be indented.
    if behind.trim_start_matches([' ', '\t']).starts_with(['[', '{']) {
        return true;
    }
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let first = between.lines().next().unwrap_or_default();
    let is_item = |line: &str| line.trim_start().starts_with('-');
    between.split('\n').skip(1).filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')).all(
        |line| {
            // The items of a list may stand as far left as its key.
            indent(line) > indent(first) || indent(line) == indent(first) && is_item(line) && !is_item(first)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn led(text: &str, flag: &str, known: &[&str]) -> bool {
        let span = |from: usize, len: usize| Span::new(FileId(0), from as u32, (from + len) as u32);
        let at = text.find(flag).expect("a flag");
        let known: Vec<Span> = known
            .iter()
            .map(|alias| span(text.find(alias).expect("an alias") + alias.find('*').expect("a star"), 2))
            .collect();
        is_led_to_by(text, span(at, flag.len()), &known)
    }

    #[test]
    fn every_alias_that_leads_there_has_to_be_known() {
        let text = "x: &x\n  command: --old\na:\n  <<: *x\nb: *x\n";
        assert!(led(text, "--old", &["<<: *x", "b: *x"]));
        assert!(!led(text, "--old", &["<<: *x"]) && !led(text, "--old", &[]));
        let elsewhere = "x: &x\n  command: none\ny: --old\na: *x\n";
        assert!(led(elsewhere, "--old", &[]));
        assert!(led("x: 1\ny: --old\n", "--old", &[]));
    }

    #[test]
    fn anchors_inside_each_other_lists_and_brackets_count() {
        assert!(!led("x: &x\n  y: &y --old\na: *x\nb: *y\n", "--old", &["a: *x"]));
        assert!(!led("x: &x\n- --old\na: *x\n", "--old", &[]));
        assert!(led("- &x one\n- --old\n- *x\n", "--old", &[]));
        assert!(!led("x: &x [1,\n--old]\na: *x\n", "--old", &[]));
        assert!(!led("x: &x\n\n # note\n  y: --old\nz: &x 2\na: *x\n", "--old", &[]));
    }
}
