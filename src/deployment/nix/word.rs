//! The texts of a Nix file: in quotes, indented, and what they fill in.

use super::parse::Parser;
use crate::deployment::value::{Body, Value};
use crate::source::Text;

/// A text that grows longer than this by filling in is left open.
const LONGEST: usize = 64 << 10;

impl Parser<'_> {
    /// Reads a text in quotes; the first one comes next.
    pub(super) fn quoted(&mut self) -> Value {
        let start = self.scan.at;
        self.scan.step();
        let mut text = Text::empty(self.span(start..start));
        loop {
            let from = self.scan.at;
            let rest = self.scan.rest();
            let end = rest.find(['"', '\\', '$']).unwrap_or(rest.len());
            self.scan.at += end;
            text.append(&self.source.slice(from..self.scan.at));
            match self.scan.peek() {
                Some('\\') => {
                    let from = self.scan.at;
                    self.scan.step();
                    let written = self.scan.peek();
                    self.scan.step();
                    let place = self.span(from..self.scan.at);
                    let escaped = match written {
                        Some('n') => "\n".to_owned(),
                        Some('t') => "\t".to_owned(),
                        Some('r') => String::new(),
                        other => other.map(String::from).unwrap_or_default(),
                    };
                    text.push_inexact(&escaped, place);
                }
                Some('$') => self.dollar(&mut text),
                Some(_) => {
                    self.scan.step();
                    break;
                }
                None => break,
            }
        }
        self.scalar(text, start)
    }

    /// Reads a text between pairs of single quotes: its lines lose the blanks that all of them begin with.
    pub(super) fn indented(&mut self) -> Value {
        let start = self.scan.at;
        self.scan.at += 2;
        let mut text = Text::empty(self.span(start..start));
        loop {
            let from = self.scan.at;
            let rest = self.scan.rest();
            let quote = rest.find("''").unwrap_or(rest.len());
            let end = rest.find('$').unwrap_or(rest.len()).min(quote);
            self.scan.at += end;
            text.append(&self.source.slice(from..self.scan.at));
            let from = self.scan.at;
            let rest = self.scan.rest();
            let escape = [("''$", "$"), ("'''", "''"), ("''\\n", "\n"), ("''\\t", "\t")];
            if let Some((written, means)) = escape.iter().find(|(written, _)| rest.starts_with(written)) {
                self.scan.at += written.len();
                text.push_inexact(means, self.span(from..self.scan.at));
            } else if rest.starts_with("''") {
                self.scan.at += 2;
                break;
            } else if rest.starts_with('$') {
                self.dollar(&mut text);
            } else {
                break;
            }
        }
        let text = dedented(&text);
        self.scalar(text, start)
    }

    /// `${…}` is filled in; a lone `$` stands for itself.
    fn dollar(&mut self, text: &mut Text) {
        let from = self.scan.at;
        self.scan.step();
        if !self.scan.sees("{") {
            // `$$` keeps what follows from being filled in.
            if self.scan.sees("$") {
                self.scan.step();
            }
            text.append(&self.source.slice(from..self.scan.at));
            return;
        }
        self.scan.step();
        let value = self.expression();
        if !self.scan.takes("}") {
            self.scan.at = self.scan.rest().find('}').map_or(self.scan.text.len(), |end| self.scan.at + end + 1);
        }
        let place = self.span(from..self.scan.at);
        match value.body {
            Body::Scalar(found) if !found.is_hole() && text.value().len() + found.value().len() < LONGEST => {
                text.append(&found.used_at(place))
            }
            _ => text.push_hole(self.scan.text.get(from..self.scan.at).unwrap_or_default(), place),
        }
    }
}

/// Takes away what all lines begin with, and a first line that is empty.
fn dedented(text: &Text) -> Text {
    let value = text.value();
    let lines = || value.split('\n').enumerate().filter(|(_, line)| !line.trim().is_empty());
    let blank = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let margin = lines().map(|(_, line)| blank(line)).min().unwrap_or(0);
    let mut result = Text::empty(text.span());
    let mut at = 0;
    for (number, line) in value.split('\n').enumerate() {
        let end = at + line.len();
        if number > 0 || !line.trim().is_empty() {
            let from = at + margin.min(blank(line));
            let to = if end < value.len() { end + 1 } else { end };
            result.append(&text.slice(from..to));
        }
        at = end + 1;
    }
    result
}
