//! Operators: arithmetic of numbers, texts and lists, and comparison; nothing where a side is not known.

use super::statement::write;
use crate::deployment::reader::ansible::datum::{Body, Datum, Form, Scalar};
use crate::source::{Span, Text};
use minijinja::machinery::ast::{BinOpKind, CompareOpKind};
use std::cmp::Ordering;

/// No list grows longer.
const MOST_ITEMS: usize = 20_000;

/// Makes a number with a fraction.
pub(super) fn number(value: f64, place: Span) -> Datum {
    let text = Text::inexact(&format!("{value:?}"), place);
    Datum::new(place, Body::Scalar(Scalar { form: Form::Number(value), text }))
}

pub(super) fn negate(value: &Datum, place: Span) -> Option<Datum> {
    match as_number(value)? {
        (Some(whole), _) => whole.checked_neg().map(|whole| Datum::integer(whole, place)),
        (None, value) => Some(number(-value, place)),
    }
}

/// A number, whole where it is one.
fn as_number(value: &Datum) -> Option<(Option<i64>, f64)> {
    match &value.body {
        Body::Scalar(Scalar { form: Form::Integer(value), .. }) => Some((Some(*value), *value as f64)),
        Body::Scalar(Scalar { form: Form::Bool(value), .. }) => Some((Some(i64::from(*value)), f64::from(*value))),
        Body::Scalar(Scalar { form: Form::Number(value), .. }) => Some((None, *value)),
        _ => None,
    }
}

fn is_text(value: &Datum) -> bool {
    matches!(&value.body, Body::Scalar(scalar) if matches!(scalar.form, Form::Text | Form::Plain))
}

pub(super) fn binary(operation: BinOpKind, left: &Datum, right: &Datum, place: Span) -> Option<Datum> {
    match operation {
        BinOpKind::Concat => Some(join(left, right, place)),
        BinOpKind::Add => add(left, right, place),
        BinOpKind::Eq => Some(Datum::bool(same(left, right)?, place)),
        BinOpKind::Ne => Some(Datum::bool(!same(left, right)?, place)),
        BinOpKind::In => Some(Datum::bool(contains(right, left)?, place)),
        BinOpKind::Lt => Some(Datum::bool(order(left, right)? == Ordering::Less, place)),
        BinOpKind::Lte => Some(Datum::bool(order(left, right)? != Ordering::Greater, place)),
        BinOpKind::Gt => Some(Datum::bool(order(left, right)? == Ordering::Greater, place)),
        BinOpKind::Gte => Some(Datum::bool(order(left, right)? != Ordering::Less, place)),
        BinOpKind::ScAnd | BinOpKind::ScOr => None,
        BinOpKind::Sub | BinOpKind::Mul | BinOpKind::Div | BinOpKind::FloorDiv | BinOpKind::Rem | BinOpKind::Pow => {
            arithmetic(operation, left, right, place)
        }
    }
}

fn arithmetic(operation: BinOpKind, left: &Datum, right: &Datum, place: Span) -> Option<Datum> {
    let ((one, first), (other, second)) = (as_number(left)?, as_number(right)?);
    if let (Some(one), Some(other)) = (one, other) {
        let whole = match operation {
            BinOpKind::Sub => one.checked_sub(other),
            BinOpKind::Mul => one.checked_mul(other),
            BinOpKind::FloorDiv => one.checked_div_euclid(other),
            BinOpKind::Rem => one.checked_rem_euclid(other),
            BinOpKind::Pow => one.checked_pow(u32::try_from(other).ok()?),
            _ => return (other != 0).then(|| number(first / second, place)),
        };
        return whole.map(|whole| Datum::integer(whole, place));
    }
    match operation {
        BinOpKind::Sub => Some(number(first - second, place)),
        BinOpKind::Mul => Some(number(first * second, place)),
        BinOpKind::Div if second != 0.0 => Some(number(first / second, place)),
        _ => None,
    }
}

