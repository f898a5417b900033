//! A value of a variable: typed as Ansible types it, with the place of every byte, and with what nobody knows as a value of its own.

use crate::document::{Kind, Node, Style};
use crate::source::{Segment, Span, Spanned, Text};
use std::sync::Arc;

/// No file nests deeper, aliases included.
const DEEPEST: usize = 40;

/// A value, with the place where it is used.
#[derive(Debug, Clone)]
pub(super) struct Datum {
    pub place: Span,
    pub body: Body,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Body {
    /// Nobody knows. The text is one hole.
    Unknown(Text),
    /// The tree has no variable of this name. The text is one hole.
    Undefined(Text),
    /// The parameter is left out (`omit`).
    Omit,
    Null,
    Scalar(Scalar),
    List(Arc<Vec<Datum>>),
    Map(Arc<Vec<(Spanned<String>, Datum)>>),
}

/// A single value: its text, which can have holes in it, and what it is taken for.
#[derive(Debug, Clone)]
pub(super) struct Scalar {
    pub form: Form,
    pub text: Text,
}

/// What a single value is taken for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Form {
    Text,
    /// Text that is no template, whatever signs it holds (`!unsafe`).
    Plain,
    Bool(bool),
    Integer(i64),
    Number(f64),
}

impl Datum {
    pub fn new(place: Span, body: Body) -> Self {
        Self { place, body }
    }

    pub fn text(text: Text) -> Self {
        Self { place: text.span(), body: Body::Scalar(Scalar { form: Form::Text, text }) }
    }

    /// Makes a string that stands for the bytes of a place.
    pub fn string(value: &str, place: Span) -> Self {
        let mut text = Text::empty(place);
        text.push(value, place, None);
        Self { place, body: Body::Scalar(Scalar { form: Form::Text, text }) }
    }

    /// Makes a string that is no template.
    pub fn plain(value: &str, place: Span) -> Self {
        let text = Text::inexact(value, place);
        Self { place, body: Body::Scalar(Scalar { form: Form::Plain, text }) }
    }

    pub fn bool(value: bool, place: Span) -> Self {
        let text = Text::inexact(if value { "True" } else { "False" }, place);
        Self { place, body: Body::Scalar(Scalar { form: Form::Bool(value), text }) }
    }

    pub fn integer(value: i64, place: Span) -> Self {
        let text = Text::inexact(&value.to_string(), place);
        Self { place, body: Body::Scalar(Scalar { form: Form::Integer(value), text }) }
    }

    /// Makes a value that nobody knows; `written` is the reference as it stands in the file.
    pub fn unknown(written: &str, place: Span) -> Self {
        Self { place, body: Body::Unknown(hole(written, place)) }
    }

    pub fn undefined(name: &str, place: Span) -> Self {
        Self { place, body: Body::Undefined(hole(&format!("{{{{ {name} }}}}"), place)) }
    }

    pub fn list(items: Vec<Self>, place: Span) -> Self {
        Self { place, body: Body::List(Arc::new(items)) }
    }

    pub fn map(entries: Vec<(Spanned<String>, Self)>, place: Span) -> Self {
        Self { place, body: Body::Map(Arc::new(entries)) }
    }

    /// Takes a node as it is written, templates and all.
    pub fn of(node: Node<'_>, budget: &mut usize) -> Self {
        Self::take(node, budget, 0)
    }

    fn take(node: Node<'_>, budget: &mut usize, depth: usize) -> Self {
        let place = node.place();
        *budget = budget.saturating_sub(1);
        if depth > DEEPEST || *budget == 0 {
            return Self::unknown("…", place);
        }
        if node.is_null() {
            return Self::new(place, Body::Null);
        }
        match node.kind() {
            Kind::Scalar => scalar(node),
            Kind::Sequence => Self::list(node.items().map(|item| Self::take(item, budget, depth + 1)).collect(), place),
            Kind::Map => {
                let entries = node.entries().map(|entry| {
                    let key = Spanned::new(entry.name().to_owned(), entry.key.place());
                    (key, Self::take(entry.value, budget, depth + 1))
                });
                Self::map(last_of_each(entries.collect()), place)
            }
        }
    }

