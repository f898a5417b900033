//! Lists.

use super::Function;
use super::argument::{count, integer, known, text, word};
use crate::deployment::template::heap::{Map, Slot};
use crate::deployment::template::machine::{Machine, truth};
use crate::deployment::template::model::{Datum, Sort};
use crate::source::{Span, Text};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Numbers that one call may count.
const MOST: usize = 10_000;

pub(super) fn find(name: &str) -> Option<Function> {
    taking(name).or_else(|| {
        Some(match name {
            "list" | "tuple" => |machine, arguments, _| Some(machine.heap.list(arguments.to_vec())),
            "append" | "push" => |machine, arguments, _| {
                let mut items = items(machine, arguments.first()?)?;
                items.extend(arguments.get(1).cloned());
                Some(machine.heap.list(items))
            },
            "prepend" => |machine, arguments, _| {
                let mut items = items(machine, arguments.first()?)?;
                items.insert(0, arguments.get(1)?.clone());
                Some(machine.heap.list(items))
            },
            "concat" => |machine, arguments, _| {
                let mut all = Vec::new();
                for argument in arguments {
                    all.extend(items(machine, argument)?);
                }
                Some(machine.heap.list(all))
            },
            "without" => |machine, arguments, _| {
                let (first, others) = arguments.split_first()?;
                let items = items(machine, first)?;
                let dropped = |item: &Datum| others.iter().any(|other| machine.heap.same(item, other, 0) == Some(true));
                let kept = items.iter().filter(|item| !dropped(item)).cloned().collect();
                Some(machine.heap.list(kept))
            },
            "compact" => |machine, arguments, _| {
                let items = items(machine, arguments.first()?)?;
                let kept = items.into_iter().filter(|item| machine.heap.truth(item) != Some(false)).collect();
                Some(machine.heap.list(kept))
            },
            "has" => |machine, arguments, place| {
                let mut unclear = matches!(arguments.first()?, Datum::Hole(_));
                for item in items(machine, arguments.get(1)?)? {
                    match machine.heap.same(arguments.first()?, &item, 0) {
                        Some(true) => return Some(truth(true, place)),
                        None => unclear = true,
                        Some(false) => {}
                    }
                }
                (!unclear).then(|| truth(false, place))
            },
            "uniq" => uniq,
            "sortAlpha" => |machine, arguments, _| {
                let mut items = items(machine, arguments.first()?)?;
                items.sort_by(|one, other| known(Some(one)).cmp(&known(Some(other))));
                Some(machine.heap.list(items))
            },
            "reverse" => |machine, arguments, _| {
                let mut items = items(machine, arguments.first()?)?;
                items.reverse();
                Some(machine.heap.list(items))
            },
            "join" => join,
            "splitList" => |machine, arguments, place| {
                let parts = parts(machine, arguments, place)?;
                let parts = parts.into_iter().map(|part| Datum::Scalar(Sort::Word, Rc::new(part))).collect();
                Some(machine.heap.list(parts))
            },
            "split" => |machine, arguments, place| {
                let parts = parts(machine, arguments, place)?;
                let slot = |part: Text| Slot { key: place, value: Datum::Scalar(Sort::Word, Rc::new(part)) };
                let map: Map = parts.into_iter().enumerate().map(|(at, part)| (format!("_{at}"), slot(part))).collect();
                Some(machine.heap.map(map))
            },
            "until" => |machine, arguments, place| numbers(machine, 0, integer(arguments.first())?, 1, place),
            "untilStep" => |machine, arguments, place| {
                let step = integer(arguments.get(2))?;
                numbers(machine, integer(arguments.first())?, integer(arguments.get(1))?, step, place)
            },
            "seq" => sequence,
            _ => return None,
        })
    })
}

fn taking(name: &str) -> Option<Function> {
    Some(match name {
        "first" | "mustFirst" => |machine, arguments, place| pick_from(machine, arguments.first()?, place, false),
        "last" | "mustLast" => |machine, arguments, place| pick_from(machine, arguments.first()?, place, true),
        "rest" => |machine, arguments, _| {
            let items = items(machine, arguments.first()?)?;
            Some(machine.heap.list(items.get(1..).unwrap_or_default().to_vec()))
        },
        "initial" => |machine, arguments, _| {
            let mut items = items(machine, arguments.first()?)?;
            items.pop();
            Some(machine.heap.list(items))
        },
        "slice" => |machine, arguments, _| {
            let items = items(machine, arguments.first()?)?;
            let bound = |at: usize, otherwise: usize| match arguments.get(at) {
                Some(argument) => Some(usize::try_from(integer(Some(argument))?).unwrap_or(0).min(otherwise)),
                None => Some(otherwise),
            };
            let to = bound(2, items.len())?;
            let from = bound(1, to).map(|from| if arguments.len() > 1 { from } else { 0 })?;
            Some(machine.heap.list(items.get(from..to).unwrap_or_default().to_vec()))
        },
        "len" => |machine, arguments, place| match arguments.first()? {
            Datum::Hole(_) => None,
            Datum::Null => count(0, place),
            Datum::Scalar(_, text) => count(text.known()?.len() as i64, place),
            map @ Datum::Map(_) => count(machine.heap.entries(map)?.len() as i64, place),
            list => count(machine.heap.items(list).len() as i64, place),
        },
        "index" => |machine, arguments, _| {
            let (first, keys) = arguments.split_first()?;
            keys.iter().try_fold(first.clone(), |value, key| match &value {
                Datum::Map(_) => Some(machine.heap.get(&value, known(Some(key))?).cloned().unwrap_or(Datum::Null)),
                Datum::List(_) => machine.heap.items(&value).get(usize::try_from(integer(Some(key))?).ok()?).cloned(),
                _ => None,
            })
        },
        _ => return None,
    })
}

