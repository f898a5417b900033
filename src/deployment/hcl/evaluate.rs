//! What expressions come to, as far as variables, locals and files of the tree tell.

use super::function;
use super::model::{Expression, Part, Step};
use crate::deployment::value::{Body, Entry, Tag, Value};
use crate::source::{Span, Spanned, Text};
use std::cell::Cell;
use std::collections::BTreeMap;

/// Locals and templates use one another no deeper.
const DEEPEST: usize = 32;
/// So many values are worked out for one file at most.
const MOST_WORK: usize = 200_000;
/// Loops of templates over more items are not followed.
const MOST_ITEMS: usize = 100;

/// What is known where an expression stands.
pub(in crate::deployment) struct Scope<'a> {
    /// Values under the first step of a path: `var`, `local`, `each`, the variables of a template.
    pub names: BTreeMap<String, Value>,
    /// Locals, which are worked out when they are asked for.
    pub locals: BTreeMap<String, &'a Expression>,
    /// Answers the text of a file of the tree, by its path as written.
    pub file: &'a dyn Fn(&str) -> Option<Text>,
    pub depth: Cell<usize>,
    pub work: Cell<usize>,
}

impl<'a> Scope<'a> {
    pub fn new(names: BTreeMap<String, Value>, file: &'a dyn Fn(&str) -> Option<Text>) -> Self {
        Self { names, locals: BTreeMap::new(), file, depth: Cell::new(0), work: Cell::new(0) }
    }

    /// Works an expression out; what nobody knows is a hole.
    pub fn value(&self, expression: &Expression) -> Value {
        let depth = self.depth.get();
        self.work.set(self.work.get() + 1);
        if depth > DEEPEST || self.work.get() > MOST_WORK {
            return unknown(&written(expression));
        }
        self.depth.set(depth + 1);
        let value = self.of(expression);
        self.depth.set(depth);
        value
    }

    fn of(&self, expression: &Expression) -> Value {
        match expression {
            Expression::Template(parts, place) => scalar(self.text(parts, *place)),
            Expression::Literal(text) if text.value() == "null" => Value::null(text.span()),
            Expression::Literal(text) => scalar(text.clone()),
            Expression::List(items, place) => list(items.iter().map(|item| self.value(item)).collect(), *place),
            Expression::Object(entries, place) => self.object(entries, *place),
            Expression::Path(steps, text) => self.path(steps).unwrap_or_else(|| unknown(text)),
            Expression::Call(name, arguments, text) => {
                function::call(name, arguments, self, text).unwrap_or_else(|| unknown(text))
            }
            Expression::Choice(parts, text) => match self.is_true(&parts[0]) {
                Some(true) => self.value(&parts[1]),
                Some(false) => self.value(&parts[2]),
                None => unknown(text),
            },
            Expression::Equals(parts, negated, text) => {
                let (one, other) = (self.value(&parts[0]), self.value(&parts[1]));
                let known = one.text().and_then(Text::known).zip(other.text().and_then(Text::known));
                match known {
                    Some((one, other)) => {
                        scalar(Text::literal(if (one == other) != *negated { "true" } else { "false" }, text.span()))
                    }
                    None => unknown(text),
                }
            }
            Expression::Unknown(text) => unknown(text),
        }
    }

    fn object(&self, entries: &[(Expression, Expression)], place: Span) -> Value {
        let entry = |(key, value): &(Expression, Expression)| {
            let key = match key {
                Expression::Path(steps, text) if steps.len() == 1 => text.clone(),
                key => self.value(key).text()?.clone(),
            };
            let key = Spanned { value: key.value().to_owned(), span: key.span(), origin: key.origin() };
            Some(Entry { key, value: self.value(value) })
        };
        Value { place, tag: Tag::None, body: Body::Map(entries.iter().filter_map(entry).collect()) }
    }

