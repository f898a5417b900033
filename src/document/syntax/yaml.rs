//! YAML: the events of a parser become nodes.

use super::Raw;
use super::{yaml_block, yaml_flow};
use crate::document::anchors::Refusal;
use crate::document::arena::Shape;
use crate::document::builder::{Builder, Leaf};
use crate::document::model::Style;
use crate::document::pieces::Pieces;
use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Span, StrInput, StructureStyle};
use std::ops::Range;

/// Reads a text of any number of documents. After an error it goes on with the next document.
pub(super) fn read(builder: &mut Builder<'_>) {
    let mut parser = Parser::new_from_str_with_options(builder.source(), options());
    loop {
        match parser.next_event() {
            None => break,
            Some(Ok((event, span))) => take(builder, event, &span),
            Some(Err(error)) => {
                report(builder, &error);
                builder.close_all();
                if !goes_on(builder, &mut parser) {
                    break;
                }
            }
        }
    }
}

fn options() -> Options {
    granit_parser::options! {
        emit_unresolved_aliases: true,
        // A long stretch of commented-out lines is no error.
        max_buffered_comment_events: usize::MAX,
    }
}

fn goes_on<'s>(builder: &mut Builder<'_>, parser: &mut Parser<'s, StrInput<'s>>) -> bool {
    match parser.proceed_next_document() {
        Ok(more) => more,
        Err(error) => {
            report(builder, &error);
            false
        }
    }
}

/// Reports an error of the parser. Its messages are fixed sentences, but for one that shows a character of the file.
fn report(builder: &mut Builder<'_>, error: &ScanError) {
    let at = error.marker().byte_offset().unwrap_or(0);
    let message = match error.kind() {
        ErrorKind::UnexpectedCharacter { .. } => "unexpected character".to_owned(),
        kind => kind.to_string(),
    };
    let end = if builder.source().get(at..).is_some_and(|rest| rest.starts_with(['\n', '\r'])) { at } else { at + 1 };
    builder.problem(at..end, &message);
}

fn take(builder: &mut Builder<'_>, event: Event<'_>, span: &Span) {
    let Some(range) = span.byte_range() else { return };
    match event {
        Event::Scalar(value, style, anchor, _) => {
            scalar(builder, &value, style, span, range);
            properties(builder, anchor, span);
        }
        Event::MappingStart(_, anchor, _) => {
            builder.open(Shape::Map, range);
            properties(builder, anchor, span);
        }
        Event::SequenceStart(style, anchor, _) => {
            let start = if style == StructureStyle::Block { dash(builder.source(), range.start) } else { range.start };
            builder.open(Shape::Sequence, start..range.end);
            properties(builder, anchor, span);
        }
        // The end of a collection without brackets is a place somewhere behind it.
        Event::MappingEnd | Event::SequenceEnd => {
            builder.close((!range.is_empty()).then_some(range.end));
        }
        Event::Alias(anchor) => builder.alias(range, anchor),
        Event::UnresolvedAlias(_) => builder.dead_alias(range, Refusal::Unresolved),
        Event::Comment(..) => builder.comment(range),
        _ => {}
    }
}

/// Answers where the first dash of a sequence stands; one that is not indented is reported as starting behind it.
fn dash(source: &str, start: usize) -> usize {
    let bytes = source.as_bytes();
    let blank = |at: usize| matches!(bytes.get(at), None | Some(b' ' | b'\t' | b'\n' | b'\r'));
    if bytes.get(start) == Some(&b'-') && blank(start + 1) {
        return start;
    }
    let before = source[..start].trim_end_matches([' ', '\t']);
    if before.ends_with('-') { before.len() - 1 } else { start }
}

fn properties(builder: &mut Builder<'_>, anchor: usize, span: &Span) {
    if anchor != 0 {
        builder.anchor(anchor);
    }
    if let Some(tag) = span.tag_span().and_then(|tag| tag.byte_range()) {
        builder.tag(tag);
    }
}

fn scalar(builder: &mut Builder<'_>, value: &str, style: ScalarStyle, span: &Span, range: Range<usize>) {
    let source = builder.source();
    let Some(raw) = source.get(range.clone()) else { return };
    let style = match style {
        ScalarStyle::Plain => return plain(builder, value, span, range),
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    };
    let (content, indent) = match style {
        Style::SingleQuoted | Style::DoubleQuoted if raw.len() >= 2 => (range.start + 1..range.end - 1, 255),
        Style::Literal | Style::Folded => {
            // Of a key, the parser tells the column of the key instead.
            let indent = span.indent.map(|indent| if builder.expects_key() { span.start.col() } else { indent });
            yaml_block::content(source, range, indent)
        }
        _ => (range, 255),
    };
    let decoded = (source.get(content.clone()) != Some(value)).then_some(value);
    builder.scalar(Leaf { decoded, indent, ..Leaf::new(content, style) });
}

