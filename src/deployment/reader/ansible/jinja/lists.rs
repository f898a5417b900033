//! Filters on lists and maps. An item that nobody knows stays one item that nobody knows.

use super::evaluate::Arguments;
use super::filter::has;
use super::statement::key_of;
use crate::deployment::reader::ansible::datum::{Body, Datum};
use crate::source::{Span, Spanned, Text};

const DEEPEST: usize = 12;
const MOST_ITEMS: usize = 20_000;

/// Answers the item of a list at a number; negative ones count from the end.
pub(super) fn nth(items: &[Datum], at: i64) -> Option<&Datum> {
    let at = if at < 0 { at.checked_add(i64::try_from(items.len()).ok()?)? } else { at };
    items.get(usize::try_from(at).ok()?)
}

pub(super) fn slice(of: &Datum, start: Option<i64>, stop: Option<i64>) -> Option<Datum> {
    let bound = |at: Option<i64>, length: usize, otherwise: usize| match at {
        None => otherwise,
        Some(at) if at < 0 => length.saturating_sub(usize::try_from(at.unsigned_abs()).unwrap_or(usize::MAX)),
        Some(at) => usize::try_from(at).unwrap_or(usize::MAX).min(length),
    };
    match &of.body {
        Body::List(items) => {
            let (from, to) = (bound(start, items.len(), 0), bound(stop, items.len(), items.len()));
            Some(Datum::list(items.get(from..to.max(from)).unwrap_or_default().to_vec(), of.place))
        }
        Body::Scalar(scalar) => {
            let known = scalar.text.known()?;
            let (from, to) = (bound(start, known.len(), 0), bound(stop, known.len(), known.len()));
            known.get(from..to.max(from))?;
            Some(Datum::text(scalar.text.slice(from..to.max(from))))
        }
        _ => None,
    }
}

/// Applies a filter on lists or maps; nothing if it is none, or if its answer is not known.
pub(super) fn filter(name: &str, input: &Datum, arguments: &Arguments, place: Span) -> Option<Datum> {
    match (&input.body, name) {
        (Body::List(items), _) => of_list(name, items, input, arguments, place),
        (Body::Map(_), "dict2items" | "items") => Some(pairs(input, name == "items")),
        (Body::Map(entries), "list" | "sort") => {
            Some(Datum::list(entries.iter().map(|(key, _)| key_of(key)).collect(), place))
        }
        (Body::Map(entries), "length" | "count") => Some(Datum::integer(entries.len() as i64, place)),
        (Body::Map(_), "combine") => combine(std::iter::once(input).chain(&arguments.plain), arguments, place),
        (Body::Null, "list") => Some(Datum::list(Vec::new(), place)),
        _ => None,
    }
}

fn of_list(name: &str, items: &[Datum], input: &Datum, arguments: &Arguments, place: Span) -> Option<Datum> {
    let other = || arguments.plain.first().map(Datum::items);
    let certain = items.iter().all(|item| !item.is_unknown());
    let list = |items: Vec<Datum>| (items.len() <= MOST_ITEMS).then(|| Datum::list(items, input.place));
    match name {
        "list" => Some(input.clone()),
        "join" => join(items, arguments, place),
        "length" | "count" => certain.then(|| Datum::integer(items.len() as i64, place)),
        "first" => items.first().cloned(),
        "last" => items.last().cloned(),
        "flatten" => {
            let mut flat = Vec::new();
            let levels = arguments.get(0, "levels").and_then(Datum::as_integer);
            flatten(items, levels.and_then(|levels| usize::try_from(levels).ok()).unwrap_or(DEEPEST), &mut flat);
            list(flat)
        }
        "unique" => list(unique(items)),
        "union" => list(unique(&[items, other()?].concat())),
        "difference" => {
            list(items.iter().filter(|item| !other().is_some_and(|other| has(other, item))).cloned().collect())
        }
        "intersect" => {
            list(unique(items).into_iter().filter(|item| other().is_some_and(|other| has(other, item))).collect())
        }
        "reverse" => list(items.iter().rev().cloned().collect()),
        "sort" => sort(items, arguments, input),
        "items2dict" => {
            let (key, value) =
                (arguments.word(0, "key_name").unwrap_or("key"), arguments.word(1, "value_name").unwrap_or("value"));
            let entry = |item: &Datum| {
                let name = item.get(key)?;
                Some((Spanned::new(name.known()?.to_owned(), name.place), item.get(value)?.clone()))
            };
            Some(Datum::map(items.iter().map(entry).collect::<Option<_>>()?, input.place))
        }
        "combine" => combine(items.iter().chain(&arguments.plain), arguments, place),
        "sum" => {
            let total = items.iter().map(Datum::as_integer).try_fold(0i64, |sum, item| sum.checked_add(item?));
            total.map(|total| Datum::integer(total, place))
        }
        "min" | "max" if certain => {
            let numbers: Option<Vec<i64>> = items.iter().map(Datum::as_integer).collect();
            let numbers = numbers?;
            let found = if name == "min" { numbers.iter().min() } else { numbers.iter().max() };
            found.map(|found| Datum::integer(*found, place))
        }
        "zip" if certain => {
            let pairs =
                items.iter().zip(other()?).map(|(one, other)| Datum::list(vec![one.clone(), other.clone()], place));
            list(pairs.collect())
        }
        _ => None,
    }
}

