//! Takes a template apart: literal text and actions, blanks trimmed where an action says so; and an action into its words.

use std::ops::Range;

/// A stretch of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stretch {
    /// Text that stands for itself.
    Literal(Range<usize>),
    /// An action: what stands within the braces, and all of it.
    Action(Range<usize>, Range<usize>),
}

/// Parts a template into literal text and actions. An action that is not closed is literal text to the end.
pub(super) fn stretches(source: &str) -> Vec<Stretch> {
    let mut found = Vec::new();
    let mut from = 0;
    let mut trim_next = false;
    while let Some(open) = source.get(from..).and_then(|rest| rest.find("{{")).map(|at| from + at) {
        let Some(close) = closing(source, open) else { break };
        let mut inner = open + 2..close;
        let opens = source.get(inner.clone()).unwrap_or_default();
        let trims_before = opens.starts_with('-') && opens[1..].starts_with(char::is_whitespace);
        if trims_before {
            inner.start += 1;
        }
        let body = source.get(inner.clone()).unwrap_or_default();
        let trims_after = body.ends_with('-') && body[..body.len() - 1].ends_with(char::is_whitespace);
        if trims_after {
            inner.end -= 1;
        }
        literal(source, from..open, trim_next, trims_before, &mut found);
        let comment = source.get(inner.clone()).unwrap_or_default().trim_start().starts_with("/*");
        if !comment {
            found.push(Stretch::Action(inner, open..close + 2));
        }
        from = close + 2;
        trim_next = trims_after;
    }
    literal(source, from..source.len(), trim_next, false, &mut found);
    found
}

fn literal(source: &str, range: Range<usize>, trim_start: bool, trim_end: bool, found: &mut Vec<Stretch>) {
    let (mut start, mut end) = (range.start, range.end);
    let text = source.get(range).unwrap_or_default();
    if trim_start {
        start += text.len() - text.trim_start().len();
    }
    if trim_end {
        end -= text.len() - text.trim_end().len();
    }
    if start < end {
        found.push(Stretch::Literal(start..end));
    }
}

/// Answers where the braces stand that close an action.
fn closing(source: &str, open: usize) -> Option<usize> {
    let inside = source.get(open + 2..)?;
    let start = inside.trim_start_matches('-').trim_start();
    if start.starts_with("/*") {
        let from = source.len() - start.len();
        let end = from + start.find("*/")?;
        return Some(end + source.get(end..)?.find("}}")?);
    }
    let bytes = source.as_bytes();
    let mut at = open + 2;
    while at + 1 < bytes.len() {
        match bytes[at] {
            b'}' if bytes[at + 1] == b'}' => return Some(at),
            b'"' | b'`' | b'\'' => at = after_quote(bytes, at)?,
            _ => at += 1,
        }
    }
    None
}

/// Answers the place behind a quoted string; a raw string knows no escapes.
fn after_quote(bytes: &[u8], start: usize) -> Option<usize> {
    let quote = *bytes.get(start)?;
    let mut at = start + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' if quote != b'`' => at += 2,
            b'\n' if quote != b'`' => return None,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// A word of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// `.a`, or the dot alone; whether a blank stands before it.
    Field(String, bool),
    /// `$a`, or the dollar sign alone.
    Variable(String),
    /// A name: a keyword or a function.
    Name(String),
    /// A string, decoded.
    Quoted(String),
    /// A number.
    Number,
    /// `(`, `)`, `|`, `,`
    Sign(char),
    /// `:=`
    Declare,
    /// `=`
    Assign,
}

/// Parts an action into words, each with its bytes; nothing if there is a sign that no template knows.
pub(super) fn words(source: &str, range: Range<usize>) -> Option<Vec<(Token, Range<usize>)>> {
    let bytes = source.as_bytes().get(..range.end)?;
    let mut found = Vec::new();
    let mut at = range.start;
    let mut blank = true;
    while let Some(byte) = bytes.get(at).copied() {
        let start = at;
        let token = match byte {
            byte if byte.is_ascii_whitespace() => {
                at += 1;
                blank = true;
                continue;
            }
            b'"' | b'`' | b'\'' => {
                at = after_quote(bytes, at)?;
                let inside = source.get(start + 1..at - 1)?;
                found.push((Token::Quoted(decoded(inside, byte)), start + 1..at - 1));
                blank = false;
                continue;
            }
            b':' if bytes.get(at + 1) == Some(&b'=') => {
                at += 2;
                Token::Declare
            }
            b'=' => {
                at += 1;
                Token::Assign
            }
            b'(' | b')' | b'|' | b',' => {
                at += 1;
                Token::Sign(byte as char)
            }
            b'.' if !bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => {
                at = after_name(bytes, at + 1);
                Token::Field(source.get(start + 1..at)?.to_owned(), blank)
            }
            b'$' => {
                at = after_name(bytes, at + 1);
                Token::Variable(source.get(start + 1..at)?.to_owned())
            }
            b'0'..=b'9' | b'-' | b'+' | b'.' => {
                at = after_number(bytes, at + 1);
                Token::Number
            }
            _ => {
                at = after_name(bytes, at);
                if at == start {
                    return None;
                }
                Token::Name(source.get(start..at)?.to_owned())
            }
        };
        blank = false;
        found.push((token, start..at));
    }
    Some(found)
}

fn after_name(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80) {
        at += 1;
    }
    at
}

fn after_number(bytes: &[u8], mut at: usize) -> usize {
    while bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_')) {
        at += 1;
    }
    at
}

fn decoded(inside: &str, quote: u8) -> String {
    if quote == b'`' || !inside.contains('\\') {
        return inside.to_owned();
    }
    let mut text = String::with_capacity(inside.len());
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some('x') => text.extend(code(&mut characters, 2)),
            Some('u') => text.extend(code(&mut characters, 4)),
            Some('U') => text.extend(code(&mut characters, 8)),
            Some(other) => text.push(other),
            None => {}
        }
    }
    text
}

fn code(characters: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let digits: String = characters.take(digits).collect();
    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literals(source: &str) -> Vec<&str> {
        let literal = |stretch| match stretch {
            Stretch::Literal(range) => source.get(range),
            Stretch::Action(..) => None,
        };
        stretches(source).into_iter().filter_map(literal).collect()
    }

    #[test]
    fn blanks_are_trimmed_where_an_action_says_so() {
        assert_eq!(literals("a \n {{- x -}} \n b {{ y }} c"), ["a", "b ", " c"]);
        assert_eq!(literals("a {{-1}} b"), ["a ", " b"], "a number is no trim sign");
        assert_eq!(literals("a {{- /* }} \" */ -}} b"), ["a", "b"]);
        assert_eq!(literals("x {{ \"}}\" }}{{ `}}` }} y {{ never"), ["x ", " y {{ never"]);
    }

    #[test]
    fn an_action_becomes_words() {
        let source = r#"$a := (.b.c "d\n" | f -1 `g\n`)"#;
        let words = words(source, 0..source.len()).expect("is well formed");
        let tokens: Vec<Token> = words.into_iter().map(|(token, _)| token).collect();
        let name = |text: &str| text.to_owned();
        assert_eq!(
            tokens,
            [
                Token::Variable(name("a")),
                Token::Declare,
                Token::Sign('('),
                Token::Field(name("b"), false),
                Token::Field(name("c"), false),
                Token::Quoted(name("d\n")),
                Token::Sign('|'),
                Token::Name(name("f")),
                Token::Number,
                Token::Quoted(name("g\\n")),
                Token::Sign(')'),
            ]
        );
        assert!(super::words("a % b", 0..5).is_none());
    }
}