    fn is_true(&self, expression: &Expression) -> Option<bool> {
        match self.value(expression).text()?.known()? {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    fn path(&self, steps: &[Step]) -> Option<Value> {
        let Some(Step::Name(first)) = steps.first() else { return None };
        if first == "local" {
            let Some(Step::Name(name)) = steps.get(1) else { return None };
            let value = self.value(self.locals.get(name)?);
            return self.walk(value, steps.get(2..)?);
        }
        self.walk(self.names.get(first)?.clone(), steps.get(1..)?)
    }

    fn walk(&self, from: Value, steps: &[Step]) -> Option<Value> {
        let mut value = from;
        for step in steps {
            let key = match step {
                Step::Name(name) => name.clone(),
                Step::Index(index) => self.value(index).text()?.known()?.to_owned(),
            };
            value = match (&value.body, key.parse::<usize>()) {
                (Body::List(items), Ok(at)) => items.get(at)?.clone(),
                _ => value.get(&key)?.clone(),
            };
        }
        Some(value)
    }

    /// Puts a template together.
    pub fn text(&self, parts: &[Part], place: Span) -> Text {
        let mut text = Text::empty(place);
        self.fill(parts, &mut text);
        text
    }

    fn fill(&self, parts: &[Part], text: &mut Text) {
        for part in parts {
            match part {
                Part::Text(piece) => text.append(piece),
                Part::Value(expression, span) => match self.value(expression).text() {
                    Some(value) if self.fits(text, value) => text.append(&value.used_at(*span)),
                    _ => text.push_hole(written(expression).value(), *span),
                },
                Part::If(condition, one, other, span) => match self.is_true(condition) {
                    Some(true) => self.fill(one, text),
                    Some(false) => self.fill(other, text),
                    None => text.push_hole("%{ if }", *span),
                },
                Part::For(names, items, body, span) => self.each(names, items, body, *span, text),
            }
        }
    }

    /// Values that hold one another would double with every step.
    fn fits(&self, text: &Text, value: &Text) -> bool {
        self.work.set(self.work.get() + value.segments().len());
        text.value().len() + value.value().len() < 1 << 20 && self.work.get() < MOST_WORK
    }

    fn each(&self, names: &[String], items: &Expression, body: &[Part], span: Span, text: &mut Text) {
        let items = self.value(items);
        let pairs: Vec<(Value, Value)> = match &items.body {
            Body::List(items) => {
                let key = |at: usize| scalar(Text::literal(&at.to_string(), span));
                items.iter().enumerate().map(|(at, item)| (key(at), item.clone())).collect()
            }
            Body::Map(entries) => entries
                .iter()
                .map(|entry| (scalar(Text::literal(&entry.key.value, entry.key.span)), entry.value.clone()))
                .collect(),
            _ => return text.push_hole("%{ for }", span),
        };
        for (key, value) in pairs.into_iter().take(MOST_ITEMS) {
            let mut inner = Scope {
                names: self.names.clone(),
                locals: self.locals.clone(),
                file: self.file,
                depth: self.depth.clone(),
                work: self.work.clone(),
            };
            match names {
                [one] => drop(inner.names.insert(one.clone(), value)),
                [first, second, ..] => {
                    inner.names.insert(first.clone(), key);
                    inner.names.insert(second.clone(), value);
                }
                [] => {}
            }
            inner.fill(body, text);
            self.work.set(inner.work.get());
        }
    }
}

/// An expression as it is written.
fn written(expression: &Expression) -> Text {
    match expression {
        Expression::Literal(text) | Expression::Path(_, text) | Expression::Call(_, _, text) => text.clone(),
        Expression::Choice(_, text) | Expression::Equals(_, _, text) | Expression::Unknown(text) => text.clone(),
        Expression::Template(_, place) | Expression::List(_, place) | Expression::Object(_, place) => {
            Text::empty(*place)
        }
    }
}

/// A value that nobody knows.
pub(super) fn unknown(written: &Text) -> Value {
    let mut text = Text::empty(written.span());
    let shown = if written.value().is_empty() { "…" } else { written.value() };
    text.push_hole(&format!("${{{shown}}}"), written.span());
    scalar(text)
}

pub(super) fn scalar(text: Text) -> Value {
    Value { place: text.span(), tag: Tag::None, body: Body::Scalar(text) }
}

pub(super) fn list(items: Vec<Value>, place: Span) -> Value {
    Value { place, tag: Tag::None, body: Body::List(items) }
}
