//! Jinja as Ansible uses it: templates become values and texts that keep their places, and what nobody knows stays a hole.
//!
//! A library parses; it is evaluated here, since an unknown value has to stay one through lists, filters and branches.

mod blur;
mod call;
mod evaluate;
mod fallback;
mod filter;
mod identifiers;
mod lists;
mod operator;
mod statement;
mod test;
mod texts;

use super::datum::{Body, Datum, Form, Scalar, hole};
use crate::source::{Span, Text};
use evaluate::Evaluation;
pub(super) use identifiers::identifiers;
use minijinja::machinery::ast::Stmt;
use minijinja::machinery::{parse, parse_expr};
use minijinja::syntax::SyntaxConfig;

/// Longer templates are not read.
const LONGEST: usize = 256 << 10;
/// A tag of a template is no longer: the parser's trees are as deep as a tag has operators.
const LONGEST_TAG: usize = 3 << 10;
/// Values nest no deeper.
const DEEPEST: usize = 40;
/// So many branches that follow one another at most.
const MOST_BRANCHES: usize = 120;

/// What templates ask for while they are evaluated.
pub(super) trait Names {
    /// The value of a variable, templates in it evaluated.
    fn variable(&self, name: &str, place: Span) -> Datum;
    /// A variable of another host.
    fn of_host(&self, host: &str, name: &str, place: Span) -> Datum;
    /// The text of a file of the tree; `template` says that it is one.
    fn file(&self, path: &str, template: bool) -> Option<Text>;
    /// Tells whether what nothing sets may still be set by whoever runs the tasks.
    fn may_be_set(&self) -> bool {
        false
    }
    /// Takes one step; false once there were too many.
    fn step(&self) -> bool;
}

/// Tells whether a text is a template.
pub(super) fn is_template(text: &str) -> bool {
    text.contains("{{") || text.contains("{%") || text.contains("{#")
}

/// Evaluates a value with all below it. A text that is nothing but one expression becomes what the expression is.
pub(super) fn settle(datum: &Datum, names: &dyn Names, depth: usize) -> Datum {
    if !names.step() || depth > DEEPEST {
        return Datum::unknown("…", datum.place);
    }
    match &datum.body {
        Body::Scalar(Scalar { form: Form::Text, text }) if is_template(text.value()) => evaluate_text(text, names),
        _ if is_settled(datum, depth) => datum.clone(),
        Body::List(items) => {
            let settled = items.iter().map(|item| settle(item, names, depth + 1));
            Datum::list(settled.filter(|item| !is_left_out(item)).collect(), datum.place)
        }
        Body::Map(entries) => {
            let settled = entries.iter().map(|(key, value)| (key.clone(), settle(value, names, depth + 1)));
            Datum::map(settled.collect(), datum.place)
        }
        _ => datum.clone(),
    }
}

/// Tells whether nothing in a value is left to evaluate or to leave out, so that it can be shared as it is.
fn is_settled(datum: &Datum, depth: usize) -> bool {
    match &datum.body {
        Body::Scalar(Scalar { form: Form::Text, text }) => !is_template(text.value()),
        Body::List(items) => {
            depth <= DEEPEST && items.iter().all(|item| !is_left_out(item) && is_settled(item, depth + 1))
        }
        Body::Map(entries) => depth <= DEEPEST && entries.iter().all(|(_, value)| is_settled(value, depth + 1)),
        _ => true,
    }
}

fn is_left_out(item: &Datum) -> bool {
    matches!(item.body, Body::Omit)
}

/// Evaluates a text: a value where it is one expression, else the text with its expressions filled in.
pub(super) fn evaluate_text(text: &Text, names: &dyn Names) -> Datum {
    let place = text.span();
    let parsed = is_parsable(text.value()).then(|| parse(text.value(), "", syntax(false)).ok()).flatten();
    let Some(Stmt::Template(template)) = parsed else {
        return Datum::new(place, Body::Unknown(hole(text.value(), place)));
    };
    let mut evaluation = Evaluation::new(text, names);
    match evaluation.native(&template.children) {
        Some(value) => value.used_at(place),
        None => {
            let mut rendered = Text::empty(place);
            evaluation.emit(&template.children, &mut rendered);
            Datum::new(place, Body::Scalar(Scalar { form: Form::Text, text: rendered }))
        }
    }
}

/// Renders a template file. Of one that cannot be parsed as a whole, the lines are kept, and what its branches and loops hold is unknown.
pub(super) fn render(text: &Text, names: &dyn Names) -> Text {
    let (body, strip) = without_header(text);
    if !is_template(body.value()) {
        return body;
    }
    let parsed = is_parsable(body.value()).then(|| parse(body.value(), "", syntax(strip)).ok()).flatten();
    let Some(Stmt::Template(template)) = parsed else { return fallback::render(&body, names) };
    let mut evaluation = Evaluation::new(&body, names);
    let mut rendered = Text::empty(body.span());
    evaluation.emit(&template.children, &mut rendered);
    rendered
}

/// Judges a bare expression, as `when` has it; nothing where it is not known.
pub(super) fn holds(text: &Text, names: &dyn Names) -> Option<bool> {
    let expression = expression(text, names);
    match &expression.body {
        Body::Scalar(Scalar { form: Form::Text | Form::Plain, text }) => {
            match text.known()?.trim().to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "1" => Some(true),
                "false" | "no" | "off" | "0" | "" => Some(false),
                _ => None,
            }
        }
        _ => expression.truth(),
    }
}

/// Evaluates a bare expression.
pub(super) fn expression(text: &Text, names: &dyn Names) -> Datum {
    let place = text.span();
    if is_template(text.value()) {
        return evaluate_text(text, names);
    }
    if text.value().len() > LONGEST_TAG {
        return Datum::unknown(text.value(), place);
    }
    match parse_expr(text.value()) {
        Ok(expression) => Evaluation::new(text, names).value(&expression),
        Err(_) => Datum::unknown(text.value(), place),
    }
}

fn syntax(strip: bool) -> SyntaxConfig {
    let mut builder = SyntaxConfig::builder();
    builder.trim_blocks(true).lstrip_blocks(strip).keep_trailing_newline(true);
    builder.build().unwrap_or_default()
}

/// A first line `#jinja2: lstrip_blocks: True` is for the template engine.
fn without_header(text: &Text) -> (Text, bool) {
    let value = text.value();
    if !value.starts_with("#jinja2:") {
        return (text.clone(), false);
    }
    let end = value.find('\n').map_or(value.len(), |at| at + 1);
    (text.slice(end..value.len()), value[..end].to_ascii_lowercase().contains("lstrip_blocks: true"))
}

/// The parser's trees are dropped by recursion, so that what it is given has to be flat.
fn is_parsable(text: &str) -> bool {
    let tags = text
        .match_indices(['{', '%'])
        .filter(|(at, _)| text.get(*at..at + 2).is_some_and(|start| start == "{{" || start == "{%"));
    let short = |(at, _): (usize, &str)| {
        let rest = text.get(at..).unwrap_or_default();
        let close = if rest.starts_with("{{") { "}}" } else { "%}" };
        memchr::memmem::find(rest.as_bytes(), close.as_bytes()).unwrap_or(rest.len()) <= LONGEST_TAG
    };
    text.len() <= LONGEST
        && text.matches("elif").take(MOST_BRANCHES + 1).count() <= MOST_BRANCHES
        && tags.take(20_000).all(short)
}

#[cfg(test)]
mod tests;
