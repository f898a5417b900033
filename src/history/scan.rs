//! The tokens of a JSON text that need not fit into memory, with the place of each.

use crate::document::json_run_end;
use std::io::{ErrorKind, Read};

/// So much of the text is in memory at a time, and no string that matters is longer.
const WINDOW: usize = 256 << 10;

/// Why the text cannot be followed any further, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Torn {
    pub at: u64,
    /// Bytes of the letter at fault; none where the text ends.
    pub length: u32,
    pub says: String,
}

/// A string or number, as written: the quotes are left out, escapes are not decoded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'b> {
    /// Its bytes; nothing if it is longer than any that matters.
    pub text: Option<&'b [u8]>,
    /// Offset of its first byte in the text.
    pub start: u64,
    /// Offset of the byte after its last.
    pub end: u64,
    /// It holds a backslash.
    pub escaped: bool,
}

/// Reads a text front to back, through a window.
pub(super) struct Scanner<R> {
    reader: R,
    window: Vec<u8>,
    /// The next byte, and the end of what was read, in the window.
    at: usize,
    end: usize,
    /// Offset of the window's first byte in the text.
    base: u64,
    over: bool,
}

impl<R: Read> Scanner<R> {
    pub fn new(reader: R) -> Self {
        Self { reader, window: vec![0; WINDOW], at: 0, end: 0, base: 0, over: false }
    }

    /// Answers the offset of the next byte.
    pub fn offset(&self) -> u64 {
        self.base + self.at as u64
    }