/// Answers the items of a list; of no value none, of what is no list nothing.
fn items(machine: &mut Machine, argument: &Datum) -> Option<Vec<Datum>> {
    match argument {
        Datum::Null => Some(Vec::new()),
        Datum::List(_) => {
            let items = machine.heap.items(argument).to_vec();
            machine.spend(items.len() * 4);
            Some(items)
        }
        _ => None,
    }
}

fn pick_from(machine: &mut Machine, argument: &Datum, place: Span, last: bool) -> Option<Datum> {
    if let Datum::Scalar(Sort::Word, text) = argument {
        let sign = if last { text.known()?.chars().next_back() } else { text.known()?.chars().next() };
        return word(Text::inexact(&sign.map(String::from).unwrap_or_default(), place));
    }
    let items = items(machine, argument)?;
    Some(if last { items.last() } else { items.first() }.cloned().unwrap_or(Datum::Null))
}

fn uniq(machine: &mut Machine, arguments: &[Datum], _: Span) -> Option<Datum> {
    let mut seen = BTreeSet::new();
    let mut kept = Vec::new();
    for item in items(machine, arguments.first()?)? {
        let name = match &item {
            Datum::Scalar(_, text) if text.is_known() => text.value().to_owned(),
            other => machine.shown(other, 0),
        };
        if seen.insert(name) {
            kept.push(item);
        }
    }
    Some(machine.heap.list(kept))
}

fn join(machine: &mut Machine, arguments: &[Datum], place: Span) -> Option<Datum> {
    let separator = text(machine, arguments.first(), place)?;
    let items = match arguments.get(1)? {
        Datum::Scalar(..) => arguments.get(1..)?.to_vec(),
        list => items(machine, list)?,
    };
    let mut result = Text::empty(place);
    for (at, item) in items.iter().filter(|item| !matches!(item, Datum::Null)).enumerate() {
        if at > 0 {
            result.append(&separator);
        }
        let text = text(machine, Some(item), place)?;
        result.append(&text);
    }
    word(result)
}

fn parts(machine: &mut Machine, arguments: &[Datum], place: Span) -> Option<Vec<Text>> {
    let separator = known(arguments.first())?;
    let value = text(machine, arguments.get(1), place)?;
    if separator.is_empty() || value.is_hole() {
        return None;
    }
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, _) in value.value().match_indices(separator).take(MOST) {
        if value.is_known_in(at..at + separator.len()) {
            parts.push(value.slice(from..at));
            from = at + separator.len();
        }
    }
    parts.push(value.slice(from..value.value().len()));
    Some(parts)
}

fn numbers(machine: &mut Machine, from: i64, to: i64, step: i64, place: Span) -> Option<Datum> {
    let step = if step == 0 { return None } else { step };
    let number = |number: i64| Datum::Scalar(Sort::Integer, Rc::new(Text::inexact(&number.to_string(), place)));
    let mut found = Vec::new();
    let mut at = from;
    while (step > 0 && at < to) || (step < 0 && at > to) {
        if found.len() >= MOST || !machine.spend(256) {
            return None;
        }
        found.push(number(at));
        at = at.checked_add(step)?;
    }
    Some(machine.heap.list(found))
}

/// `seq FIRST [STEP] LAST`, as words in one line.
fn sequence(machine: &mut Machine, arguments: &[Datum], place: Span) -> Option<Datum> {
    let given: Vec<i64> = arguments.iter().map(|argument| integer(Some(argument))).collect::<Option<_>>()?;
    let (from, step, last) = match given.as_slice() {
        [last] => (1, if *last < 1 { -1 } else { 1 }, *last),
        [from, last] => (*from, if last < from { -1 } else { 1 }, *last),
        [from, step, last] => (*from, *step, *last),
        _ => return None,
    };
    let list = numbers(machine, from, last.checked_add(step.signum())?, step, place)?;
    let words: Vec<String> = machine.heap.items(&list).iter().map(|item| machine.shown(item, 0)).collect();
    word(Text::inexact(&words.join(" "), place))
}
