//! Printing values in one word.

use super::Function;
use super::argument::{decimal, integer, text, word};
use crate::deployment::template::machine::Machine;
use crate::deployment::template::model::{Datum, Sort};
use crate::deployment::template::piece::quoted;
use crate::source::{Span, Text};

/// Numbers and words are padded no further.
const WIDEST: usize = 256;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "printf" => print_formatted,
        "print" => |machine, arguments, place| printed(machine, arguments, place, false),
        "println" => |machine, arguments, place| printed(machine, arguments, place, true),
        "cat" => |machine, arguments, place| {
            let mut result = Text::empty(place);
            for (at, argument) in arguments.iter().filter(|argument| !matches!(argument, Datum::Null)).enumerate() {
                if at > 0 {
                    result.push_inexact(" ", place);
                }
                let text = text(machine, Some(argument), place)?;
                result.append(&text);
            }
            word(result)
        },
        _ => return None,
    })
}

/// Go puts a blank between two values that are no words; `println` puts one everywhere.
fn printed(machine: &mut Machine, arguments: &[Datum], place: Span, line: bool) -> Option<Datum> {
    let mut result = Text::empty(place);
    let is_word = |argument: &Datum| matches!(argument, Datum::Scalar(Sort::Word, _) | Datum::Hole(_));
    for (at, argument) in arguments.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| arguments.get(at));
        if before.is_some_and(|before| line || (!is_word(before) && !is_word(argument))) {
            result.push_inexact(" ", place);
        }
        let text = text(machine, Some(argument), place)?;
        result.append(&text);
    }
    if line {
        result.push_inexact("\n", place);
    }
    word(result)
}

fn print_formatted(machine: &mut Machine, arguments: &[Datum], place: Span) -> Option<Datum> {
    let format = text(machine, arguments.first(), place)?;
    let pattern = format.known()?;
    let mut rest = arguments.get(1..)?.iter();
    let mut result = Text::empty(place);
    let mut from = 0;
    while let Some(percent) = pattern.get(from..)?.find('%').map(|at| from + at) {
        result.append(&format.slice(from..percent));
        let flags = pattern.get(percent + 1..)?;
        let length =
            flags.find(|sign: char| !matches!(sign, '0'..='9' | '-' | '+' | '.' | '#' | ' ')).unwrap_or(flags.len());
        let Some(verb) = flags.get(length..)?.chars().next() else { break };
        from = percent + 1 + length + verb.len_utf8();
        let flags = flags.get(..length)?;
        if verb == '%' {
            result.append(&format.slice(from - 1..from));
        } else {
            let value = formatted(machine, verb, flags, rest.next()?, place)?;
            result.append(&value);
        }
    }
    result.append(&format.slice(from..pattern.len()));
    word(result)
}

fn formatted(machine: &mut Machine, verb: char, flags: &str, argument: &Datum, place: Span) -> Option<Text> {
    let value = text(machine, Some(argument), place)?;
    let number = |made: String| {
        let mut result = Text::empty(value.span());
        result.push(&made, value.span(), value.origin());
        result
    };
    let precision =
        flags.split_once('.').and_then(|(_, digits)| digits.parse::<usize>().ok()).map(|digits| digits.min(60));
    let made = match verb {
        'q' => quoted(&value),
        'f' | 'g' | 'e' => number(format!("{:.*}", precision.unwrap_or(6), decimal(Some(argument))?)),
        'x' if matches!(argument, Datum::Scalar(Sort::Integer, _)) => number(format!("{:x}", integer(Some(argument))?)),
        'X' if matches!(argument, Datum::Scalar(Sort::Integer, _)) => number(format!("{:X}", integer(Some(argument))?)),
        'd' if value.known().is_some_and(|text| text.parse::<i64>().is_err()) => {
            number(integer(Some(argument))?.to_string())
        }
        's' | 'v' | 'd' | 't' => (*value).clone(),
        _ => return None,
    };
    Some(padded(made, flags, place))
}

fn padded(value: Text, flags: &str, place: Span) -> Text {
    let digits = flags.trim_start_matches(['-', '+', ' ', '#']).split('.').next().unwrap_or_default();
    let width = digits.parse::<usize>().unwrap_or(0).min(WIDEST);
    let missing = width.saturating_sub(value.value().chars().count());
    if missing == 0 {
        return value;
    }
    let sign = if digits.starts_with('0') && !flags.starts_with('-') { "0" } else { " " };
    let filling = sign.repeat(missing);
    let mut result = Text::empty(place);
    if flags.starts_with('-') {
        result.append(&value);
        result.push_inexact(&filling, place);
    } else {
        result.push_inexact(&filling, place);
        result.append(&value);
    }
    result
}
