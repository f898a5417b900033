//! Finds mnemonics (BIP-39) in any text: whoever reads one owns all keys that were made from it.

use bip39::Language;
use sha2::{Digest, Sha256};
use std::ops::Range;

/// The lengths of a mnemonic in words, the longest first.
const LENGTHS: [usize; 5] = [24, 21, 18, 15, 12];
/// The shortest mnemonic.
const SHORTEST: usize = 12;
/// A longer run of words in one piece is a word list.
const LONGEST_RUN: usize = 64;

/// A word of the text that can be one of a mnemonic.
#[derive(Debug, Clone)]
struct Word {
    range: Range<usize>,
    /// It is the first one of its line.
    leads: bool,
}

/// Finds English mnemonics of 12, 15, 18, 21 or 24 words whose checksum holds, by bytes of the text. The words may be
/// separated by spaces, line breaks, commas, quotes, or the signs of a list.
#[must_use]
pub fn find_mnemonics(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if !may_hold(text.as_bytes()) {
        return found;
    }
    let mut run: Vec<Word> = Vec::new();
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
    loop {
        let token = scan.next();
        if let Token::Word(word) = token {
            run.push(word);
            continue;
        }
        if run.len() >= SHORTEST {
            search(text, &run, &mut found);
        }
        run.clear();
        if matches!(token, Token::End) {
            return found;
        }
    }
}

/// Tells whether so many words follow one another, with nothing between them that no mnemonic goes on over: a look that costs
/// little, since few texts of this trade have them.
fn may_hold(text: &[u8]) -> bool {
    let (mut words, mut before) = (0, b' ');
    for byte in text.iter().copied() {
        match class(byte) {
            Class::Letter if class(before) != Class::Letter => {
                words += 1;
                if words >= SHORTEST {
                    return true;
                }
            }
            Class::Letter | Class::Between => {}
            Class::BehindNumber if before.is_ascii_digit() || class(before) == Class::BehindNumber => {}
            Class::BehindNumber | Class::End => words = 0,
        }
        before = byte;
    }
    false
}

/// What a byte means to the words before and behind it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// It is part of a word.
    Letter,
    /// It may stand between two words.
    Between,
    /// It may stand behind the number of an item.
    BehindNumber,
    /// No mnemonic goes on over it.
    End,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::End; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'\n' | b' ' | b'\t' | b'\r' | b',' | b';' | b'"' | b'\'' | b'-' | b'*' | b'|' | b'[' | b']' | b'#'
            | b'`' => Class::Between,
            b'.' | b')' | b':' => Class::BehindNumber,
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => Class::Letter,
            _ => Class::End,
        };
        byte += 1;
    }
    classes
};

enum Token {
    /// A word that goes on from the one before.
    Word(Word),
    /// Something that no mnemonic goes on over.
    Break,
    /// The end of the text.
    End,
}

/// Cuts a text into words and breaks.
struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Scan<'_> {
    fn next(&mut self) -> Token {
        let (mut lines, mut numbered) = (0, false);
        while let Some(byte) = self.bytes.get(self.at).copied() {
            match byte {
                b'\n' => lines += 1,
                byte if class(byte) == Class::Between => {}
                byte if class(byte) == Class::BehindNumber && numbered => {}
                byte if is_letter(byte) => {
                    let range = self.take();
                    if let Some(token) = self.token(range.clone(), lines) {
                        return token;
                    }
                    numbered = true;
                    continue;
                }
                _ => {
                    self.at += 1;
                    return Token::Break;
                }
            }
            if lines > 1 {
                self.at += 1;
                return Token::Break;
            }
            numbered &= class(byte) == Class::BehindNumber;
            self.at += 1;
        }
        Token::End
    }

    fn take(&mut self) -> Range<usize> {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| is_letter(**byte)).count();
        start..self.at
    }

    /// A short word, a break, or nothing for the number of an item.
    fn token(&self, range: Range<usize>, lines: usize) -> Option<Token> {
        let word = self.bytes.get(range.clone()).unwrap_or_default();
        if word.len() <= 2 && word.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let fits = (3..=8).contains(&word.len()) && word.iter().all(u8::is_ascii_alphabetic);
        Some(if fits { Token::Word(Word { range, leads: lines > 0 }) } else { Token::Break })
    }
}

fn is_letter(byte: u8) -> bool {
    class(byte) == Class::Letter
}

fn class(byte: u8) -> Class {
    CLASSES[usize::from(byte)]
}

/// Looks for mnemonics among words that stand in one row.
fn search(text: &str, run: &[Word], found: &mut Vec<Range<usize>>) {
    let indexes: Vec<Option<u16>> = run.iter().map(|word| index(text.get(word.range.clone())?)).collect();
    let mut from = 0;
    while from < run.len() {
        let length = indexes.iter().skip(from).take_while(|index| index.is_some()).count();
        if length >= SHORTEST {
            let known: Vec<u16> = indexes.iter().skip(from).take(length).flatten().copied().collect();
            search_known(run.get(from..from + length).unwrap_or_default(), &known, found);
        }
        from += length + 1;
    }
}

