//! TOML: the tables of a library become nodes; comments come from its lexer.

use super::Raw;
use crate::document::arena::Shape;
use crate::document::builder::{Builder, Leaf};
use crate::document::model::Style;
use crate::document::pieces::Pieces;
use std::ops::Range;
use toml::de::{DeString, DeTable, DeValue};
use toml_parser::lexer::TokenKind;

/// A table or an array that is being written, and what is left of it.
enum Level<'t, 's> {
    Table(Box<dyn Iterator<Item = (&'t toml::Spanned<DeString<'s>>, &'t toml::Spanned<DeValue<'s>>)> + 't>),
    Array(Box<dyn Iterator<Item = &'t toml::Spanned<DeValue<'s>>> + 't>),
}

/// Reads a text. What the library recovers after an error is kept.
pub(super) fn read(builder: &mut Builder<'_>) {
    let source = builder.source();
    let (root, mut errors) = DeTable::parse_recoverable(source);
    errors.sort_by_key(|error| error.span().map_or(0, |span| span.start));
    for error in errors {
        builder.problem(error.span().unwrap_or(0..0), error.message());
        // One missing bracket makes many errors; only keys that are written twice have no followers.
        if error.message() != "duplicate key" {
            break;
        }
    }
    for token in toml_parser::Source::new(source).lex().filter(|token| token.kind() == TokenKind::Comment) {
        builder.comment(token.span().start()..token.span().end());
    }
    write(builder, root.get_ref());
}

fn write(builder: &mut Builder<'_>, root: &DeTable<'_>) {
    let source = builder.source();
    builder.open(Shape::Map, 0..0);
    let mut levels = vec![Level::Table(Box::new(root.iter()))];
    while let Some(level) = levels.last_mut() {
        let value = match level {
            Level::Table(entries) => entries.next().map(|(key, value)| {
                string(builder, key.span(), key.get_ref());
                value
            }),
            Level::Array(items) => items.next(),
        };
        let Some(value) = value else {
            levels.pop();
            builder.close(None);
            continue;
        };
        let range = value.span();
        match value.get_ref() {
            DeValue::Table(table) => {
                builder.open(Shape::Map, range);
                levels.push(Level::Table(Box::new(table.iter())));
            }
            DeValue::Array(array) => {
                builder.open(Shape::Sequence, range);
                levels.push(Level::Array(Box::new(array.iter())));
            }
            DeValue::String(text) => string(builder, range, text),
            _ => builder.scalar(Leaf { is_null: source[range.clone()].is_empty(), ..Leaf::new(range, Style::Plain) }),
        }
    }
}

/// Adds a key or a string; `range` has its quotes in it.
fn string(builder: &mut Builder<'_>, range: Range<usize>, value: &str) {
    let source = builder.source();
    let raw = &source[range.clone()];
    let sign = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|sign| raw.starts_with(sign));
    let Some(sign) = sign else {
        // Only after an error does a string have no quotes.
        let decoded = (raw != value).then_some(value);
        return builder.scalar(Leaf { decoded, is_null: range.is_empty(), ..Leaf::new(range, Style::Plain) });
    };
    let Some(text) = raw.strip_prefix(sign).and_then(|text| text.strip_suffix(sign)) else {
        return builder.unknown(range);
    };
    // A line break right behind three quotes is not part of the value.
    let after_break = text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n')).filter(|_| sign.len() == 3);
    let end = range.end - sign.len();
    let content = end - after_break.unwrap_or(text).len()..end;
    let style = match sign {
        "\"" => Style::DoubleQuoted,
        "'" => Style::SingleQuoted,
        _ => Style::Literal,
    };
    let decoded = (&source[content.clone()] != value).then_some(value);
    builder.scalar(Leaf { decoded, ..Leaf::new(content, style) });
}

/// Decodes a string in double quotes, on one line or several.
pub(super) fn decode(raw: Raw<'_>, pieces: &mut Pieces<'_>) {
    let source = pieces.source();
    let mut run = raw.start;
    if source[raw.end..].starts_with('"') {
        while let Some(at) = memchr::memchr(b'\\', &source.as_bytes()[run..raw.end]).map(|at| run + at) {
            pieces.copy(run..at);
            run = escape(at, raw.end, pieces);
        }
    }
    pieces.copy(run..raw.end);
}

/// Decodes the escape at a backslash, and answers where the text goes on.
fn escape(at: usize, end: usize, pieces: &mut Pieces<'_>) -> usize {
    let source = pieces.source();
    let (character, length) = match source.as_bytes().get(at + 1) {
        Some(b'b') => (Some('\u{8}'), 2),
        Some(b't') => (Some('\t'), 2),
        Some(b'n') => (Some('\n'), 2),
        Some(b'f') => (Some('\u{c}'), 2),
        Some(b'r') => (Some('\r'), 2),
        Some(b'e') => (Some('\u{1b}'), 2),
        Some(b'x') => (hexadecimal(source, at + 2, 2), 4),
        Some(b'u') => (hexadecimal(source, at + 2, 4), 6),
        Some(b'U') => (hexadecimal(source, at + 2, 8), 10),
        Some(b' ' | b'\t' | b'\n' | b'\r') => {
            // A backslash at the end of a line takes the line break and the blanks behind it away.
            let rest = &source[at + 1..end];
            return end - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        }
        Some(b'"' | b'\\') if at + 1 < end => {
            pieces.copy(at + 1..at + 2);
            return at + 2;
        }
        _ => (None, 1),
    };
    let next = (at + length).min(end);
    match character {
        Some(character) => pieces.stand_char(character, at..next),
        None => pieces.copy(at..next),
    }
    next
}

fn hexadecimal(source: &str, at: usize, digits: usize) -> Option<char> {
    let number = source.get(at..at + digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    number.and_then(char::from_u32)
}

#[cfg(test)]
mod tests {
    use crate::document::{Document, Kind, Node, Style, Syntax, parse};
    use crate::source::FileId;

    fn toml(text: &str) -> Document {
        parse(FileId(0), text.into(), Syntax::Toml)
    }

    fn at<'d>(document: &'d Document, path: &[&str]) -> Node<'d> {
        document.root().and_then(|root| root.path_get(path)).expect("the path exists")
    }