/// Adds numbers, joins texts and lists. A list that nobody knows is one unknown item of the sum.
fn add(left: &Datum, right: &Datum, place: Span) -> Option<Datum> {
    let is_list = |datum: &Datum| matches!(datum.body, Body::List(_));
    if is_list(left) || is_list(right) {
        let part = |datum: &Datum| match &datum.body {
            Body::List(items) => Some(items.to_vec()),
            Body::Unknown(_) | Body::Undefined(_) => Some(vec![datum.clone()]),
            _ => None,
        };
        let mut items = part(left)?;
        items.extend(part(right)?);
        return (items.len() <= MOST_ITEMS).then(|| Datum::list(items, place));
    }
    if is_text(left) && (is_text(right) || right.is_unknown()) || left.is_unknown() && is_text(right) {
        return Some(join(left, right, place));
    }
    let ((one, first), (other, second)) = (as_number(left)?, as_number(right)?);
    match (one, other) {
        (Some(one), Some(other)) => one.checked_add(other).map(|sum| Datum::integer(sum, place)),
        _ => Some(number(first + second, place)),
    }
}

/// Puts two values behind one another, as texts.
fn join(left: &Datum, right: &Datum, place: Span) -> Datum {
    let mut text = Text::empty(place);
    for part in [left, right] {
        match &part.body {
            // Each piece keeps its own place until the whole is used somewhere.
            Body::Scalar(scalar) => text.append(&scalar.text),
            _ => write(part, part.place, &mut text),
        }
    }
    Datum::new(place, Body::Scalar(Scalar { form: Form::Text, text }))
}

pub(super) fn compare(operation: CompareOpKind, left: &Datum, right: &Datum) -> Option<bool> {
    match operation {
        CompareOpKind::Eq => same(left, right),
        CompareOpKind::Ne => same(left, right).map(|same| !same),
        CompareOpKind::Lt => order(left, right).map(|order| order == Ordering::Less),
        CompareOpKind::Lte => order(left, right).map(|order| order != Ordering::Greater),
        CompareOpKind::Gt => order(left, right).map(|order| order == Ordering::Greater),
        CompareOpKind::Gte => order(left, right).map(|order| order != Ordering::Less),
        CompareOpKind::In => contains(right, left),
        CompareOpKind::NotIn => contains(right, left).map(|contains| !contains),
    }
}

/// Tells whether two values are the same, where that is known.
pub(super) fn same(left: &Datum, right: &Datum) -> Option<bool> {
    match (&left.body, &right.body) {
        (Body::Unknown(_) | Body::Undefined(_), _) | (_, Body::Unknown(_) | Body::Undefined(_)) => None,
        (Body::List(one), Body::List(other)) => {
            let unknown = one.iter().chain(other.iter()).any(Datum::is_unknown);
            if unknown {
                return None;
            }
            Some(
                one.len() == other.len()
                    && one.iter().zip(other.iter()).all(|(one, other)| same(one, other) == Some(true)),
            )
        }
        (Body::Map(one), Body::Map(other)) => Some(
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(key, value)| right.get(&key.value).is_some_and(|other| same(value, other) == Some(true))),
        ),
        (Body::Scalar(one), Body::Scalar(other)) => match (as_number(left), as_number(right)) {
            (Some((_, first)), Some((_, second))) => Some((first - second).abs() < f64::EPSILON),
            (None, None) => Some(one.text.known()? == other.text.known()?),
            _ => Some(false),
        },
        (Body::Null, Body::Null) => Some(true),
        _ => Some(false),
    }
}

fn order(left: &Datum, right: &Datum) -> Option<Ordering> {
    match (as_number(left), as_number(right)) {
        (Some((_, first)), Some((_, second))) => first.partial_cmp(&second),
        _ if is_text(left) && is_text(right) => Some(left.known()?.cmp(right.known()?)),
        _ => None,
    }
}

/// Tells whether a list, a map or a text has something in it, where that is known.
pub(super) fn contains(whole: &Datum, part: &Datum) -> Option<bool> {
    match &whole.body {
        Body::List(items) => {
            let answers: Vec<Option<bool>> = items.iter().map(|item| same(item, part)).collect();
            if answers.contains(&Some(true)) {
                return Some(true);
            }
            if answers.contains(&None) || part.is_unknown() { None } else { Some(false) }
        }
        Body::Map(_) => Some(whole.get(part.known()?).is_some()),
        Body::Scalar(_) => Some(whole.known()?.contains(part.known()?)),
        _ => None,
    }
}
