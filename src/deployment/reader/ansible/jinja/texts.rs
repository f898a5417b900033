//! Filters on single values, and how values are written as text.

use super::evaluate::Arguments;
use super::operator::number;
use super::test::pattern_of;
use crate::deployment::reader::ansible::datum::{Body, Datum, Form, Scalar, append_moved};
use crate::document::{Syntax, parse_rendered};
use crate::source::{Span, Text};

const DEEPEST: usize = 20;

/// Applies a filter on a single value; nothing if it is none, or if its answer is not known.
pub(super) fn filter(name: &str, input: &Datum, arguments: &Arguments, place: Span) -> Option<Datum> {
    match name {
        "string" => return Some(as_text(input, place)),
        "list" if input.is_unknown() => return Some(Datum::list(vec![input.clone()], input.place)),
        "list" => return None,
        "to_json" | "to_nice_json" | "tojson" => return Some(written(input, place, json)),
        "to_yaml" | "to_nice_yaml" => return yaml(input, place),
        "length" | "count" => return input.known().map(|known| Datum::integer(known.chars().count() as i64, place)),
        "int" => {
            let value = input.as_integer().or_else(|| input.known().map(|_| 0))?;
            return Some(Datum::integer(value, place));
        }
        "float" => return input.known()?.trim().parse().ok().map(|value| number(value, place)),
        "abs" => return input.as_integer()?.checked_abs().map(|value| Datum::integer(value, place)),
        "from_json" => return read(input, Syntax::Json),
        "from_yaml" => return read(input, Syntax::Yaml),
        "type_debug" => return None,
        _ => {}
    }
    let Body::Scalar(Scalar { text, .. }) = &input.body else { return None };
    match name {
        "trim" => Some(Datum::text(text.trim())),
        "quote" => text.known().filter(|known| is_simple(known)).map(|_| input.clone()),
        "indent" => Some(input.clone()),
        "split" => split(text, arguments),
        "regex_replace" => substitute(text, arguments, place),
        _ => {
            let changed = change(name, text.known()?, arguments)?;
            if name == "lower" || name == "upper" {
                return Some(Datum::text(recased(text, &changed)));
            }
            Some(Datum::text(standing_for(&changed, text)))
        }
    }
}

/// Makes a remark of a text, known or not, in the style that is asked for.
pub(super) fn comment(input: &Datum, arguments: &Arguments, place: Span) -> Option<Datum> {
    let sign = match arguments.get(0, "style").map_or(Some("plain"), Datum::known)? {
        "plain" => "# ",
        "erlang" => "% ",
        "c" => "// ",
        _ => return None,
    };
    let sign =
        arguments.named.iter().find(|(name, _)| name == "decoration").map_or(Some(sign), |(_, it)| it.known())?;
    let mut remark = Text::empty(place);
    for (at, line) in input.shown()?.split('\n').iter().enumerate() {
        remark.push_inexact(if at == 0 { "" } else { "\n" }, place);
        remark.push_inexact(sign, place);
        remark.append(line);
    }
    Some(Datum::text(remark))
}

fn change(name: &str, known: &str, arguments: &Arguments) -> Option<String> {
    match name {
        "lower" => Some(known.to_lowercase()),
        "upper" => Some(known.to_uppercase()),
        "capitalize" => {
            let mut signs = known.chars();
            Some(
                signs
                    .next()
                    .map(|first| first.to_uppercase().chain(signs.flat_map(char::to_lowercase)).collect())
                    .unwrap_or_default(),
            )
        }
        "replace" => {
            let (old, new) = (arguments.word(0, "old")?, arguments.word(1, "new")?);
            (!old.is_empty()).then(|| known.replace(old, new))
        }
        "regex_search" if arguments.plain.len() == 1 => {
            let found = pattern_of(arguments.word(0, "regex")?)?.find(known)?;
            Some(found.as_str().to_owned())
        }
        "regex_escape" => Some(regex::escape(known)),
        "basename" => Some(known.rsplit('/').next().unwrap_or(known).to_owned()),
        "dirname" => Some(known.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned()),
        "b64decode" => crate::deployment::reader::ansible::base64::decode(known),
        "b64encode" => Some(crate::deployment::reader::ansible::base64::encode(known)),
        "realpath" | "expanduser" | "win_basename" => None,
        _ => None,
    }
}

