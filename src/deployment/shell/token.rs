//! Cuts a script into words and operators; a word keeps its parts, so that each has its place.

use super::model::{Form, Lines, Part, Redirection, Token, Tokens, Variable, Word};
use crate::source::Text;
use std::collections::VecDeque;
use std::ops::Range;

/// Words in words (`${A:-${B:-…}}`) nest no deeper.
const DEEPEST: usize = 12;

/// A here-document whose lines are still to come.
struct Awaited {
    delimiter: String,
    redirection: usize,
}

/// Cuts a script into tokens.
pub(super) fn tokens(script: &Text) -> Tokens {
    let mut lexer = Lexer::of(script, 0..script.value().len());
    let mut list = Vec::new();
    while let Some(token) = lexer.next() {
        list.push(token);
        lexer.count = list.len();
    }
    Tokens { list, redirections: lexer.redirections }
}

/// Reads the lines of a here-document as one word, in which variables are filled.
pub(super) fn document(script: &Text, range: Range<usize>) -> Word {
    let mut lexer = Lexer::of(script, range.clone());
    let mut word = Word { range, quoted: true, ..Word::default() };
    while let Some(byte) = lexer.bytes.get(lexer.at) {
        match byte {
            b'\\' => lexer.escaped(&mut word, true),
            b'$' => lexer.dollar(&mut word, true, 0),
            b'`' => lexer.backquoted(&mut word, true),
            _ => lexer.literal(&mut word),
        }
    }
    word
}

struct Lexer<'a> {
    text: &'a Text,
    bytes: &'a [u8],
    at: usize,
    /// How many tokens there were so far.
    count: usize,
    redirections: Vec<(usize, Redirection)>,
    /// Here-documents that begin behind the line.
    documents: VecDeque<Awaited>,
    /// The redirection that follows is about another stream.
    other: bool,
}

impl<'a> Lexer<'a> {
    /// Reads a part of a script.
    fn of(text: &'a Text, range: Range<usize>) -> Self {
        let bytes = text.value().as_bytes().get(..range.end).unwrap_or_default();
        let (redirections, documents) = (Vec::new(), VecDeque::new());
        Self { text, bytes, at: range.start, count: 0, redirections, documents, other: false }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Tells whether the next byte stands in a hole of the manifest, where no sign means anything.
    fn in_hole(&self) -> bool {
        !self.text.is_known_in(self.at..self.at + 1)
    }

    fn next(&mut self) -> Option<Token> {
        loop {
            match self.bytes.get(self.at)? {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.peek(1) == b'\n' => self.at += 2,
                b'\\' if self.peek(1) == b'\r' && self.peek(2) == b'\n' => self.at += 3,
                b'#' => self.at = self.end_of_line(),
                b'\n' => {
                    self.at += 1;
                    self.skip_documents();
                    return Some(Token::Newline);
                }
                b'<' | b'>' if !self.in_hole() => self.redirection(),
                b'&' if self.peek(1) == b'>' && !self.in_hole() => self.redirection(),
                b';' | b'&' | b'|' | b'(' | b')' if !self.in_hole() => return Some(self.operator()),
                _ => {
                    let word = self.word(0, |_| false);
                    // `2>` and the like: the number belongs to the redirection.
                    let number = self.bytes[word.range.clone()].iter().all(u8::is_ascii_digit);
                    if number && matches!(self.peek(0), b'<' | b'>') {
                        self.other = !matches!(&self.bytes[word.range.clone()], b"0" | b"1");
                        continue;
                    }
                    return Some(Token::Word(word));
                }
            }
        }
    }

    fn end_of_line(&self) -> usize {
        memchr::memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |length| self.at + length)
    }

    fn operator(&mut self) -> Token {
        let at = self.at;
        let sign = match (self.peek(0), self.peek(1)) {
            (b';', b';') => ";;",
            (b'&', b'&') => "&&",
            (b'|', b'|') => "||",
            (b';', _) => ";",
            (b'&', _) => "&",
            (b'|', _) => "|",
            (b'(', _) => "(",
            _ => ")",
        };
        self.at += sign.len();
        Token::Operator(sign, at)
    }

