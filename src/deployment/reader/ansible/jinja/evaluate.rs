//! Expressions: each becomes a value, or one that nobody knows.

use super::{Names, lists, operator, test};
use crate::deployment::reader::ansible::datum::{Body, Datum, Form, Scalar};
use crate::source::{Span, Spanned, Text};
use minijinja::machinery::ast::{self, CallArg, Expr, Stmt};
use minijinja::machinery::parse;
use minijinja::value::ValueKind;

/// Expressions nest no deeper.
const DEEPEST: usize = 32;

/// A text being evaluated.
pub(in crate::deployment::reader::ansible) struct Evaluation<'a> {
    pub(super) text: &'a Text,
    pub(super) names: &'a dyn Names,
    /// Names that the template itself gives, the deciding one last.
    pub(super) locals: Vec<(String, Datum)>,
    /// What is evaluated stands in a branch that may not be taken.
    pub(super) doubt: bool,
    pub(super) includes: usize,
    depth: usize,
}

/// Arguments of a call, a filter or a test.
pub(super) struct Arguments {
    pub plain: Vec<Datum>,
    pub named: Vec<(String, Datum)>,
}

impl Arguments {
    /// Answers an argument by its position, or else by its name.
    pub fn get(&self, at: usize, name: &str) -> Option<&Datum> {
        let named = || self.named.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        self.plain.get(at).or_else(named)
    }

    /// Answers the text of an argument.
    pub fn word(&self, at: usize, name: &str) -> Option<&str> {
        self.get(at, name)?.known()
    }
}

impl<'a> Evaluation<'a> {
    pub fn new(text: &'a Text, names: &'a dyn Names) -> Self {
        Self { text, names, locals: Vec::new(), doubt: false, includes: 0, depth: 0 }
    }

    /// Evaluates the whole text as a template.
    pub fn whole(&mut self, out: &mut Text) {
        match parse(self.text.value(), "", super::syntax(false)) {
            Ok(Stmt::Template(template)) if super::is_parsable(self.text.value()) => self.emit(&template.children, out),
            _ => out.push_hole(self.text.value(), self.text.span()),
        }
    }

    /// The place of an expression.
    fn place(&self, expression: &Expr<'_>) -> Span {
        let span = expression.span();
        self.text.span_of(self.range(span.start_offset, span.end_offset))
    }

    fn range(&self, start: u32, end: u32) -> std::ops::Range<usize> {
        let length = self.text.value().len();
        let start = (start as usize).min(length);
        start..(end as usize).clamp(start, length)
    }

    /// The place of the tag that an expression stands in, braces included.
    pub(super) fn tag_place(&self, expression: &Expr<'_>) -> Span {
        let span = expression.span();
        let range = self.range(span.start_offset, span.end_offset);
        let value = self.text.value();
        let start = value.get(..range.start).and_then(|before| before.rfind("{{")).unwrap_or(range.start);
        let after = value.get(range.end..).unwrap_or_default();
        let end = after.find("}}").map_or(range.end, |at| range.end + at + 2);
        self.text.span_of(start..end)
    }

    /// A value that nobody knows, shown as the expression is written.
    pub(super) fn unknown(&self, expression: &Expr<'_>) -> Datum {
        let span = expression.span();
        let range = self.range(span.start_offset, span.end_offset);
        // The place of a choice begins with the braces before it.
        let written = self.text.value().get(range.clone()).unwrap_or("…");
        let written = written.trim_start_matches("{{").trim_start().trim_start_matches('(');
        Datum::unknown(&format!("{{{{ {written} }}}}"), self.text.span_of(range))
    }

    pub fn value(&mut self, expression: &Expr<'_>) -> Datum {
        if self.depth > DEEPEST || !self.names.step() {
            return self.unknown(expression);
        }
        self.depth += 1;
        let value = self.evaluate(expression).unwrap_or_else(|| self.unknown(expression));
        self.depth -= 1;
        value
    }

