//! JSON patches (RFC 6902), operation by operation.

use crate::deployment::value::{Body, Entry, Value};
use crate::source::{Spanned, Text};

/// More operations of one patch are not followed.
const MOST: usize = 2_000;

/// Applies the operations of a patch; nothing happens after one that fails.
pub(super) fn apply(value: &mut Value, patch: &Value) {
    for operation in patch.list().iter().take(MOST) {
        let Some(path) = operation.text_of("path").and_then(Text::known).map(pointer) else { return };
        let given = operation.get("value");
        let from = || operation.text_of("from").and_then(Text::known).map(pointer);
        let done = match (operation.text_of("op").map_or("", Text::value), given) {
            ("add", Some(given)) => add(value, &path, given.clone(), operation),
            ("replace", Some(given)) => replace(value, &path, given.clone()),
            ("remove", _) => remove(value, &path).is_some(),
            ("test", Some(given)) => find(value, &path).is_some_and(|found| alike(found, given)),
            ("move", _) => {
                from().and_then(|from| remove(value, &from)).is_some_and(|moved| add(value, &path, moved, operation))
            }
            ("copy", _) => from()
                .and_then(|from| find(value, &from).cloned())
                .is_some_and(|copied| add(value, &path, copied, operation)),
            _ => false,
        };
        if !done {
            return;
        }
    }
}

/// Answers what a patch takes away or puts something else in the place of: each path, at its place.
pub(super) fn taken(patch: &Value) -> impl Iterator<Item = Spanned<String>> {
    let takes = |operation: &&Value| {
        let word = operation.text_of("op").map_or("", Text::value);
        matches!(word, "remove" | "replace")
    };
    let taken = patch.list().iter().take(MOST).filter(takes).filter_map(|operation| operation.text_of("path"));
    taken.map(|path| Spanned { value: path.value().to_owned(), span: path.span(), origin: path.origin() })
}

/// Takes a JSON pointer (RFC 6901) apart.
fn pointer(path: &str) -> Vec<String> {
    let parts = path.split('/').skip(usize::from(path.starts_with('/')));
    parts.map(|part| part.replace("~1", "/").replace("~0", "~")).collect()
}

fn find<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, part| match &value.body {
        Body::List(items) => items.get(part.parse::<usize>().ok()?),
        _ => value.get(part),
    })
}

fn find_mut<'v>(value: &'v mut Value, path: &[String]) -> Option<&'v mut Value> {
    path.iter().try_fold(value, |value, part| match &mut value.body {
        Body::List(items) => items.get_mut(part.parse::<usize>().ok()?),
        Body::Map(entries) => entries.iter_mut().find(|entry| entry.key.value == *part).map(|entry| &mut entry.value),
        _ => None,
    })
}

fn add(value: &mut Value, path: &[String], given: Value, operation: &Value) -> bool {
    let Some((last, above)) = path.split_last() else {
        *value = given;
        return true;
    };
    let Some(holder) = find_mut(value, above) else { return false };
    match &mut holder.body {
        Body::List(items) => {
            let at = if last == "-" { Some(items.len()) } else { last.parse().ok() };
            let Some(at) = at.filter(|at| *at <= items.len()) else { return false };
            items.insert(at, given);
        }
        Body::Map(entries) => {
            let key = Spanned::new(last.clone(), operation.text_of("path").map_or(given.place, Text::span));
            match entries.iter_mut().find(|entry| entry.key.value == *last) {
                Some(entry) => entry.value = given,
                None => entries.push(Entry { key, value: given }),
            }
        }
        _ => return false,
    }
    true
}

fn replace(value: &mut Value, path: &[String], given: Value) -> bool {
    find_mut(value, path).map(|found| *found = given).is_some()
}

fn remove(value: &mut Value, path: &[String]) -> Option<Value> {
    let (last, above) = path.split_last()?;
    match &mut find_mut(value, above)?.body {
        Body::List(items) => {
            let at: usize = last.parse().ok()?;
            (at < items.len()).then(|| items.remove(at))
        }
        Body::Map(entries) => {
            let at = entries.iter().position(|entry| entry.key.value == *last)?;
            Some(entries.remove(at).value)
        }
        _ => None,
    }
}

fn alike(one: &Value, other: &Value) -> bool {
    match (&one.body, &other.body) {
        (Body::Null, Body::Null) => true,
        (Body::Scalar(one), Body::Scalar(other)) => one.value() == other.value(),
        (Body::List(one), Body::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        }
        (Body::Map(one), Body::Map(other)) => {
            let same = |entry: &Entry| {
                other.iter().any(|twin| twin.key.value == entry.key.value && alike(&twin.value, &entry.value))
            };
            one.len() == other.len() && one.iter().all(same)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Syntax, parse};
    use crate::source::FileId;

    fn value(text: &str) -> Value {
        Value::of(parse(FileId(0), text.into(), Syntax::Yaml).root().expect("has a root"))
    }

    #[test]
    fn operations_are_done_in_order_until_one_fails() {
        let mut below = value("{a: {x/y: 1}, list: [one, two]}");
        let patch = value(
            "[{op: test, path: /a/x~1y, value: 1}, {op: add, path: /list/-, value: three}, {op: add, path: /list/0, value: zero}, \
             {op: remove, path: /list/1}, {op: replace, path: /a/x~1y, value: 2}, {op: add, path: /b, value: {c: d}}, \
             {op: copy, from: /b/c, path: /e}, {op: remove, path: /none}, {op: remove, path: /a}]",
        );
        apply(&mut below, &patch);
        assert!(alike(&below, &value("{a: {x/y: 2}, list: [zero, two, three], b: {c: d}, e: d}")));
    }
}