    /// Passes a redirection and its target; a here-document is passed at the end of the line.
    fn redirection(&mut self) {
        let start = self.at;
        while matches!(self.peek(0), b'<' | b'>' | b'&' | b'|') {
            self.at += 1;
        }
        let other = std::mem::take(&mut self.other);
        let sign = self.bytes.get(start..self.at).unwrap_or_default();
        let document = sign == b"<<";
        let tabs = document && self.peek(0) == b'-';
        self.at += usize::from(tabs);
        if sign.starts_with(b"<") && self.peek(0) == b'(' || sign == b">" && self.peek(0) == b'(' {
            self.at = self.closing(self.at, b'(', b')');
            return;
        }
        while matches!(self.peek(0), b' ' | b'\t') {
            self.at += 1;
        }
        if matches!(self.peek(0), b'\n' | 0) {
            return;
        }
        let target = self.word(0, |_| false);
        if target.range.is_empty() {
            self.at += 1;
        }
        let written = self.text.value().get(target.range.clone()).unwrap_or_default();
        let lines = document.then(|| {
            let delimiter = written.chars().filter(|sign| !"'\"\\".contains(*sign)).collect();
            self.documents.push_back(Awaited { delimiter, redirection: self.redirections.len() });
            Lines { range: self.at..self.at, expands: !target.quoted, tabs }
        });
        let sign = String::from_utf8_lossy(sign).into_owned();
        self.redirections.push((self.count, Redirection { sign, other, target, document: lines }));
    }

    fn skip_documents(&mut self) {
        while let Some(Awaited { delimiter, redirection }) = self.documents.pop_front() {
            let lines = self.redirections.get_mut(redirection).and_then(|(_, it)| it.document.as_mut());
            let tabs = lines.as_ref().is_some_and(|lines| lines.tabs);
            let start = self.at;
            let mut close = self.bytes.len();
            while self.at < self.bytes.len() {
                let end =
                    memchr::memchr(b'\n', &self.bytes[self.at..]).map_or(self.bytes.len(), |length| self.at + length);
                let line = self.text.value().get(self.at..end).unwrap_or_default().trim_end_matches('\r');
                let (from, line) = (self.at, if tabs { line.trim_start_matches('\t') } else { line });
                self.at = (end + 1).min(self.bytes.len());
                if line == delimiter {
                    close = from;
                    break;
                }
            }
            if let Some(lines) = lines {
                lines.range = start..close.max(start);
            }
        }
    }

    /// Reads a word up to a blank or an operator, or to a byte for which `ends` holds.
    fn word(&mut self, depth: usize, ends: impl Fn(u8) -> bool) -> Word {
        let mut word = Word { range: self.at..self.at, ..Word::default() };
        let inner = depth > 0;
        while let Some(byte) = self.bytes.get(self.at).copied() {
            let stop = matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' | b'<' | b'>');
            if (stop || matches!(byte, b'\'' | b'"' | b'`' | b'\\')) && self.in_hole() {
                self.literal(&mut word);
                continue;
            }
            if ends(byte) || (stop && !inner) {
                break;
            }
            match byte {
                b'\\' => self.escaped(&mut word, false),
                b'\'' => self.single_quoted(&mut word),
                b'"' => self.double_quoted(&mut word, depth),
                b'$' => self.dollar(&mut word, false, depth),
                b'`' => self.backquoted(&mut word, false),
                _ => self.literal(&mut word),
            }
        }
        word.range.end = self.at;
        word
    }

    /// Takes one character that stands for itself, or a hole of the manifest as a whole.
    fn literal(&mut self, word: &mut Word) {
        let start = self.at;
        self.at += 1;
        while !self.text.value().is_char_boundary(self.at) {
            self.at += 1;
        }
        if self.text.is_known_in(start..self.at) {
            push_literal(word, start..self.at);
            return;
        }
        let segments = self.text.segments();
        let index = segments.partition_point(|segment| (segment.at + segment.len) as usize <= start);
        let end = segments.get(index).map_or(self.at, |segment| (segment.at + segment.len) as usize);
        self.at = end.max(self.at);
        word.parts.push(Part::Unknown { range: start..self.at, quoted: false });
    }

    fn escaped(&mut self, word: &mut Word, in_quotes: bool) {
        let next = self.peek(1);
        if next == b'\n' {
            self.at += 2;
        } else if in_quotes && !matches!(next, b'$' | b'`' | b'"' | b'\\') {
            push_literal(word, self.at..self.at + 1);
            self.at += 1;
        } else {
            self.at += 1;
            word.quoted = true;
            if self.at < self.bytes.len() {
                self.literal(word);
            }
        }
    }

    fn single_quoted(&mut self, word: &mut Word) {
        word.quoted = true;
        let start = self.at + 1;
        let end = memchr::memchr(b'\'', self.bytes.get(start..).unwrap_or_default());
        let end = end.map_or(self.bytes.len(), |length| start + length);
        push_literal(word, start..end);
        self.at = (end + 1).min(self.bytes.len());
    }