fn plain(builder: &mut Builder<'_>, value: &str, span: &Span, range: Range<usize>) {
    let source = builder.source();
    let raw = &source[range.clone()];
    let is_key = builder.expects_key();
    let tagged = span.tag_start().is_some_and(|_| !is_local_tag(source, span));
    let is_null = matches!(raw, "" | "~" | "null" | "Null" | "NULL") && !tagged;
    // An absent value is reported before the colon of its key; it belongs behind it.
    let absent = raw.is_empty() && !is_key && source.as_bytes().get(range.start) == Some(&b':');
    let range = if absent { range.start + 1..range.end + 1 } else { range };
    let decoded = (!raw.is_empty() && raw != value).then_some(value);
    builder.scalar(Leaf { decoded, is_null, ..Leaf::new(range, Style::Plain) });
    if is_key && raw == "<<" {
        builder.merge_key();
    }
}

/// Tells whether a tag leaves open what its node is, as `!reset` does and `!!str` does not.
fn is_local_tag(source: &str, span: &Span) -> bool {
    let tag = span.tag_span().and_then(|tag| tag.slice(source)).unwrap_or_default();
    !tag.starts_with("!!") || tag == "!!null"
}

/// Decodes a scalar once more.
pub(super) fn decode(raw: Raw<'_>, pieces: &mut Pieces<'_>) {
    match raw.style {
        Style::Literal | Style::Folded => yaml_block::decode(raw, pieces),
        style => yaml_flow::decode(raw.start..raw.end, style, pieces),
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{Document, Kind, Node, Style, Syntax, parse};
    use crate::source::FileId;

    fn yaml(text: &str) -> Document {
        parse(FileId(0), text.into(), Syntax::Yaml)
    }

    fn written<'d>(document: &'d Document, node: Node<'_>) -> &'d str {
        &document.text()[node.span().start as usize..node.span().end as usize]
    }

    fn at<'d>(document: &'d Document, path: &[&str]) -> Node<'d> {
        document.root().and_then(|root| root.path_get(path)).expect("the path exists")
    }

    #[test]
    fn maps_sequences_and_scalars_know_their_bytes() {
        let document = yaml("services:\n  vc:\n    image: \"a:b\"\n    ports:\n    - 1\n    -  [2, 3]\n# end\n");
        let service = at(&document, &["services", "vc"]);
        assert_eq!(written(&document, service), "image: \"a:b\"\n    ports:\n    - 1\n    -  [2, 3]");
        let image = at(&document, &["services", "vc", "image"]);
        assert_eq!((image.str(), image.style(), written(&document, image)), (Some("a:b"), Style::DoubleQuoted, "a:b"));
        let ports = at(&document, &["services", "vc", "ports"]);
        assert_eq!((ports.kind(), written(&document, ports)), (Kind::Sequence, "- 1\n    -  [2, 3]"));
        assert_eq!(ports.items().map(|item| written(&document, item)).collect::<Vec<_>>(), ["1", "[2, 3]"]);
        let entry = service.entries().next().expect("has entries");
        let span = entry.span();
        assert_eq!(&document.text()[span.start as usize..span.end as usize], "image: \"a:b\"");
        assert_eq!(document.comments().map(|span| span.len()).collect::<Vec<_>>(), [5]);
    }

    #[test]
    fn absent_values_are_null_and_quoted_ones_are_not() {
        let document = yaml("a:\nb: ~\nc: null\nd: ''\ne: !!str\nf: !reset\ng: 'null'\n");
        let null = |key| at(&document, &[key]).is_null();
        assert_eq!(["a", "b", "c", "d", "e", "f", "g"].map(null), [true, true, true, false, false, true, false]);
        assert_eq!(at(&document, &["f"]).tag(), Some("!reset"));
        assert_eq!(at(&document, &["a"]).span().start, 2);
    }

    #[test]
    fn a_flag_in_a_folded_block_has_its_own_place() {
        let document = yaml("command: >-\n  lighthouse vc\n  --metrics\n\n    --deeper\n\nother: 1\n");
        let text = at(&document, &["command"]).text().expect("is a scalar");
        assert_eq!(text.value(), "lighthouse vc --metrics\n\n  --deeper");
        for flag in ["vc", "--metrics", "--deeper"] {
            let from = text.value().find(flag).expect("is there");
            let span = text.span_of(from..from + flag.len());
            assert_eq!(&document.text()[span.start as usize..span.end as usize], flag);
        }
        assert_eq!(written(&document, at(&document, &["command"])), "lighthouse vc\n  --metrics\n\n    --deeper");
    }

    #[test]
    fn an_alias_is_used_here_and_written_there() {
        let document = yaml("x: &x |\n  --a\n  --b\ny: *x\n");
        let node = at(&document, &["y"]);
        let text = node.text().expect("is a scalar");
        assert_eq!(text.value(), "--a\n--b\n");
        let flag = text.slice(4..7);
        let origin = flag.origin().expect("was written elsewhere");
        assert_eq!(&document.text()[origin.start as usize..origin.end as usize], "--b");
        assert_eq!(&document.text()[flag.span().start as usize..flag.span().end as usize], "*x");
        assert_eq!(node.place(), flag.span());
    }

    #[test]
    fn merges_come_after_own_entries() {
        let text = "a: &a {p: 1, q: 1}\nb: &b {q: 2, r: 2}\nc:\n  <<: [*a, *b]\n  p: 3\nd: {<<: {s: 4}}\n";
        let document = yaml(text);
        let map = at(&document, &["c"]);
        let entries: Vec<_> = map.entries().map(|entry| (entry.name(), entry.value.str())).collect();
        assert_eq!(entries, [("p", Some("3")), ("q", Some("1")), ("r", Some("2"))]);
        assert_eq!(map.get("q").and_then(Node::str), Some("1"));
        let place = map.get("r").expect("is merged").place();
        assert_eq!(&text[place.start as usize..place.end as usize], "*b");
        assert_eq!(at(&document, &["d", "s"]).str(), Some("4"));
        assert!(document.repeated().is_empty() && document.problems().is_empty());
    }

    #[test]
    fn aliases_that_lead_nowhere_are_unknown() {
        let document = yaml("a: *typo\nb: &b\n  c: *b\n  <<: *b\n");
        assert_eq!(document.problems().len(), 3);
        let node = at(&document, &["a"]);
        assert_eq!((node.str(), node.is_null()), (None, false));
        assert!(!node.text().expect("is a scalar").is_known());
        assert_eq!(at(&document, &["b"]).entries().count(), 1);
    }

    #[test]
    fn repeated_keys_are_kept_and_told() {
        let document = yaml("a: 1\nb: {c: 1, c: 2}\na: 3\n");
        assert_eq!(at(&document, &["a"]).str(), Some("3"));
        let repeated: Vec<_> =
            document.repeated().iter().map(|r| (r.key.as_str(), r.first.start, r.again.start)).collect();
        assert_eq!(repeated, [("c", 9, 15), ("a", 0, 21)]);
    }

    #[test]
    fn after_an_error_the_next_document_is_read() {
        let document = yaml("a: 1\nb: [1, 2\nc: d\n---\ne: 5\n");
        assert_eq!(document.problems().len(), 1);
        assert_eq!(document.roots().count(), 2);
        assert_eq!(at(&document, &["a"]).str(), Some("1"));
        let second = document.roots().nth(1).and_then(|root| root.get("e"));
        assert_eq!(second.and_then(Node::str), Some("5"));
    }

    fn count(node: Node<'_>) -> usize {
        1 + node.items().map(count).sum::<usize>() + node.entries().map(|entry| count(entry.value)).sum::<usize>()
    }

    #[test]
    fn a_billion_laughs_are_left_out() {
        let mut text = "a0: &a0 [lol, lol]\n".to_owned();
        for level in 1..40 {
            let before = format!("*a{}", level - 1);
            text += &format!("a{level}: &a{level} [{}]\n", vec![before; 9].join(", "));
        }
        let document = yaml(&text);
        assert_eq!(document.problems().len(), 1);
        assert!(count(document.root().expect("has a root")) < 20_100 + 21 * text.len());
    }

    #[test]
    fn chains_of_aliases_stay_within_the_depth() {
        let text: String = (1..400)
            .fold("a0: &a0 x\n".into(), |text, level| text + &format!("a{level}: &a{level} [[*a{}]]\n", level - 1));
        let document = yaml(&text);
        count(document.root().expect("has a root"));
        assert_eq!(document.problems().len(), 1);
    }

    #[test]
    fn deep_branches_are_left_out_and_the_rest_is_kept() {
        let text = format!("a: {}{}\nb: 2\n", "[".repeat(200), "]".repeat(200));
        let document = yaml(&text);
        assert_eq!(document.problems().len(), 1);
        assert_eq!(at(&document, &["b"]).str(), Some("2"));
    }

    #[test]
    fn byte_order_mark_and_carriage_returns_are_no_obstacle() {
        let document = yaml("\u{feff}a: 'x\r\n  y'\r\nb: |\r\n  p\r\n  q\r\n");
        assert_eq!((at(&document, &["a"]).str(), at(&document, &["b"]).str()), (Some("x y"), Some("p\nq\n")));
        assert_eq!(written(&document, at(&document, &["b"])), "p\r\n  q");
        assert!(document.problems().is_empty());
    }

    #[test]
    fn a_long_commented_stretch_is_no_error() {
        let document = yaml(&format!("a:\n{}  b: 1\n", "  # x: y\n".repeat(500)));
        assert_eq!(at(&document, &["a", "b"]).str(), Some("1"));
        assert_eq!(document.comments().count(), 500);
    }

    #[test]
    fn problems_do_not_quote() {
        for text in ["a: @secret\n", "a: 'secret\n", "a: [secret\n", "a: %secret\n", "b\nsecret: 'a"] {
            for problem in yaml(text).problems() {
                assert!(!problem.message.contains("secret") && !problem.message.contains('@'), "{}", problem.message);
            }
        }
    }
}
