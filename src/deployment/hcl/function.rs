//! The functions of Terraform that put texts, lists and maps together.

use super::evaluate::{Scope, list, scalar};
use super::model::Expression;
use super::template;
use crate::deployment::value::{Body, Tag, Value};
use crate::source::Text;

/// Works a call out; nothing if nobody knows what it comes to.
pub(super) fn call(name: &str, arguments: &[Expression], scope: &Scope<'_>, text: &Text) -> Option<Value> {
    let value = |at: usize| arguments.get(at).map(|argument| scope.value(argument));
    let known = |value: &Value| value.text().is_none_or(|text| !text.is_hole());
    match name {
        "file" | "filebase64" => {
            let path = value(0)?;
            Some(scalar((scope.file)(path.text()?.known()?)?))
        }
        "templatefile" => {
            let (path, variables) = (value(0)?, value(1));
            let file = (scope.file)(path.text()?.known()?)?;
            let names =
                variables.iter().flat_map(Value::entries).map(|entry| (entry.key.value.clone(), entry.value.clone()));
            let mut inner = Scope::new(names.collect(), scope.file);
            (inner.depth, inner.work) = (scope.depth.clone(), scope.work.clone());
            let filled = inner.text(&template::parts(&file, 0), file.span());
            scope.work.set(inner.work.get());
            Some(scalar(filled))
        }
        // What reads them takes the value as it is.
        "jsonencode" | "yamlencode" | "base64encode" | "base64gzip" | "tostring" | "tonumber" | "tolist" | "toset"
        | "tomap" | "sensitive" | "nonsensitive" | "trimspace" | "chomp" | "abspath" | "pathexpand" | "jsondecode"
        | "yamldecode" => value(0),
        "join" => {
            let (separator, items) = (value(0)?, value(1)?);
            let mut joined = Text::empty(text.span());
            for (at, item) in items.list().iter().enumerate() {
                if at > 0 {
                    joined.push_inexact(separator.text()?.value(), text.span());
                }
                joined.append(item.text()?);
            }
            items.text().is_none().then(|| scalar(joined))
        }
        "concat" | "flatten" => {
            let lists: Vec<Value> = (0..arguments.len()).filter_map(value).collect();
            let flat = lists.iter().flat_map(|value| match &value.body {
                Body::List(items) if name == "concat" => items.clone(),
                Body::List(items) => items.iter().flat_map(|item| item.list().to_vec()).collect(),
                _ => vec![value.clone()],
            });
            Some(list(flat.collect(), text.span()))
        }
        "merge" => {
            let maps: Vec<Value> = (0..arguments.len()).filter_map(value).collect();
            let mut entries = Vec::new();
            for entry in maps.iter().flat_map(Value::entries) {
                entries.retain(|known: &crate::deployment::value::Entry| known.key.value != entry.key.value);
                entries.push(entry.clone());
            }
            Some(Value { place: text.span(), tag: Tag::None, body: Body::Map(entries) })
        }
        "coalesce" | "try" => (0..arguments.len()).filter_map(value).find(|value| !value.is_null() && known(value)),
        "lookup" => {
            let (map, key) = (value(0)?, value(1)?);
            map.get(key.text()?.known()?).cloned().or_else(|| value(2).filter(|_| map.text().is_none()))
        }
        "length" => {
            let items = value(0)?;
            let count = match &items.body {
                Body::List(items) => items.len(),
                Body::Map(entries) => entries.len(),
                _ => return None,
            };
            Some(scalar(Text::literal(&count.to_string(), text.span())))
        }
        _ => None,
    }
}
