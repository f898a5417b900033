//! A strict JSON scanner that builds nothing: the caller takes the members it wants and skips the rest.

/// Deeper nesting than any keystore has is odd.
const DEEPEST: u8 = 16;

/// Walks over JSON of ASCII without escapes; everything else, and every fault of grammar, answers nothing.
pub(super) struct Scanner<'b> {
    bytes: &'b [u8],
    at: usize,
    depth: u8,
}

impl<'b> Scanner<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0, depth: 0 }
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
            b'"' => self.string().map(|_| ()),
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
        self.expect(b'"')?;
        let start = self.at;
        let rest = self.bytes.get(start..)?;
        let (words, _) = rest.as_chunks::<8>();
        let plain = 8 * words.iter().take_while(|word| is_plain(u64::from_le_bytes(**word))).count();
        let length = plain + rest.get(plain..)?.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))?;
        if rest.get(length) != Some(&b'"') {
            return None;
        }
        self.at = start + length + 1;
        Some((start as u32, (start + length) as u32))
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

/// Tells whether none of eight bytes of ASCII ends a string, begins an escape or is a control character.
fn is_plain(word: u64) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    // The high bit of each byte that is less than `limit`; bytes of ASCII have none of their own.
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGHS;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    below(word, 0x20) | is(b'"') | is(b'\\') == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_clean(text: &str) -> bool {
        let mut scanner = Scanner::new(text.as_bytes());
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
    fn members_are_taken_at_their_place() {
        let text = r#"{"x": [1], "key": "value"}"#;
        let mut found = None;
        let taken = Scanner::new(text.as_bytes()).entries(|scanner, key| match key {
            b"key" => {
                found = Some(scanner.string()?);
                Some(())
            }
            _ => scanner.skip(),
        });
        assert_eq!((taken, found), (Some(()), Some((19, 24))));
    }
}
