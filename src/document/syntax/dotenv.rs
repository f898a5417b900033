//! `.env` files, as Docker Compose reads them: `export`, quotes, values on several lines, comments behind a blank.

use super::{Fault, Raw};
use crate::document::arena::Shape;
use crate::document::builder::{Builder, Leaf};
use crate::document::model::Style;
use crate::document::pieces::Pieces;
use std::ops::Range;

/// Reads `NAME=value` statements. A statement that cannot be read is a problem, and the next line is read.
pub(super) fn read(builder: &mut Builder<'_>) {
    let source = builder.source();
    let start = if source.starts_with('\u{feff}') { 3 } else { 0 };
    builder.open(Shape::Map, start..start);
    let mut at = start;
    while let Some(next) = statement(builder, at) {
        at = next;
    }
    builder.close(None);
}

/// Reads the comment or the variable that comes next, and answers where the text goes on.
fn statement(builder: &mut Builder<'_>, at: usize) -> Option<usize> {
    let source = builder.source();
    let start = source.len() - source[at..].trim_start().len();
    if start == source.len() {
        return None;
    }
    let line_end = end_of_line(source, start);
    if source[start..].starts_with('#') {
        builder.comment(start..start + source[start..line_end].trim_end().len());
        return Some(line_end);
    }
    let start = behind_export(source, start);
    match name(source, start) {
        Ok((key, Some(value))) => {
            builder.scalar(Leaf::new(key, Style::Plain));
            Some(self::value(builder, value))
        }
        Ok((key, None)) => {
            // The name alone takes its value from the environment; nobody knows which.
            let end = key.end;
            if !key.is_empty() {
                builder.scalar(Leaf::new(key, Style::Plain));
                builder.scalar(Leaf { is_null: true, ..Leaf::new(end..end, Style::Plain) });
            }
            Some(line_end)
        }
        Err((range, message)) => {
            builder.problem(range, message);
            Some(line_end)
        }
    }
}

fn end_of_line(source: &str, at: usize) -> usize {
    memchr::memchr(b'\n', &source.as_bytes()[at..]).map_or(source.len(), |length| at + length)
}

