//! Words: quoting, trimming, indenting, cutting and searching them.

use super::Function;
use super::argument::{integer, known, text, word};
use crate::deployment::template::machine::{Machine, truth};
use crate::deployment::template::model::{Datum, Sort};
use crate::deployment::template::piece::{changed, indented, quoted, replaced, single_quoted};
use crate::source::{Span, Text};
use std::rc::Rc;

pub(super) fn find(name: &str) -> Option<Function> {
    trimming(name).or_else(|| asking(name)).or_else(|| {
        Some(match name {
            "quote" => |machine, arguments, place| each(machine, arguments, place, quoted),
            "squote" => |machine, arguments, place| each(machine, arguments, place, |text| single_quoted(text, false)),
            "indent" => |machine, arguments, place| indent(machine, arguments, place, false),
            "nindent" => |machine, arguments, place| indent(machine, arguments, place, true),
            "upper" => |machine, arguments, place| change(machine, arguments, place, str::to_uppercase),
            "lower" => |machine, arguments, place| change(machine, arguments, place, str::to_lowercase),
            "title" => |machine, arguments, place| change(machine, arguments, place, title),
            "untitle" => |machine, arguments, place| change(machine, arguments, place, untitle),
            "nospace" => {
                |machine, arguments, place| change(machine, arguments, place, |text| text.split_whitespace().collect())
            }
            "snakecase" => |machine, arguments, place| whole(machine, arguments, place, |text| cased(text, '_')),
            "kebabcase" => |machine, arguments, place| whole(machine, arguments, place, |text| cased(text, '-')),
            "camelcase" => |machine, arguments, place| whole(machine, arguments, place, camel),
            "replace" => |machine, arguments, place| {
                let new = text(machine, arguments.get(1), place)?;
                let value = text(machine, arguments.get(2), place)?;
                machine.spend(value.value().len());
                word(replaced(&value, known(arguments.first())?, &new))
            },
            "substr" => |machine, arguments, place| {
                let value = text(machine, arguments.get(2), place)?;
                let (from, to) = (integer(arguments.first())?, integer(arguments.get(1))?);
                cut(&value, usize::try_from(from).unwrap_or(0), usize::try_from(to).unwrap_or(usize::MAX))
            },
            "repeat" => |machine, arguments, place| {
                let (times, value) = (integer(arguments.first())?, text(machine, arguments.get(1), place)?);
                let times = usize::try_from(times).unwrap_or(0).min(10_000);
                let fits = machine.spend(times.saturating_mul(value.value().len().max(16)));
                let mut result = Text::empty(place);
                (0..if fits { times } else { 0 }).for_each(|_| result.append(&value));
                word(result)
            },
            "wrap" | "wrapWith" => |machine, arguments, place| word((*text(machine, arguments.last(), place)?).clone()),
            _ => return None,
        })
    })
}

fn trimming(name: &str) -> Option<Function> {
    Some(match name {
        "trim" => |machine, arguments, place| word(text(machine, arguments.first(), place)?.trim()),
        "trimAll" | "trimSuffix" | "trimPrefix" | "trimLeft" | "trimRight" => match name {
            "trimAll" => |machine, arguments, place| {
                trimmed(machine, arguments, place, |value, cut| value.trim_matches(|sign| cut.contains(sign)))
            },
            "trimSuffix" => |machine, arguments, place| {
                trimmed(machine, arguments, place, |value, cut| value.strip_suffix(cut).unwrap_or(value))
            },
            "trimPrefix" => |machine, arguments, place| {
                trimmed(machine, arguments, place, |value, cut| value.strip_prefix(cut).unwrap_or(value))
            },
            "trimLeft" => |machine, arguments, place| {
                trimmed(machine, arguments, place, |value, cut| value.trim_start_matches(|sign| cut.contains(sign)))
            },
            _ => |machine, arguments, place| {
                trimmed(machine, arguments, place, |value, cut| value.trim_end_matches(|sign| cut.contains(sign)))
            },
        },
        "trunc" => |machine, arguments, place| {
            let (length, value) = (integer(arguments.first())?, text(machine, arguments.get(1), place)?);
            let whole = value.value().len();
            match usize::try_from(length) {
                Ok(length) => cut(&value, 0, length),
                Err(_) => cut(&value, whole.saturating_sub(length.unsigned_abs() as usize), whole),
            }
        },
        "abbrev" => |machine, arguments, place| {
            let (length, value) = (integer(arguments.first())?, text(machine, arguments.get(1), place)?);
            cut(&value, 0, usize::try_from(length).unwrap_or(0))
        },
        _ => return None,
    })
}

