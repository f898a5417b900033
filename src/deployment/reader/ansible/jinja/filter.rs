//! Filters, by name: which hand answers which.

use super::evaluate::{Arguments, Evaluation, either};
use super::{lists, operator, test, texts};
use crate::deployment::reader::ansible::datum::{Body, Datum, Form, Scalar};
use crate::source::Span;

impl Evaluation<'_> {
    /// Applies a filter; nothing where its answer is not known.
    pub(super) fn filter(&mut self, name: &str, input: &Datum, arguments: &Arguments, place: Span) -> Option<Datum> {
        let name = name.rsplit('.').next().unwrap_or(name);
        match name {
            "default" | "d" => return default(input, arguments, place),
            "mandatory" | "safe" | "copy" => return Some(input.clone()),
            "ternary" => return ternary(input, arguments, place),
            "comment" => return texts::comment(input, arguments, place),
            "bool" => return input.switch().map(|value| Datum::bool(value, place)),
            "map" => return self.map(input, arguments, place),
            "select" | "reject" => return self.choose_items(input, arguments, name == "select", None, place),
            "selectattr" | "rejectattr" => {
                let attribute = arguments.word(0, "attribute")?.to_owned();
                let rest = Arguments { plain: arguments.plain.get(1..)?.to_vec(), named: Vec::new() };
                return self.choose_items(input, &rest, name == "selectattr", Some(&attribute), place);
            }
            "extract" => {
                let container = arguments.plain.first()?;
                let found = self.attribute(container, input.known()?, place)?;
                return match arguments.word(1, "morekeys") {
                    Some(more) => self.attribute(&found, more, place),
                    None => Some(found),
                };
            }
            _ => {}
        }
        if matches!(input.body, Body::Undefined(_) | Body::Omit) {
            return None;
        }
        lists::filter(name, input, arguments, place).or_else(|| texts::filter(name, input, arguments, place))
    }

    /// A part of a value by a dotted name.
    fn attribute(&self, of: &Datum, path: &str, place: Span) -> Option<Datum> {
        path.split('.').try_fold(of.clone(), |value, name| match &value.body {
            Body::Map(_) => Some(value.get(name).cloned().unwrap_or_else(|| Datum::undefined(name, place))),
            Body::List(items) => lists::nth(items, name.parse().ok()?).cloned(),
            Body::Scalar(scalar) if scalar.form == Form::Plain => {
                let host = scalar.text.known()?.strip_prefix("hostvars:")?;
                Some(self.names.of_host(host, name, place))
            }
            _ => None,
        })
    }

    fn map(&mut self, input: &Datum, arguments: &Arguments, place: Span) -> Option<Datum> {
        let Body::List(items) = &input.body else { return None };
        let attribute = arguments.named.iter().find(|(name, _)| name == "attribute").map(|(_, value)| value);
        let mapped: Vec<Datum> = match attribute {
            Some(attribute) => {
                let path = match attribute.as_integer() {
                    Some(at) => at.to_string(),
                    None => attribute.known()?.to_owned(),
                };
                let default =
                    arguments.named.iter().find(|(name, _)| name == "default").map(|(_, value)| value.clone());
                let part = |item: &Datum| match self.attribute(item, &path, place) {
                    Some(found) if matches!(found.body, Body::Undefined(_)) => default.clone().unwrap_or(found),
                    Some(found) => found,
                    None => unknown(item, place),
                };
                items.iter().map(part).collect()
            }
            None => {
                let filter = arguments.word(0, "filter")?.to_owned();
                let rest = Arguments { plain: arguments.plain.get(1..)?.to_vec(), named: arguments.named.clone() };
                let apply =
                    |item: &Datum| self.filter(&filter, item, &rest, place).unwrap_or_else(|| unknown(item, place));
                items.iter().map(apply).collect()
            }
        };
        Some(Datum::list(mapped, input.place))
    }

    /// Keeps the items that pass a test; one that nobody can judge is an unknown item of the answer.
    fn choose_items(
        &mut self,
        input: &Datum,
        arguments: &Arguments,
        wanted: bool,
        attribute: Option<&str>,
        place: Span,
    ) -> Option<Datum> {
        let Body::List(items) = &input.body else { return None };
        let name = arguments.word(0, "test").unwrap_or("truthy").to_owned();
        let rest = Arguments { plain: arguments.plain.get(1..).unwrap_or_default().to_vec(), named: Vec::new() };
        let mut kept = Vec::new();
        for item in items.iter() {
            let judged = match attribute {
                Some(path) => self.attribute(item, path, place).unwrap_or_else(|| unknown(item, place)),
                None => item.clone(),
            };
            match test::holds(&name, &judged, &rest) {
                Some(holds) if holds == wanted => kept.push(item.clone()),
                Some(_) => {}
                None => kept.push(unknown(item, place)),
            }
        }
        Some(Datum::list(kept, input.place))
    }
}

fn unknown(item: &Datum, place: Span) -> Datum {
    let written = item.shown().map_or("{{ … }}", |text| text.value());
    Datum::unknown(written, place)
}

fn default(input: &Datum, arguments: &Arguments, place: Span) -> Option<Datum> {
    let empty = || Datum::string("", place);
    let otherwise = || arguments.get(0, "default_value").cloned().unwrap_or_else(empty);
    let falsy_too = arguments.get(1, "boolean").is_some_and(|boolean| boolean.switch() == Some(true));
    match &input.body {
        Body::Undefined(_) | Body::Omit => Some(otherwise()),
        Body::Unknown(_) => match otherwise().body {
            Body::List(_) => Some(Datum::list(vec![input.clone()], input.place)),
            _ => Some(input.clone()),
        },
        _ if falsy_too && input.truth() == Some(false) => Some(otherwise()),
        _ => Some(input.clone()),
    }
}

fn ternary(input: &Datum, arguments: &Arguments, place: Span) -> Option<Datum> {
    let (yes, no) = (arguments.get(0, "true_val")?, arguments.get(1, "false_val")?);
    match (input.switch(), &input.body) {
        (_, Body::Null) if arguments.plain.len() > 2 => arguments.plain.get(2).cloned(),
        (Some(true), _) => Some(yes.clone()),
        (Some(false), Body::Scalar(Scalar { form: Form::Text | Form::Plain, .. })) => {
            // A text that is no word of a switch counts by being there.
            let holds = input.truth()? && !is_word_of_no(input.known()?);
            Some(if holds { yes.clone() } else { no.clone() })
        }
        (Some(false), _) => Some(no.clone()),
        (None, _) => Some(either(yes, Some(no), unknown(input, place))),
    }
}

fn is_word_of_no(word: &str) -> bool {
    matches!(word.trim().to_ascii_lowercase().as_str(), "" | "false" | "no" | "off" | "0" | "n" | "f")
}

/// The items of two lists that are equal.
pub(super) fn has(items: &[Datum], wanted: &Datum) -> bool {
    items.iter().any(|item| operator::same(item, wanted) == Some(true))
}
