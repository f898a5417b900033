//! A word of a command line: whether it is written like a flag, what else it may be, and where it falls apart into several.

use crate::source::Text;
use std::ops::Range;

/// Tells whether a word is written like a flag: `-1` and a lone dash are not.
pub(super) fn is_flag_like(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|rest| rest.starts_with(|first: char| !first.is_ascii_digit() && first != '.'))
}

/// Tells whether nobody knows how a word begins, so that it may be a flag, a value, or many words.
pub(super) fn starts_unknown(word: &Text) -> bool {
    word.segments().first().is_some_and(|segment| segment.hole)
}

/// Answers what a word is if it is there at all: `--flag` of `${X:+--flag}`, and what a script says under a condition only,
/// `--flag` or `"--flag $VALUE"`.
pub(super) fn alternative(word: &Text) -> Option<&str> {
    let value = word.value();
    if !word.is_hole() || word.segments().len() > 1 {
        return None;
    }
    let bare = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value);
    if is_flag_like(bare) || value == "\"\"" {
        return Some(bare);
    }
    let inner = value.strip_prefix("${")?.strip_suffix('}')?;
    let name = inner.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')?;
    let rest = &inner[name..];
    rest.strip_prefix(":+").or_else(|| rest.strip_prefix('+'))
}

/// Tells whether a word is a value or nothing.
pub(super) fn alternative_of_value(word: &Text) -> bool {
    alternative(word).is_some_and(|value| !is_flag_like(value))
}

/// Answers where the name of a flag ends: at `=`, at white space, and for some at `:`.
pub(super) fn name_end(word: &str, colon: bool) -> usize {
    word.find(|letter: char| letter == '=' || letter.is_whitespace() || colon && letter == ':').unwrap_or(word.len())
}

/// Parts a list's element that holds a flag and its value (`--http.api 'eth,net'`), or several flags.
pub(super) fn elements(word: &Text) -> Vec<Text> {
    let value = word.value();
    let end = name_end(value, false);
    let parted = is_flag_like(value) && value[end..].starts_with(char::is_whitespace) && word.is_known_in(0..end);
    if !parted {
        return vec![word.clone()];
    }
    let ranges = word_ranges(word);
    if ranges.iter().skip(1).any(|range| is_flag_like(&value[range.clone()])) {
        return ranges.into_iter().map(|range| unquoted(&word.slice(range))).collect();
    }
    let rest = unquoted(&word.slice(end..value.len()).trim());
    std::iter::once(word.slice(0..end)).chain((!rest.value().is_empty()).then_some(rest)).collect()
}

/// Cuts at white space outside quotes and holes.
pub(super) fn split_words(text: &Text) -> Vec<Text> {
    word_ranges(text).into_iter().map(|range| unquoted(&text.slice(range))).collect()
}

fn word_ranges(text: &Text) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let (mut quote, mut open) = (None, false);
    for segment in text.segments() {
        let (from, to) = (segment.at as usize, (segment.at + segment.len) as usize);
        for (at, letter) in text.value()[from..to].char_indices() {
            if !segment.hole && quote.is_none() && letter.is_whitespace() {
                open = false;
                continue;
            }
            if !segment.hole && matches!(letter, '"' | '\'') {
                quote = if quote == Some(letter) { None } else { quote.or(Some(letter)) };
            }
            let end = from + at + letter.len_utf8();
            match ranges.last_mut().filter(|_| open) {
                Some(range) => range.end = end,
                None => ranges.push(from + at..end),
            }
            open = true;
        }
    }
    ranges
}

/// Takes the quotes off a word that stands in them as a whole.
fn unquoted(word: &Text) -> Text {
    let value = word.value();
    let inner = value.len().saturating_sub(1);
    let quoted = |quote: char| value.len() > 1 && value.starts_with(quote) && value.ends_with(quote);
    if quoted('"') || quoted('\'') { word.slice(1..inner) } else { word.clone() }
}
