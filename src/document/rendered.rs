//! Documents that stand in no file as they are: rendered from a template, embedded in another file, written by a script.

use super::model::Syntax;
use super::parse;
use super::tree::Document;
use crate::source::Text;
use std::sync::Arc;

/// Reads a text that was put together from several places into a tree whose every place, and every hole, is the one that the
/// text had. Like [`parse`], it never fails.
///
/// A hole is one word to the syntax, however it is written; [`Node::text`](super::Node::text) gives it back as a hole, while
/// [`Node::str`](super::Node::str) answers underscores for it.
#[must_use]
pub fn parse_rendered(text: &Text, syntax: Syntax) -> Document {
    let masked: Arc<str> = masked(text).into();
    parse(text.file(), masked, syntax).rendered_from(Arc::new(text.clone()))
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

    #[test]
    fn keys_that_are_written_twice_are_found_where_they_came_from() {
        let mut text = Text::literal("a: 1\n", span(3, 100, 105));
        text.push("a: 2\n", span(4, 7, 12), None);
        let document = parse_rendered(&text, Syntax::Yaml);
        let repeated = document.repeated().first().expect("is written twice");
        assert_eq!((repeated.first, repeated.again), (span(3, 100, 101), span(4, 7, 8)));
    }
}
