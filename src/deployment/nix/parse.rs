//! Reads a Nix file into values. What it cannot know is a hole; what it cannot read is passed over. It never goes deeper, and never
//! makes more, than its limits say.

use super::scan::Scan;
use super::set::insert;
use crate::deployment::value::{Body, Value};
use crate::source::{Span, Text};
use std::collections::BTreeMap;
use std::ops::Range;

/// Expressions nest no deeper.
pub(super) const DEEPEST: usize = 64;
/// Values that names may copy in all.
const MOST_COPIED: usize = 200_000;

/// What a file says.
#[derive(Debug)]
pub(in crate::deployment) struct Module {
    /// What it comes to: the set of a module, whatever its arguments are.
    pub value: Value,
    /// Sets with a `serviceConfig`, wherever they stand, with the name that they are bound to, if it is known.
    pub services: Vec<(Option<Text>, Value)>,
    /// Scripts that it writes, by the path that stands for each.
    pub scripts: Vec<(String, Text)>,
}

/// Reads a file.
pub(in crate::deployment) fn parse(source: &Text) -> Module {
    let mut parser = Parser {
        source,
        scan: Scan { text: source.value(), at: 0 },
        depth: 0,
        copied: 0,
        scope: BTreeMap::new(),
        bound: Vec::new(),
        services: Vec::new(),
        scripts: Vec::new(),
    };
    let value = parser.expression();
    Module { value, services: parser.services, scripts: parser.scripts }
}

/// Reads expressions, one after the other.
pub(super) struct Parser<'t> {
    pub source: &'t Text,
    pub scan: Scan<'t>,
    pub depth: usize,
    copied: usize,
    /// What names stand for.
    pub scope: BTreeMap<String, Value>,
    /// The names that the value which is being read is bound to, outermost first.
    pub bound: Vec<Text>,
    pub services: Vec<(Option<Text>, Value)>,
    pub scripts: Vec<(String, Text)>,
}

impl<'t> Parser<'t> {
    /// Answers the place of a part of the file.
    pub fn span(&self, range: Range<usize>) -> Span {
        self.source.span_of(range)
    }

    /// Makes a value of a text that was read from a place on.
    pub fn scalar(&self, text: Text, start: usize) -> Value {
        Value { body: Body::Scalar(text), ..Value::null(self.span(start..self.scan.at)) }
    }

    /// Makes a hole of what was read from a place on.
    pub fn hole(&self, start: usize) -> Value {
        self.open(start..self.scan.at)
    }

    /// Makes a hole of a part of the file.
    fn open(&self, range: Range<usize>) -> Value {
        let written = self.scan.text.get(range.clone()).unwrap_or_default().trim_end();
        let place = self.span(range.start..range.start + written.len());
        let mut text = Text::empty(place);
        text.push_hole(written, place);
        Value { body: Body::Scalar(text), ..Value::null(self.span(range)) }
    }

    /// Reads an expression.
    pub fn expression(&mut self) -> Value {
        self.scan.skip();
        let start = self.scan.at;
        if self.depth >= DEEPEST {
            self.give_up();
            return self.hole(start);
        }
        self.depth += 1;
        let value = self.expression_at(start);
        self.depth -= 1;
        value
    }

    /// Passes over what is too deep, brackets as a whole.
    pub fn give_up(&mut self) {
        loop {
            self.scan.skip();
            match self.scan.peek() {
                None | Some(')' | ']' | '}' | ';') => return,
                Some('(' | '[' | '{' | '"') => self.scan.skip_brackets(),
                Some(_) if self.scan.sees("''") => self.scan.skip_brackets(),
                Some(_) => self.scan.step(),
            }
        }
    }

    fn expression_at(&mut self, start: usize) -> Value {
        // What comes before the body of a function, a `with`, an `assert` and a `let` is gone over in a loop, not deeper and deeper.
        let mut known: Vec<(String, Option<Value>)> = Vec::new();
        loop {
            self.scan.skip();
            if self.scan.sees("{") && self.scan.is_formals() {
                self.scan.skip_brackets();
                if self.scan.takes("@") {
                    self.scan.skip();
                    self.scan.at += self.scan.name().map_or(0, str::len);
                }
                self.scan.takes(":");
            } else if self.scan.takes_name("with") || self.scan.takes_name("assert") {
                self.expression();
                self.scan.takes(";");
            } else if self.scan.takes_name("let") {
                self.bindings(true, &mut known);
                self.scan.takes_name("in");
            } else if !self.takes_argument() {
                break;
            }
        }
        let value = if self.scan.takes_name("if") { self.choice(start) } else { self.operation(start) };
        self.forget(known);
        value
    }

