//! Arguments as functions want them.

use crate::deployment::template::machine::Machine;
use crate::deployment::template::model::{Datum, Sort};
use crate::source::{Span, Text};
use std::rc::Rc;

/// Answers an argument as text, holes included; a list or map as Go shows it, no value as nothing.
pub(super) fn text(machine: &mut Machine, argument: Option<&Datum>, place: Span) -> Option<Rc<Text>> {
    Some(match argument? {
        Datum::Scalar(_, text) | Datum::Hole(text) => {
            machine.spend(text.value().len() + text.segments().len());
            Rc::clone(text)
        }
        Datum::Null => Rc::new(Text::empty(place)),
        other => {
            let shown = machine.shown(other, 0);
            machine.spend(shown.len());
            Rc::new(Text::inexact(&shown, place))
        }
    })
}

/// Answers an argument that is a word whose every byte is known.
pub(super) fn known(argument: Option<&Datum>) -> Option<&str> {
    match argument? {
        Datum::Scalar(_, text) => text.known(),
        Datum::Null => Some(""),
        _ => None,
    }
}

/// Answers an argument as a number, as Sprig converts it: what is none is zero.
pub(super) fn decimal(argument: Option<&Datum>) -> Option<f64> {
    let text = known(argument)?;
    Some(match text {
        "true" => 1.0,
        text => text.trim().parse().unwrap_or(0.0),
    })
}

/// Answers an argument as a whole number.
pub(super) fn integer(argument: Option<&Datum>) -> Option<i64> {
    let text = known(argument)?;
    Some(text.trim().parse().unwrap_or_else(|_| decimal(argument).unwrap_or(0.0) as i64))
}

/// Makes a word.
pub(super) fn word(text: Text) -> Option<Datum> {
    Some(Datum::Scalar(Sort::Word, Rc::new(text)))
}

/// Makes a whole number that is found out at a place.
pub(super) fn count(number: i64, place: Span) -> Option<Datum> {
    Some(Datum::Scalar(Sort::Integer, Rc::new(Text::inexact(&number.to_string(), place))))
}

/// Tells whether nobody knows any of the arguments.
pub(super) fn any_hole(arguments: &[Datum]) -> bool {
    arguments.iter().any(|argument| matches!(argument, Datum::Hole(_)))
}
