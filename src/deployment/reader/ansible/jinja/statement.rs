//! Statements: what a template writes, branch by branch and round by round.

use super::blur::append_blurred;
use super::evaluate::Evaluation;
use crate::deployment::reader::ansible::datum::{Body, Datum, append_moved};
use crate::source::{Span, Spanned, Text};
use minijinja::machinery::ast::{Expr, ForLoop, IfCond, Stmt};

/// No loop runs longer.
const MOST_ROUNDS: usize = 2_000;
/// No text grows longer.
const LONGEST: usize = 1 << 20;

impl Evaluation<'_> {
    /// Answers the value of statements that are nothing but one expression, or a choice of one.
    pub fn native(&mut self, statements: &[Stmt<'_>]) -> Option<Datum> {
        let blank = |statement: &&Stmt<'_>| !matches!(statement, Stmt::EmitRaw(raw) if raw.raw.trim().is_empty());
        let mut spoken = statements.iter().filter(blank);
        let (first, None) = (spoken.next()?, spoken.next()) else { return None };
        match first {
            Stmt::EmitExpr(emit) => Some(self.value(&emit.expr)),
            Stmt::IfCond(choice) => {
                let [yes, no] = [&choice.true_body, &choice.false_body].map(|body| body.as_slice());
                match self.value(&choice.expr).truth() {
                    Some(true) => self.native(yes),
                    Some(false) => self.native(no),
                    None => None,
                }
            }
            _ => None,
        }
    }

    /// Writes what statements say.
    pub fn emit(&mut self, statements: &[Stmt<'_>], out: &mut Text) {
        for statement in statements {
            if !self.names.step() || out.value().len() > LONGEST {
                return;
            }
            self.statement(statement, out);
        }
    }

    fn statement(&mut self, statement: &Stmt<'_>, out: &mut Text) {
        match statement {
            Stmt::EmitRaw(raw) => {
                // The parser answers slices of the text, so that their places follow from their addresses.
                let at = (raw.raw.as_ptr() as usize).checked_sub(self.text.value().as_ptr() as usize);
                let range = at.map(|at| at..at + raw.raw.len()).filter(|range| range.end <= self.text.value().len());
                match range {
                    Some(range) => out.append(&self.text.slice(range)),
                    None => out.push_inexact(raw.raw, self.text.span()),
                }
            }
            Stmt::EmitExpr(emit) => {
                let place = self.tag_place(&emit.expr);
                let value = self.value(&emit.expr);
                write(&value, place, out);
            }
            Stmt::IfCond(choice) => self.choice(choice, out),
            Stmt::ForLoop(rounds) => self.rounds(rounds, out),
            Stmt::WithBlock(with) => {
                let depth = self.locals.len();
                for (target, value) in &with.assignments {
                    let value = self.value(value);
                    self.bind(target, value);
                }
                self.emit(&with.body, out);
                self.locals.truncate(depth);
            }
            Stmt::Set(set) => {
                let value = if self.doubt { Datum::unknown("…", self.text.span()) } else { self.value(&set.expr) };
                self.bind(&set.target, value);
            }
            Stmt::SetBlock(set) => {
                let mut inner = Text::empty(self.text.span());
                self.emit(&set.body, &mut inner);
                let value = if self.doubt || set.filter.is_some() {
                    Datum::unknown("…", self.text.span())
                } else {
                    Datum::text(inner)
                };
                self.bind(&set.target, value);
            }
            Stmt::AutoEscape(block) => self.emit(&block.body, out),
            Stmt::Block(block) => self.emit(&block.body, out),
            Stmt::FilterBlock(block) => {
                let mut inner = Text::empty(self.text.span());
                self.emit(&block.body, &mut inner);
                append_blurred(out, &inner);
            }
            Stmt::Include(include) => self.include(&include.name, out),
            Stmt::Do(call) => self.mutate(&call.call),
            Stmt::Macro(declared) => self.locals.push((declared.name.to_owned(), self.unknown_here())),
            Stmt::Import(import) => {
                let value = self.unknown_here();
                self.bind(&import.name, value);
            }
            Stmt::FromImport(import) => {
                for (name, alias) in &import.names {
                    let value = self.unknown_here();
                    self.bind(alias.as_ref().unwrap_or(name), value);
                }
            }
            Stmt::Extends(_) | Stmt::CallBlock(_) => out.push_hole("{% … %}", self.text.span()),
            Stmt::Template(inner) => self.emit(&inner.children, out),
        }
    }

    fn unknown_here(&self) -> Datum {
        Datum::unknown("…", self.text.span())
    }

    fn choice(&mut self, choice: &IfCond<'_>, out: &mut Text) {
        match self.value(&choice.expr).truth() {
            Some(true) => self.emit(&choice.true_body, out),
            Some(false) => self.emit(&choice.false_body, out),
            None => {
                self.doubtful(&choice.true_body, out);
                self.doubtful(&choice.false_body, out);
            }
        }
    }

    /// Writes what may or may not be there.
    fn doubtful(&mut self, statements: &[Stmt<'_>], out: &mut Text) {
        let before = std::mem::replace(&mut self.doubt, true);
        let mut inner = Text::empty(self.text.span());
        self.emit(statements, &mut inner);
        append_blurred(out, &inner);
        self.doubt = before;
    }

    fn rounds(&mut self, rounds: &ForLoop<'_>, out: &mut Text) {
        let over = self.value(&rounds.iter);
        let depth = self.locals.len();
        let items: Vec<Datum> = match &over.body {
            Body::List(items) => items.to_vec(),
            Body::Map(entries) => entries.iter().map(|(key, _)| key_of(key)).collect(),
            Body::Null | Body::Omit => Vec::new(),
            _ => {
                let value = self.unknown_here();
                self.bind(&rounds.target, value.clone());
                self.locals.push(("loop".to_owned(), value));
                self.doubtful(&rounds.body, out);
                self.locals.truncate(depth);
                return;
            }
        };
        if items.is_empty() {
            return self.emit(&rounds.else_body, out);
        }
        let count = items.len();
        for (at, item) in items.into_iter().take(MOST_ROUNDS).enumerate() {
            let unknown = item.is_unknown();
            self.bind(&rounds.target, item);
            let filtered = rounds.filter_expr.as_ref().map(|filter| self.value(filter).truth());
            self.locals.push(("loop".to_owned(), loop_state(at, count, over.place)));
            match filtered {
                Some(Some(false)) => {}
                Some(None) => self.doubtful(&rounds.body, out),
                // An item that nobody knows can be none, or several.
                _ if unknown => self.doubtful(&rounds.body, out),
                _ => self.emit(&rounds.body, out),
            }
            self.locals.truncate(depth);
        }
    }

    /// Gives names to a value, or to its parts.
    pub fn bind(&mut self, target: &Expr<'_>, value: Datum) {
        let parts = match target {
            Expr::Var(name) => return self.locals.push((name.id.to_owned(), value)),
            Expr::List(list) => &list.items,
            Expr::Tuple(tuple) => &tuple.items,
            _ => return,
        };
        for (at, part) in parts.iter().enumerate() {
            let item = value.items().get(at).cloned().unwrap_or_else(|| Datum::unknown("…", value.place));
            self.bind(part, item);
        }
    }

    fn include(&mut self, name: &Expr<'_>, out: &mut Text) {
        let value = self.value(name);
        let included = value.known().filter(|_| self.includes < 8).and_then(|path| self.names.file(path, true));
        match included {
            Some(text) => {
                let mut inner = Evaluation::new(&text, self.names);
                inner.locals.clone_from(&self.locals);
                inner.includes = self.includes + 1;
                inner.whole(out);
            }
            None => out.push_hole("{% include … %}", self.text.span()),
        }
    }
}

fn loop_state(at: usize, count: usize, place: Span) -> Datum {
    let number = |name: &str, value: usize| (Spanned::new(name.to_owned(), place), Datum::integer(value as i64, place));
    let truth = |name: &str, value: bool| (Spanned::new(name.to_owned(), place), Datum::bool(value, place));
    let entries = vec![
        number("index", at + 1),
        number("index0", at),
        number("revindex", count - at),
        number("length", count),
        truth("first", at == 0),
        truth("last", at + 1 == count),
    ];
    Datum::map(entries, place)
}

/// Answers the key of a map as a value.
pub(super) fn key_of(key: &Spanned<String>) -> Datum {
    let mut text = Text::empty(key.span);
    text.push(&key.value, key.span, key.origin);
    Datum::text(text)
}

/// Writes a value as Python does.
pub(super) fn write(value: &Datum, place: Span, out: &mut Text) {
    match &value.body {
        Body::Unknown(text) | Body::Undefined(text) => out.push_hole(text.value(), place),
        Body::Scalar(scalar) => append_moved(out, &scalar.text, place),
        Body::Null => out.push_inexact("None", place),
        Body::Omit => out.push_hole("{{ omit }}", place),
        Body::List(_) | Body::Map(_) => super::texts::python(value, place, out, 0),
    }
}