    /// `name:` and `name@{…}:` begin a function.
    fn takes_argument(&mut self) -> bool {
        let Some(name) = self.scan.name() else { return false };
        let mut ahead = self.scan.clone();
        ahead.at += name.len();
        if ahead.takes("@") {
            ahead.skip();
            ahead.skip_brackets();
        }
        ahead.skip();
        let is_function = ahead.sees(":") && !ahead.sees("://");
        if is_function {
            ahead.step();
            self.scan = ahead;
        }
        is_function
    }

    fn choice(&mut self, start: usize) -> Value {
        self.expression();
        self.scan.takes_name("then");
        self.expression();
        self.scan.takes_name("else");
        self.expression();
        self.hole(start)
    }

    /// Lists with operators between them, from left to right. What an operator answers that is not known here is read to its end before
    /// a hole is made of it, and not hole by hole.
    fn operation(&mut self, start: usize) -> Value {
        let mut value = self.chain();
        while let Some(operator) = self.operator() {
            let other = self.chain();
            value = match (operator, value.body, other.body) {
                ("//", Body::Map(entries), Body::Map(over)) => {
                    let mut merged = Value { body: Body::Map(entries), ..Value::null(self.span(start..self.scan.at)) };
                    over.into_iter().for_each(|entry| insert(&mut merged, &[entry.key], entry.value));
                    merged
                }
                ("+", Body::Scalar(mut text), Body::Scalar(more))
                    if text.value().len() + more.value().len() < 1 << 16 =>
                {
                    text.append(&more);
                    self.scalar(text, start)
                }
                _ => {
                    while self.operator().is_some() {
                        self.chain();
                    }
                    return self.hole(start);
                }
            };
        }
        value
    }

