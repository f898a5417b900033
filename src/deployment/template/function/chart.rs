//! What Helm adds: including other templates, rendering a value as one, and files of the chart.

use super::Function;
use super::argument::{known, word};
use crate::deployment::template::heap::Map;
use crate::deployment::template::machine::Machine;
use crate::deployment::template::model::{Datum, Placing, Sort};
use crate::deployment::template::parse::parse;
use crate::deployment::template::piece::indented;
use crate::source::{Span, Text};
use std::rc::Rc;

pub(super) fn find(name: &str) -> Option<Function> {
    Some(match name {
        "include" => include,
        "tpl" => template,
        "required" => |_, arguments, _| match arguments.get(1)? {
            Datum::Null => None,
            Datum::Scalar(_, text) if text.value().is_empty() => None,
            value => Some(value.clone()),
        },
        "lookup" => |machine, _, _| Some(machine.heap.map(Map::new())),
        "fail" => |_, _, _| None,
        "placed" => placed,
        _ => return None,
    })
}

fn include(machine: &mut Machine, arguments: &[Datum], _: Span) -> Option<Datum> {
    let definition = machine.definitions.get(known(arguments.first())?)?.clone();
    let dot = arguments.get(1).cloned().unwrap_or(Datum::Null);
    word(machine.run(&definition, dot))
}

/// Renders a value as a template; what it defines holds from then on.
fn template(machine: &mut Machine, arguments: &[Datum], _: Span) -> Option<Datum> {
    let Datum::Scalar(_, source) = arguments.first()? else { return None };
    if !source.value().contains("{{") {
        return Some(Datum::Scalar(Sort::Word, Rc::clone(source)));
    }
    if !machine.spend(4 * source.value().len()) {
        return None;
    }
    let mut definitions = parse("", Rc::clone(source), Placing::Action);
    let (_, body) = definitions.pop()?;
    machine.define(&definitions);
    let dot = arguments.get(1).cloned().unwrap_or(Datum::Null);
    word(machine.run(&body, dot))
}

/// Ours: `placed MAP KEY WORD` is the word, at the place of the map's key if it has one.
fn placed(machine: &mut Machine, arguments: &[Datum], place: Span) -> Option<Datum> {
    let (key, found) = (known(arguments.get(1))?, known(arguments.get(2))?);
    let slot = machine.heap.entries(arguments.first()?).and_then(|entries| entries.get(key));
    word(Text::inexact(found, slot.map_or(place, |slot| slot.key)))
}

/// Writes files as entries of a ConfigMap or Secret.
pub(in crate::deployment::template) fn files_as(machine: &mut Machine, files: &Datum, method: &str) -> Datum {
    let entries = machine.heap.entries(files).cloned().unwrap_or_default();
    let mut out: Option<Text> = None;
    for (path, slot) in entries {
        let Datum::Scalar(_, content) = &slot.value else { continue };
        let name = path.rsplit('/').next().unwrap_or(&path);
        let out = out.get_or_insert_with(|| Text::empty(content.span()));
        out.push_inexact(&format!("{name}: "), slot.key);
        if method == "AsSecrets" {
            out.push_hole("(encoded)", slot.key);
        } else {
            out.push_inexact("|", slot.key);
            machine.spend(content.value().len());
            out.append(&indented(content, 2, true));
        }
        out.push_inexact("\n", slot.key);
    }
    out.map_or(Datum::Null, |text| Datum::Scalar(Sort::Word, Rc::new(text)))
}
