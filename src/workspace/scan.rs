//! A strict JSON scanner that builds nothing: the caller takes the members it wants and skips the rest.

/// Deeper nesting than any keystore has is odd.
const DEEPEST: u8 = 16;

/// Walks over JSON of ASCII without escapes; everything else, and every fault of grammar, answers nothing.
pub(super) struct Scanner<'b> {
    bytes: &'b [u8],
    at: usize,
    depth: u8,
    stops: Stops<'b>,
    /// The ranges between the quotes of strings that were skipped.
    pub(super) skipped: Vec<(u32, u32)>,
}

impl<'b> Scanner<'b> {
    /// Begins at the first byte; nothing if the bytes are not all ASCII.
    pub(super) fn new(bytes: &'b [u8]) -> Option<Self> {
        bytes.is_ascii().then(|| Self { bytes, at: 0, depth: 0, stops: Stops::of(bytes), skipped: Vec::new() })
    }

    /// Answers the bytes of a range that the scanner has given out.
    pub(super) fn bytes(&self, start: u32, end: u32) -> Option<&'b [u8]> {
        self.bytes.get(start as usize..end as usize)
    }

    /// Reads an object; `each` must read the value of every key it is called with.
    pub(super) fn entries(&mut self, mut each: impl FnMut(&mut Self, &'b [u8]) -> Option<()>) -> Option<()> {
        self.open(b'{')?;
        if self.peek()? == b'}' {
            return self.close();
        }
        loop {
            let (start, end) = self.string()?;
            let key = self.bytes(start, end)?;
            self.expect(b':')?;
            each(self, key)?;
            if self.separator(b'}')? {
                return Some(());
            }
        }
    }

    /// Reads any value, and forgets it.
    pub(super) fn skip(&mut self) -> Option<()> {
        match self.peek()? {
            b'{' => self.entries(|scanner, _| scanner.skip()),
            b'[' => self.items(),
            b'"' => {
                let range = self.string()?;
                self.skipped.push(range);
                Some(())
            }
            _ => self.plain().map(|_| ()),
        }
    }

    fn items(&mut self) -> Option<()> {
        self.open(b'[')?;
        if self.peek()? == b']' {
            return self.close();
        }
        loop {
            self.skip()?;
            if self.separator(b']')? {
                return Some(());
            }
        }
    }

    /// Reads a string; answers the range between its quotes.
    pub(super) fn string(&mut self) -> Option<(u32, u32)> {
        self.peek()?;
        // Stops before this place are line ends between values.
        let is_here = |at: &usize| *at >= self.at;
        let start = self.stops.find(is_here).filter(|open| *open == self.at)? + 1;
        let end = self.stops.next()?;
        if self.bytes.get(start - 1) != Some(&b'"') || self.bytes.get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        Some((start as u32, end as u32))
    }

    /// Reads a whole number, `true`, `false` or `null`; answers its range.
    pub(super) fn plain(&mut self) -> Option<(u32, u32)> {
        self.peek()?;
        let start = self.at;
        let rest = self.bytes.get(start..)?;
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let word = rest.get(..length)?;
        let number = !word.is_empty() && word.iter().all(u8::is_ascii_digit) && (word.len() == 1 || word[0] != b'0');
        if !number && !matches!(word, b"true" | b"false" | b"null") {
            return None;
        }
        self.at = start + length;
        Some((start as u32, self.at as u32))
    }

    /// Makes sure that nothing follows but white space.
    pub(super) fn finish(&mut self) -> Option<()> {
        self.peek().is_none().then_some(())
    }

    fn peek(&mut self) -> Option<u8> {
        while let Some(byte) = self.bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn open(&mut self, byte: u8) -> Option<()> {
        self.expect(byte)?;
        self.depth += 1;
        (self.depth <= DEEPEST).then_some(())
    }

    fn close(&mut self) -> Option<()> {
        self.at += 1;
        self.depth -= 1;
        Some(())
    }

    /// Reads what stands after a value: tells whether it was the closing bracket; a comma goes on.
    fn separator(&mut self, closing: u8) -> Option<bool> {
        match self.peek()? {
            b',' => {
                self.at += 1;
                Some(false)
            }
            byte if byte == closing => {
                self.close()?;
                Some(true)
            }
            _ => None,
        }
    }
}

/// Answers the place of each quote, backslash and control character of ASCII, eight bytes at a time: most of a keystore is long
/// digits between quotes.
struct Stops<'b> {
    words: std::slice::Iter<'b, [u8; 8]>,
    /// What is left behind the last whole word.
    last: Option<u64>,
    /// How many bytes were read.
    read: usize,
    /// The high bit of each stop in the last eight of them that is not given out yet.
    left: u64,
}