    /// Goes over an operator, if one comes next.
    fn operator(&mut self) -> Option<&'static str> {
        const OPERATORS: [&str; 17] =
            ["//", "+", "==", "!=", "<=", ">=", "&&", "||", "->", "|>", "<|", "<", ">", "*", "/", "-", "?"];
        self.scan.skip();
        let operator = OPERATORS.into_iter().find(|operator| self.scan.sees(operator))?;
        self.scan.at += operator.len();
        Some(operator)
    }

    /// Lists with `++` between them, which binds closer than other operators; what is no list is an item that nobody knows, if any of
    /// them is one.
    fn chain(&mut self) -> Value {
        self.scan.skip();
        let start = self.scan.at;
        let first = self.application();
        if !self.scan.sees("++") {
            return first;
        }
        let mut parts = vec![(start..self.scan.at, first)];
        while self.scan.takes("++") {
            self.scan.skip();
            let from = self.scan.at;
            let part = self.application();
            parts.push((from..self.scan.at, part));
        }
        if !parts.iter().any(|(_, part)| matches!(part.body, Body::List(_))) {
            return self.hole(start);
        }
        let items = parts.into_iter().flat_map(|(range, part)| match part.body {
            Body::List(items) => items,
            _ => vec![self.open(range)],
        });
        Value { body: Body::List(items.collect()), ..Value::null(self.span(start..self.scan.at)) }
    }

    /// A function and its arguments, or a lone term.
    fn application(&mut self) -> Value {
        self.scan.skip();
        let start = self.scan.at;
        while self.scan.sees("!") || self.scan.sees("-") {
            self.scan.step();
            self.scan.skip();
        }
        let function = self.term();
        let called = self.scan.text.get(start..self.scan.at).unwrap_or_default();
        let mut arguments = Vec::new();
        while self.is_term() {
            let before = self.scan.at;
            arguments.push(self.term());
            if self.scan.at == before {
                break;
            }
        }
        if arguments.is_empty() { function } else { self.apply(called.trim(), arguments, start) }
    }

    fn is_term(&mut self) -> bool {
        self.scan.skip();
        let rest = self.scan.rest();
        let path = |start: &str| {
            rest.strip_prefix(start)
                .is_some_and(|rest| rest.starts_with(|next: char| next.is_alphanumeric() || "._".contains(next)))
        };
        match self.scan.name() {
            Some("then" | "else" | "in" | "or") => false,
            Some(_) => true,
            None => {
                rest.starts_with(|next: char| next.is_ascii_digit() || "\"([{".contains(next))
                    || rest.starts_with("''")
                    || ["./", "../", "/", "~/", "<"].into_iter().any(path)
            }
        }
    }

    /// A single value, and what is selected of it.
    fn term(&mut self) -> Value {
        self.scan.skip();
        let start = self.scan.at;
        let mut known = Some(self.simple(start));
        loop {
            let mut ahead = self.scan.clone();
            ahead.skip();
            let selects = ahead.sees(".") && !ahead.sees("./") && !ahead.sees("..");
            if !selects {
                break;
            }
            ahead.step();
            self.scan = ahead;
            let part = self.part();
            known = known.and_then(|value| value.get(part?.value()).cloned());
        }
        let value = known.unwrap_or_else(|| self.hole(start));
        if self.scan.takes_name("or") {
            self.scan.skip();
            let from = self.scan.at;
            self.simple(from);
            return self.hole(start);
        }
        value
    }

    fn simple(&mut self, start: usize) -> Value {
        match self.scan.peek() {
            Some('"') => self.quoted(),
            Some('\'') if self.scan.sees("''") => self.indented(),
            Some('(') => {
                self.scan.step();
                let value = self.expression();
                self.close(")");
                value
            }
            Some('[') => self.list(start),
            Some('{') => self.set(start, false),
            _ => self.word(start),
        }
    }

    /// Goes over a closing bracket, and over what keeps it from coming next.
    pub fn close(&mut self, bracket: &str) {
        if !self.scan.takes(bracket) {
            self.give_up();
            self.scan.takes(bracket);
        }
    }

    fn word(&mut self, start: usize) -> Value {
        let Some(name) = self.scan.name() else {
            let rest = self.scan.rest();
            let end =
                rest.find(|next: char| !(next.is_alphanumeric() || "./_-+~<>".contains(next))).unwrap_or(rest.len());
            let end = rest.get(..end).unwrap_or_default().trim_end_matches(['.', '-']).len();
            self.scan.at += end;
            return self.scalar(self.source.slice(start..self.scan.at), start);
        };
        self.scan.at += name.len();
        match name {
            "rec" => {
                self.scan.skip();
                if self.scan.sees("{") { self.set(start, true) } else { self.hole(start) }
            }
            "true" | "false" => self.scalar(self.source.slice(start..self.scan.at), start),
            "null" => Value::null(self.span(start..self.scan.at)),
            name => self.named(name).unwrap_or_else(|| self.hole(start)),
        }
    }

    /// What a name stands for, as often as the limits allow.
    pub fn named(&mut self, name: &str) -> Option<Value> {
        let value = self.scope.get(name).filter(|_| self.copied < MOST_COPIED)?;
        self.copied += size(value, 0);
        (self.copied < MOST_COPIED).then(|| value.clone())
    }

    fn list(&mut self, start: usize) -> Value {
        self.scan.step();
        let mut items = Vec::new();
        self.depth += 1;
        while self.depth < DEEPEST && self.is_term() {
            let before = self.scan.at;
            items.push(self.term());
            if self.scan.at == before {
                break;
            }
        }
        self.depth -= 1;
        self.close("]");
        Value { body: Body::List(items), ..Value::null(self.span(start..self.scan.at)) }
    }
}

/// Counts the values below one, up to a limit.
fn size(value: &Value, depth: usize) -> usize {
    match &value.body {
        _ if depth > DEEPEST => 1,
        Body::List(items) => 1 + items.iter().map(|item| size(item, depth + 1)).sum::<usize>(),
        Body::Map(entries) => 1 + entries.iter().map(|entry| size(&entry.value, depth + 1)).sum::<usize>(),
        Body::Scalar(text) => 1 + text.value().len() / 64,
        Body::Null => 1,
    }
}
