//! JSON as RFC 8259 has it, nothing more; a byte order mark at the start is skipped.

use super::{Fault, Raw};
use crate::document::arena::Shape;
use crate::document::builder::{Builder, Leaf};
use crate::document::model::Style;
use crate::document::pieces::Pieces;

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    FirstItem,
    FirstKey,
    Key,
    Colon,
    /// A comma, or the end of the collection.
    More,
    End,
}

/// The bytes that do not simply go on a string: quotes, backslashes, control characters.
const ENDS_A_RUN: [bool; 256] = {
    let mut table = [false; 256];
    let mut control = 0;
    while control < 0x20 {
        table[control] = true;
        control += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table
};

/// Finds the first byte that does not simply go on a string: a quote, a backslash, a control character.
#[inline]
pub(crate) fn run_end(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| ENDS_A_RUN[usize::from(*byte)])
}

struct Scanner<'b, 's> {
    builder: &'b mut Builder<'s>,
    bytes: &'s [u8],
    at: usize,
    expect: Expect,
    /// Whether each collection that is open is a map.
    open: Vec<bool>,
}

/// Reads one value. After an error the tree goes as far as the error.
pub(super) fn read(builder: &mut Builder<'_>) {
    let source = builder.source();
    let at = if source.starts_with('\u{feff}') { 3 } else { 0 };
    let mut scanner = Scanner { builder, bytes: source.as_bytes(), at, expect: Expect::Value, open: Vec::new() };
    if let Err((range, message)) = scanner.run() {
        scanner.builder.problem(range, message);
    }
}

impl Scanner<'_, '_> {
    fn run(&mut self) -> Result<(), Fault> {
        loop {
            while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.bytes.get(self.at) {
                self.at += 1;
            }
            let Some(byte) = self.bytes.get(self.at) else { break };
            self.step(*byte)?;
        }
        if self.expect == Expect::End {
            Ok(())
        } else {
            Err((self.at..self.at, "the file ends in the middle of a value"))
        }
    }

    fn step(&mut self, byte: u8) -> Result<(), Fault> {
        match (self.expect, byte) {
            (Expect::FirstItem, b']') | (Expect::FirstKey, b'}') => self.close(),
            (Expect::More, b']') if self.open.last() == Some(&false) => self.close(),
            (Expect::More, b'}') if self.open.last() == Some(&true) => self.close(),
            (Expect::More, b',') => {
                self.expect = if self.open.last() == Some(&true) { Expect::Key } else { Expect::Value };
                self.at += 1;
            }
            (Expect::Colon, b':') => {
                self.expect = Expect::Value;
                self.at += 1;
            }
            (Expect::FirstKey | Expect::Key, b'"') => {
                self.string()?;
                self.expect = Expect::Colon;
            }
            (Expect::Value | Expect::FirstItem, _) => return self.value(byte),
            (expect, _) => return Err((self.at..self.at + 1, expect.message())),
        }
        Ok(())
    }

    fn value(&mut self, byte: u8) -> Result<(), Fault> {
        match byte {
            b'{' | b'[' => {
                let is_map = byte == b'{';
                self.builder.open(if is_map { Shape::Map } else { Shape::Sequence }, self.at..self.at + 1);
                self.open.push(is_map);
                self.expect = if is_map { Expect::FirstKey } else { Expect::FirstItem };
                self.at += 1;
                return Ok(());
            }
            b'"' => self.string()?,
            b'-' | b'0'..=b'9' => self.number()?,
            _ => self.word()?,
        }
        self.done();
        Ok(())
    }

    fn close(&mut self) {
        self.at += 1;
        self.builder.close(Some(self.at));
        self.open.pop();
        self.done();
    }

    fn done(&mut self) {
        self.expect = if self.open.is_empty() { Expect::End } else { Expect::More };
    }