/// Changes the case of a text; where its length stays, so do the places of its bytes.
fn recased(text: &Text, changed: &str) -> Text {
    if changed.len() != text.value().len() {
        return standing_for(changed, text);
    }
    let mut recased = Text::empty(text.span());
    for piece in text.segments() {
        let range = piece.at as usize..(piece.at + piece.len) as usize;
        match changed.get(range) {
            Some(part) => recased.push(part, piece.span, Some(piece.origin.unwrap_or(piece.span))),
            None => return standing_for(changed, text),
        }
    }
    recased
}

/// A text that was made from another one.
pub(super) fn standing_for(value: &str, from: &Text) -> Text {
    let mut text = Text::empty(from.span());
    match from.origin() {
        Some(origin) => text.push(value, from.span(), Some(origin)),
        None => text.push_inexact(value, from.span()),
    }
    text
}

fn is_simple(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(&byte))
}

pub(super) fn split(text: &Text, arguments: &Arguments) -> Option<Datum> {
    let parts: Vec<Text> = match arguments.get(0, "sep") {
        None => {
            let value = text.known()?;
            let words = value.split_whitespace();
            words
                .map(|word| {
                    let at = word.as_ptr() as usize - value.as_ptr() as usize;
                    text.slice(at..at + word.len())
                })
                .collect()
        }
        Some(separator) => {
            let separator = separator.known()?;
            let mut signs = separator.chars();
            match (signs.next(), signs.next()) {
                (Some(sign), None) => text.split(sign),
                (Some(_), Some(_)) => {
                    let mut from = 0;
                    let value = text.known()?;
                    let mut parts: Vec<Text> = Vec::new();
                    for (at, found) in value.match_indices(separator) {
                        parts.push(text.slice(from..at));
                        from = at + found.len();
                    }
                    parts.push(text.slice(from..value.len()));
                    parts
                }
                _ => return None,
            }
        }
    };
    Some(Datum::list(parts.into_iter().map(Datum::text).collect(), text.span()))
}

/// Replaces what a pattern finds. What is put before or behind a text leaves the text its places.
fn substitute(text: &Text, arguments: &Arguments, place: Span) -> Option<Datum> {
    let (pattern, new) = (arguments.word(0, "pattern")?, arguments.get(1, "replacement"));
    let new_word = new.map_or(Some(""), |new| new.known())?;
    let addition = |before: bool| {
        let mut joined = Text::empty(place);
        let added = new.and_then(Datum::shown).cloned().unwrap_or_else(|| Text::empty(place));
        let parts = if before { [&added, text] } else { [text, &added] };
        parts.into_iter().for_each(|part| joined.append(part));
        Datum::text(joined)
    };
    let plain = !new_word.contains(['\\', '$']);
    match pattern {
        "^" if plain => return Some(addition(true)),
        "$" if plain => return Some(addition(false)),
        _ => {}
    }
    // Python writes `\1` for what Rust writes `${1}`.
    let mut replacement = String::new();
    let mut signs = new_word.chars().peekable();
    while let Some(sign) = signs.next() {
        match (sign, signs.peek()) {
            ('\\', Some(digit)) if digit.is_ascii_digit() => {
                replacement.push_str(&format!("${{{digit}}}"));
                signs.next();
            }
            ('$', _) => replacement.push_str("$$"),
            _ => replacement.push(sign),
        }
    }
    let known = text.known()?;
    let changed = pattern_of(pattern)?.replace_all(known, replacement.as_str()).into_owned();
    Some(if changed == known { Datum::text(text.clone()) } else { Datum::text(standing_for(&changed, text)) })
}

