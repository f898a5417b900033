//! Safe edits: what a rule proposes is held against the text, and edits that do not meet change it.

use super::anchor;
use super::model::Finding;
use crate::source::{FileId, Quoting, Sources, Span};
use std::collections::BTreeMap;
use std::ops::Range;

/// A safe edit: all of it, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an instruction that begins with a small letter.
    pub title: String,
    /// The bytes to replace and what replaces them; once a finding is judged, in order and without overlap.
    pub edits: Vec<Edit>,
}

/// Bytes of a file, and what takes their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes; none of them to put something in.
    pub span: Span,
    /// What stands there now.
    pub was: String,
    /// What takes its place.
    pub text: String,
    /// The words go altogether, with the list item or the line that they stand in alone; the span grows once the text is at hand.
    pub word: bool,
    /// The aliases through which it is known to take effect, where no others may lead to it.
    pub aliases: Option<Vec<Span>>,
}

impl Edit {
    /// Replaces bytes.
    #[must_use]
    pub fn replace(span: Span, was: &str, text: &str) -> Self {
        Self { span, was: was.to_owned(), text: text.to_owned(), word: false, aliases: None }
    }

    /// Makes the edit only if these aliases, and no others, lead to what it changes.
    #[must_use]
    pub fn through(self, aliases: Vec<Span>) -> Self {
        Self { aliases: Some(aliases), ..self }
    }

    /// Puts a text in before a byte.
    #[must_use]
    pub fn insert(file: FileId, at: u32, text: &str) -> Self {
        Self::replace(Span::new(file, at, at), "", text)
    }

    /// Takes out words of a command line that end with `was`, together with the place that they leave empty.
    #[must_use]
    pub fn remove(span: Span, was: &str) -> Self {
        Self { word: true, ..Self::replace(span, was, "") }
    }

    fn range(&self) -> Range<usize> {
        self.span.start as usize..self.span.end as usize
    }

    /// Holds the edit against the text: nothing if something else stands there.
    fn settled(mut self, text: &str) -> Option<Self> {
        let stands = text.get(self.range())?;
        if self.aliases.take().is_some_and(|known| !anchor::is_led_to_by(text, self.span, &known)) {
            return None;
        }
        if !self.word {
            return (stands == self.was).then_some(self);
        }
        if !stands.ends_with(&self.was) {
            return None;
        }
        let range = word::around(text, self.range())?;
        self.was = text.get(range.clone())?.to_owned();
        self.span = Span::new(self.span.file, range.start as u32, range.end as u32);
        self.word = false;
        Some(self)
    }

    /// Tells whether two edits touch, so that the order in which they are made could matter.
    fn meets(&self, other: &Self) -> bool {
        self.span.file == other.span.file && self.span.start <= other.span.end && other.span.start <= self.span.end
    }
}

impl Fix {
    /// Makes a fix of one edit.
    #[must_use]
    pub fn of(title: impl Into<String>, edit: Edit) -> Self {
        Self { title: title.into(), edits: vec![edit] }
    }

    /// Holds a proposal against the texts: nothing if anything in it does not stand where it should, or may not be quoted.
    pub(super) fn settled(self, sources: &dyn Sources) -> Option<Self> {
        let settle = |edit: Edit| {
            let open = matches!(sources.kind(edit.span.file), Quoting::Free | Quoting::Environment);
            sources.text(edit.span.file).filter(|_| open).and_then(|text| edit.settled(&text))
        };
        let mut edits = self.edits.into_iter().map(settle).collect::<Option<Vec<_>>>()?;
        edits.sort_by_key(|edit| edit.span);
        edits.dedup();
        let apart = edits.is_sorted_by(|one, next| one.span.file != next.span.file || one.span.end <= next.span.start);
        (apart && !edits.is_empty()).then_some(Self { edits, ..self })
    }

    /// Takes in another fix of the same finding: both are made, unless they meet.
    pub(super) fn and(&mut self, other: Self) {
        if !other.edits.iter().any(|edit| self.edits.iter().any(|own| own.meets(edit))) {
            self.edits.extend(other.edits);
            self.edits.sort_by_key(|edit| edit.span);
        }
    }
}

/// Chooses the fixes that can be made together, in order of their findings: of those that meet the first one.
#[must_use]
pub fn chosen(findings: &[Finding], may: impl Fn(&Finding) -> bool) -> Vec<&Finding> {
    let mut taken: BTreeMap<Span, &Edit> = BTreeMap::new();
    let mut chosen = Vec::new();
    for finding in findings.iter().filter(|finding| may(finding)) {
        let Some(fix) = &finding.fix else { continue };
        let meets = |edit: &Edit| {
            let before = taken.range(..edit.span).next_back();
            let after = taken.range(edit.span..).next();
            before.into_iter().chain(after).any(|(_, other)| other.meets(edit))
        };
        if !fix.edits.iter().any(meets) {
            taken.extend(fix.edits.iter().map(|edit| (edit.span, edit)));
            chosen.push(finding);
        }
    }
    chosen
}

/// Answers a text after edits of its file that do not meet, in any order; nothing if something else stands where they belong.
#[must_use]
pub fn patched<'e>(text: &str, edits: impl IntoIterator<Item = &'e Edit>) -> Option<String> {
    let mut edits: Vec<&Edit> = edits.into_iter().collect();
    edits.sort_by_key(|edit| edit.span);
    let (mut new, mut at) = (String::with_capacity(text.len()), 0);
    for edit in edits {
        let range = edit.range();
        new.push_str(text.get(at..range.start)?);
        if text.get(range.clone())? != edit.was {
            return None;
        }
        new.push_str(&edit.text);
        at = range.end;
    }
    new.push_str(text.get(at..)?);
    Some(new)
}

