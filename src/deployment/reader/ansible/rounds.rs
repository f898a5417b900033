//! The items that a task is repeated for.

use super::datum::{Body, Datum};
use super::jinja;
use super::scope::Scope;
use crate::source::{Spanned, Text};

/// The items of a task's loop; nothing if it has none.
pub(super) fn rounds(task: &Datum, scope: &Scope<'_>) -> Option<Vec<Datum>> {
    let (key, written) =
        task.entries().iter().find(|(key, _)| key.value == "loop" || key.value.starts_with("with_"))?;
    // `with_…` takes a bare name for a variable.
    let over = match written.known().filter(|word| key.value != "loop" && !jinja::is_template(word)) {
        Some(_) => written.shown().map_or_else(|| written.clone(), |text| jinja::expression(text, scope)),
        None => scope.settle(written),
    };
    let unknown = || vec![Datum::unknown("{{ item }}", over.place)];
    Some(match (key.value.as_str(), &over.body) {
        ("loop" | "with_list", Body::List(items)) => items.to_vec(),
        ("with_items" | "with_flattened", Body::List(items)) => items
            .iter()
            .flat_map(|item| if let Body::List(inner) = &item.body { inner.to_vec() } else { vec![item.clone()] })
            .collect(),
        ("with_items", Body::Scalar(_)) => vec![over.clone()],
        ("with_dict", Body::Map(_)) => pairs(&over),
        ("with_indexed_items", Body::List(items)) => {
            let pair = |(at, item): (usize, &Datum)| {
                Datum::list(vec![Datum::integer(at as i64, item.place), item.clone()], item.place)
            };
            items.iter().enumerate().map(pair).collect()
        }
        (_, Body::Undefined(_) | Body::Null) => Vec::new(),
        _ => unknown(),
    })
}

fn pairs(map: &Datum) -> Vec<Datum> {
    let pair = |(key, value): &(Spanned<String>, Datum)| {
        let mut text = Text::empty(key.span);
        text.push(&key.value, key.span, key.origin);
        let named = |name: &str, value: Datum| (Spanned::new(name.to_owned(), key.span), value);
        Datum::map(vec![named("key", Datum::text(text)), named("value", value.clone())], value.place)
    };
    map.entries().iter().map(pair).collect()
}
