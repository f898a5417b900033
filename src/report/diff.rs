//! A change to a file as a unified diff, from which secrets are kept out.

use super::clean;
use super::model::KeyStyle;
use super::redact::{self, Quoted};
use crate::source::Quoting;
use similar::{ChangeTag, TextDiff};
use std::io::{self, Write};
use std::ops::Range;

/// As many lines around a change are shown.
const AROUND: usize = 3;

/// A file before and after a change.
#[derive(Debug, Clone, Copy)]
pub struct Change<'t> {
    /// Its path.
    pub path: &'t str,
    /// How much of it may be shown.
    pub quoting: Quoting,
    /// Its text before.
    pub before: &'t str,
    /// Its text after.
    pub after: &'t str,
}

/// A line of the diff.
struct Line {
    tag: ChangeTag,
    /// Lines of the old and of the new text before this one.
    at: (usize, usize),
    shown: String,
    /// It is shown otherwise than it is.
    masked: bool,
}

/// Writes a unified diff; answers whether a changed line holds something that is not shown, so that the diff cannot be applied.
///
/// Lines around a change that may not be shown as they are are left out: a diff holds with fewer of them.
///
/// # Errors
/// Where the writer does.
pub fn write_diff(change: &Change<'_>, out: &mut dyn Write) -> io::Result<bool> {
    let diff = TextDiff::from_lines(change.before, change.after);
    let path = clean::line(change.path, false);
    writeln!(out, "--- {path}\n+++ {path}")?;
    let mut hidden = false;
    for group in diff.grouped_ops(AROUND) {
        let mut lines = Vec::new();
        for one in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let new = one.tag() == ChangeTag::Insert;
            let (text, part) = if new { (change.after, one.value()) } else { (change.before, one.value()) };
            let at = lines.last().map_or(start(&group), |last: &Line| past(last));
            let (shown, masked) = shown(text, part, change.quoting);
            lines.push(Line { tag: one.tag(), at, shown, masked });
        }
        let open = |line: &Line| !(line.masked && line.tag == ChangeTag::Equal);
        for hunk in lines.split(|line| !open(line)).filter(|hunk| hunk.iter().any(|line| line.tag != ChangeTag::Equal))
        {
            hidden |= hunk.iter().any(|line| line.masked);
            write_hunk(hunk, out)?;
        }
    }
    Ok(hidden)
}

fn start(group: &[similar::DiffOp]) -> (usize, usize) {
    group.first().map_or((0, 0), |op| (op.old_range().start, op.new_range().start))
}

/// Counts the lines of both texts up to and with a line.
fn past(line: &Line) -> (usize, usize) {
    let old = usize::from(line.tag != ChangeTag::Insert);
    let new = usize::from(line.tag != ChangeTag::Delete);
    (line.at.0 + old, line.at.1 + new)
}

fn write_hunk(hunk: &[Line], out: &mut dyn Write) -> io::Result<()> {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return Ok(()) };
    let end = past(last);
    // A range without lines begins at the one before it.
    let range = |from: usize, to: usize| format!("{},{}", if from == to { from } else { from + 1 }, to - from);
    writeln!(out, "@@ -{} +{} @@", range(first.at.0, end.0), range(first.at.1, end.1))?;
    for line in hunk {
        let sign = match line.tag {
            ChangeTag::Equal => ' ',
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
        };
        write!(out, "{sign}{}", line.shown)?;
        if !line.shown.ends_with('\n') {
            writeln!(out, "\n\\ No newline at end of file")?;
        }
    }
    Ok(())
}

/// Answers a line as it may be shown, and whether that is otherwise than it is. `part` is a slice of `text`.
fn shown(text: &str, part: &str, quoting: Quoting) -> (String, bool) {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    let body = part.trim_end_matches(['\n', '\r']);
    let quoted = Quoted { text, quoting, holds_manifest: redact::holds_manifest(text), known: &[] };
    let line = start..start + body.len();
    let masks = redact::masks(quoted, line.clone(), KeyStyle::Full);
    let (mut shown, mut at) = (String::new(), line.start);
    for mask in masks.iter().filter(|mask| meets(&mask.range, &line)) {
        shown += text.get(at..mask.range.start.max(at)).unwrap_or_default();
        shown += &mask.shown;
        at = mask.range.end.clamp(at, line.end);
    }
    shown += text.get(at..line.end).unwrap_or_default();
    let clean: Vec<_> = shown.split('\t').map(|piece| clean::line(piece, false)).collect();
    let shown = clean.join("\t");
    (format!("{shown}{}", &part[body.len()..]), shown != body)
}

fn meets(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(before: &str, after: &str) -> (String, bool) {
        let mut out = Vec::new();
        let change = Change { path: "a.yml", quoting: Quoting::Free, before, after };
        let hidden = write_diff(&change, &mut out).expect("memory takes everything");
        (String::from_utf8(out).expect("is text"), hidden)
    }

    #[test]
    fn a_change_stands_between_its_neighbours() {
        let before = "1\n2\n3\n4\n5\r\n6\n7\n8\n9";
        let (text, hidden) = diff(before, &before.replace('5', "five"));
        assert_eq!(text, "--- a.yml\n+++ a.yml\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\r\n+five\r\n 6\n 7\n 8\n");
        assert!(!hidden);
        assert_eq!(diff("a\n", "b\n").0, "--- a.yml\n+++ a.yml\n@@ -1,1 +1,1 @@\n-a\n+b\n");
        assert!(diff("a", "b").0.ends_with("-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"));
        assert!(diff("a\nb\n", "a\n").0.contains("@@ -1,2 +1,1 @@\n a\n-b\n"));
    }

    #[test]
    fn a_neighbour_with_a_secret_is_left_out_and_a_secret_in_a_change_is_not_shown() {
        let before = "x: 1\npassword: hunter2hunter2\nflag: --old\ny: 1\n";
        let (text, hidden) = diff(before, &before.replace("--old", "--new"));
        assert_eq!(text, "--- a.yml\n+++ a.yml\n@@ -3,2 +3,2 @@\n-flag: --old\n+flag: --new\n y: 1\n");
        assert!(!hidden);
        let (text, hidden) = diff("run --old --password hunter2hunter2\n", "run --new --password hunter2hunter2\n");
        assert!(hidden && !text.contains("hunter2") && text.contains("--new"), "{text}");
    }
}