/// A mnemonic fills a line of its own, or stands anywhere in a run that is too short to be a word list.
fn search_known(run: &[Word], indexes: &[u16], found: &mut Vec<Range<usize>>) {
    let before = found.len();
    let mut start = 0;
    for line in run.chunk_by(|_, next| !next.leads) {
        let words = indexes.get(start..start + line.len()).unwrap_or_default();
        if LENGTHS.contains(&words.len()) && checksum_holds(words) {
            found.extend(range_of(line));
        }
        start += line.len();
    }
    if found.len() > before || run.len() > LONGEST_RUN {
        return;
    }
    let mut at = 0;
    while at + SHORTEST <= run.len() {
        let fits = |length: &&usize| indexes.get(at..at + **length).is_some_and(checksum_holds);
        match LENGTHS.iter().find(fits) {
            Some(length) => {
                found.extend(run.get(at..at + length).and_then(range_of));
                at += length;
            }
            None => at += 1,
        }
    }
}

fn range_of(words: &[Word]) -> Option<Range<usize>> {
    Some(words.first()?.range.start..words.last()?.range.end)
}

/// Answers the number of a word in the English list, whatever its case.
fn index(word: &str) -> Option<u16> {
    let word = word.to_ascii_lowercase();
    Language::English.word_list().binary_search(&word.as_str()).ok().map(|index| index as u16)
}

/// Each word stands for 11 bits; the last bits are the first ones of the SHA-256 of the bits before (BIP-39).
fn checksum_holds(indexes: &[u16]) -> bool {
    let mut bytes = [0_u8; 33];
    for (at, index) in indexes.iter().enumerate() {
        for bit in 0..11 {
            let place = at * 11 + bit;
            if let Some(byte) = bytes.get_mut(place / 8).filter(|_| index >> (10 - bit) & 1 == 1) {
                *byte |= 0x80 >> (place % 8);
            }
        }
    }
    let entropy = indexes.len() / 3 * 4;
    let width = indexes.len() / 3;
    let (Some(drawn), Some(check)) = (bytes.get(..entropy), bytes.get(entropy)) else { return false };
    let digest = Sha256::digest(drawn);
    digest.first().is_some_and(|first| (first ^ check) >> (8 - width) == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Test vectors of BIP-39, known to everybody.
    const TWELVE: &str = "legal winner thank year wave sausage worth useful legal winner thank yellow";
    const TWENTY_FOUR: &str = "void come effort suffer camp survey warrior heavy shoot primary clutch crush open amazing \
screen patrol group space point ten exist slush involve unfold";

    fn found(text: &str) -> Vec<&str> {
        find_mnemonics(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn sentences_are_found_in_any_text() {
        for text in [TWELVE.to_owned(), format!("MNEMONIC=\"{TWENTY_FOUR}\"\n"), format!("# {TWELVE}\nx: 1\n")] {
            assert_eq!(found(&text).len(), 1, "{text}");
        }
        assert_eq!(found(&format!("seed: {TWELVE}")), [TWELVE]);
        assert_eq!(found(&format!("{TWELVE}\n{TWENTY_FOUR}\n")), [TWELVE, TWENTY_FOUR]);
        assert_eq!(found(&TWELVE.to_uppercase()).len(), 1);
    }

    #[test]
    fn words_of_a_list_are_a_sentence_too() {
        let quoted = TWELVE.replace(' ', "\", \"");
        let numbered: String =
            TWELVE.split(' ').enumerate().map(|(at, word)| format!("{}. {word}\n", at + 1)).collect();
        for text in [TWELVE.replace(' ', "\n"), TWELVE.replace(' ', "\n  - "), format!("[\"{quoted}\"]"), numbered] {
            assert_eq!(found(&text).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_broken_checksum_is_no_mnemonic() {
        assert!(found(&TWELVE.replace("yellow", "year")).is_empty());
        assert!(found(&TWELVE.replace("wave", "wave: ")).is_empty());
    }

    #[test]
    fn the_word_list_is_no_mnemonic() {
        assert!(found(&Language::English.word_list().join("\n")).is_empty());
        assert!(found(&Language::English.word_list().join(" ")).is_empty());
    }

    #[test]
    fn our_checksum_is_that_of_the_standard() {
        for size in [16, 20, 24, 28, 32] {
            let entropy: Vec<u8> = (0..size).map(|byte| byte * 7 + size).collect();
            let sentence = bip39::Mnemonic::from_entropy(&entropy).expect("is a length").to_string();
            assert_eq!(found(&sentence), [sentence.as_str()]);
        }
    }
}
