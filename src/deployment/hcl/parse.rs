//! Reads blocks and expressions; what makes no sense is passed over.

use super::model::{Attribute, Block, Body, Expression, Part, Step};
use crate::source::{Spanned, Text};
use std::ops::Range;

/// Blocks, brackets and templates nest no deeper.
const DEEPEST: usize = 64;
/// Operators whose result nobody works out here.
const OPERATORS: [&str; 12] = ["&&", "||", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "..."];

/// Reads a file.
pub(in crate::deployment) fn parse(text: &Text) -> Body {
    let mut parser = Parser::new(text);
    let mut body = Body::default();
    while parser.at < parser.bytes.len() {
        parser.body(&mut body);
        // A brace that nothing has opened.
        parser.at += 1;
    }
    body
}

pub(super) struct Parser<'a> {
    pub text: &'a Text,
    pub bytes: &'a [u8],
    pub at: usize,
    pub depth: usize,
}

impl<'a> Parser<'a> {
    pub fn new(text: &'a Text) -> Self {
        Self { text, bytes: text.value().as_bytes(), at: 0, depth: 0 }
    }

    pub fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    pub fn starts(&self, with: &str) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(with.as_bytes()))
    }

    pub fn accept(&mut self, sign: u8) -> bool {
        let found = self.peek(0) == sign && self.at < self.bytes.len();
        self.at += usize::from(found);
        found
    }

    pub fn written(&self, range: Range<usize>) -> Text {
        self.text.slice(range.start.min(self.text.value().len())..range.end.min(self.text.value().len()))
    }

    /// Passes blanks and remarks, and line breaks where they mean nothing.
    pub fn skip(&mut self, lines: bool) {
        loop {
            match self.peek(0) {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\n' if lines => self.at += 1,
                b'#' => self.line(),
                b'/' if self.peek(1) == b'/' => self.line(),
                b'/' if self.peek(1) == b'*' => {
                    let rest = self.bytes.get(self.at + 2..).unwrap_or_default();
                    self.at = memchr::memmem::find(rest, b"*/").map_or(self.bytes.len(), |length| self.at + length + 4);
                }
                _ => return,
            }
        }
    }

    pub fn line(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at = memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |length| self.at + length);
    }

    pub fn name(&mut self) -> Option<Spanned<String>> {
        let start = self.at;
        let fits = |byte: u8, first: bool| {
            byte.is_ascii_alphabetic()
                || byte == b'_'
                || byte >= 0x80
                || !first && (byte.is_ascii_digit() || byte == b'-')
        };
        while self.at < self.bytes.len() && fits(self.peek(0), self.at == start) {
            self.at += 1;
        }
        let name = self.text.value().get(start..self.at).filter(|name| !name.is_empty())?;
        Some(Spanned::new(name.to_owned(), self.text.span_of(start..self.at)))
    }

    /// Reads attributes and blocks up to a closing brace, which it leaves.
    fn body(&mut self, body: &mut Body) {
        loop {
            self.skip(true);
            if self.at >= self.bytes.len() || self.peek(0) == b'}' {
                return;
            }
            let start = self.at;
            let Some(name) = self.name() else {
                self.line();
                self.at += usize::from(self.at == start);
                continue;
            };
            self.skip(false);
            if self.peek(0) == b'=' && self.peek(1) != b'=' {
                self.at += 1;
                let value = self.expression();
                body.attributes.push(Attribute { name, value });
            } else if let Some(block) = self.block(start, name) {
                body.blocks.push(block);
            } else {
                self.line();
            }
        }
    }

    fn block(&mut self, start: usize, kind: Spanned<String>) -> Option<Block> {
        let mut labels = Vec::new();
        loop {
            self.skip(false);
            if self.peek(0) == b'"' {
                let from = self.at + 1;
                let end = memchr::memchr2(b'"', b'\n', self.bytes.get(from..)?).map(|length| from + length)?;
                labels.push(Spanned::new(self.text.value().get(from..end)?.to_owned(), self.text.span_of(from..end)));
                self.at = end + 1;
            } else if self.peek(0) == b'{' {
                break;
            } else {
                labels.push(self.name()?);
            }
        }
        self.at += 1;
        self.depth += 1;
        let mut body = Body::default();
        if self.depth <= DEEPEST {
            self.body(&mut body);
        } else {
            self.at = self.bytes.len();
        }
        self.depth -= 1;
        self.accept(b'}');
        Some(Block { kind, labels, body, place: self.text.span_of(start..self.at) })
    }

    /// Reads an expression.
    pub fn expression(&mut self) -> Expression {
        self.skip(true);
        let start = self.at;
        self.depth += 1;
        let found = if self.depth > DEEPEST { self.give_up() } else { self.choice(start) };
        self.depth -= 1;
        found
    }

    fn give_up(&mut self) -> Expression {
        let start = self.at;
        self.at = self.bytes.len();
        Expression::Unknown(self.written(start..start))
    }

    fn choice(&mut self, start: usize) -> Expression {
        let condition = self.compared(start);
        self.skip(false);
        let here = self.at;
        self.skip(true);
        if self.peek(0) != b'?' {
            self.at = here;
            return condition;
        }
        self.at += 1;
        let one = self.expression();
        self.skip(true);
        self.accept(b':');
        let other = self.expression();
        Expression::Choice(Box::new([condition, one, other]), self.written(start..self.at))
    }

    fn compared(&mut self, start: usize) -> Expression {
        let first = self.operand();
        self.skip(false);
        if self.starts("==") || self.starts("!=") {
            let negated = self.peek(0) == b'!';
            self.at += 2;
            self.skip(true);
            let second = self.operand();
            self.skip(false);
            let more = OPERATORS.iter().any(|sign| self.starts(sign));
            if !more {
                return Expression::Equals(Box::new([first, second]), negated, self.written(start..self.at));
            }
        }
        let mut plain = Some(first);
        while let Some(sign) = ["==", "!="].iter().chain(&OPERATORS).find(|sign| self.starts(sign)) {
            self.at += sign.len();
            self.skip(true);
            let before = self.at;
            self.operand();
            self.skip(false);
            plain = None;
            if self.at == before {
                break;
            }
        }
        plain.unwrap_or_else(|| Expression::Unknown(self.written(start..self.at)))
    }

    pub fn operand(&mut self) -> Expression {
        let start = self.at;
        let found = match self.peek(0) {
            b'"' => {
                self.at += 1;
                let parts = self.quoted();
                Expression::Template(parts, self.text.span_of(start + 1..self.at.saturating_sub(1).max(start + 1)))
            }
            b'<' if self.peek(1) == b'<' => self.document(),
            b'[' => self.list(),
            b'{' => self.object(),
            b'(' => {
                self.at += 1;
                let inner = self.expression();
                self.skip(true);
                self.accept(b')');
                inner
            }
            b'!' | b'-' => {
                self.at += 1;
                self.operand_of_sign(start)
            }
            byte if byte.is_ascii_digit() => {
                while self.peek(0).is_ascii_alphanumeric() || self.peek(0) == b'.' && self.peek(1).is_ascii_digit() {
                    self.at += 1;
                }
                Expression::Literal(self.written(start..self.at))
            }
            _ => self.named(start),
        };
        self.steps(start, found)
    }

    /// Reads an operand a level further down: behind a sign, or the key of an object, which can be one itself.
    pub fn operand_below(&mut self) -> Expression {
        self.depth += 1;
        let found = if self.depth > DEEPEST { self.give_up() } else { self.operand() };
        self.depth -= 1;
        found
    }

    fn operand_of_sign(&mut self, start: usize) -> Expression {
        self.operand_below();
        let written = self.written(start..self.at);
        let number =
            written.value().strip_prefix('-').is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
        if number { Expression::Literal(written) } else { Expression::Unknown(written) }
    }

    fn named(&mut self, start: usize) -> Expression {
        let Some(name) = self.name() else { return Expression::Unknown(self.written(start..start)) };
        if matches!(name.value.as_str(), "true" | "false" | "null") {
            return Expression::Literal(self.written(start..self.at));
        }
        while self.starts("::") {
            self.at += 2;
            self.name();
        }
        if self.peek(0) != b'(' {
            return Expression::Path(vec![Step::Name(name.value)], self.written(start..self.at));
        }
        self.at += 1;
        let arguments = self.items(b')');
        Expression::Call(name.value, arguments, self.written(start..self.at))
    }

    /// Reads what follows an operand: `.name`, `[index]`, `.*`.
    fn steps(&mut self, start: usize, first: Expression) -> Expression {
        let mut found = first;
        loop {
            let step = match self.peek(0) {
                b'.' if self.peek(1) == b'*' => {
                    self.at += 2;
                    None
                }
                b'.' if self.peek(1).is_ascii_digit() => {
                    self.at += 1;
                    let from = self.at;
                    while self.peek(0).is_ascii_digit() {
                        self.at += 1;
                    }
                    Some(Step::Name(self.written(from..self.at).value().to_owned()))
                }
                b'.' if self.peek(1) != b'.' => {
                    self.at += 1;
                    match self.name() {
                        Some(name) => Some(Step::Name(name.value)),
                        None => return found,
                    }
                }
                b'[' => {
                    self.at += 1;
                    let index = self.expression();
                    self.skip(true);
                    self.accept(b']');
                    Some(Step::Index(index))
                }
                _ => return found,
            };
            let written = self.written(start..self.at);
            found = match (found, step) {
                (Expression::Path(mut steps, _), Some(step)) => {
                    steps.push(step);
                    Expression::Path(steps, written)
                }
                _ => Expression::Unknown(written),
            };
        }
    }

    /// Reads a string up to its closing quote.
    pub fn quoted(&mut self) -> Vec<Part> {
        super::template::quoted(self)
    }
}
