//! Splits a one-string command line into words, each with its exact place, the way Docker Compose does.
//!
//! Compose knows quotes and backslashes, but it is no shell: it expands nothing, knows no comments, keeps an escaped line break
//! in the word, and stops without a word at an unquoted `;`, `&`, `|`, `<` or `>`.

use super::placeholder::bracketed;
use crate::source::Text;
use std::iter::Peekable;
use std::str::CharIndices;

/// Longer names in angle brackets are no placeholders of one word.
const LONGEST_PLACEHOLDER: usize = 64;

/// The words of a command line, and what the splitter dropped.
#[derive(Debug, Clone, Default)]
pub struct Words {
    /// The words, holes kept; a word that is nothing but a hole can stand for any number of words.
    pub words: Vec<Text>,
    /// Text behind an unquoted operator, which never reaches the process.
    pub lost: Option<Text>,
    /// A quote that is not closed, or a parenthesis outside quotes: Compose refuses such a line.
    pub broken: bool,
}

/// Splits a line that Compose has interpolated.
#[must_use]
pub fn split(line: &Text) -> Words {
    let mut splitter = Splitter { line, word: Word::default(), found: Words::default() };
    splitter.run();
    splitter.found
}

/// A word that is being read: runs of the line that belong to it as they stand, and characters that look different there.
#[derive(Default)]
struct Word {
    text: Option<Text>,
    run: Option<(usize, usize)>,
}

impl Word {
    fn keep(&mut self, line: &Text, from: usize, to: usize) {
        match &mut self.run {
            Some((_, end)) if *end == from => *end = to,
            _ => {
                self.flush(line);
                self.run = Some((from, to));
            }
        }
    }

    fn flush(&mut self, line: &Text) {
        if let Some((from, to)) = self.run.take() {
            let piece = line.slice(from..to);
            match &mut self.text {
                Some(text) => text.append(&piece),
                None => self.text = Some(piece),
            }
        }
    }

    /// Notes that there is a word, though nothing may stand in it (`""`).
    fn begin(&mut self, line: &Text, at: usize) {
        if self.text.is_none() && self.run.is_none() {
            self.text = Some(Text::empty(line.span_of(at..at + 1)));
        }
    }

    fn substitute(&mut self, line: &Text, character: char, from: usize, to: usize) {
        self.flush(line);
        let span = line.span_of(from..to);
        let text = self.text.get_or_insert_with(|| Text::empty(span));
        text.push_inexact(character.encode_utf8(&mut [0; 4]), span);
    }
}

struct Splitter<'a> {
    line: &'a Text,
    word: Word,
    found: Words,
}

impl Splitter<'_> {
    fn run(&mut self) {
        let mut characters = self.line.value().char_indices().peekable();
        let mut holes = Holes::of(self.line);
        while let Some((at, character)) = characters.next() {
            let end = at + character.len_utf8();
            if holes.cover(at) {
                self.word.keep(self.line, at, end);
                continue;
            }
            match character {
                ' ' | '\t' | '\r' | '\n' => self.finish(),
                '\\' => self.escaped(at, &mut characters),
                '\'' | '"' => self.quoted(at, character, &mut characters, &mut holes),
                '`' => self.captured(at, '`', &mut characters),
                '(' if self.follows_dollar(at) => self.captured(at, ')', &mut characters),
                '(' | ')' => {
                    self.found.broken = true;
                    self.word.keep(self.line, at, end);
                }
                '<' if self.is_placeholder(at) => self.captured(at, '>', &mut characters),
                ';' | '&' | '|' | '<' | '>' => {
                    let last = self.line.value().trim_end().len().max(end);
                    self.found.lost = Some(self.line.slice(at..last));
                    break;
                }
                _ => self.word.keep(self.line, at, end),
            }
        }
        self.finish();
    }

    fn finish(&mut self) {
        self.word.flush(self.line);
        self.found.words.extend(self.word.text.take());
    }

    /// A backslash outside single quotes: the next character stands for itself, `n` and `t` for line break and tabulator.
    fn escaped(&mut self, at: usize, characters: &mut Peekable<CharIndices<'_>>) {
        let Some((from, character)) = characters.next() else {
            self.found.broken = true;
            return;
        };
        let to = from + character.len_utf8();
        match character {
            'n' => self.word.substitute(self.line, '\n', at, to),
            't' => self.word.substitute(self.line, '\t', at, to),
            _ => self.word.keep(self.line, from, to),
        }
    }

    fn quoted(&mut self, start: usize, quote: char, characters: &mut Peekable<CharIndices<'_>>, holes: &mut Holes<'_>) {
        self.word.begin(self.line, start);
        while let Some((at, character)) = characters.next() {
            if holes.cover(at) {
                self.word.keep(self.line, at, at + character.len_utf8());
            } else if character == quote {
                return;
            } else if character == '\\' && quote == '"' {
                self.escaped(at, characters);
            } else {
                self.word.keep(self.line, at, at + character.len_utf8());
            }
        }
        self.found.broken = true;
    }

    /// A command substitution or placeholder: blanks in it split no word.
    fn captured(&mut self, start: usize, close: char, characters: &mut Peekable<CharIndices<'_>>) {
        self.word.keep(self.line, start, start + 1);
        for (at, character) in characters.by_ref() {
            self.word.keep(self.line, at, at + character.len_utf8());
            if character == close {
                return;
            }
        }
        self.found.broken = true;
    }

    fn follows_dollar(&self, at: usize) -> bool {
        self.line.value()[..at].ends_with('$')
    }

    /// `<YOUR_ADDRESS>` in an example is meant as one word, whatever Compose makes of it.
    fn is_placeholder(&self, at: usize) -> bool {
        bracketed(&self.line.value()[at + 1..]).is_some_and(|length| length <= LONGEST_PLACEHOLDER)
    }
}