fn as_text(input: &Datum, place: Span) -> Datum {
    match &input.body {
        Body::Scalar(Scalar { text, .. }) => {
            Datum::new(input.place, Body::Scalar(Scalar { form: Form::Text, text: text.clone() }))
        }
        Body::Unknown(_) | Body::Undefined(_) => input.clone(),
        _ => {
            let mut text = Text::empty(place);
            python(input, place, &mut text, 0);
            Datum::text(text)
        }
    }
}

fn written(input: &Datum, place: Span, how: fn(&Datum, Span, &mut Text, usize)) -> Datum {
    let mut text = Text::empty(place);
    how(input, place, &mut text, 0);
    Datum::text(text)
}

/// Writes a value as Python shows it.
pub(super) fn python(value: &Datum, place: Span, out: &mut Text, depth: usize) {
    literal(value, place, out, depth, &Signs { quote: "'", null: "None", truth: ["True", "False"] });
}

fn json(value: &Datum, place: Span, out: &mut Text, depth: usize) {
    literal(value, place, out, depth, &Signs { quote: "\"", null: "null", truth: ["true", "false"] });
}

/// YAML's flow style is JSON, which serves for block style, too.
fn yaml(value: &Datum, place: Span) -> Option<Datum> {
    let mut text = Text::empty(place);
    json(value, place, &mut text, 0);
    text.push_inexact("\n", place);
    Some(Datum::text(text))
}

/// How a language writes what is no text.
struct Signs {
    quote: &'static str,
    null: &'static str,
    truth: [&'static str; 2],
}

fn literal(value: &Datum, place: Span, out: &mut Text, depth: usize, signs: &Signs) {
    if depth > DEEPEST {
        return out.push_hole("…", place);
    }
    match &value.body {
        Body::Omit | Body::Null => out.push_inexact(signs.null, place),
        Body::Unknown(text) | Body::Undefined(text) => out.push_hole(text.value(), place),
        Body::Scalar(Scalar { form: Form::Bool(value), .. }) => {
            out.push_inexact(signs.truth[usize::from(!*value)], place)
        }
        Body::Scalar(Scalar { form: Form::Integer(_) | Form::Number(_), text }) => append_moved(out, text, place),
        Body::Scalar(Scalar { text, .. }) => quoted(text, place, out, signs.quote),
        Body::List(items) => {
            out.push_inexact("[", place);
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push_inexact(", ", place);
                }
                literal(item, place, out, depth + 1, signs);
            }
            out.push_inexact("]", place);
        }
        Body::Map(entries) => {
            out.push_inexact("{", place);
            for (at, (key, item)) in entries.iter().enumerate() {
                let comma = if at > 0 { ", " } else { "" };
                let key_text = super::statement::key_of(key);
                out.push_inexact(comma, place);
                literal(&key_text, place, out, depth + 1, signs);
                out.push_inexact(": ", place);
                literal(item, place, out, depth + 1, signs);
            }
            out.push_inexact("}", place);
        }
    }
}

fn quoted(text: &Text, place: Span, out: &mut Text, quote: &str) {
    out.push_inexact(quote, place);
    match text.known() {
        Some(known) if known.contains(['"', '\'', '\\', '\n', '\r', '\t']) => {
            let escaped = known.replace('\\', "\\\\").replace('\n', "\\n").replace('\r', "\\r").replace('\t', "\\t");
            let escaped = if quote == "\"" { escaped.replace('"', "\\\"") } else { escaped.replace('\'', "\\'") };
            out.push(&escaped, place, Some(text.origin().unwrap_or(text.span())));
        }
        _ => append_moved(out, text, place),
    }
    out.push_inexact(quote, place);
}

fn read(input: &Datum, syntax: Syntax) -> Option<Datum> {
    let Body::Scalar(scalar) = &input.body else { return None };
    let document = parse_rendered(&scalar.text, syntax);
    let root = document.root().filter(|_| document.problems().is_empty())?;
    Some(Datum::of(root, &mut 50_000))
}
