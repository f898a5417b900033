//! Reads an interchange file (EIP-3076): its metadata, and the records of every key.
//!
//! What the EIP tolerates is no flaw: members that it does not name, a missing signing root, a key that is listed twice, records
//! in any order, empty lists. A number without quotes breaks the format and is read all the same.

use super::digits::{decimal, digest, root_bytes};
use super::kind::{Kind, NO_NUMBER, NO_ROOT};
use super::model::{Entry, Flaw, GenesisRoot, History, Root};
use super::pack::{Packed, Packer, Record};
use super::scan::{Scanner, Token, Torn};
use crate::ethereum::PublicKey;
use crate::source::{FileId, Span, Spanned, Text};
use std::io::Read;

/// The one version of the format; those before it were drafts.
const VERSION: &str = "5";

/// How a database of SQLite begins (its file format, section 1.3).
const DATABASE: &[u8] = b"SQLite format 3\0";

/// Reads a file as far as it can be followed.
pub(super) fn read(file: FileId, mut text: impl Read) -> History {
    let mut history =
        History { file, length: 0, version: None, genesis: None, entries: Vec::new(), flaws: Default::default() };
    let mut head = Vec::with_capacity(DATABASE.len());
    // What keeps these bytes from being read keeps the rest from it, too, and is told there.
    let _ = text.by_ref().take(DATABASE.len() as u64).read_to_end(&mut head);
    if head == DATABASE {
        // The newest records may stand in a file of their own beside it (`-wal`): a copy is no history to trust.
        let says = "it is the database of a client; stop that client and have it export an interchange file";
        history.flaw(Flaw::Torn, Span::new(file, 0, 0), says);
        return history;
    }
    let text = std::io::Cursor::new(head).chain(text);
    let mut reader =
        Reader { scanner: Scanner::new(text), history, blocks: Packer::default(), votes: Packer::default() };
    if let Err(Torn { at, length, says }) = reader.whole() {
        let at = offset(at);
        reader.history.flaw(Flaw::Torn, Span::new(file, at, at.saturating_add(length)), &says);
    }
    reader.history.length = offset(reader.scanner.offset());
    reader.history
}

/// Reads an interchange file that stands inside another one, as a text whose pieces know their places.
#[must_use]
pub fn read_within(text: &Text) -> History {
    let place = |span: Span| text.span_of(span.start as usize..span.end as usize);
    read(text.file(), text.value().as_bytes()).placed(place)
}

struct Reader<R> {
    scanner: Scanner<R>,
    history: History,
    blocks: Packer,
    votes: Packer,
}

/// What a member's value turned out to be.
enum Value {
    Number(u64),
    Root(Option<Root>),
}

impl<R: Read> Reader<R> {
    fn whole(&mut self) -> Result<(), Torn> {
        self.scanner.skip_mark()?;
        let start = self.scanner.peek()?.map(|_| self.scanner.offset()).unwrap_or_default();
        let (mut metadata, mut data) = (false, false);
        if self.scanner.opens(b'{')? {
            let mut seen = 0;
            while let Some(member) = self.member(&["metadata", "data"], &mut seen)? {
                match member {
                    Some(0) => metadata = self.metadata()? || metadata,
                    Some(1) => data = self.data()? || data,
                    _ => self.scanner.skip()?,
                }
            }
            let whole = self.span(start);
            let first = Span::new(whole.file, whole.start, whole.start.saturating_add(1));
            if !metadata {
                self.history.flaw(Flaw::Shape, first, "it has no object `metadata`");
            }
            if !data {
                self.history.flaw(Flaw::Shape, first, "it has no list `data`");
            }
        } else {
            self.scanner.skip()?;
            let whole = self.span(start);
            self.history.flaw(Flaw::Shape, whole, "it is no object with `metadata` and `data`, and holds no history");
        }
        match self.scanner.peek()? {
            Some(_) => Err(self.scanner.torn("nothing may follow the value")),
            None => Ok(()),
        }
    }

