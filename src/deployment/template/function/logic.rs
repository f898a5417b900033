//! Comparing and choosing.

use super::Function;
use super::argument::{any_hole, decimal, known};
use crate::deployment::template::machine::{Machine, truth};
use crate::deployment::template::model::{Datum, Sort};
use crate::source::Span;
use std::cmp::Ordering;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "not" => |machine, arguments, place| Some(truth(!machine.heap.truth(arguments.first()?)?, place)),
        "eq" => |machine, arguments, place| Some(truth(equal(machine, arguments)?, place)),
        "ne" => |machine, arguments, place| Some(truth(!equal(machine, arguments)?, place)),
        "lt" => |_, arguments, place| Some(truth(order(arguments)?.is_lt(), place)),
        "le" => |_, arguments, place| Some(truth(order(arguments)?.is_le(), place)),
        "gt" => |_, arguments, place| Some(truth(order(arguments)?.is_gt(), place)),
        "ge" => |_, arguments, place| Some(truth(order(arguments)?.is_ge(), place)),
        "default" => default,
        "empty" => |machine, arguments, place| Some(truth(!machine.heap.truth(arguments.first()?)?, place)),
        "coalesce" => coalesce,
        "ternary" => ternary,
        "all" => |machine, arguments, place| {
            let each = arguments.iter().map(|argument| machine.heap.truth(argument));
            Some(truth(each.collect::<Option<Vec<_>>>()?.into_iter().all(|holds| holds), place))
        },
        "any" => |machine, arguments, place| {
            let each = arguments.iter().map(|argument| machine.heap.truth(argument));
            Some(truth(each.collect::<Option<Vec<_>>>()?.into_iter().any(|holds| holds), place))
        },
        _ => return None,
    })
}

/// `eq` compares the first argument with each of the others.
fn equal(machine: &Machine, arguments: &[Datum]) -> Option<bool> {
    let (first, others) = arguments.split_first()?;
    let each = others.iter().map(|other| machine.heap.same(first, other, 0));
    Some(each.collect::<Option<Vec<_>>>()?.into_iter().any(|same| same))
}

fn order(arguments: &[Datum]) -> Option<Ordering> {
    let word = |datum: &Datum| matches!(datum, Datum::Scalar(Sort::Word, _));
    let (one, other) = (arguments.first()?, arguments.get(1)?);
    if word(one) && word(other) {
        return Some(known(Some(one))?.cmp(known(Some(other))?));
    }
    decimal(Some(one))?.partial_cmp(&decimal(Some(other))?)
}

/// `default FALLBACK VALUE`
fn default(machine: &mut Machine, arguments: &[Datum], _: Span) -> Option<Datum> {
    let fallback = arguments.first()?;
    let Some(value) = arguments.get(1) else { return Some(fallback.clone()) };
    Some(if machine.heap.truth(value)? { value.clone() } else { fallback.clone() })
}

fn coalesce(machine: &mut Machine, arguments: &[Datum], _: Span) -> Option<Datum> {
    for argument in arguments {
        if machine.heap.truth(argument)? {
            return Some(argument.clone());
        }
    }
    Some(Datum::Null)
}

/// `ternary YES NO CONDITION`
fn ternary(machine: &mut Machine, arguments: &[Datum], _: Span) -> Option<Datum> {
    let holds = machine.heap.truth(arguments.get(2)?)?;
    if any_hole(arguments.get(2..)?) {
        return None;
    }
    arguments.get(usize::from(!holds)).cloned()
}