fn asking(name: &str) -> Option<Function> {
    Some(match name {
        "contains" => |_, arguments, place| Some(truth(search(arguments, |value, part| value.contains(part))?, place)),
        "hasPrefix" => {
            |_, arguments, place| Some(truth(search(arguments, |value, part| value.starts_with(part))?, place))
        }
        "hasSuffix" => {
            |_, arguments, place| Some(truth(search(arguments, |value, part| value.ends_with(part))?, place))
        }
        _ => return None,
    })
}

/// Looks for a part in a value. Where not every byte of the value is known, only finding it says something.
fn search(arguments: &[Datum], holds: impl Fn(&str, &str) -> bool) -> Option<bool> {
    let part = known(arguments.first())?;
    match arguments.get(1)? {
        Datum::Scalar(_, text) => {
            let found = holds(text.value(), part);
            (text.is_known() || (found && !text.is_hole())).then_some(found)
        }
        Datum::Null => Some(holds("", part)),
        _ => None,
    }
}

fn each(machine: &mut Machine, arguments: &[Datum], place: Span, write: impl Fn(&Text) -> Text) -> Option<Datum> {
    let mut result = Text::empty(place);
    let given: Vec<&Datum> = arguments.iter().filter(|argument| !matches!(argument, Datum::Null)).collect();
    for (at, argument) in given.into_iter().enumerate() {
        if at > 0 {
            result.push_inexact(" ", place);
        }
        let text = text(machine, Some(argument), place)?;
        result.append(&write(&text));
    }
    word(result)
}

fn indent(machine: &mut Machine, arguments: &[Datum], place: Span, line: bool) -> Option<Datum> {
    let width = usize::try_from(integer(arguments.first())?).unwrap_or(0);
    let value = text(machine, arguments.get(1), place)?;
    machine.spend(value.value().matches('\n').count().saturating_mul(width.min(200)));
    word(indented(&value, width, line))
}

fn change(machine: &mut Machine, arguments: &[Datum], place: Span, f: fn(&str) -> String) -> Option<Datum> {
    word(changed(&*text(machine, arguments.first(), place)?, f))
}

/// Changes a word as a whole, whose bytes must all be known.
fn whole(machine: &mut Machine, arguments: &[Datum], place: Span, f: fn(&str) -> String) -> Option<Datum> {
    let value = text(machine, arguments.first(), place)?;
    let made = f(value.known()?);
    let mut result = Text::empty(value.span());
    result.push(&made, value.span(), value.origin());
    word(result)
}

fn trimmed(
    machine: &mut Machine,
    arguments: &[Datum],
    place: Span,
    f: for<'v> fn(&'v str, &str) -> &'v str,
) -> Option<Datum> {
    let value = text(machine, arguments.get(1), place)?;
    let kept = f(value.value(), known(arguments.first())?);
    let from = kept.as_ptr() as usize - value.value().as_ptr() as usize;
    word(value.slice(from..from + kept.len()))
}

/// Cuts bytes out, at the next boundaries of characters.
fn cut(value: &Rc<Text>, from: usize, to: usize) -> Option<Datum> {
    let all = value.value();
    let (mut from, mut to) = (from.min(all.len()), to.min(all.len()));
    while !all.is_char_boundary(from) {
        from -= 1;
    }
    while !all.is_char_boundary(to) {
        to -= 1;
    }
    if from == 0 && to == all.len() {
        return Some(Datum::Scalar(Sort::Word, Rc::clone(value)));
    }
    word(value.slice(from..to.max(from)))
}

fn title(text: &str) -> String {
    let mut start = true;
    let letter = |character: char| {
        let made: String = if start { character.to_uppercase().collect() } else { character.to_string() };
        start = character.is_whitespace();
        made
    };
    text.chars().map(letter).collect()
}

fn untitle(text: &str) -> String {
    let mut start = true;
    let letter = |character: char| {
        let made: String = if start { character.to_lowercase().collect() } else { character.to_string() };
        start = character.is_whitespace();
        made
    };
    text.chars().map(letter).collect()
}

fn cased(text: &str, sign: char) -> String {
    let mut made = String::with_capacity(text.len() + 4);
    let mut small = false;
    for character in text.chars() {
        if matches!(character, '_' | '-' | ' ' | '.') {
            made.push(sign);
            small = false;
            continue;
        }
        if character.is_uppercase() && small {
            made.push(sign);
        }
        small = character.is_lowercase() || character.is_ascii_digit();
        made.extend(character.to_lowercase());
    }
    made
}

fn camel(text: &str) -> String {
    let mut start = true;
    let mut made = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '_' | '-' | ' ' | '.') {
            start = true;
        } else if start {
            made.extend(character.to_uppercase());
            start = false;
        } else {
            made.push(character);
        }
    }
    made
}