    fn double_quoted(&mut self, word: &mut Word, depth: usize) {
        word.quoted = true;
        self.at += 1;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.at += 1;
                    return;
                }
                b'\\' => self.escaped(word, true),
                b'$' => self.dollar(word, true, depth),
                b'`' => self.backquoted(word, true),
                _ => self.literal(word),
            }
        }
    }

    fn backquoted(&mut self, word: &mut Word, quoted: bool) {
        let start = self.at;
        let end = memchr::memchr(b'`', self.bytes.get(start + 1..).unwrap_or_default());
        self.at = end.map_or(self.bytes.len(), |length| start + length + 2);
        word.parts.push(Part::Unknown { range: start..self.at, quoted });
    }

    fn dollar(&mut self, word: &mut Word, quoted: bool, depth: usize) {
        let start = self.at;
        match self.peek(1) {
            b'(' => {
                self.at = self.closing(start + 1, b'(', b')');
                word.parts.push(Part::Unknown { range: start..self.at, quoted });
            }
            b'{' => self.braced(word, quoted, depth),
            b'\'' if !quoted => {
                self.at += 1;
                self.single_quoted(word);
            }
            b'"' if !quoted => self.at += 1,
            sign @ (b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-' | b'0'..=b'9') => {
                self.at += 2;
                let name = (sign as char).to_string();
                let form = if matches!(sign, b'#' | b'?' | b'$' | b'!' | b'-') { Form::Other } else { Form::Plain };
                word.parts.push(Part::Variable(Variable { range: start..self.at, name, all: false, form, quoted }));
            }
            _ => {
                let name = self.name_at(start + 1);
                if name.is_empty() {
                    push_literal(word, start..start + 1);
                    self.at += 1;
                    return;
                }
                self.at = start + 1 + name.len();
                let range = start..self.at;
                word.parts.push(Part::Variable(Variable { range, name, all: false, form: Form::Plain, quoted }));
            }
        }
    }

    fn braced(&mut self, word: &mut Word, quoted: bool, depth: usize) {
        let start = self.at;
        let close = self.closing(start + 1, b'{', b'}');
        self.at = start + 2;
        let mut name = self.name_at(self.at);
        if name.is_empty() && matches!(self.peek(0), b'@' | b'*' | b'0'..=b'9') {
            name = (self.peek(0) as char).to_string();
        }
        self.at += name.len();
        let all = [b"[@]", b"[*]"].iter().any(|all| self.bytes[self.at..].starts_with(*all));
        self.at += if all { 3 } else { 0 };
        let strict = self.peek(0) == b':';
        let sign = self.peek(usize::from(strict));
        let form = match sign {
            b'}' if !strict && !name.is_empty() => Form::Plain,
            b'-' | b'=' | b'+' if !name.is_empty() && depth < DEEPEST => {
                self.at += 1 + usize::from(strict);
                let end = close.saturating_sub(1);
                let inner = self.inner_word(end, depth + 1);
                if sign == b'+' { Form::Alternative(strict, inner) } else { Form::Default(strict, inner) }
            }
            _ => Form::Other,
        };
        self.at = close.max(start + 2).min(self.bytes.len());
        word.parts.push(Part::Variable(Variable { range: start..self.at, name, all, form, quoted }));
    }

    fn inner_word(&mut self, end: usize, depth: usize) -> Box<Word> {
        let mut inner = Word { range: self.at..self.at, ..Word::default() };
        while self.at < end {
            let before = self.at;
            let part = self.word(depth, |byte| byte == b'}');
            inner.quoted |= part.quoted;
            inner.parts.extend(part.parts);
            if self.at < end {
                self.literal(&mut inner);
            }
            if self.at == before {
                break;
            }
        }
        inner.range.end = self.at;
        Box::new(inner)
    }

    fn name_at(&self, from: usize) -> String {
        let rest = self.bytes.get(from..).unwrap_or_default();
        if rest.first().is_none_or(u8::is_ascii_digit) {
            return String::new();
        }
        let name = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
        name.map(|byte| *byte as char).collect()
    }

    /// Answers the offset behind the bracket that closes the one at `from`, quotes passed over.
    fn closing(&self, from: usize, open: u8, close: u8) -> usize {
        let mut depth = 0usize;
        let mut at = from;
        while let Some(byte) = self.bytes.get(at).copied() {
            at += 1;
            if byte == b'\\' {
                at += 1;
            } else if byte == b'\'' && close == b')' {
                let end = memchr::memchr(b'\'', self.bytes.get(at..).unwrap_or_default());
                at = end.map_or(self.bytes.len(), |length| at + length + 1);
            } else if byte == open {
                depth += 1;
            } else if byte == close {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
        }
        self.bytes.len()
    }
}

fn push_literal(word: &mut Word, range: Range<usize>) {
    match word.parts.last_mut() {
        Some(Part::Literal(last)) if last.end == range.start => last.end = range.end,
        _ => word.parts.push(Part::Literal(range)),
    }
}