    /// Answers the value of a key of a map.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().rev().find(|(name, _)| name.value == key).map(|(_, value)| value)
    }

    pub fn entries(&self) -> &[(Spanned<String>, Self)] {
        match &self.body {
            Body::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Answers the items of a list; none of anything else.
    pub fn items(&self) -> &[Self] {
        match &self.body {
            Body::List(items) => items,
            _ => &[],
        }
    }

    /// Answers the items of a list, or the single value that stands for a list of one.
    pub fn several(&self) -> &[Self] {
        match &self.body {
            Body::List(items) => items,
            Body::Null | Body::Omit | Body::Undefined(_) => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// Answers the text of a single value; a hole where nobody knows it.
    pub fn shown(&self) -> Option<&Text> {
        match &self.body {
            Body::Unknown(text) | Body::Undefined(text) => Some(text),
            Body::Scalar(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// Answers the text of a single value if all of it is known.
    pub fn known(&self) -> Option<&str> {
        match &self.body {
            Body::Scalar(scalar) => scalar.text.known(),
            _ => None,
        }
    }

    pub fn is_unknown(&self) -> bool {
        matches!(self.body, Body::Unknown(_) | Body::Undefined(_))
    }

    pub fn is_absent(&self) -> bool {
        matches!(self.body, Body::Null | Body::Omit)
    }

    /// Tells whether the value holds, where that is known.
    pub fn truth(&self) -> Option<bool> {
        match &self.body {
            Body::Unknown(_) | Body::Undefined(_) | Body::Omit => None,
            Body::Null => Some(false),
            Body::Map(entries) => Some(!entries.is_empty()),
            Body::List(items) if items.is_empty() => Some(false),
            Body::List(items) => items.iter().any(|item| !item.is_unknown()).then_some(true),
            Body::Scalar(scalar) => match scalar.form {
                Form::Bool(value) => Some(value),
                Form::Integer(value) => Some(value != 0),
                Form::Number(value) => Some(value != 0.0),
                Form::Text | Form::Plain => match scalar.text.known() {
                    Some(known) => Some(!known.is_empty()),
                    None => scalar.text.segments().iter().any(|piece| !piece.hole).then_some(true),
                },
            },
        }
    }

    /// Reads the value as a switch, words included.
    pub fn switch(&self) -> Option<bool> {
        match &self.body {
            Body::Scalar(Scalar { form: Form::Text | Form::Plain, text }) => Some(matches!(
                text.known()?.trim().to_ascii_lowercase().as_str(),
                "true" | "yes" | "on" | "1" | "y" | "t"
            )),
            _ => self.truth(),
        }
    }

    pub fn as_integer(&self) -> Option<i64> {
        match &self.body {
            Body::Scalar(Scalar { form: Form::Integer(value), .. }) => Some(*value),
            Body::Scalar(Scalar { form: Form::Bool(value), .. }) => Some(i64::from(*value)),
            Body::Scalar(scalar) => scalar.text.known()?.trim().parse().ok(),
            _ => None,
        }
    }

    /// Moves the value to the place where it is used; where it was written becomes its origin.
    pub fn used_at(&self, place: Span) -> Self {
        let body = match &self.body {
            Body::Unknown(text) => Body::Unknown(moved(text, place)),
            Body::Undefined(text) => Body::Undefined(moved(text, place)),
            Body::Scalar(scalar) => Body::Scalar(Scalar { form: scalar.form, text: moved(&scalar.text, place) }),
            Body::List(items) => Body::List(Arc::new(items.iter().map(|item| item.used_at(place)).collect())),
            Body::Map(entries) => {
                let moved = entries.iter().map(|(key, value)| {
                    let origin = key.origin.or((!place.contains(key.span)).then_some(key.span));
                    let span = if place.contains(key.span) { key.span } else { place };
                    (Spanned { value: key.value.clone(), span, origin }, value.used_at(place))
                });
                Body::Map(Arc::new(moved.collect()))
            }
            Body::Omit => Body::Omit,
            Body::Null => Body::Null,
        };
        Self { place: if place.contains(self.place) { self.place } else { place }, body }
    }
}

/// Makes a text that is one hole.
pub(super) fn hole(written: &str, place: Span) -> Text {
    let mut text = Text::empty(place);
    text.push_hole(written, place);
    text
}

/// Moves a text to the place where it is used, unless it is written there.
pub(super) fn moved(text: &Text, place: Span) -> Text {
    let mut moved = Text::empty(place);
    append_moved(&mut moved, text, place);
    moved
}

/// Appends a text that is used at `place`; its pieces keep where they were written.
pub(super) fn append_moved(target: &mut Text, text: &Text, place: Span) {
    for Segment { at, len, span, origin, hole, .. } in text.segments() {
        let piece = text.value().get(*at as usize..(*at + *len) as usize).unwrap_or_default();
        if place.contains(*span) {
            target.append(&text.slice(*at as usize..(*at + *len) as usize));
        } else if *hole {
            target.push_hole(piece, place);
        } else {
            target.push(piece, place, Some(origin.unwrap_or(*span)));
        }
    }
}

/// Of a key that is written twice, the last one holds.
fn last_of_each(entries: Vec<(Spanned<String>, Datum)>) -> Vec<(Spanned<String>, Datum)> {
    let mut last = std::collections::BTreeMap::new();
    for (at, (key, _)) in entries.iter().enumerate() {
        last.insert(key.value.clone(), at);
    }
    let kept = entries.into_iter().enumerate().filter(|(at, (key, _))| last.get(&key.value) == Some(at));
    kept.map(|(_, entry)| entry).collect()
}

fn scalar(node: Node<'_>) -> Datum {
    let place = node.place();
    let Some(text) = node.text() else { return Datum::unknown("…", place) };
    let sealed = matches!(node.tag(), Some("!vault" | "!vault-encrypted" | "!encrypted"))
        || text.value().starts_with("ENC[")
        || text.value().starts_with("$ANSIBLE_VAULT;");
    if sealed {
        return Datum::unknown("(encrypted)", place);
    }
    let form = match (node.style(), node.tag()) {
        (_, Some("!unsafe")) => Form::Plain,
        (Style::Plain, None) => text.known().map_or(Form::Text, form_of),
        _ => Form::Text,
    };
    Datum { place, body: Body::Scalar(Scalar { form, text }) }
}

/// Types a plain scalar as YAML 1.1 does.
pub(super) fn form_of(word: &str) -> Form {
    match word {
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Form::Bool(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Form::Bool(false),
        _ => {}
    }
    let starts = word.starts_with(|sign: char| sign.is_ascii_digit() || sign == '-' || sign == '+' || sign == '.');
    if !starts {
        return Form::Text;
    }
    if let Ok(value) = word.parse() {
        return Form::Integer(value);
    }
    let decimal = word.contains('.') && word.bytes().all(|byte| byte.is_ascii_digit() || b".-+eE".contains(&byte));
    word.parse().ok().filter(|_| decimal).map_or(Form::Text, Form::Number)
}
