//! Sections of `key=value` lines, with the rules of systemd: `\` at the end of a line continues it, comments in between
//! do not end it, and a key may be written again.

use super::Raw;
use crate::document::arena::Shape;
use crate::document::builder::{Builder, Frame, Leaf};
use crate::document::model::Style;
use crate::document::pieces::Pieces;
use std::collections::HashMap;
use std::ops::Range;

/// Reads sections. Keys before the first section are those of the section "".
pub(super) fn read(builder: &mut Builder<'_>) {
    let source = builder.source();
    let start = if source.starts_with('\u{feff}') { 3 } else { 0 };
    builder.open(Shape::Map, start..start);
    let mut sections = Sections { known: HashMap::new(), current: None };
    let mut lines = Lines { source, at: start };
    while let Some(line) = lines.next() {
        let text = source[line.clone()].trim_start();
        let start = line.end - text.len();
        if text.starts_with(['#', ';']) {
            builder.comment(start..start + text.trim_end().len());
        } else if text.starts_with('[') {
            let name = header(builder, start..line.end);
            sections.enter(builder, name);
        } else if !text.is_empty() {
            let parts = continued(builder, start..line.end, &mut lines);
            if sections.current.is_none() {
                sections.enter(builder, start..start);
            }
            assignment(builder, &parts);
        }
    }
    sections.leave(builder);
    builder.close(None);
}

/// The sections so far; one that is written in two places is one map.
struct Sections<'s> {
    known: HashMap<&'s str, Frame>,
    current: Option<&'s str>,
}

impl<'s> Sections<'s> {
    fn enter(&mut self, builder: &mut Builder<'s>, name: Range<usize>) {
        self.leave(builder);
        let key = &builder.source()[name.clone()];
        self.current = Some(key);
        match self.known.get(key) {
            Some(frame) => builder.reopen(*frame),
            None => {
                let end = name.end;
                builder.scalar(Leaf::new(name, Style::Plain));
                builder.open(Shape::Map, end..end);
            }
        }
    }

    fn leave(&mut self, builder: &mut Builder<'s>) {
        if let Some(name) = self.current.take()
            && let Some(frame) = builder.close(None)
        {
            self.known.insert(name, frame);
        }
    }
}

/// Reads `[name]`; a comment may follow.
fn header(builder: &mut Builder<'_>, line: Range<usize>) -> Range<usize> {
    let text = builder.source()[line.clone()].trim_end();
    let start = line.start + 1;
    let comment = text.find([']']).map(|end| (end, text[end + 1..].trim_start()));
    match comment.filter(|(_, rest)| rest.starts_with(['#', ';'])) {
        Some((end, rest)) => {
            builder.comment(line.start + text.len() - rest.len()..line.start + text.len());
            start..line.start + end
        }
        None if text.len() > 1 && text.ends_with(']') => start..line.start + text.len() - 1,
        None => {
            builder.problem(line.start..line.start + text.len(), "this section header has no end");
            start..line.start + text.len()
        }
    }
}

/// Tells whether a line goes on in the next one: it ends in a backslash that is not itself escaped.
fn goes_on(line: &str) -> bool {
    (line.len() - line.trim_end_matches('\\').len()) % 2 == 1
}

/// Collects the parts of a statement that goes on over several lines, without the backslashes.
fn continued(builder: &mut Builder<'_>, first: Range<usize>, lines: &mut Lines<'_>) -> Vec<Range<usize>> {
    let source = builder.source();
    let mut parts = Vec::new();
    let mut line = first;
    while goes_on(&source[line.clone()]) {
        parts.push(line.start..line.end - 1);
        loop {
            let Some(next) = lines.next() else { return parts };
            let text = source[next.clone()].trim();
            if !text.starts_with(['#', ';']) {
                line = next;
                break;
            }
            let start = next.end - source[next.clone()].trim_start().len();
            builder.comment(start..start + text.len());
        }
    }
    parts.push(line);
    parts
}

/// Reads `key = value`, or a key alone.
fn assignment(builder: &mut Builder<'_>, parts: &[Range<usize>]) {
    let source = builder.source();
    let sign = parts.iter().find_map(|part| source[part.clone()].find('=').map(|at| part.start + at));
    let end = parts.last().map_or(0, |part| part.end);
    let key = within(source, parts, 0..sign.unwrap_or(end));
    let after = key.end;
    scalar(builder, key);
    match sign {
        Some(sign) => scalar(builder, within(source, parts, sign + 1..end)),
        None => builder.scalar(Leaf { is_null: true, ..Leaf::new(after..after, Style::Plain) }),
    }
}