/// Tells whether a character is a blank that does not end the line.
fn is_blank(character: char) -> bool {
    matches!(character, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

fn behind_export(source: &str, at: usize) -> usize {
    match source[at..].strip_prefix("export") {
        Some(rest) if rest.starts_with(is_blank) => source.len() - rest.trim_start_matches(is_blank).len(),
        Some(rest) if rest.starts_with('\n') => source.len() - rest.len(),
        _ => at,
    }
}

/// Finds a variable's name, and where its value starts if there is a sign of one.
fn name(source: &str, start: usize) -> Result<(Range<usize>, Option<usize>), Fault> {
    let line = &source[start..end_of_line(source, start)];
    let key_of = |end: usize| start..start + line[..end].trim_end().len();
    for (at, character) in line.char_indices() {
        match character {
            '=' | ':' if line[..at].trim_end().contains(' ') => {
                return Err((key_of(at), "the name of a variable may not hold a blank"));
            }
            '=' | ':' => {
                let rest = source[start + at + 1..].trim_start_matches(is_blank);
                return Ok((key_of(at), Some(source.len() - rest.len())));
            }
            '_' | '.' | '-' | '[' | ']' => {}
            _ if is_blank(character) || character.is_alphanumeric() => {}
            _ => {
                let range = start + at..start + at + character.len_utf8();
                return Err((range, "this character may not stand in the name of a variable"));
            }
        }
    }
    if line.trim_end().contains(' ') {
        return Err((key_of(line.len()), "the name of a variable may not hold a blank"));
    }
    Ok((key_of(line.len()), None))
}

/// Reads a value, and answers where the text goes on.
fn value(builder: &mut Builder<'_>, start: usize) -> usize {
    let source = builder.source();
    let line_end = end_of_line(source, start);
    let (quote, style) = match source.as_bytes().get(start) {
        Some(b'"') => (b'"', Style::DoubleQuoted),
        Some(b'\'') => (b'\'', Style::SingleQuoted),
        _ => {
            let line = &source[start..line_end];
            let value = line.split_once(" #").map_or(line, |(value, _)| value);
            if value.len() < line.len() {
                builder.comment(start + value.len() + 1..start + line.trim_end().len());
            }
            builder.scalar(Leaf::new(start..start + value.trim_end().len(), Style::Plain));
            return line_end;
        }
    };
    let Some(end) = closing(source, start + 1, quote) else {
        builder.problem(start..line_end, "this quote has no end");
        builder.unknown(start..start + source[start..line_end].trim_end().len());
        return line_end;
    };
    quoted(builder, start + 1..end, style);
    end + 1
}

/// Finds the quote that ends a value.
fn closing(source: &str, start: usize, quote: u8) -> Option<usize> {
    let bytes = source.as_bytes();
    let mut at = start;
    loop {
        at += memchr::memchr2(quote, b'\\', bytes.get(at..)?)?;
        if bytes[at] == quote {
            return Some(at);
        }
        at += 2;
    }
}

fn quoted(builder: &mut Builder<'_>, range: Range<usize>, style: Style) {
    let leaf = Leaf::new(range.clone(), style);
    if memchr::memchr(b'\\', &builder.source().as_bytes()[range.clone()]).is_none() {
        return builder.scalar(leaf);
    }
    let mut pieces = Pieces::new(builder.source());
    decode(Raw { start: range.start, end: range.end, style, indent: 255, value: "" }, &mut pieces);
    builder.scalar(Leaf { decoded: Some(pieces.value()), ..leaf });
}

/// Decodes the content of a quoted value. `\$` in double quotes becomes `$$`, which stands for one `$` when the value is
/// interpolated.
pub(super) fn decode(raw: Raw<'_>, pieces: &mut Pieces<'_>) {
    let bytes = pieces.source().as_bytes();
    let mut run = raw.start;
    let mut at = raw.start;
    while let Some(found) = memchr::memchr(b'\\', &bytes[at..raw.end]) {
        at += found;
        let Some(sign) = bytes.get(at + 1).filter(|_| at + 1 < raw.end) else { break };
        let double = raw.style == Style::DoubleQuoted;
        let character = match sign {
            b'\'' if !double => None,
            b'"' | b'\\' if double => None,
            b'0' if double => {
                pieces.copy(run..at);
                at = octal(at, raw.end, pieces);
                run = at;
                continue;
            }
            sign if double && escaped(*sign).is_some() => escaped(*sign),
            // Anything else keeps its backslash; a character of several bytes is no sign of an escape.
            _ => {
                at += if sign.is_ascii() { 2 } else { 1 };
                continue;
            }
        };
        pieces.copy(run..at);
        match character {
            None => pieces.copy(at + 1..at + 2),
            Some(text) => pieces.stand(text, at..at + 2),
        }
        at += 2;
        run = at;
    }
    pieces.copy(run..raw.end);
}

fn escaped(sign: u8) -> Option<&'static str> {
    Some(match sign {
        b'a' => "\u{7}",
        b'b' => "\u{8}",
        b'f' => "\u{c}",
        b'n' => "\n",
        b'r' => "\r",
        b't' => "\t",
        b'v' => "\u{b}",
        b'$' => "$$",
        _ => return None,
    })
}

/// Decodes `\0` and up to three digits: three octal ones are a character, any others lose the zero.
fn octal(at: usize, end: usize, pieces: &mut Pieces<'_>) -> usize {
    let source = pieces.source();
    let digits = source[at + 2..end].bytes().take(3).take_while(u8::is_ascii_digit).count();
    let next = at + 2 + digits;
    match u8::from_str_radix(&source[at + 2..next], 8).ok().filter(|_| digits == 3) {
        Some(code) => pieces.stand_char(char::from(code), at..next),
        None => {
            pieces.copy(at..at + 1);
            pieces.copy(at + 2..next);
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use crate::document::{Document, Node, Style, Syntax, parse};
    use crate::source::FileId;

    fn dotenv(text: &str) -> Document {
        parse(FileId(0), text.into(), Syntax::Dotenv)
    }

    fn pairs(document: &Document) -> Vec<(&str, &str)> {
        let entries = document.root().expect("has a root").entries();
        entries.map(|entry| (entry.name(), entry.value.str().unwrap_or("?"))).collect()
    }

    #[test]
    fn names_and_values_are_read_as_compose_does() {
        let text = "A=1\nexport B = two words \nC: 3\n D.x=\nE='$x \\' \\n'\nF=a#b # c\nG=\"x\\n\\$y\\q\\\"\"\nH= # not a comment\n";
        let document = dotenv(text);
        let expected = [
            ("A", "1"),
            ("B", "two words"),
            ("C", "3"),
            ("D.x", ""),
            ("E", "$x ' \\n"),
            ("F", "a#b"),
            ("G", "x\n$$y\\q\""),
            ("H", "# not a comment"),
        ];
        assert_eq!(pairs(&document), expected);
        assert!(document.problems().is_empty());
        let style = document.root().and_then(|root| root.get("E")).map(Node::style);
        assert_eq!(style, Some(Style::SingleQuoted));
    }

    #[test]
    fn quoted_values_span_lines_and_comments_may_follow() {
        let text = "A=\"one\n two\" # said\nB='x'\r\nC=y\r\n# last\r\n";
        let document = dotenv(text);
        assert_eq!(pairs(&document), [("A", "one\n two"), ("B", "x"), ("C", "y")]);
        let comments: Vec<_> = document.comments().map(|c| &text[c.start as usize..c.end as usize]).collect();
        assert_eq!(comments, ["# said", "# last"]);
    }

    #[test]
    fn octal_escapes_follow_echo() {
        assert_eq!(pairs(&dotenv("A=\"\\0123\\012\\0999\\0\"")), [("A", "S\\12\\999\\")]);
    }

    #[test]
    fn escapes_have_their_own_place() {
        let text = "A=\"x\\ny z\"";
        let document = dotenv(text);
        let value = document.root().and_then(|root| root.get("A")).and_then(Node::text).expect("is a scalar");
        let span = value.span_of(4..5);
        assert_eq!((value.value(), &text[span.start as usize..span.end as usize]), ("x\ny z", "z"));
    }

    #[test]
    fn a_name_alone_is_null() {
        let document = dotenv("A\nB=\n");
        let nulls: Vec<_> = document.root().expect("root").entries().map(|entry| entry.value.is_null()).collect();
        assert_eq!(nulls, [true, false]);
    }

    #[test]
    fn what_cannot_be_read_is_told_and_passed_over() {
        let document = dotenv("A$=1\nB C=2\nD=\"x\nE=3\nE=4\n");
        assert_eq!(document.problems().len(), 3);
        assert_eq!(pairs(&document), [("D", "?"), ("E", "3"), ("E", "4")]);
        assert_eq!(document.repeated().len(), 1);
    }
}