    /// Reads `metadata`; false if it is no object.
    fn metadata(&mut self) -> Result<bool, Torn> {
        let start = self.place()?;
        if !self.scanner.opens(b'{')? {
            self.scanner.skip()?;
            return Ok(false);
        }
        let (mut version, mut genesis, mut seen) = (false, false, 0);
        while let Some(member) = self.member(&["interchange_format_version", "genesis_validators_root"], &mut seen)? {
            match member {
                Some(0) => {
                    version = true;
                    self.version()?;
                }
                Some(1) => {
                    genesis = true;
                    self.genesis()?;
                }
                _ => self.scanner.skip()?,
            }
        }
        let place = Span::new(self.history.file, offset(start), offset(start + 1));
        if !version {
            self.history.flaw(Flaw::Version, place, "`metadata` names no `interchange_format_version`");
        }
        if !genesis {
            self.history.flaw(Flaw::Genesis, place, "`metadata` names no `genesis_validators_root`");
        }
        Ok(true)
    }

    fn version(&mut self) -> Result<(), Torn> {
        let (found, span, quoted) = self.scalar()?;
        match found.as_deref() {
            Some(VERSION) if !quoted => self.history.flaw(Flaw::Bare, span, "the version is written without quotes"),
            Some(VERSION) => {}
            Some(_) => self.history.flaw(Flaw::Version, span, "the version of the format is not \"5\""),
            None => self.history.flaw(Flaw::Version, span, "the version of the format is neither text nor number"),
        }
        self.history.version = found.map(|found| Spanned::new(found, span));
        Ok(())
    }

    fn genesis(&mut self) -> Result<(), Torn> {
        let (found, span, _) = self.scalar()?;
        match found.as_deref().and_then(GenesisRoot::parse) {
            Some(root) => self.history.genesis = Some(Spanned::new(root, span)),
            None => self.history.flaw(Flaw::Genesis, span, "the genesis validators root is not `0x` and 64 digits"),
        }
        Ok(())
    }

    /// Reads `data`; false if it is neither a list nor `null`.
    fn data(&mut self) -> Result<bool, Torn> {
        let start = self.place()?;
        if !self.scanner.opens(b'[')? {
            let is_null = self.scanner.peek()? == Some(b'n');
            self.scanner.skip()?;
            if is_null {
                let span = self.span(start);
                self.history.flaw(Flaw::Empty, span, "`data` is `null`: it holds no history");
            }
            return Ok(is_null);
        }
        let mut first = true;
        while self.scanner.item(&mut first)? {
            self.entry()?;
        }
        if first {
            let span = self.span(start);
            self.history.flaw(Flaw::Empty, span, "`data` is empty: it holds no history");
        }
        Ok(true)
    }

    fn entry(&mut self) -> Result<(), Torn> {
        let start = self.place()?;
        if !self.scanner.opens(b'{')? {
            self.scanner.skip()?;
            let span = self.span(start);
            self.history.flaw(Flaw::Record, span, "an item of `data` is no object");
            return Ok(());
        }
        let (mut key, mut blocks, mut votes) = (None, None, None);
        let mut seen = 0;
        while let Some(member) = self.member(&["pubkey", "signed_blocks", "signed_attestations"], &mut seen)? {
            match member {
                Some(0) => key = self.key()?,
                Some(1) => blocks = self.records(Kind::Blocks)?,
                Some(2) => votes = self.records(Kind::Attestations)?,
                _ => self.scanner.skip()?,
            }
        }
        let place = Span::new(self.history.file, offset(start), offset(start + 1));
        if seen & 1 == 0 {
            self.history.flaw(Flaw::Key, place, "an item of `data` has no `pubkey`");
        }
        if blocks.is_none() || votes.is_none() {
            let says = "an item of `data` lacks its list `signed_blocks` or `signed_attestations`";
            self.history.flaw(Flaw::Record, place, says);
        }
        if let Some(key) = key {
            let (blocks, attestations) = (blocks.unwrap_or_default(), votes.unwrap_or_default());
            self.history.entries.push(Entry { key, blocks, attestations });
        }
        Ok(())
    }

