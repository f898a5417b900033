//! Texts cut, joined and changed so that each byte keeps the place that it has.

use super::model::Placing;
use crate::source::{FileId, Segment, Span, Text};
use std::collections::BTreeSet;

/// Answers the pieces of a text with their bytes.
pub(super) fn pieces(text: &Text) -> impl Iterator<Item = (&str, &Segment)> {
    text.segments().iter().map(|segment| {
        let from = segment.at as usize;
        (text.value().get(from..from + segment.len as usize).unwrap_or_default(), segment)
    })
}

/// Changes the known bytes of a text, piece by piece.
pub(super) fn changed(text: &Text, change: impl Fn(&str) -> String) -> Text {
    let mut result = Text::empty(text.span());
    for (piece, segment) in pieces(text) {
        if segment.hole {
            result.push_hole(piece, segment.span);
        } else {
            let piece = change(piece);
            match segment.exact && piece.len() == segment.len as usize {
                true => result.push(&piece, segment.span, segment.origin),
                false if segment.origin.is_some() => result.push(&piece, segment.span, segment.origin),
                false => result.push_inexact(&piece, segment.span),
            }
        }
    }
    result
}

/// Puts `replacement` in the place of each `old`.
pub(super) fn replaced(text: &Text, old: &str, replacement: &Text) -> Text {
    if old.is_empty() || !text.value().contains(old) {
        return text.clone();
    }
    let mut result = Text::empty(text.span());
    let mut from = 0;
    for (at, _) in text.value().match_indices(old) {
        if text.is_known_in(at..at + old.len()) {
            result.append(&text.slice(from..at));
            result.append(replacement);
            from = at + old.len();
        }
    }
    result.append(&text.slice(from..text.value().len()));
    result
}

/// Puts so many blanks before each line; with `line`, a line break before all of it.
pub(super) fn indented(text: &Text, width: usize, line: bool) -> Text {
    let blanks = " ".repeat(width.min(200));
    let start = Span { end: text.span().start, ..text.span() };
    let mut result = Text::empty(text.span());
    if line {
        result.push_inexact("\n", start);
    }
    result.push_inexact(&blanks, start);
    let mut from = 0;
    for (at, _) in text.value().match_indices('\n') {
        if text.is_known_in(at..at + 1) {
            result.append(&text.slice(from..at + 1));
            let place = text.span_of(at..at + 1);
            result.push_inexact(&blanks, Span { start: place.end, ..place });
            from = at + 1;
        }
    }
    result.append(&text.slice(from..text.value().len()));
    result
}

/// Writes a text in double quotes as JSON does.
pub(super) fn quoted(text: &Text) -> Text {
    let place = text.span();
    let mut result = Text::empty(place);
    result.push_inexact("\"", Span { end: place.start, ..place });
    let mut from = 0;
    for (at, character) in text.value().char_indices() {
        let escape = match character {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            '\n' => "\\n".to_owned(),
            '\t' => "\\t".to_owned(),
            '\r' => "\\r".to_owned(),
            character if character < ' ' => format!("\\u{:04x}", character as u32),
            _ => continue,
        };
        let end = at + character.len_utf8();
        if text.is_known_in(at..end) {
            result.append(&text.slice(from..at));
            result.push_inexact(&escape, text.span_of(at..end));
            from = end;
        }
    }
    result.append(&text.slice(from..text.value().len()));
    result.push_inexact("\"", Span { start: place.end, ..place });
    result
}

/// Writes a text in single quotes as YAML does.
pub(super) fn single_quoted(text: &Text, double: bool) -> Text {
    let place = text.span();
    let mut result = Text::empty(place);
    result.push_inexact("'", Span { end: place.start, ..place });
    let quote = Text::inexact("''", place);
    result.append(&if double { replaced(text, "'", &quote) } else { text.clone() });
    result.push_inexact("'", Span { start: place.end, ..place });
    result
}

/// Lets a template print a text: what was written in none of its own files is used at the action, and written where it was.
pub(super) fn placed(text: &Text, place: Span, placing: Placing, templates: &BTreeSet<FileId>) -> Text {
    if placing == Placing::Value {
        return text.clone();
    }
    let mut result = Text::empty(place);
    for (piece, segment) in pieces(text) {
        let own = templates.contains(&segment.span.file);
        match (own, segment.hole) {
            (true, true) => result.push_hole(piece, segment.span),
            (false, true) => result.push_hole(piece, place),
            (true, false) if segment.exact || segment.origin.is_some() => {
                result.push(piece, segment.span, segment.origin);
            }
            (true, false) => result.push_inexact(piece, segment.span),
            (false, false) => result.push(piece, place, Some(segment.origin.unwrap_or(segment.span))),
        }
    }
    result
}