/// Answers the bytes of a range that belong to parts, without the blanks around them.
fn within(source: &str, parts: &[Range<usize>], range: Range<usize>) -> Range<usize> {
    let cut = |part: &Range<usize>| part.start.clamp(range.start, range.end)..part.end.clamp(range.start, range.end);
    let pieces = || parts.iter().map(cut).filter(|part| !source[part.clone()].trim().is_empty());
    let first = pieces().next().map(|part| part.end - source[part].trim_start().len());
    let last = pieces().next_back().map(|part| part.start + source[part].trim_end().len());
    match (first, last) {
        (Some(first), Some(last)) => first..last,
        _ => {
            let blank = parts.iter().map(cut).find(|part| !part.is_empty()).map_or(range.start, |part| part.end);
            blank..blank
        }
    }
}

fn scalar(builder: &mut Builder<'_>, range: Range<usize>) {
    let leaf = Leaf::new(range.clone(), Style::Plain);
    if !builder.source()[range.clone()].contains('\n') {
        return builder.scalar(leaf);
    }
    let mut pieces = Pieces::new(builder.source());
    let raw = Raw { start: range.start, end: range.end, style: Style::Plain, indent: 255, value: "" };
    decode(raw, &mut pieces);
    builder.scalar(Leaf { decoded: Some(pieces.value()), ..leaf });
}

/// Decodes a value over several lines: a blank stands for each backslash, comments are left out.
pub(super) fn decode(raw: Raw<'_>, pieces: &mut Pieces<'_>) {
    let source = &pieces.source()[..raw.end];
    let mut gap: Option<usize> = None;
    for line in (Lines { source, at: raw.start }) {
        if gap.is_some() && source[line.clone()].trim_start().starts_with(['#', ';']) {
            continue;
        }
        if let Some(from) = gap {
            pieces.stand(" ", from..line.start);
        }
        let end = if line.end < raw.end { line.end - 1 } else { line.end };
        pieces.copy(line.start..end);
        gap = Some(end);
    }
}

/// The lines of a text, without their line breaks.
struct Lines<'s> {
    source: &'s str,
    at: usize,
}

impl Iterator for Lines<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.source.get(self.at..).filter(|rest| !rest.is_empty())?;
        let start = self.at;
        let length = memchr::memchr(b'\n', rest.as_bytes());
        self.at += length.map_or(rest.len(), |length| length + 1);
        let line = &rest[..length.unwrap_or(rest.len())];
        let line = if length.is_some() { line.strip_suffix('\r').unwrap_or(line) } else { line };
        Some(start..start + line.len())
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{Document, Node, Syntax, parse};
    use crate::source::FileId;

    fn ini(text: &str) -> Document {
        parse(FileId(0), text.into(), Syntax::Ini)
    }

    fn value<'d>(document: &'d Document, section: &str, key: &str) -> Node<'d> {
        document.root().and_then(|root| root.path_get(&[section, key])).expect("the key exists")
    }

    #[test]
    fn continued_lines_are_joined_and_comments_left_out() {
        let text =
            "[Service]\nExecStart = /usr/bin/lighthouse vc \\\n  # why\n  --metrics \\\n  --graffiti x\nUser=eth\n";
        let document = ini(text);
        let command = value(&document, "Service", "ExecStart").text().expect("is a scalar");
        assert_eq!(command.value(), "/usr/bin/lighthouse vc    --metrics    --graffiti x");
        let from = command.value().find("--graffiti").expect("is there");
        let span = command.span_of(from..from + 10);
        assert_eq!(&text[span.start as usize..span.end as usize], "--graffiti");
        assert_eq!(value(&document, "Service", "User").str(), Some("eth"));
        assert_eq!(document.comments().count(), 1);
    }

    #[test]
    fn a_value_may_start_on_the_next_line() {
        let document = ini("[Service]\r\nExecStart=\\\r\n  geth \\\r\n  --http\r\n");
        assert_eq!(value(&document, "Service", "ExecStart").str(), Some("geth    --http"));
    }

    #[test]
    fn repeated_keys_and_sections_stay_entries() {
        let document = ini("top=1\n[Service]\nEnvironment=A=1\n; note\n[Install]\nx\n[Service]\nEnvironment=\n");
        let section = document.root().and_then(|root| root.get("Service")).expect("has the section");
        let values: Vec<_> = section.entries().map(|entry| entry.value.str()).collect();
        assert_eq!(values, [Some("A=1"), Some("")]);
        assert!(document.repeated().is_empty() && document.problems().is_empty());
        assert_eq!(value(&document, "", "top").str(), Some("1"));
        assert!(value(&document, "Install", "x").is_null());
        assert!(!value(&document, "Service", "Environment").is_null());
    }

    #[test]
    fn a_torn_header_is_told() {
        let document = ini("[Service\nUser=eth\n[Install] ; note\nx=1\n");
        assert_eq!(document.problems().len(), 1);
        assert_eq!(value(&document, "Service", "User").str(), Some("eth"));
        assert_eq!(value(&document, "Install", "x").str(), Some("1"));
    }

    #[test]
    fn a_continuation_at_the_end_of_the_file_is_no_obstacle() {
        let document = ini("[Service]\nExecStart=geth \\\n# note\n");
        assert_eq!(value(&document, "Service", "ExecStart").str(), Some("geth"));
    }
}
