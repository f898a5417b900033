//! Templates: strings, here-documents and files with `${ … }` and `%{ … }`.

use super::model::{Expression, Part};
use super::parse::Parser;
use crate::source::{Span, Text};

const DEEPEST: usize = 32;

/// Reads a text as a template.
pub(super) fn parts(text: &Text, depth: usize) -> Vec<Part> {
    let mut parser = Parser::new(text);
    parser.depth = depth + 1;
    let mut reading = Reading { parser, quoted: false };
    let (parts, _) = reading.up_to(&[], 0);
    parts
}

/// Reads a string up to its closing quote, which it passes.
pub(super) fn quoted(parser: &mut Parser<'_>) -> Vec<Part> {
    let own = Parser { text: parser.text, bytes: parser.bytes, at: parser.at, depth: parser.depth };
    let mut reading = Reading { parser: own, quoted: true };
    let (parts, _) = reading.up_to(&[], 0);
    parser.at = (reading.parser.at + 1).min(parser.bytes.len());
    parts
}

struct Reading<'a> {
    parser: Parser<'a>,
    quoted: bool,
}

/// What ends a part of a template.
struct Directive {
    word: String,
    span: Span,
    value: Option<Expression>,
    names: Vec<String>,
}

impl Reading<'_> {
    /// Reads parts up to one of these directives, which it passes and answers.
    fn up_to(&mut self, ends: &[&str], depth: usize) -> (Vec<Part>, Option<Directive>) {
        let mut parts: Vec<Part> = Vec::new();
        let mut from = self.parser.at;
        while self.parser.at < self.parser.bytes.len() {
            let at = self.parser.at;
            match (self.parser.peek(0), self.parser.peek(1)) {
                (b'"', _) if self.quoted => break,
                (b'\\', next) if self.quoted => {
                    self.keep(from, &mut parts);
                    self.escape(next, &mut parts);
                    from = self.parser.at;
                }
                (b'$' | b'%', b'$' | b'%')
                    if self.parser.peek(2) == b'{' && self.parser.peek(0) == self.parser.peek(1) =>
                {
                    self.parser.at += 1;
                    self.keep(from, &mut parts);
                    from = self.parser.at;
                    self.parser.at += 2;
                }
                (b'$', b'{') => {
                    self.keep(from, &mut parts);
                    let value = self.interpolation();
                    parts.push(Part::Value(value, self.parser.text.span_of(at..self.parser.at)));
                    from = self.parser.at;
                }
                (b'%', b'{') => {
                    self.keep(from, &mut parts);
                    let directive = self.directive();
                    from = self.parser.at;
                    if ends.contains(&directive.word.as_str()) || depth > DEEPEST {
                        return (parts, Some(directive));
                    }
                    parts.extend(self.nested(directive, depth));
                    from = from.max(self.parser.at);
                }
                _ => self.parser.at += 1,
            }
        }
        self.keep(from, &mut parts);
        (parts, None)
    }

    fn keep(&mut self, from: usize, parts: &mut Vec<Part>) {
        let to = self.parser.at.min(self.parser.bytes.len());
        if from < to {
            parts.push(Part::Text(self.parser.written(from..to)));
        }
    }

    fn escape(&mut self, next: u8, parts: &mut Vec<Part>) {
        let at = self.parser.at;
        let meant = match next {
            b'n' => "\n",
            b't' => "\t",
            b'r' => "\r",
            b'"' => "\"",
            b'\\' => "\\",
            _ => {
                self.parser.at += 1;
                return self.keep(at, parts);
            }
        };
        self.parser.at = (at + 2).min(self.parser.bytes.len());
        let span = self.parser.text.span_of(at..self.parser.at);
        let text = Text::inexact(meant, span);
        parts.push(Part::Text(text));
    }

    fn interpolation(&mut self) -> Expression {
        self.parser.at += 2;
        self.parser.at += usize::from(self.parser.peek(0) == b'~');
        let value = self.parser.expression();
        self.close();
        value
    }

    /// Passes everything up to the brace that closes `${` or `%{`.
    fn close(&mut self) {
        self.parser.skip(true);
        while self.parser.at < self.parser.bytes.len() && self.parser.peek(0) != b'}' {
            self.parser.at += 1;
        }
        self.parser.at = (self.parser.at + 1).min(self.parser.bytes.len());
    }

    fn directive(&mut self) -> Directive {
        let start = self.parser.at;
        self.parser.at += 2;
        self.parser.at += usize::from(self.parser.peek(0) == b'~');
        self.parser.skip(true);
        let word = self.parser.name().map(|name| name.value).unwrap_or_default();
        let mut names = Vec::new();
        if word == "for" {
            loop {
                self.parser.skip(true);
                match self.parser.name().map(|name| name.value) {
                    Some(name) if name == "in" => break,
                    Some(name) => names.push(name),
                    None if self.parser.peek(0) == b',' => self.parser.at += 1,
                    None => break,
                }
            }
        }
        let value = matches!(word.as_str(), "if" | "for").then(|| self.parser.expression());
        self.close();
        Directive { word, span: self.parser.text.span_of(start..self.parser.at), value, names }
    }

    fn nested(&mut self, opening: Directive, depth: usize) -> Option<Part> {
        let value = opening.value?;
        if opening.word == "for" {
            let (body, _) = self.up_to(&["endfor"], depth + 1);
            return Some(Part::For(opening.names, value, body, opening.span));
        }
        let (body, end) = self.up_to(&["else", "endif"], depth + 1);
        let otherwise = match end {
            Some(end) if end.word == "else" => self.up_to(&["endif"], depth + 1).0,
            _ => Vec::new(),
        };
        Some(Part::If(value, body, otherwise, opening.span))
    }
}