/// Answers for bytes in rising order whether they lie in a hole.
struct Holes<'a> {
    text: &'a Text,
    next: usize,
}

impl<'a> Holes<'a> {
    fn of(text: &'a Text) -> Self {
        Self { text, next: 0 }
    }

    fn cover(&mut self, at: usize) -> bool {
        let segments = self.text.segments();
        while segments.get(self.next).is_some_and(|segment| (segment.at + segment.len) as usize <= at) {
            self.next += 1;
        }
        segments.get(self.next).is_some_and(|segment| segment.hole && segment.at as usize <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn line(text: &str) -> Text {
        Text::literal(text, Span::new(FileId(0), 0, text.len() as u32))
    }

    fn words(text: &str) -> Vec<String> {
        split(&line(text)).words.iter().map(|word| word.value().to_owned()).collect()
    }

    #[test]
    fn words_keep_their_places() {
        let source = "lighthouse  vc\n--graffiti='a b' \"\" é";
        let found = split(&line(source));
        assert!(found.lost.is_none() && !found.broken);
        let places: Vec<&str> =
            found.words.iter().map(|word| &source[word.span().start as usize..word.span().end as usize]).collect();
        assert_eq!(places, ["lighthouse", "vc", "--graffiti='a b", "\"", "é"]);
        assert_eq!(found.words[2].value(), "--graffiti=a b");
        assert_eq!(found.words[2].slice(11..14).span(), Span::new(FileId(0), 27, 30));
        assert_eq!(found.words[3].value(), "");
    }

    #[test]
    fn compose_is_no_shell() {
        assert_eq!(words("a # b"), ["a", "#", "b"]);
        assert_eq!(words("vc \\\n--flag \\ x"), ["vc", "\n--flag", " x"], "an escaped line break stays in the word");
        assert_eq!(words("a$(b c) `d e`"), ["a$(b c)", "`d e`"]);
        assert_eq!(words(r#"a"b\"c\n"'d\n'"#), ["ab\"c\nd\\n"]);
    }

    #[test]
    fn what_follows_an_operator_is_lost() {
        let found = split(&line("a b; c d"));
        assert_eq!(found.words.len(), 2);
        assert_eq!(found.lost.map(|lost| lost.span()), Some(Span::new(FileId(0), 3, 8)));
        assert_eq!(words("--fee=<YOUR_ADDRESS> --x"), ["--fee=<YOUR_ADDRESS>", "--x"]);
        assert!(split(&line("a 'b")).broken);
    }

    #[test]
    fn holes_are_not_split() {
        let mut text = Text::literal("vc ", Span::new(FileId(0), 0, 3));
        text.push_hole("${A:-b c}", Span::new(FileId(0), 3, 12));
        text.push(" --x=", Span::new(FileId(0), 12, 17), None);
        text.push_hole("${B C}", Span::new(FileId(0), 17, 23));
        let found = split(&text).words;
        assert_eq!(found.iter().map(Text::value).collect::<Vec<_>>(), ["vc", "${A:-b c}", "--x=${B C}"]);
        assert!(found[1].is_hole() && !found[2].is_hole() && !found[2].is_known());
    }
}