    fn key(&mut self) -> Result<Option<Spanned<PublicKey>>, Torn> {
        let (found, span, quoted) = self.scalar()?;
        let text = found.filter(|_| quoted).unwrap_or_default();
        match PublicKey::parse(&text) {
            Ok(key) => {
                if !text.starts_with("0x") {
                    self.history.flaw(Flaw::Bare, span, "a key is written without `0x`");
                }
                let digits = Span::new(span.file, span.end.saturating_sub(96).max(span.start), span.end);
                Ok(Some(Spanned::new(key, digits)))
            }
            Err(why) => {
                self.history.flaw(Flaw::Key, span, &why);
                Ok(None)
            }
        }
    }

    /// Reads a list of records; nothing if it is none.
    fn records(&mut self, kind: Kind) -> Result<Option<Packed>, Torn> {
        if !self.scanner.opens(b'[')? {
            self.scanner.skip()?;
            return Ok(None);
        }
        let mut first = true;
        while self.scanner.item(&mut first)? {
            if let Some(record) = self.record(kind)? {
                match kind {
                    Kind::Blocks => self.blocks.push(record),
                    Kind::Attestations => self.votes.push(record),
                }
            }
        }
        Ok(Some(match kind {
            Kind::Blocks => self.blocks.take(),
            Kind::Attestations => self.votes.take(),
        }))
    }

    fn record(&mut self, kind: Kind) -> Result<Option<Record>, Torn> {
        let start = self.place()?;
        if !self.scanner.opens(b'{')? {
            self.scanner.skip()?;
            let span = self.span(start);
            self.history.flaw(Flaw::Record, span, "a record is no object");
            return Ok(None);
        }
        let (mut numbers, mut root, mut seen) = ([None; 2], None, 0);
        while let Some(member) = self.member(kind.members(), &mut seen)? {
            match member {
                Some(at) => match self.value(at == kind.root())? {
                    Some(Value::Number(number)) => numbers[at.min(1)] = Some(number),
                    Some(Value::Root(found)) => root = found,
                    None => {}
                },
                None => self.scanner.skip()?,
            }
        }
        let span = self.span(start);
        let source = numbers[0];
        let target = if kind == Kind::Blocks { source } else { numbers[1] };
        let (Some(source), Some(target)) = (source, target) else {
            if seen & kind.numbers() != kind.numbers() {
                self.history.flaw(Flaw::Number, span, kind.lacks());
            }
            return Ok(None);
        };
        if source > target {
            self.history.flaw(Flaw::Backwards, span, "the target of an attestation lies before its source");
        }
        Ok(Some(Record { source, target, root, start: span.start, length: span.len() }))
    }

    /// Reads a slot, an epoch or a root; nothing, and a flaw, if it is none.
    #[inline]
    fn value(&mut self, is_root: bool) -> Result<Option<Value>, Torn> {
        let file = self.history.file;
        let (token, quoted) = match self.scanner.peek()? {
            Some(b'"') => (self.scanner.string()?, true),
            Some(b'{' | b'[') => {
                let start = self.scanner.offset();
                self.scanner.skip()?;
                let span = self.span(start);
                let (flaw, says) = if is_root { (Flaw::Root, NO_ROOT) } else { (Flaw::Number, NO_NUMBER) };
                self.history.flaw(flaw, span, says);
                return Ok(None);
            }
            _ => (self.scanner.word()?, false),
        };
        let span = Span::new(file, offset(token.start), offset(token.end));
        if is_root {
            // Programs that have no root write `null` for it, and mean what leaving it out means.
            let is_null = !quoted && token.text == Some(b"null");
            let bytes = token.text.filter(|_| quoted).and_then(root_bytes);
            if bytes.is_none() && !is_null {
                self.history.flaw(Flaw::Root, span, NO_ROOT);
            }
            return Ok(Some(Value::Root(bytes.and_then(digest))));
        }
        match token.text.and_then(decimal) {
            Some(number) => {
                if !quoted {
                    self.history.flaw(Flaw::Bare, span, "a slot or an epoch is written without quotes");
                }
                Ok(Some(Value::Number(number)))
            }
            None => {
                self.history.flaw(Flaw::Number, span, NO_NUMBER);
                Ok(None)
            }
        }
    }

