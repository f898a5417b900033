//! Documents that stand in no file as they are: rendered from a template, embedded in another file, written by a script.

use super::model::Syntax;
use super::parse;
use super::tree::Document;
use crate::source::Text;
use std::ops::Range;
use std::sync::Arc;

/// Reads a text that was put together from several places into a tree whose every place, and every hole, is the one that the
/// text had. Like [`parse`], it never fails.
///
/// A hole is one word to the syntax, however it is written; [`Node::text`](super::Node::text) gives it back as a hole, while
/// [`Node::str`](super::Node::str) answers underscores for it. One that has a line to itself where no word can stand is a key
/// without a value, an item of a list or a remark, whatever fits there.
#[must_use]
pub fn parse_rendered(text: &Text, syntax: Syntax) -> Document {
    let mut masked = masked(text);
    let mut document = parse(text.file(), masked.as_str().into(), syntax);
    let mut lines = if reach(&document) < u32::MAX { alone(text, &masked) } else { Vec::new() };
    let signs: &[Line] = match syntax {
        Syntax::Yaml => &[Line::Key, Line::Item, Line::Remark],
        Syntax::Toml => &[Line::Remark],
        _ => &[],
    };
    for _ in 0..MOST_LINES {
        let at = reach(&document);
        if at == u32::MAX || lines.is_empty() {
            break;
        }
        // The hole that stands in the way is the last one before the place.
        let hole = lines.remove(lines.iter().rposition(|hole| hole.start as u32 <= at).unwrap_or(0));
        for line in signs {
            let changed = with(&masked, &hole, *line);
            let other = parse(text.file(), changed.as_str().into(), syntax);
            if reach(&other) > reach(&document) {
                (document, masked) = (other, changed);
            }
        }
    }
    document.rendered_from(Arc::new(text.clone()))
}

/// No text has more lines that are taken for what fits.
const MOST_LINES: usize = 12;

/// What a hole on a line of its own is taken for.
#[derive(Clone, Copy)]
enum Line {
    Key,
    Item,
    Remark,
}

/// How far a document can be read: to the first problem, or to the end. A lone hole before the first of several documents is in
/// the way, too.
fn reach(document: &Document) -> u32 {
    let mut roots = document.roots();
    let lone = roots.next().filter(|root| {
        let written = document.text().get(root.span().start as usize..root.span().end as usize);
        written.is_some_and(|written| written.bytes().all(|byte| b"_:- ".contains(&byte)))
    });
    if lone.is_some() && roots.next().is_some() {
        return 0;
    }
    document.problems().iter().map(|problem| problem.span.start).min().unwrap_or(u32::MAX)
}

/// Answers the bytes of holes that have a line to themselves.
fn alone(text: &Text, masked: &str) -> Vec<Range<usize>> {
    let mut holes: Vec<Range<usize>> = Vec::new();
    for segment in text.segments().iter().filter(|segment| segment.hole && segment.len > 2) {
        let (from, to) = (segment.at as usize, (segment.at + segment.len) as usize);
        match holes.last_mut().filter(|last| last.end == from) {
            Some(last) => last.end = to,
            None => holes.push(from..to),
        }
    }
    let begins = |before: &str| before.is_empty() || before.ends_with('\n');
    let ends = |behind: &str| behind.is_empty() || behind.starts_with('\n');
    let blank = [' ', '\t', '\r'];
    holes.retain(|hole| {
        begins(masked[..hole.start].trim_end_matches(blank)) && ends(masked[hole.end..].trim_start_matches(blank))
    });
    holes
}

/// Answers the text with the line of a hole as something else.
fn with(masked: &str, hole: &Range<usize>, line: Line) -> String {
    let (before, word, behind) = (&masked[..hole.start], &masked[hole.clone()], &masked[hole.end..]);
    match line {
        Line::Key => [before, &word[1..], ":", behind].concat(),
        Line::Item => [before, "- ", &word[2..], behind].concat(),
        Line::Remark => [before, "#", &word[1..], behind].concat(),
    }
}