/// How far the place of words reaches that go altogether.
mod word {
    use std::ops::Range;

    /// Answers the bytes that go with some words of one line; nothing where it is not plain what would be left.
    pub(super) fn around(text: &str, words: Range<usize>) -> Option<Range<usize>> {
        if text.get(words.clone())?.contains('\n') {
            return None;
        }
        let start = text.get(..words.start)?.rfind('\n').map_or(0, |at| at + 1);
        let end = text.get(words.end..)?.find('\n').map_or(text.len(), |at| words.end + at + 1);
        let (before, after) = (text.get(start..words.start)?, text.get(words.end..end)?);
        if is_alone(before, after) && has_company(text, start, end, before, after) {
            return Some(start..end);
        }
        within(before, after).map(|(left, right)| words.start - left..words.end + right)
    }

    /// Tells whether the words are all of an item of a YAML list, or of a line.
    fn is_alone(before: &str, after: &str) -> bool {
        let (before, after) = (before.trim_start(), after.trim());
        match before.strip_prefix('-').map(str::trim_start) {
            Some(quote) => ["", "\"", "'"].contains(&quote) && quote == after && before.starts_with("- "),
            None => before.is_empty() && ["", "\\"].contains(&after),
        }
    }

    /// Tells whether a line of the same kind stands before or behind: what goes is one of several.
    fn has_company(text: &str, start: usize, end: usize, before: &str, after: &str) -> bool {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let alike = |line: &str| {
            let line = line.trim_end();
            let same_item = line.trim_start().starts_with("- ") == before.trim_start().starts_with('-');
            !line.trim().is_empty() && indent(line) == indent(before) && same_item
        };
        let above = text.get(..start).and_then(|above| above.lines().next_back()).unwrap_or_default();
        let below = text.get(end..).and_then(|below| below.lines().next()).unwrap_or_default();
        // Behind the last line of a continued command stands no backslash: the one before it would be left over.
        match (after.trim() == "\\", above.trim_end().ends_with('\\')) {
            (true, true) => true,
            (false, false) => alike(above) || alike(below),
            _ => false,
        }
    }

    /// Answers how many bytes of white space go with words that stand among others of their line.
    fn within(before: &str, after: &str) -> Option<(usize, usize)> {
        let blanks = |text: &str| text.len() - text.trim_start_matches([' ', '\t']).len();
        let left = before.len() - before.trim_end_matches([' ', '\t']).len();
        let right = blanks(after);
        let rest = after.trim();
        if (rest.is_empty() || right > 0)
            && left > 0
            && !before.trim_end().is_empty()
            && !before.trim_end().ends_with('-')
        {
            return Some((left, 0));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(text: &str, from: &str, to: &str) -> Edit {
        let at = text.find(from).expect("stands there") as u32;
        Edit::replace(Span::new(FileId(0), at, at + from.len() as u32), from, to)
    }

    fn without(text: &str, words: &str) -> Option<String> {
        let at = text.rfind(words).expect("stands there") as u32;
        let edit = Edit::remove(Span::new(FileId(0), at, at + words.len() as u32), words).settled(text)?;
        patched(text, [&edit])
    }

    #[test]
    fn edits_change_their_bytes_and_no_others() {
        let text = "\u{feff}a: --old=1 # é\r\nb: --old2\r\n";
        let new = patched(text, [&edit(text, "--old2", "--new2"), &edit(text, "--old", "--neu")]);
        assert_eq!(new.as_deref(), Some("\u{feff}a: --neu=1 # é\r\nb: --new2\r\n"));
        assert_eq!(patched("a: --odd=1", [&edit(text, "--old", "--neu")]), None);
    }

    #[test]
    fn an_item_of_a_list_goes_with_its_line() {
        let list = "command:\n  - a\n  - \"b=1\"\n  - 'c'\nx: 1\n";
        assert_eq!(without(list, "b=1").as_deref(), Some("command:\n  - a\n  - 'c'\nx: 1\n"));
        assert_eq!(without(list, "c").as_deref(), Some("command:\n  - a\n  - \"b=1\"\nx: 1\n"));
        assert_eq!(without("command:\n  - b\nx: 1\n", "b"), None, "the only item stays");
        assert_eq!(without("command:\n  - a\n  - b # why\n", "b"), None, "a comment would be lost");
        assert_eq!(without("command: [\"a\", \"b\"]\n", "b"), None);
    }

    #[test]
    fn words_of_a_command_go_with_the_space_before_them() {
        assert_eq!(without("command: x -a 1 -b 2 -a 1\n", "-a 1").as_deref(), Some("command: x -a 1 -b 2\n"));
        assert_eq!(without("run x -b 2 -a\r\n", "-b 2").as_deref(), Some("run x -a\r\n"));
        let continued = "exec x \\\n  -a 1 \\\n  -b 2 \\\n  -c\n";
        assert_eq!(without(continued, "-b 2").as_deref(), Some("exec x \\\n  -a 1 \\\n  -c\n"));
        assert_eq!(without(continued, "-c"), None, "a backslash would be left over");
        let folded = "command: >-\n  x\n  -a 1\n  -b 2\ny: 1\n";
        assert_eq!(without(folded, "-b 2").as_deref(), Some("command: >-\n  x\n  -a 1\ny: 1\n"));
    }
}