    /// Answers the next byte that is no white space, and leaves it; nothing at the end.
    #[inline]
    pub fn peek(&mut self) -> Result<Option<u8>, Torn> {
        loop {
            while let Some(byte) = self.window[..self.end].get(self.at) {
                if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                    return Ok(Some(*byte));
                }
                self.at += 1;
            }
            if !self.refill(self.at)? {
                return Ok(None);
            }
        }
    }

    /// Takes one byte that [`Self::peek`] has answered.
    #[inline]
    pub fn take(&mut self) {
        self.at += 1;
    }

    /// Takes a byte that has to come.
    #[inline]
    pub fn expect(&mut self, wanted: u8, says: &str) -> Result<(), Torn> {
        match self.peek()? {
            Some(byte) if byte == wanted => {
                self.at += 1;
                Ok(())
            }
            _ => Err(self.torn(says)),
        }
    }

    /// Takes an opening bracket, if it comes next.
    #[inline]
    pub fn opens(&mut self, bracket: u8) -> Result<bool, Torn> {
        let opens = self.peek()? == Some(bracket);
        if opens {
            self.take();
        }
        Ok(opens)
    }

    /// Goes to the next item of a list; false at its end.
    #[inline]
    pub fn item(&mut self, first: &mut bool) -> Result<bool, Torn> {
        if self.opens(b']')? {
            return Ok(false);
        }
        if !std::mem::take(first) {
            self.expect(b',', "a comma or `]` is expected here")?;
        }
        Ok(true)
    }

    pub fn torn(&self, says: &str) -> Torn {
        let says = if self.over && self.at >= self.end { "the file ends in the middle of a value" } else { says };
        Torn { at: self.offset(), length: self.letter(), says: says.to_owned() }
    }

    /// Answers how many bytes the letter has that comes next; none where the text ends.
    fn letter(&self) -> u32 {
        let rest = self.window.get(self.at..self.end).unwrap_or_default();
        let head = rest.get(..rest.len().min(4)).unwrap_or_default();
        let letter = head.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
        letter.map_or(u32::from(!rest.is_empty()), |letter| letter.len_utf8() as u32)
    }

    /// Skips the mark that some editors put at the start of a text.
    pub fn skip_mark(&mut self) -> Result<(), Torn> {
        self.refill(0)?;
        if self.window[..self.end].starts_with(b"\xef\xbb\xbf") {
            self.at = 3;
        }
        Ok(())
    }

    /// Moves what is still needed to the front and reads on; false at the end of the text.
    #[cold]
    fn refill(&mut self, keep: usize) -> Result<bool, Torn> {
        self.window.copy_within(keep..self.end, 0);
        self.base += keep as u64;
        self.at -= keep;
        self.end -= keep;
        while !self.over && self.end < self.window.len() {
            match self.reader.read(&mut self.window[self.end..]) {
                Ok(0) => self.over = true,
                Ok(read) => {
                    self.end += read;
                    return Ok(true);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Torn { at: self.base + self.end as u64, length: 0, says: error.to_string() }),
            }
        }
        Ok(false)
    }

    /// Takes a string, from its first quote on.
    pub fn string(&mut self) -> Result<Token<'_>, Torn> {
        let opened = self.offset();
        let mut start = self.at + 1;
        let (mut escaped, mut long) = (false, false);
        self.at = start;
        loop {
            let rest = self.window.get(self.at..self.end).unwrap_or_default();
            match json_run_end(rest) {
                Some(run) => {
                    self.at += run;
                    match self.window[self.at] {
                        b'"' => break,
                        b'\\' if self.at + 1 < self.end => {
                            if !b"\"\\/bfnrtu".contains(&self.window[self.at + 1]) {
                                return Err(self.torn("this is no escape of JSON"));
                            }
                            escaped = true;
                            self.at += 2;
                            continue;
                        }
                        b'\\' => {}
                        _ => return Err(self.torn("a string may not hold a control character")),
                    }
                }
                None => self.at = self.end.max(self.at),
            }
            // The string goes on past the window: what is longer than one is passed over.
            if start == 0 && self.end == self.window.len() {
                long = true;
            }
            let keep = if long { self.at.min(self.end) } else { start.min(self.end) };
            start = if long { 0 } else { start - keep };
            if !self.refill(keep)? {
                return Err(Torn { at: opened, length: 1, says: "this string has no end".to_owned() });
            }
        }
        let (from, to) = (start, self.at);
        self.at += 1;
        let end = self.base + to as u64;
        let text = if long { None } else { self.window.get(from..to) };
        Ok(Token { text, start: opened + 1, end, escaped })
    }

    /// Takes a number, `true`, `false` or `null`.
    pub fn word(&mut self) -> Result<Token<'_>, Torn> {
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        let mut length = 0;
        loop {
            let rest = &self.window[self.at + length..self.end];
            match rest.iter().position(|byte| !is_part(byte)) {
                Some(more) => {
                    length += more;
                    break;
                }
                None => length += rest.len(),
            }
            if !self.refill(self.at)? {
                break;
            }
        }
        let word = &self.window[self.at..self.at + length];
        if !matches!(word, b"true" | b"false" | b"null") && serde_json::from_slice::<serde_json::Number>(word).is_err()
        {
            return Err(self.torn("a value is expected here"));
        }
        let start = self.offset();
        let from = self.at;
        self.at += length;
        let text = self.window.get(from..self.at);
        Ok(Token { text, start, end: start + length as u64, escaped: false })
    }

    /// Passes over a value, whatever it is and however deep.
    pub fn skip(&mut self) -> Result<(), Torn> {
        // For each collection that is open: whether it is a map.
        let mut open: Vec<bool> = Vec::new();
        loop {
            match self.peek()? {
                Some(b'{') => {
                    self.take();
                    if self.peek()? != Some(b'}') {
                        open.push(true);
                        self.key()?;
                        continue;
                    }
                    self.take();
                }
                Some(b'[') => {
                    self.take();
                    if self.peek()? != Some(b']') {
                        open.push(false);
                        continue;
                    }
                    self.take();
                }
                Some(b'"') => {
                    self.string()?;
                }
                _ => {
                    self.word()?;
                }
            }
            if !self.next_in(&mut open)? {
                return Ok(());
            }
        }
    }

    /// Goes on to the next value of the collections that are open; false if none is.
    fn next_in(&mut self, open: &mut Vec<bool>) -> Result<bool, Torn> {
        while let Some(is_map) = open.last().copied() {
            match self.peek()? {
                Some(b',') => {
                    self.take();
                    if is_map {
                        self.key()?;
                    }
                    return Ok(true);
                }
                Some(b'}') if is_map => self.take(),
                Some(b']') if !is_map => self.take(),
                _ => return Err(self.torn("a comma or the end of the collection is expected here")),
            }
            open.pop();
        }
        Ok(false)
    }

    fn key(&mut self) -> Result<(), Torn> {
        if self.peek()? != Some(b'"') {
            return Err(self.torn("a key in double quotes is expected here"));
        }
        self.string()?;
        self.expect(b':', "a colon is expected here")
    }
}
