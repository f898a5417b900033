//! Numbers.

use super::Function;
use super::argument::{count, decimal, integer, known};
use crate::deployment::template::model::{Datum, Sort};
use crate::source::{Span, Text};
use std::rc::Rc;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "add" => |_, arguments, place| folded(arguments, place, i64::checked_add),
        "sub" => |_, arguments, place| folded(arguments, place, i64::checked_sub),
        "mul" => |_, arguments, place| folded(arguments, place, i64::checked_mul),
        "div" => |_, arguments, place| folded(arguments, place, i64::checked_div),
        "mod" => |_, arguments, place| folded(arguments, place, i64::checked_rem),
        "max" | "biggest" => |_, arguments, place| folded(arguments, place, |one, other| Some(one.max(other))),
        "min" => |_, arguments, place| folded(arguments, place, |one, other| Some(one.min(other))),
        "add1" => |_, arguments, place| count(integer(arguments.first())?.checked_add(1)?, place),
        "addf" => |_, arguments, place| folded_decimals(arguments, place, |one, other| one + other),
        "subf" => |_, arguments, place| folded_decimals(arguments, place, |one, other| one - other),
        "mulf" => |_, arguments, place| folded_decimals(arguments, place, |one, other| one * other),
        "divf" => |_, arguments, place| folded_decimals(arguments, place, |one, other| one / other),
        "ceil" => |_, arguments, place| count(decimal(arguments.first())?.ceil() as i64, place),
        "floor" => |_, arguments, place| count(decimal(arguments.first())?.floor() as i64, place),
        "round" => |_, arguments, place| count(decimal(arguments.first())?.round() as i64, place),
        "int" | "int64" | "toInt" => |_, arguments, place| same_or(arguments.first()?, Sort::Integer, place),
        "float64" => |_, arguments, place| same_or(arguments.first()?, Sort::Decimal, place),
        "atoi" => |_, arguments, place| same_or(arguments.first()?, Sort::Integer, place),
        "toDecimal" => {
            |_, arguments, place| count(i64::from_str_radix(known(arguments.first())?, 8).unwrap_or(0), place)
        }
        _ => return None,
    })
}

/// A number that is written as one stays as it is written, with its place.
fn same_or(argument: &Datum, sort: Sort, place: Span) -> Option<Datum> {
    if let Datum::Scalar(_, text) = argument
        && text.known()?.parse::<i64>().is_ok()
    {
        return Some(Datum::Scalar(sort, Rc::clone(text)));
    }
    match sort {
        Sort::Integer => count(integer(Some(argument))?, place),
        _ => Some(written(decimal(Some(argument))?, place)),
    }
}

fn folded(arguments: &[Datum], place: Span, f: fn(i64, i64) -> Option<i64>) -> Option<Datum> {
    let mut numbers = arguments.iter().map(|argument| integer(Some(argument)));
    let first = numbers.next()??;
    let result = numbers.try_fold(first, |result, number| f(result, number?))?;
    count(result, place)
}

fn folded_decimals(arguments: &[Datum], place: Span, f: fn(f64, f64) -> f64) -> Option<Datum> {
    let mut numbers = arguments.iter().map(|argument| decimal(Some(argument)));
    let first = numbers.next()??;
    let result = numbers.try_fold(first, |result, number| Some(f(result, number?)))?;
    Some(written(result, place))
}

fn written(number: f64, place: Span) -> Datum {
    Datum::Scalar(Sort::Decimal, Rc::new(Text::inexact(&number.to_string(), place)))
}
