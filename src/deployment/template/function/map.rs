//! Maps.

use super::Function;
use super::argument::known;
use crate::deployment::template::heap::{Map, Slot};
use crate::deployment::template::machine::{Machine, truth, word};
use crate::deployment::template::model::Datum;
use crate::source::Span;

pub(super) fn find(name: &str) -> Option<Function> {
    changing(name).or_else(|| {
        Some(match name {
            "dict" => dict,
            "get" => |machine, arguments, place| {
                let found = machine.heap.get(arguments.first()?, known(arguments.get(1))?);
                Some(found.cloned().unwrap_or_else(|| word("", place)))
            },
            "hasKey" => |machine, arguments, place| {
                let entries = machine.heap.entries(arguments.first()?)?;
                Some(truth(entries.contains_key(known(arguments.get(1))?), place))
            },
            "keys" => |machine, arguments, _| {
                let mut keys = Vec::new();
                for argument in arguments {
                    keys.extend(machine.heap.entries(argument)?.iter().map(|(key, slot)| word(key, slot.key)));
                }
                Some(machine.heap.list(keys))
            },
            "values" => |machine, arguments, _| {
                let values =
                    machine.heap.entries(arguments.first()?)?.values().map(|slot| slot.value.clone()).collect();
                Some(machine.heap.list(values))
            },
            "pluck" => |machine, arguments, _| {
                let key = known(arguments.first())?;
                let found = arguments.get(1..)?.iter().filter_map(|map| machine.heap.get(map, key).cloned()).collect();
                Some(machine.heap.list(found))
            },
            "pick" => |machine, arguments, _| chosen(machine, arguments, true),
            "omit" => |machine, arguments, _| chosen(machine, arguments, false),
            "dig" => dig,
            _ => return None,
        })
    })
}

fn changing(name: &str) -> Option<Function> {
    Some(match name {
        "set" => |machine, arguments, place| {
            let map = arguments.first()?.clone();
            machine.heap.entries(&map)?;
            machine.heap.set(&map, known(arguments.get(1))?, place, arguments.get(2)?.clone());
            Some(map)
        },
        "unset" => |machine, arguments, _| {
            machine.heap.unset(arguments.first()?, known(arguments.get(1))?);
            arguments.first().cloned()
        },
        "merge" | "mustMerge" => |machine, arguments, _| merged(machine, arguments, false),
        "mergeOverwrite" | "mustMergeOverwrite" => |machine, arguments, _| merged(machine, arguments, true),
        "deepCopy" | "mustDeepCopy" => |machine, arguments, _| Some(machine.heap.copy(arguments.first()?)),
        _ => return None,
    })
}

fn dict(machine: &mut Machine, arguments: &[Datum], place: Span) -> Option<Datum> {
    let mut map = Map::new();
    for pair in arguments.chunks(2) {
        let value = pair.get(1).cloned().unwrap_or(Datum::Null);
        let key = match pair.first()? {
            Datum::Scalar(_, text) => text.span(),
            _ => place,
        };
        map.insert(known(pair.first())?.to_owned(), Slot { key, value });
    }
    Some(machine.heap.map(map))
}

fn merged(machine: &mut Machine, arguments: &[Datum], replace: bool) -> Option<Datum> {
    let (first, others) = arguments.split_first()?;
    machine.heap.entries(first)?;
    for other in others {
        if matches!(other, Datum::Hole(_)) {
            return None;
        }
        machine.heap.merge(first, other, replace, 0);
    }
    Some(first.clone())
}

fn chosen(machine: &mut Machine, arguments: &[Datum], keep: bool) -> Option<Datum> {
    let (first, names) = arguments.split_first()?;
    let names: Vec<&str> = names.iter().map(|name| known(Some(name))).collect::<Option<_>>()?;
    let entries = machine.heap.entries(first)?.iter();
    let kept: Map = entries
        .filter(|(key, _)| names.contains(&key.as_str()) == keep)
        .map(|(key, slot)| (key.clone(), slot.clone()))
        .collect();
    Some(machine.heap.map(kept))
}

/// `dig KEY… FALLBACK MAP`
fn dig(machine: &mut Machine, arguments: &[Datum], _: Span) -> Option<Datum> {
    let (map, rest) = arguments.split_last()?;
    let (fallback, keys) = rest.split_last()?;
    let mut value = map.clone();
    for key in keys {
        if matches!(value, Datum::Hole(_)) {
            return None;
        }
        match machine.heap.get(&value, known(Some(key))?) {
            Some(found) => value = found.clone(),
            None => return Some(fallback.clone()),
        }
    }
    Some(value)
}
