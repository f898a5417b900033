//! Splits a value into words as systemd does: quotes and C escapes, no operators, no comments.

use crate::source::Text;

/// Splits a value at blanks outside quotes.
pub(super) fn split(line: &Text) -> Vec<Text> {
    let mut splitter = Splitter { line, word: None, run: None, words: Vec::new() };
    splitter.run();
    splitter.words
}

struct Splitter<'a> {
    line: &'a Text,
    word: Option<Text>,
    /// Bytes of the line that belong to the word as they stand, and are not yet in it.
    run: Option<(usize, usize)>,
    words: Vec<Text>,
}

impl Splitter<'_> {
    fn run(&mut self) {
        let value = self.line.value();
        let mut quote: Option<char> = None;
        let mut escaped = false;
        for (at, character) in value.char_indices() {
            let end = at + character.len_utf8();
            if !self.line.is_known_in(at..end) {
                escaped = false;
                self.keep(at, end);
            } else if escaped {
                escaped = false;
                self.escape(at, character);
            } else if character == '\\' {
                escaped = true;
                self.begin(at);
            } else if Some(character) == quote {
                quote = None;
            } else if quote.is_none() && matches!(character, '"' | '\'') {
                quote = Some(character);
                self.begin(at);
            } else if quote.is_none() && matches!(character, ' ' | '\t' | '\n' | '\r') {
                self.finish();
            } else {
                self.keep(at, end);
            }
        }
        self.finish();
    }

    fn begin(&mut self, at: usize) {
        if self.word.is_none() && self.run.is_none() {
            self.word = Some(Text::empty(self.line.span_of(at..at + 1)));
        }
    }

    fn keep(&mut self, from: usize, to: usize) {
        match &mut self.run {
            Some((_, end)) if *end == from => *end = to,
            _ => {
                self.flush();
                self.run = Some((from, to));
            }
        }
    }

    fn flush(&mut self) {
        let Some((from, to)) = self.run.take() else { return };
        let piece = self.line.slice(from..to);
        match &mut self.word {
            Some(word) => word.append(&piece),
            None => self.word = Some(piece),
        }
    }

    /// The character behind a backslash; what is no escape keeps its backslash.
    fn escape(&mut self, at: usize, character: char) {
        let meant = match character {
            'n' => "\n",
            't' => "\t",
            's' => " ",
            '"' | '\'' | '\\' => return self.keep(at, at + 1),
            _ => {
                self.keep(at - 1, at);
                return self.keep(at, at + character.len_utf8());
            }
        };
        self.flush();
        let span = self.line.span_of(at - 1..at + 1);
        self.word.get_or_insert_with(|| Text::empty(span)).push_inexact(meant, span);
    }

    fn finish(&mut self) {
        self.flush();
        self.words.extend(self.word.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    #[test]
    fn quotes_and_escapes_are_those_of_systemd() {
        for (line, expected) in [
            (r#"a "b c" 'd e'f"#, vec!["a", "b c", "d ef"]),
            (r#"--g=\x20 a\sb "x\"y" \;"#, vec![r"--g=\x20", "a b", "x\"y", r"\;"]),
            (r#"--a|b & > "" 'open"#, vec!["--a|b", "&", ">", "", "open"]),
        ] {
            let text = Text::literal(line, Span::new(FileId(0), 0, line.len() as u32));
            let words: Vec<String> = split(&text).iter().map(|word| word.value().to_owned()).collect();
            assert_eq!(words, expected, "{line}");
        }
    }
}