    /// Reads a text or a number that is short; nothing if it is anything else. Tells whether it was quoted.
    fn scalar(&mut self) -> Result<(Option<String>, Span, bool), Torn> {
        let start = self.place()?;
        let (token, quoted) = match self.scanner.peek()? {
            Some(b'"') => (self.scanner.string()?, true),
            Some(b'{' | b'[') => {
                self.scanner.skip()?;
                return Ok((None, self.span(start), false));
            }
            _ => (self.scanner.word()?, false),
        };
        let is_value =
            quoted || token.text.is_some_and(|text| text.first().is_some_and(|byte| !byte.is_ascii_alphabetic()));
        let text = is_value.then(|| decoded(token)).flatten();
        let (from, to) = (offset(token.start), offset(token.end));
        Ok((text, Span::new(self.history.file, from, to), quoted))
    }

    /// Goes to the value of the next member of an object, and answers which of the names it has, if one of them; nothing at
    /// the end. `seen` has a bit for each name that came, and the highest one for any member at all.
    #[inline]
    fn member(&mut self, names: &[&str], seen: &mut u32) -> Result<Option<Option<usize>>, Torn> {
        const ANY: u32 = 1 << 31;
        if self.scanner.opens(b'}')? {
            return Ok(None);
        }
        if *seen & ANY != 0 {
            self.scanner.expect(b',', "a comma or `}` is expected here")?;
        }
        *seen |= ANY;
        if self.scanner.peek()? != Some(b'"') {
            return Err(self.scanner.torn("a key in double quotes is expected here"));
        }
        let token = self.scanner.string()?;
        let (start, end) = (token.start, token.end);
        let named = match token.text {
            Some(text) if !token.escaped => names.iter().position(|name| name.as_bytes() == text),
            _ => decoded(token).and_then(|text| names.iter().position(|name| *name == text)),
        };
        self.scanner.expect(b':', "a colon is expected here")?;
        if let Some(at) = named {
            if *seen & 1 << at != 0 {
                let span = Span::new(self.history.file, offset(start), offset(end));
                self.history.flaw(Flaw::Repeated, span, "a member is written twice in one object");
            }
            *seen |= 1 << at;
        }
        Ok(Some(named))
    }

    /// Answers the offset of the next token.
    #[inline]
    fn place(&mut self) -> Result<u64, Torn> {
        self.scanner.peek()?;
        let at = self.scanner.offset();
        // Places are 32 bits wide; nobody's history is longer, and what came before has been read.
        if at > u64::from(u32::MAX) - 1 {
            return Err(Torn { at, length: 0, says: "the file is longer than 4 GiB".to_owned() });
        }
        Ok(at)
    }

    fn span(&self, start: u64) -> Span {
        Span::new(self.history.file, offset(start), offset(self.scanner.offset()))
    }
}

fn offset(at: u64) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Decodes a short text; nothing if it is too long or no Unicode.
fn decoded(token: Token<'_>) -> Option<String> {
    let text = std::str::from_utf8(token.text.filter(|text| text.len() <= 1024)?).ok()?;
    if token.escaped { serde_json::from_str(&format!("\"{text}\"")).ok() } else { Some(text.to_owned()) }
}