/// Answers the value with as many underscores as each hole has bytes.
fn masked(text: &Text) -> String {
    let mut masked = String::with_capacity(text.value().len());
    for segment in text.segments() {
        let (from, len) = (segment.at as usize, segment.len as usize);
        match segment.hole {
            true => masked.extend(std::iter::repeat_n('_', len)),
            false => masked.push_str(text.value().get(from..from + len).unwrap_or_default()),
        }
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn span(file: u32, start: u32, end: u32) -> Span {
        Span::new(FileId(file), start, end)
    }

    /// `image: {{ .Values.image }}` with the image filled in from a values file, and `{{ .Values.args }}` that nobody knows.
    fn rendered() -> Text {
        let mut text = Text::literal("vc:\n  image: ", span(0, 0, 13));
        text.push("sigp/lighthouse:v8.0.0", span(0, 13, 32), Some(span(1, 40, 62)));
        text.push("\n  command: >\n    lighthouse vc\n    --x=", span(0, 32, 72), None);
        text.push_hole("{{ .Values.args }}", span(0, 72, 90));
        text
    }

    #[test]
    fn values_keep_the_places_they_came_from() {
        let document = parse_rendered(&rendered(), Syntax::Yaml);
        let image = document.root().and_then(|root| root.path_get(&["vc", "image"])?.text()).expect("is there");
        assert_eq!((image.span(), image.origin()), (span(0, 13, 32), Some(span(1, 40, 62))));
        let tag = image.slice(16..22);
        assert_eq!((tag.value(), tag.origin()), ("v8.0.0", Some(span(1, 56, 62))));
    }

    #[test]
    fn a_hole_is_one_word_and_stays_a_hole() {
        let document = parse_rendered(&rendered(), Syntax::Yaml);
        let command = document.root().and_then(|root| root.path_get(&["vc", "command"])?.text()).expect("is there");
        assert_eq!(command.value(), "lighthouse vc --x={{ .Values.args }}\n");
        assert!(!command.is_known() && command.is_known_in(0..18));
        assert_eq!(command.span_of(14..17), span(0, 68, 71));
    }

    /// A text of lines; those in braces are holes.
    fn lines(written: &str) -> Text {
        let (mut text, mut at) = (Text::empty(span(0, 0, written.len() as u32)), 0);
        for line in written.split_inclusive('\n') {
            let place = span(0, at, at + line.len() as u32);
            at = place.end;
            let bare = line.trim();
            if bare.starts_with('{') {
                let (start, rest) = line.split_once(bare).expect("is there");
                text.push_inexact(start, place);
                text.push_hole(bare, place);
                text.push_inexact(rest, place);
            } else {
                text.push(line, place, None);
            }
        }
        text
    }

    #[test]
    fn a_hole_on_a_line_of_its_own_hides_no_line_but_itself() {
        let shown = |written: &str, syntax: Syntax, path: &[&str]| {
            let document = parse_rendered(&lines(written), syntax);
            let found = document.root().and_then(|root| root.path_get(path)?.text());
            (document.problems().len(), found.map(|text| text.value().to_owned()))
        };
        let known = |value: &str| (0, Some(value.to_owned()));
        let head = "{{ head }}\nversion: '3'\nvc:\n  image: a\n  {{ more }}\n  user: b\n{{ end }}\n";
        assert_eq!(shown(head, Syntax::Yaml, &["vc", "user"]), known("b"));
        let list = "{{ head }}\n---\nargs:\n  - --a\n  {{ more }}\n  - --b\nuser: b\n";
        assert_eq!(shown(list, Syntax::Yaml, &["user"]), known("b"));
        assert_eq!(shown("{{ head }}\n[vc]\nfee = \"x\"\n", Syntax::Toml, &["vc", "fee"]), known("x"));
        assert_eq!(shown("{{ head }}\n---\nuser: b\n", Syntax::Yaml, &["user"]), known("b"));
        let items = parse_rendered(&lines(list), Syntax::Yaml);
        let items = items.root().and_then(|root| root.get("args")).expect("is there").items();
        assert_eq!(
            items.map(|item| item.text().is_some_and(|text| text.is_known())).collect::<Vec<_>>(),
            [true, false, true]
        );
        let words = "{{ head }}\nargs: >\n  --a\n  {{ more }}\n  --b\n";
        assert_eq!(shown(words, Syntax::Yaml, &["args"]), known("--a {{ more }} --b\n"));
    }

    #[test]
    fn keys_that_are_written_twice_are_found_where_they_came_from() {
        let mut text = Text::literal("a: 1\n", span(3, 100, 105));
        text.push("a: 2\n", span(4, 7, 12), None);
        let document = parse_rendered(&text, Syntax::Yaml);
        let repeated = document.repeated().first().expect("is written twice");
        assert_eq!((repeated.first, repeated.again), (span(3, 100, 101), span(4, 7, 8)));
    }
}