impl<'b> Stops<'b> {
    fn of(bytes: &'b [u8]) -> Self {
        let (words, rest) = bytes.as_chunks::<8>();
        Self { words: words.iter(), last: Some(padded(rest)), read: 0, left: 0 }
    }
}

impl Iterator for Stops<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            let word = self.words.next().map(|word| u64::from_le_bytes(*word)).or_else(|| self.last.take())?;
            self.left = stops(word);
            self.read += 8;
        }
        let at = self.read - 8 + self.left.trailing_zeros() as usize / 8;
        self.left &= self.left - 1;
        Some(at)
    }
}

/// Fills up the last bytes with blanks, which are no stops.
fn padded(rest: &[u8]) -> u64 {
    let mut word = [b' '; 8];
    word.iter_mut().zip(rest).for_each(|(byte, last)| *byte = *last);
    u64::from_le_bytes(word)
}

/// Sets the high bit of each of eight bytes of ASCII that ends a string, begins an escape or is a control character.
fn stops(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    // Each sum has its high bit where the byte is something else; bytes of ASCII are too small to carry over into the next.
    let is_not = |byte: u8| (word ^ (ONES * u64::from(byte))) + ONES * 0x7f;
    let is_printed = word + ONES * (0x80 - 0x20);
    !(is_not(b'"') & is_not(b'\\') & is_printed) & HIGHS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_clean(text: &str) -> bool {
        let Some(mut scanner) = Scanner::new(text.as_bytes()) else { return false };
        scanner.skip().and_then(|()| scanner.finish()).is_some()
    }

    #[test]
    fn plain_json_is_walked_over() {
        assert!(is_clean(r#" {"a": [1, 0, {"b": {}}, []], "c": "x", "d": null} "#));
    }

    #[test]
    fn odd_json_is_left_to_the_parser() {
        for odd in ["", "{", "[1,]", r#"{"a" 1}"#, r#"{"a":1,}"#, "[01]", "[1.5]", r#""a\n""#, "[1] 2", "{\"a\n\":1}"] {
            assert!(!is_clean(odd), "{odd}");
        }
        assert!(!is_clean(&"[".repeat(100_000)));
    }

    #[test]
    fn white_space_is_no_fault_between_strings_and_one_within_them() {
        assert!(is_clean("{\n\t\"a\": \"b\",\r\n\"c\": \"d\"}\n"));
        for odd in ["{\n\"a\": \"b\nc\"}", "{\n\"a\": \"\\\"\"}", "\"\u{1f}\"", "{\"a\": \"b}", "\"é\"", "x\"a\""] {
            assert!(!is_clean(odd), "{odd:?}");
        }
    }

    #[test]
    fn every_stop_is_met_and_nothing_else() {
        let texts =
            ["", "\"", "\"#\"!#", "a\\\"\u{1f}\n ~", "0123456\"\u{7f}", "01234567\"", "!!!!!!!!\"\"\"\"\"\"\"\"\0"];
        for text in texts {
            let bytes = text.as_bytes();
            let expected = (0..bytes.len()).filter(|at| matches!(bytes[*at], b'"' | b'\\' | 0..=0x1f));
            let met: Vec<usize> = Stops::of(bytes).collect();
            assert_eq!(met, expected.collect::<Vec<_>>(), "{text:?}");
        }
    }

    #[test]
    fn members_are_taken_at_their_place() {
        let text = r#"{"x": [1], "key": "value"}"#;
        let mut found = None;
        let taken = Scanner::new(text.as_bytes()).expect("is ASCII").entries(|scanner, key| match key {
            b"key" => {
                found = Some(scanner.string()?);
                Some(())
            }
            _ => scanner.skip(),
        });
        assert_eq!((taken, found), (Some(()), Some((19, 24))));
    }
}
