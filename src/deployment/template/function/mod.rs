//! The functions of Go's templates, of Sprig and of Helm, by what they work on. One that is not here leaves a hole.

mod argument;
mod chart;
mod data;
mod format;
mod kind;
mod list;
mod logic;
mod map;
mod number;
mod pattern;
mod word;

pub(super) use chart::files_as;

use super::machine::Machine;
use super::model::Datum;
use crate::source::Span;

/// A function: its arguments, and the place of the action that calls it; it answers nothing if it cannot say.
type Function = fn(&mut Machine, &[Datum], Span) -> Option<Datum>;

/// Calls a function by its name.
pub(super) fn call(machine: &mut Machine, name: &str, arguments: &[Datum], place: Span) -> Option<Datum> {
    let groups = [
        logic::find,
        word::find,
        list::find,
        map::find,
        number::find,
        kind::find,
        data::find,
        chart::find,
        pattern::find,
        format::find,
    ];
    let function: Function = groups.iter().find_map(|find| find(name))?;
    machine.spend(16 + 4 * arguments.len()).then(|| function(machine, arguments, place))?
}
