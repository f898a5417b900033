//! Tests: what `is` asks of a value; nothing where that is not known.

use super::evaluate::Arguments;
use super::operator;
use crate::deployment::reader::ansible::datum::{Body, Datum, Form};
use regex::Regex;
use std::cmp::Ordering;

/// Tells whether a value passes a test.
pub(super) fn holds(name: &str, input: &Datum, arguments: &Arguments) -> Option<bool> {
    let name = name.rsplit('.').next().unwrap_or(name);
    match name {
        "defined" => is_defined(input),
        "undefined" => is_defined(input).map(|defined| !defined),
        _ if input.is_unknown() => None,
        "none" => Some(matches!(input.body, Body::Null)),
        "string" => Some(form(input).is_some_and(|form| matches!(form, Form::Text | Form::Plain))),
        "boolean" => Some(matches!(form(input), Some(Form::Bool(_)))),
        "integer" => Some(matches!(form(input), Some(Form::Integer(_)))),
        "number" | "float" => Some(matches!(form(input), Some(Form::Integer(_) | Form::Number(_)))),
        "mapping" => Some(matches!(input.body, Body::Map(_))),
        "sequence" => Some(!matches!(input.body, Body::Null)),
        "iterable" => Some(form(input).is_none_or(|form| matches!(form, Form::Text | Form::Plain))),
        "truthy" | "true" => input.truth(),
        "falsy" | "false" => input.truth().map(|truth| !truth),
        "eq" | "equalto" | "==" => operator::same(input, arguments.plain.first()?),
        "ne" | "!=" => operator::same(input, arguments.plain.first()?).map(|same| !same),
        "in" => operator::contains(arguments.plain.first()?, input),
        "contains" => operator::contains(input, arguments.plain.first()?),
        "odd" => input.as_integer().map(|value| value % 2 != 0),
        "even" => input.as_integer().map(|value| value % 2 == 0),
        "match" => matches(&format!("^(?:{})", arguments.word(0, "pattern")?), input),
        "search" | "regex" => matches(arguments.word(0, "pattern")?, input),
        "version" | "version_compare" => version(input, arguments),
        "subset" | "issubset" => all_in(input, arguments.plain.first()?),
        "superset" | "issuperset" => all_in(arguments.plain.first()?, input),
        _ => None,
    }
}

fn form(input: &Datum) -> Option<Form> {
    match &input.body {
        Body::Scalar(scalar) => Some(scalar.form),
        _ => None,
    }
}

fn is_defined(input: &Datum) -> Option<bool> {
    match input.body {
        Body::Unknown(_) => None,
        Body::Undefined(_) | Body::Omit => Some(false),
        _ => Some(true),
    }
}

fn matches(pattern: &str, input: &Datum) -> Option<bool> {
    Some(pattern_of(pattern)?.is_match(input.known()?))
}

/// Compiles a pattern; of those that only Python understands, nothing.
pub(super) fn pattern_of(pattern: &str) -> Option<Regex> {
    regex::RegexBuilder::new(pattern).size_limit(1 << 18).build().ok()
}

fn all_in(part: &Datum, whole: &Datum) -> Option<bool> {
    let answers: Option<Vec<bool>> = part.items().iter().map(|item| operator::contains(whole, item)).collect();
    Some(answers?.into_iter().all(|found| found))
}

fn version(input: &Datum, arguments: &Arguments) -> Option<bool> {
    let numbers = |text: &str| -> Vec<u64> {
        let text = text.trim().trim_start_matches('v');
        text.split(['.', '-', '+']).map(|part| part.parse().unwrap_or(0)).collect()
    };
    let (mut one, mut other) = (numbers(input.known()?), numbers(arguments.word(0, "version")?));
    let length = one.len().max(other.len());
    one.resize(length, 0);
    other.resize(length, 0);
    let order = one.cmp(&other);
    match arguments.word(1, "operator").unwrap_or("==") {
        "==" | "=" | "eq" => Some(order == Ordering::Equal),
        "!=" | "<>" | "ne" => Some(order != Ordering::Equal),
        "<" | "lt" => Some(order == Ordering::Less),
        "<=" | "le" => Some(order != Ordering::Greater),
        ">" | "gt" => Some(order == Ordering::Greater),
        ">=" | "ge" => Some(order != Ordering::Less),
        _ => None,
    }
}