    fn written<'d>(document: &'d Document, node: Node<'_>) -> &'d str {
        &document.text()[node.span().start as usize..node.span().end as usize]
    }

    #[test]
    fn keys_and_values_know_their_bytes() {
        let document = toml("a.b = 0x10 # c\n\"q k\" = 'x'\n[t.u]\nd = 1979-05-27\ny = [1, {z = \"w\"}]\n[e]\n");
        assert_eq!(written(&document, at(&document, &["a", "b"])), "0x10");
        assert_eq!(at(&document, &["q k"]).style(), Style::SingleQuoted);
        assert_eq!(written(&document, at(&document, &["t", "u"])), "[t.u]\nd = 1979-05-27\ny = [1, {z = \"w\"}]");
        assert_eq!(at(&document, &["t", "u", "d"]).str(), Some("1979-05-27"));
        let list = at(&document, &["t", "u", "y"]);
        let items: Vec<_> = list.items().map(|item| written(&document, item)).collect();
        assert_eq!((list.kind(), items), (Kind::Sequence, vec!["1", "{z = \"w\"}"]));
        assert_eq!(written(&document, at(&document, &["e"])), "[e]");
        let entry = document.root().and_then(|root| root.entries().nth(1)).expect("has entries");
        assert_eq!(&document.text()[entry.span().start as usize..entry.span().end as usize], "\"q k\" = 'x'");
        assert_eq!(document.comments().count(), 1);
    }

    #[test]
    fn lists_of_tables_keep_their_order() {
        let document = toml("[[v]]\nk = 2\n[[v]]\nk = 1\n");
        let keys: Vec<_> = at(&document, &["v"]).items().map(|item| item.get("k").and_then(Node::str)).collect();
        assert_eq!(keys, [Some("2"), Some("1")]);
    }

    #[test]
    fn escapes_and_joined_lines_have_their_own_place() {
        let text = "a = \"\"\"\n--x \\\n   --y\\tz\\u00e9\"\"\"\n";
        let document = toml(text);
        let value = at(&document, &["a"]).text().expect("is a scalar");
        assert_eq!(value.value(), "--x --y\tz\u{e9}");
        let span = value.span_of(4..7);
        assert_eq!(&text[span.start as usize..span.end as usize], "--y");
        assert_eq!(value.span_of(7..8).len(), 2);
        let literal = toml("a = '''\nx\\n'''");
        assert_eq!(written(&literal, at(&literal, &["a"])), "x\\n");
    }

    #[test]
    fn after_an_error_the_rest_is_kept_and_one_problem_is_told() {
        let document = toml("a = 1\na = 2\nb = [1, 2\nc = 3\n");
        assert_eq!(document.problems().len(), 2);
        assert_eq!(at(&document, &["a"]).str(), Some("1"));
        let torn = toml("a = 'secret\nb = 2\n");
        assert_eq!(torn.problems().len(), 1);
        assert!(!torn.problems()[0].message.contains("secret"));
        assert_eq!(at(&torn, &["b"]).str(), Some("2"));
    }
}
