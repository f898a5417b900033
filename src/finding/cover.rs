//! What an allow comment covers: the node that it stands on, or the one below it, as the lines of the file show it.

use crate::source::LineIndex;
use std::collections::BTreeMap;

/// A range of bytes, start and end.
pub(super) type Extent = (u32, u32);

/// Answers for each comment, given by the offsets of its first and last byte, the bytes that it covers.
///
/// A comment behind something covers the node that begins on its line; one on a line of its own the node that begins on the next
/// line that holds anything. A node reaches as far as lines are indented deeper, go on behind a backslash, or belong to a section.
/// A comment above nothing covers nothing.
pub(super) fn extents(text: &str, comments: &[Extent]) -> Vec<Option<Extent>> {
    let index = LineIndex::new(text);
    let lines: Vec<Line> = (1..=index.len() as u32).filter_map(|number| Line::read(text, &index, number)).collect();
    let targets = targets(text, &index, &lines, comments);
    let ends = ends(&lines, targets.iter().flatten().copied(), text.len() as u32);
    targets.into_iter().map(|target| target.map(|line| (lines[line].start, ends[&line]))).collect()
}

/// Answers for each comment the number of the line that it stands for, from 0.
fn targets(text: &str, index: &LineIndex, lines: &[Line], comments: &[Extent]) -> Vec<Option<usize>> {
    let mut next = vec![None; lines.len() + 1];
    for at in (0..lines.len()).rev() {
        next[at] = if lines[at].says_something() { Some(at) } else { next[at + 1] };
    }
    let target = |&(start, end): &Extent| {
        let line = index.position(text, start).line as usize - 1;
        let before = text.as_bytes().get(lines.get(line)?.start as usize..start as usize)?;
        if before.iter().all(u8::is_ascii_whitespace) {
            *next.get(index.position(text, end).line as usize)?
        } else {
            Some(line)
        }
    };
    comments.iter().map(target).collect()
}

/// Answers for each line in question the offset at which its node ends; one pass, the open nodes on a stack.
fn ends(lines: &[Line], wanted: impl Iterator<Item = usize>, end: u32) -> BTreeMap<usize, u32> {
    let mut ends: BTreeMap<usize, u32> = wanted.map(|line| (line, end)).collect();
    let mut open: Vec<usize> = Vec::new();
    let mut continues = false;
    for (at, line) in lines.iter().enumerate() {
        if !line.says_something() && !continues {
            continue;
        }
        while !continues && open.last().is_some_and(|node| !lines[*node].goes_on_with(line)) {
            if let Some(end) = open.pop().and_then(|node| ends.get_mut(&node)) {
                *end = line.start;
            }
        }
        continues = line.content.ends_with('\\');
        if ends.contains_key(&at) {
            open.push(at);
        }
    }
    ends
}

/// A line, and what its shape says.
struct Line<'t> {
    start: u32,
    indent: usize,
    content: &'t str,
}

impl<'t> Line<'t> {
    fn read(text: &'t str, index: &LineIndex, number: u32) -> Option<Self> {
        let (start, end) = index.line(text, number)?;
        let line = text.get(start as usize..end as usize)?;
        let content = line.trim_start();
        Some(Self { start, indent: line.len() - content.len(), content: content.trim_end() })
    }

    /// Tells a line apart from a blank one and from one that is nothing but a comment.
    fn says_something(&self) -> bool {
        let signs = ["#", "//", ";", "<!--"];
        !self.content.is_empty() && !signs.iter().any(|sign| self.content.starts_with(sign))
    }

    /// Tells whether the node that begins on this line goes on with a later one.
    fn goes_on_with(&self, later: &Self) -> bool {
        let closes = later.content.starts_with(['}', ']', ')']);
        let is_item = later.content == "-" || later.content.starts_with("- ");
        later.indent > self.indent
            || later.indent == self.indent && (closes || is_item && self.is_bare_key())
            || self.is_section() && !later.is_section()
    }

    /// Tells whether the line is a key whose value stands below: YAML lets a list stand below its key without indentation.
    fn is_bare_key(&self) -> bool {
        let key = self.content.split(" #").next().unwrap_or_default().trim_end();
        key.ends_with(':') && !key.starts_with("- ")
    }

    /// Tells whether the line heads a section (`[Service]`), as in systemd units and TOML.
    fn is_section(&self) -> bool {
        let head = self.content.split(" #").next().unwrap_or_default().trim_end();
        head.starts_with('[') && head.ends_with(']')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers what the only comment of a text covers.
    fn covered(text: &str) -> Option<&str> {
        let start = text.find("# !").expect("has a comment");
        let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
        let extent = extents(text, &[(start as u32, end as u32)])[0];
        extent.map(|(start, end)| &text[start as usize..end as usize])
    }

    #[test]
    fn a_comment_covers_its_node() {
        assert_eq!(covered("a: 1\nb: 2 # !\nc: 3\n"), Some("b: 2 # !\n"));
        assert_eq!(
            covered("vc: # !\n  image: x\n\n  command: y\nbn:\n"),
            Some("vc: # !\n  image: x\n\n  command: y\n")
        );
        assert_eq!(covered("- name: a # !\n  b: c\n- name: d\n"), Some("- name: a # !\n  b: c\n"));
        assert_eq!(covered("x:\n- a\n- b # !\n- c\n"), Some("- b # !\n"));
    }

    #[test]
    fn a_comment_above_covers_the_next_node() {
        assert_eq!(covered("a: 1\n# !\n# more\n\nb: |\n  x\n# y\n  z\nc: 3\n"), Some("b: |\n  x\n# y\n  z\n"));
        assert_eq!(covered("a: 1\n# !\n"), None);
    }

    #[test]
    fn lists_and_brackets_without_indentation_belong_to_their_key() {
        assert_eq!(covered("command: # !\n- a\n- b\nimage: x\n"), Some("command: # !\n- a\n- b\n"));
        assert_eq!(covered("command: [ # !\n  a\n]\nimage: x\n"), Some("command: [ # !\n  a\n]\n"));
    }

    #[test]
    fn continued_lines_and_sections_belong_together() {
        let unit = "[Service]\n# !\nExecStart=/bin/vc \\\n--a \\\n--b\nRestart=no\n";
        assert_eq!(covered(unit), Some("ExecStart=/bin/vc \\\n--a \\\n--b\n"));
        assert_eq!(covered("# !\n[one]\na = 1\n[two]\n"), Some("[one]\na = 1\n"));
    }
}