    fn evaluate(&mut self, expression: &Expr<'_>) -> Option<Datum> {
        match expression {
            Expr::Var(name) => Some(self.variable(name.id, self.place(expression))),
            Expr::Const(constant) => self.constant(constant, self.place(expression)),
            Expr::List(list) => Some(self.items(&list.items, self.place(expression))),
            Expr::Tuple(tuple) => Some(self.items(&tuple.items, self.place(expression))),
            Expr::Map(map) => self.entries(map, self.place(expression)),
            Expr::UnaryOp(unary) => self.unary(unary, self.place(expression)),
            Expr::BinOp(binary) => self.binary(binary, expression),
            Expr::Compare(compare) => self.compare(compare, self.place(expression)),
            Expr::IfExpr(choice) => self.choose(choice, expression),
            Expr::Filter(filter) => {
                let input = match &filter.expr {
                    Some(expression) => self.value(expression),
                    None => return None,
                };
                let arguments = self.arguments(&filter.args);
                self.filter(filter.name, &input, &arguments, self.place(expression))
            }
            Expr::Test(tested) => {
                let input = self.value(&tested.expr);
                let is_open = matches!(input.body, Body::Undefined(_)) && self.names.may_be_set();
                if is_open && matches!(tested.name, "defined" | "undefined") {
                    return None;
                }
                let arguments = self.arguments(&tested.args);
                let holds = test::holds(tested.name, &input, &arguments)?;
                Some(Datum::bool(holds, self.place(expression)))
            }
            Expr::GetAttr(get) => {
                let owner = self.value(&get.expr);
                self.member(&owner, get.name, self.place(expression))
            }
            Expr::GetItem(get) => {
                let owner = self.value(&get.expr);
                let key = self.value(&get.subscript_expr);
                match key.as_integer().filter(|_| matches!(owner.body, Body::List(_))) {
                    Some(at) => lists::nth(owner.items(), at).cloned(),
                    None => self.member(&owner, key.known()?, self.place(expression)),
                }
            }
            Expr::Slice(slice) => {
                let of = self.value(&slice.expr);
                let bound = |this: &mut Self, part: &Option<Expr<'_>>| match part {
                    Some(part) => this.value(part).as_integer().map(Some),
                    None => Some(None),
                };
                let (start, stop) = (bound(self, &slice.start)?, bound(self, &slice.stop)?);
                if slice.step.is_some() { None } else { lists::slice(&of, start, stop) }
            }
            Expr::Call(call) => self.call(call, expression),
        }
    }

    pub(super) fn variable(&self, name: &str, place: Span) -> Datum {
        if let Some((_, value)) = self.locals.iter().rev().find(|(known, _)| known == name) {
            return value.clone();
        }
        if name == "omit" {
            return Datum::new(place, Body::Omit);
        }
        self.names.variable(name, place)
    }

    /// Answers a part of a map, by a name.
    fn member(&self, owner: &Datum, name: &str, place: Span) -> Option<Datum> {
        match &owner.body {
            Body::Map(_) => match owner.get(name) {
                Some(value) => Some(value.clone()),
                None => Some(Datum::undefined(name, place)),
            },
            Body::Scalar(scalar) if scalar.form == Form::Plain => {
                let host = scalar.text.known()?.strip_prefix("hostvars:")?;
                Some(self.names.of_host(host, name, place))
            }
            Body::Undefined(_) | Body::Null => Some(Datum::undefined(name, place)),
            Body::List(items) => lists::nth(items, name.parse().ok()?).cloned(),
            _ => None,
        }
    }

    fn constant(&self, constant: &ast::Spanned<ast::Const>, place: Span) -> Option<Datum> {
        let value = &constant.value;
        match value.kind() {
            ValueKind::None => Some(Datum::new(place, Body::Null)),
            ValueKind::Bool => Some(Datum::bool(value.is_true(), place)),
            ValueKind::String => {
                let word = value.as_str()?;
                let span = constant.span();
                let range = self.range(span.start_offset, span.end_offset);
                let inner = range.start + 1..range.end.saturating_sub(1).max(range.start + 1);
                let same = self.text.value().get(inner.clone()) == Some(word);
                let text = if same && self.text.is_known_in(inner.clone()) {
                    self.text.slice(inner)
                } else {
                    Text::inexact(word, place)
                };
                Some(Datum::new(place, Body::Scalar(Scalar { form: Form::Text, text })))
            }
            ValueKind::Number => match i64::try_from(value.clone()) {
                Ok(number) if !value.to_string().contains('.') => Some(Datum::integer(number, place)),
                _ => {
                    let number: f64 = f64::try_from(value.clone()).ok()?;
                    Some(operator::number(number, place))
                }
            },
            _ => None,
        }
    }

    fn items(&mut self, items: &[Expr<'_>], place: Span) -> Datum {
        let values: Vec<Datum> = items.iter().map(|item| self.value(item)).collect();
        Datum::list(values, place)
    }

    fn entries(&mut self, map: &ast::Map<'_>, place: Span) -> Option<Datum> {
        let mut entries = Vec::new();
        for (key, value) in map.keys.iter().zip(&map.values) {
            let place = self.place(key);
            let key = self.value(key).known()?.to_owned();
            entries.push((Spanned::new(key, place), self.value(value)));
        }
        Some(Datum::map(entries, place))
    }

    fn unary(&mut self, unary: &ast::UnaryOp<'_>, place: Span) -> Option<Datum> {
        let value = self.value(&unary.expr);
        match unary.op {
            ast::UnaryOpKind::Not => Some(Datum::bool(!value.truth()?, place)),
            ast::UnaryOpKind::Neg => operator::negate(&value, place),
        }
    }

    fn binary(&mut self, binary: &ast::BinOp<'_>, expression: &Expr<'_>) -> Option<Datum> {
        let left = self.value(&binary.left);
        let place = self.place(expression);
        match binary.op {
            ast::BinOpKind::ScAnd => match left.truth() {
                Some(false) => Some(left),
                Some(true) => Some(self.value(&binary.right)),
                // Whatever the unknown one is, a false one decides.
                None => (self.value(&binary.right).truth() == Some(false)).then(|| Datum::bool(false, place)),
            },
            ast::BinOpKind::ScOr => match left.truth() {
                Some(true) => Some(left),
                Some(false) => Some(self.value(&binary.right)),
                None => (self.value(&binary.right).truth() == Some(true)).then(|| Datum::bool(true, place)),
            },
            operation => {
                let right = self.value(&binary.right);
                operator::binary(operation, &left, &right, place)
            }
        }
    }

    fn compare(&mut self, compare: &ast::Compare<'_>, place: Span) -> Option<Datum> {
        let mut left = self.value(&compare.expr);
        for step in &compare.ops {
            let right = self.value(&step.expr);
            if !operator::compare(step.op, &left, &right)? {
                return Some(Datum::bool(false, place));
            }
            left = right;
        }
        Some(Datum::bool(true, place))
    }

    fn choose(&mut self, choice: &ast::IfExpr<'_>, expression: &Expr<'_>) -> Option<Datum> {
        let holds = self.value(&choice.test_expr).truth();
        match (holds, &choice.false_expr) {
            (Some(true), _) => Some(self.value(&choice.true_expr)),
            (Some(false), Some(otherwise)) => Some(self.value(otherwise)),
            (Some(false), None) => Some(Datum::undefined("else", self.place(expression))),
            (None, otherwise) => {
                let first = self.value(&choice.true_expr);
                let second = otherwise.as_ref().map(|otherwise| self.value(otherwise));
                Some(either(&first, second.as_ref(), self.unknown(expression)))
            }
        }
    }

    pub(super) fn arguments(&mut self, written: &[CallArg<'_>]) -> Arguments {
        let mut arguments = Arguments { plain: Vec::new(), named: Vec::new() };
        for argument in written {
            match argument {
                CallArg::Pos(expression) => {
                    let value = self.value(expression);
                    arguments.plain.push(value);
                }
                CallArg::Kwarg(name, expression) => {
                    let value = self.value(expression);
                    arguments.named.push(((*name).to_owned(), value));
                }
                CallArg::PosSplat(expression) => {
                    let value = self.value(expression);
                    arguments.plain.extend(value.items().iter().cloned());
                }
                CallArg::KwargSplat(_) => {}
            }
        }
        arguments
    }
}

/// One of two values, and nobody knows which. Where a list is expected it is one with unknown words.
pub(super) fn either(first: &Datum, second: Option<&Datum>, unknown: Datum) -> Datum {
    if second.is_some_and(|second| operator::same(first, second) == Some(true)) {
        return first.clone();
    }
    let is_list = |datum: &Datum| matches!(datum.body, Body::List(_));
    if is_list(first) || second.is_some_and(is_list) {
        let place = unknown.place;
        return Datum::list(vec![unknown], place);
    }
    second.and_then(|second| begun(first, second, &unknown)).unwrap_or(unknown)
}

/// What two images or addresses have in common before they part: `sigp/lighthouse:`, whichever tag it is.
fn begun(first: &Datum, second: &Datum, unknown: &Datum) -> Option<Datum> {
    let (text, one, other) = (first.shown()?, first.known()?, second.known()?);
    let same = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let end = one.as_bytes().get(..same)?.iter().rposition(|sign| matches!(sign, b'/' | b':'))? + 1;
    let mut begun = text.slice(0..end);
    begun.push_hole(unknown.shown()?.value(), text.span());
    Some(Datum::text(begun))
}
