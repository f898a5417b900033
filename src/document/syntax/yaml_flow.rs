//! YAML scalars on one or several lines, plain or quoted: escapes, and line breaks that fold into spaces.

use crate::document::model::Style;
use crate::document::pieces::Pieces;
use std::ops::Range;

/// Decodes the content of a plain or quoted scalar.
pub(super) fn decode(range: Range<usize>, style: Style, pieces: &mut Pieces<'_>) {
    let source = pieces.source();
    let bytes = source.as_bytes();
    let (mut at, mut run) = (range.start, range.start);
    while at < range.end {
        let next = match bytes[at] {
            b'\n' | b'\r' => {
                // What was escaped lies before the run, so the blanks here may go.
                let end = run + source[run..at].trim_end_matches([' ', '\t']).len();
                pieces.copy(run..end);
                let (empty, next) = skip_breaks(bytes, at, range.end);
                pieces.stand(&if empty == 0 { " ".to_owned() } else { "\n".repeat(empty) }, end..next);
                next
            }
            b'\'' if style == Style::SingleQuoted => {
                pieces.copy(run..at + 1);
                at + 2
            }
            b'\\' if style == Style::DoubleQuoted => {
                pieces.copy(run..at);
                escape(at, range.end, pieces)
            }
            _ => {
                at += 1;
                continue;
            }
        };
        (at, run) = (next, next);
    }
    pieces.copy(run..range.end);
}

/// Skips a line break, empty lines, and the blanks before the next text: how many lines were empty, and where it is.
fn skip_breaks(bytes: &[u8], mut at: usize, end: usize) -> (usize, usize) {
    let mut breaks = 0;
    loop {
        if bytes[at] == b'\r' && at + 1 < end && bytes[at + 1] == b'\n' {
            at += 1;
        }
        at += 1;
        breaks += 1;
        while at < end && matches!(bytes[at], b' ' | b'\t') {
            at += 1;
        }
        if at >= end || !matches!(bytes[at], b'\n' | b'\r') {
            return (breaks - 1, at);
        }
    }
}

/// Decodes the escape at a backslash, and answers where the text goes on.
fn escape(at: usize, end: usize, pieces: &mut Pieces<'_>) -> usize {
    let source = pieces.source();
    let bytes = source.as_bytes();
    let Some(sign) = bytes.get(at + 1).filter(|_| at + 1 < end) else { return at + 1 };
    if matches!(sign, b'\n' | b'\r') {
        let (empty, next) = skip_breaks(bytes, at + 1, end);
        pieces.stand(&"\n".repeat(empty), at..next);
        return next;
    }
    let (character, length) = match sign {
        b'0' => ('\0', 2),
        b'a' => ('\u{7}', 2),
        b'b' => ('\u{8}', 2),
        b't' => ('\t', 2),
        b'n' => ('\n', 2),
        b'v' => ('\u{b}', 2),
        b'f' => ('\u{c}', 2),
        b'r' => ('\r', 2),
        b'e' => ('\u{1b}', 2),
        b'N' => ('\u{85}', 2),
        b'_' => ('\u{a0}', 2),
        b'L' => ('\u{2028}', 2),
        b'P' => ('\u{2029}', 2),
        b'x' => (hexadecimal(source, at + 2, 2), 4),
        b'u' => utf16(source, at),
        b'U' => (hexadecimal(source, at + 2, 8), 10),
        // A quote, a slash, a backslash or a blank stands for itself.
        _ => {
            pieces.copy(at + 1..at + 2);
            return at + 2;
        }
    };
    let next = (at + length).min(end);
    pieces.stand_char(character, at..next);
    next
}

/// Decodes `\uXXXX`, or two of them where the first is half a character.
fn utf16(source: &str, at: usize) -> (char, usize) {
    let unit = |at: usize| source.get(at..at + 4).and_then(|digits| u16::from_str_radix(digits, 16).ok());
    let Some(first) = unit(at + 2) else { return (char::REPLACEMENT_CHARACTER, 2) };
    let second = source.get(at + 6..at + 8).filter(|sign| *sign == "\\u").and_then(|_| unit(at + 8));
    let pair = char::decode_utf16([first, second.unwrap_or(0)]).next().and_then(Result::ok);
    let length = if (0xD800..0xDC00).contains(&first) { 12 } else { 6 };
    (pair.unwrap_or(char::REPLACEMENT_CHARACTER), length)
}

fn hexadecimal(source: &str, at: usize, digits: usize) -> char {
    let number = source.get(at..at + digits).and_then(|digits| u32::from_str_radix(digits, 16).ok());
    number.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}
