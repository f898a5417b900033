//! The variables that a template or an expression names.

use super::is_template;
use crate::source::{Spanned, Text};

/// Words of the language, and names that every run has.
const WORDS: [&str; 27] = [
    "and",
    "or",
    "not",
    "in",
    "is",
    "if",
    "else",
    "for",
    "defined",
    "undefined",
    "none",
    "None",
    "true",
    "false",
    "True",
    "False",
    "item",
    "lookup",
    "query",
    "omit",
    "endif",
    "elif",
    "endfor",
    "set",
    "loop",
    "vars",
    "range",
];

/// Answers the variables that a text names, each with its place. Of a text with braces, those within them.
pub(in crate::deployment::reader::ansible) fn identifiers(text: &Text) -> Vec<Spanned<String>> {
    let value = text.value();
    let whole = !is_template(value);
    let bytes = value.as_bytes();
    let (mut found, mut at, mut inside) = (Vec::new(), 0, whole);
    while let Some(byte) = bytes.get(at) {
        let pair = bytes.get(at..at + 2);
        if !inside {
            inside = pair.is_some_and(|pair| pair == b"{{" || pair == b"{%");
            at += if inside { 2 } else { 1 };
            continue;
        }
        if !whole && pair.is_some_and(|pair| pair == b"}}" || pair == b"%}") {
            inside = false;
            at += 2;
        } else if *byte == b'\'' || *byte == b'"' {
            at = bytes
                .get(at + 1..)
                .and_then(|rest| rest.iter().position(|next| next == byte))
                .map_or(bytes.len(), |end| at + end + 2);
        } else if byte.is_ascii_alphabetic() || *byte == b'_' {
            let end = bytes
                .get(at..)
                .unwrap_or_default()
                .iter()
                .position(|next| !next.is_ascii_alphanumeric() && *next != b'_');
            let end = end.map_or(bytes.len(), |length| at + length);
            let before = value.get(..at).unwrap_or_default().trim_end();
            let name = value.get(at..end).unwrap_or_default();
            let called = value.get(end..).is_some_and(|rest| rest.trim_start().starts_with('('));
            // What stands behind a dot or a bar is a part or a filter.
            if !before.ends_with(['.', '|']) && !WORDS.contains(&name) && !called {
                found.push(Spanned::new(name.to_owned(), text.span_of(at..end)));
            }
            at = end;
        } else if byte.is_ascii_digit() {
            let end = bytes
                .get(at..)
                .unwrap_or_default()
                .iter()
                .position(|next| !next.is_ascii_alphanumeric() && *next != b'_');
            at = end.map_or(bytes.len(), |length| at + length);
        } else {
            at += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    #[test]
    fn variables_are_told_from_parts_and_words() {
        let names = |text: &str| {
            let text = Text::literal(text, Span::new(FileId(0), 0, text.len() as u32));
            identifiers(&text).into_iter().map(|name| name.value).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names("vc-{{ version | default('x') }}-{{ a.b['c'] }}"), "version a");
        assert_eq!(names("enabled and not other is defined"), "enabled other");
        assert_eq!(names("lookup('env', 'x') == 'y' or port1 > 10"), "port1");
        assert_eq!(names("plain text é"), "plain text");
    }
}
