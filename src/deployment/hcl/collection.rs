//! Lists, maps, loops over them, and here-documents.

use super::model::Expression;
use super::parse::Parser;
use crate::source::Text;

impl Parser<'_> {
    pub fn items(&mut self, close: u8) -> Vec<Expression> {
        let mut items = Vec::new();
        loop {
            self.skip(true);
            if self.at >= self.bytes.len() || self.accept(close) {
                return items;
            }
            let before = self.at;
            items.push(self.expression());
            self.skip(true);
            self.accept(b',');
            if self.starts("...") {
                self.at += 3;
            }
            self.at += usize::from(self.at == before);
        }
    }

    pub fn list(&mut self) -> Expression {
        let start = self.at;
        self.at += 1;
        self.skip(true);
        if self.is_for() {
            return self.comprehension(start, b'[', b']');
        }
        let items = self.items(b']');
        Expression::List(items, self.text.span_of(start..self.at))
    }

    pub fn object(&mut self) -> Expression {
        let start = self.at;
        self.at += 1;
        self.skip(true);
        if self.is_for() {
            return self.comprehension(start, b'{', b'}');
        }
        let mut entries = Vec::new();
        loop {
            self.skip(true);
            if self.at >= self.bytes.len() || self.accept(b'}') {
                return Expression::Object(entries, self.text.span_of(start..self.at));
            }
            let before = self.at;
            let key = self.operand_below();
            self.skip(true);
            if self.accept(b'=') || self.accept(b':') {
                let value = self.expression();
                entries.push((key, value));
            }
            self.skip(true);
            self.accept(b',');
            self.at += usize::from(self.at == before);
        }
    }

    fn is_for(&self) -> bool {
        self.starts("for") && matches!(self.peek(3), b' ' | b'\t' | b'\n')
    }

    /// Passes `[for … ]`.
    fn comprehension(&mut self, start: usize, open: u8, close: u8) -> Expression {
        let mut depth = 1usize;
        while depth > 0 && self.at < self.bytes.len() {
            match self.peek(0) {
                byte if byte == open => depth += 1,
                byte if byte == close => depth -= 1,
                b'"' => {
                    self.at += 1;
                    self.quoted();
                    continue;
                }
                _ => {}
            }
            self.at += 1;
        }
        Expression::Unknown(self.written(start..self.at))
    }

    /// Reads `<<EOF` and its lines.
    pub fn document(&mut self) -> Expression {
        let start = self.at;
        self.at += 2;
        let indented = self.accept(b'-');
        let Some(delimiter) = self.name().map(|name| name.value) else {
            return Expression::Unknown(self.written(start..self.at));
        };
        self.line();
        self.at = (self.at + 1).min(self.bytes.len());
        let from = self.at;
        let mut end = self.bytes.len();
        while self.at < self.bytes.len() {
            let line = self.at;
            self.line();
            if self.text.value().get(line..self.at).is_some_and(|line| line.trim() == delimiter) {
                end = line;
                break;
            }
            self.at = (self.at + 1).min(self.bytes.len());
        }
        let behind = self.at;
        let lines = self.written(from..end);
        let lines = if indented { without_indent(&lines) } else { lines };
        let parts = super::template::parts(&lines, self.depth);
        self.at = behind;
        Expression::Template(parts, lines.span())
    }
}

/// Takes off the blanks that every line begins with.
fn without_indent(text: &Text) -> Text {
    let value = text.value();
    let blank = |line: &str| line.trim().is_empty();
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let least = value.lines().filter(|line| !blank(line)).map(indent).min().unwrap_or_default();
    let mut bare = Text::empty(text.span());
    let mut at = 0;
    for line in value.split_inclusive('\n') {
        let from = at + least.min(indent(line)).min(line.len());
        bare.append(&text.slice(from..at + line.len()));
        at += line.len();
    }
    bare
}