    fn string(&mut self) -> Result<(), Fault> {
        let start = self.at + 1;
        let mut at = start;
        let mut escaped = false;
        loop {
            at += run_end(&self.bytes[at..]).unwrap_or(self.bytes.len() - at);
            match self.bytes.get(at) {
                None => return Err((self.at..at, "this string has no end")),
                Some(b'"') => break,
                Some(b'\\') => {
                    let length = escape(self.builder.source(), at).map(|(_, length)| length);
                    at += length.ok_or((at..at + 1, "this is no escape of JSON"))?;
                    escaped = true;
                }
                Some(_) => return Err((at..at + 1, "a string may not hold a control character")),
            }
        }
        self.at = at + 1;
        let leaf = Leaf::new(start..at, Style::DoubleQuoted);
        if escaped {
            let mut pieces = Pieces::new(self.builder.source());
            decode(Raw { start, end: at, style: Style::DoubleQuoted, indent: 255, value: "" }, &mut pieces);
            self.builder.scalar(Leaf { decoded: Some(pieces.value()), ..leaf });
        } else {
            self.builder.scalar(leaf);
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Fault> {
        let start = self.at;
        let digits = |mut at: usize| {
            while self.bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            at
        };
        let bad = |at: usize| (start..at.min(self.bytes.len()), "this is no number of JSON");
        let whole = start + usize::from(self.bytes[start] == b'-');
        let mut at = digits(whole);
        if at == whole || (self.bytes[whole] == b'0' && at > whole + 1) {
            return Err(bad(at + 1));
        }
        if self.bytes.get(at) == Some(&b'.') {
            let fraction = at + 1;
            at = digits(fraction);
            if at == fraction {
                return Err(bad(at));
            }
        }
        if let Some(b'e' | b'E') = self.bytes.get(at) {
            let exponent = at + 1 + usize::from(matches!(self.bytes.get(at + 1), Some(b'+' | b'-')));
            at = digits(exponent);
            if at == exponent {
                return Err(bad(at));
            }
        }
        self.at = at;
        self.builder.scalar(Leaf::new(start..at, Style::Plain));
        Ok(())
    }

    fn word(&mut self) -> Result<(), Fault> {
        let rest = &self.bytes[self.at..];
        let word = ["true", "false", "null"].into_iter().find(|word| rest.starts_with(word.as_bytes()));
        let word = word.ok_or((self.at..self.at + 1, Expect::Value.message()))?;
        let range = self.at..self.at + word.len();
        self.at = range.end;
        self.builder.scalar(Leaf { is_null: word == "null", ..Leaf::new(range, Style::Plain) });
        Ok(())
    }
}

impl Expect {
    fn message(self) -> &'static str {
        match self {
            Self::Value => "a value is expected here",
            Self::FirstItem => "a value or `]` is expected here",
            Self::FirstKey => "a key in double quotes or `}` is expected here",
            Self::Key => "a key in double quotes is expected here",
            Self::Colon => "a colon is expected here",
            Self::More => "a comma or the end of the collection is expected here",
            Self::End => "nothing may follow the value",
        }
    }
}

/// Decodes the escape at a backslash: its character, and how many bytes it takes.
fn escape(source: &str, at: usize) -> Option<(char, usize)> {
    let character = match source.as_bytes().get(at + 1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let first = utf16_unit(source, at)?;
            let second = utf16_unit(source, at + 6).filter(|_| (0xD800..0xDC00).contains(&first));
            let length = if second.is_some() { 12 } else { 6 };
            let units = std::iter::once(first).chain(second);
            return char::decode_utf16(units).next()?.ok().map(|character| (character, length));
        }
        _ => return None,
    };
    Some((character, 2))
}

fn utf16_unit(source: &str, at: usize) -> Option<u16> {
    let digits = source.get(at..at + 6)?.strip_prefix("\\u")?;
    digits.bytes().all(|digit| digit.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

/// Decodes the content of a string.
pub(super) fn decode(raw: Raw<'_>, pieces: &mut Pieces<'_>) {
    let source = pieces.source();
    let mut run = raw.start;
    while let Some(at) = memchr::memchr(b'\\', &source.as_bytes()[run..raw.end]).map(|at| run + at) {
        pieces.copy(run..at);
        let (character, length) = escape(source, at).unwrap_or((char::REPLACEMENT_CHARACTER, 1));
        let end = (at + length).min(raw.end);
        pieces.stand_char(character, at..end);
        run = end;
    }
    pieces.copy(run..raw.end);
}

#[cfg(test)]
mod tests {
    use crate::document::{Document, Kind, Node, Syntax, parse};
    use crate::source::FileId;

    fn json(text: &str) -> Document {
        parse(FileId(0), text.into(), Syntax::Json)
    }

    fn at<'d>(document: &'d Document, path: &[&str]) -> Node<'d> {
        document.root().and_then(|root| root.path_get(path)).expect("the path exists")
    }

    #[test]
    fn values_know_their_bytes() {
        let document = json("{\"a\": [1, \"x\", null], \"b\": {}}");
        let list = at(&document, &["a"]);
        let bytes = |node: Node<'_>| &document.text()[node.span().start as usize..node.span().end as usize];
        assert_eq!((list.kind(), bytes(list)), (Kind::Sequence, "[1, \"x\", null]"));
        assert_eq!(list.items().map(bytes).collect::<Vec<_>>(), ["1", "x", "null"]);
        assert_eq!(list.items().map(Node::is_null).collect::<Vec<_>>(), [false, false, true]);
        assert_eq!(bytes(at(&document, &["b"])), "{}");
    }

    #[test]
    fn escapes_have_their_own_place() {
        let document = json(r#"{"k": "a\u00e9\ud83d\ude00\nz"}"#);
        let text = at(&document, &["k"]).text().expect("is a scalar");
        assert_eq!(text.value(), "a\u{e9}\u{1f600}\nz");
        let from = text.value().find('z').expect("is there");
        assert_eq!(text.span_of(from..from + 1).start as usize, document.text().find('z').expect("is there"));
        assert_eq!(text.span_of(1..3).len(), 6);
    }

    #[test]
    fn a_torn_file_gives_a_tree_as_far_as_it_goes() {
        let document = json("{\"a\": {\"b\": [1, 2");
        assert_eq!(document.problems().len(), 1);
        assert_eq!(at(&document, &["a", "b"]).items().count(), 2);
        let value = json("{\"a\"");
        let text = at(&value, &["a"]).text().expect("is a scalar");
        assert!(!text.is_known());
        assert_eq!(json("").problems().len(), 1);
        assert!(json("\u{feff}[]").problems().is_empty());
    }

    #[test]
    fn repeated_keys_are_told_in_large_maps_too() {
        let keys: Vec<String> = (0..40).map(|key| format!("\"{}\": 1", key % 39)).collect();
        let document = json(&format!("{{{}}}", keys.join(",")));
        assert_eq!(document.repeated().iter().map(|repeated| repeated.key.as_str()).collect::<Vec<_>>(), ["0"]);
    }

    #[test]
    fn deep_branches_are_left_out_and_the_rest_is_kept() {
        let document = json(&format!("{{\"a\": {}{}, \"b\": 2}}", "[".repeat(100_000), "]".repeat(100_000)));
        assert_eq!(document.problems().len(), 1);
        assert_eq!(at(&document, &["b"]).str(), Some("2"));
    }
}