fn join(items: &[Datum], arguments: &Arguments, place: Span) -> Option<Datum> {
    let separator = match arguments.get(0, "d") {
        Some(separator) => separator.shown()?.clone(),
        None => Text::empty(place),
    };
    let attribute = arguments.word(1, "attribute");
    let mut text = Text::empty(place);
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            text.append(&separator);
        }
        let part = match attribute {
            Some(attribute) => item.get(attribute)?,
            None => item,
        };
        match part.shown() {
            Some(shown) => text.append(shown),
            None => super::texts::python(part, place, &mut text, 0),
        }
    }
    Some(Datum::text(text))
}

fn flatten(items: &[Datum], levels: usize, flat: &mut Vec<Datum>) {
    for item in items {
        match &item.body {
            _ if flat.len() > MOST_ITEMS => return,
            Body::List(inner) if levels > 0 => flatten(inner, levels - 1, flat),
            Body::Null => {}
            _ => flat.push(item.clone()),
        }
    }
}

fn unique(items: &[Datum]) -> Vec<Datum> {
    let mut seen = std::collections::BTreeSet::new();
    let mut kept: Vec<Datum> = Vec::new();
    for item in items {
        let new = match item.known() {
            Some(known) => seen.insert(known.to_owned()),
            None => item.is_unknown() || kept.len() > 500 || !has(&kept, item),
        };
        if new {
            kept.push(item.clone());
        }
    }
    kept
}

fn sort(items: &[Datum], arguments: &Arguments, input: &Datum) -> Option<Datum> {
    let attribute = arguments.get(2, "attribute").and_then(Datum::known);
    let key = |item: &Datum| {
        let part = attribute.map_or(Some(item), |attribute| item.get(attribute))?;
        Some((part.as_integer().unwrap_or_default(), part.known()?.to_owned()))
    };
    let mut keyed: Vec<((i64, String), Datum)> =
        items.iter().map(|item| Some((key(item)?, item.clone()))).collect::<Option<_>>()?;
    keyed.sort_by(|one, other| one.0.cmp(&other.0));
    if arguments.get(0, "reverse").is_some_and(|reverse| reverse.switch() == Some(true)) {
        keyed.reverse();
    }
    Some(Datum::list(keyed.into_iter().map(|(_, item)| item).collect(), input.place))
}

/// The entries of a map as a list.
pub(super) fn pairs(map: &Datum, as_tuples: bool) -> Datum {
    let pair = |(key, value): &(Spanned<String>, Datum)| {
        if as_tuples {
            return Datum::list(vec![key_of(key), value.clone()], value.place);
        }
        let named = |name: &str, value: Datum| (Spanned::new(name.to_owned(), key.span), value);
        Datum::map(vec![named("key", key_of(key)), named("value", value.clone())], value.place)
    };
    Datum::list(map.entries().iter().map(pair).collect(), map.place)
}

/// Lays maps over one another.
fn combine<'d>(maps: impl Iterator<Item = &'d Datum>, arguments: &Arguments, place: Span) -> Option<Datum> {
    let recursive = arguments.named.iter().any(|(name, value)| name == "recursive" && value.switch() == Some(true));
    let mut whole = Datum::map(Vec::new(), place);
    for map in maps {
        match &map.body {
            Body::Map(_) => whole = laid_over(&whole, map, recursive, 0),
            Body::List(maps) => whole = maps.iter().fold(whole, |whole, map| laid_over(&whole, map, recursive, 0)),
            _ => return None,
        }
    }
    Some(whole)
}

fn laid_over(under: &Datum, over: &Datum, recursive: bool, depth: usize) -> Datum {
    let mut entries: Vec<(Spanned<String>, Datum)> = under.entries().to_vec();
    for (key, value) in over.entries() {
        match entries.iter_mut().find(|(known, _)| known.value == key.value) {
            Some((_, old)) if recursive && depth < DEEPEST && matches!(value.body, Body::Map(_)) => {
                *old = laid_over(old, value, recursive, depth + 1);
            }
            Some(known) => *known = (key.clone(), value.clone()),
            None => entries.push((key.clone(), value.clone())),
        }
    }
    Datum::map(entries, over.place)
}
