//! Reads one file once, as far as it is worth, and turns its bytes into a tree, a keystore's facts, or a text.

use super::disk::{self as files, Folder};
use super::keystore;
use super::model::{Body, FileKind, Seen, SourceFile};
use super::mould::Moulds;
use super::name::{self, Name};
use super::sniff::{Sniffed, sniff, unopened};
use crate::document::{self, Document, Kind, Problem, Syntax};
use crate::finding::NotChecked;
use crate::source::{FileId, Span};
use memchr::memmem;
use std::borrow::Cow;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;
/// Most files fit, so that one call reads them.
const BUFFER: usize = 64 * KIB;

/// What a thread takes along from one file to the next.
#[derive(Debug, Default)]
pub(super) struct Hand {
    buffer: Vec<u8>,
    folder: Folder,
    moulds: Moulds,
}

/// Where a file lies.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lies<'p> {
    /// Where its path leads from this folder.
    Below(&'p Path),
    /// At this very path.
    At(&'p Path),
}

/// A file, and why it was not checked if it was not.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub file: SourceFile,
    pub not_checked: Option<Box<NotChecked>>,
}

/// What was made of a file's bytes.
struct Content {
    kind: FileKind,
    template: bool,
    holds_keys: bool,
    body: Body,
    problem: Option<Box<Problem>>,
    why: Option<(String, bool)>,
}

impl Content {
    fn of(kind: FileKind, body: Body) -> Self {
        Self { kind, template: false, holds_keys: false, body, problem: None, why: None }
    }

    fn without_body(sniffed: Sniffed) -> Self {
        Self::not_read(sniffed.kind, sniffed.why.map(|(why, gap)| (why.to_owned(), gap)))
    }

    fn not_read(kind: FileKind, why: Option<(String, bool)>) -> Self {
        Self { why, ..Self::of(kind, Body::None) }
    }
}

/// Reads a file from the disk; one that was named by the user is opened whatever its name says.
pub(super) fn from_disk(hand: &mut Hand, id: FileId, path: Box<str>, lies: Lies<'_>, named: bool) -> Reading {
    let name = name_of(&path, named);
    if let Name::Skip(kind) = name {
        return assemble(id, path, |_| Content::without_body(unopened(kind)));
    }
    assemble(id, path, |path| {
        let opened = match lies {
            Lies::Below(base) if !named => hand.folder.open(base, path),
            Lies::Below(base) => files::open(&base.join(path), true),
            Lies::At(path) => files::open(path, named),
        };
        let Hand { buffer, moulds, .. } = hand;
        buffer.resize(buffer.len().max(BUFFER), 0);
        let content = match opened.and_then(|file| load(file, buffer, name)) {
            Ok(Loaded::Whole(length)) => interpret(moulds, id, name, buffer.get(..length).unwrap_or_default()),
            Ok(Loaded::Long(sniffed)) => too_long(sniffed),
            Ok(Loaded::Special) => unreadable(name, "no file any more"),
            Err(error) => unreadable(name, &error.kind().to_string()),
        };
        if buffer.len() > MIB {
            *buffer = Vec::new();
        }
        content
    })
}

/// Reads a file that is in memory.
pub(super) fn from_memory(id: FileId, path: Box<str>, named: bool, bytes: &[u8]) -> Reading {
    let name = name_of(&path, named);
    assemble(id, path, |_| match name {
        Name::Skip(kind) => Content::without_body(unopened(kind)),
        _ => interpret(&mut Moulds::default(), id, name, bytes),
    })
}

/// Reads an emergency plan, whatever it is called.
pub(super) fn plan(id: FileId, path: Box<str>, bytes: &[u8]) -> Reading {
    assemble(id, path, |_| interpret(&mut Moulds::default(), id, Name::Known(FileKind::Plan), bytes))
}

/// Makes a file that is not read, for a reason.
pub(super) fn left_out(id: FileId, path: Box<str>, why: &str) -> Reading {
    assemble(id, path, |_| Content::not_read(FileKind::Huge, Some((why.to_owned(), true))))
}

/// Tells whether a file is not opened because of its name.
pub(super) fn is_skipped(path: &str) -> bool {
    matches!(name::of(path), Name::Skip(_))
}

fn name_of(path: &str, named: bool) -> Name {
    match name::of(path) {
        Name::Skip(_) if named => Name::Open,
        name => name,
    }
}

/// Makes a file of its content; a panic costs that file only.
fn assemble(id: FileId, path: Box<str>, read: impl FnOnce(&str) -> Content) -> Reading {
    let content = catch_unwind(AssertUnwindSafe(|| read(&path))).unwrap_or_else(|_| {
        Content::not_read(FileKind::Unknown, Some(("internal error reading this file; please report it".into(), true)))
    });
    let Content { kind, template, holds_keys, body, problem, why } = content;
    let not_checked = why.map(|(why, gap)| Box::new(NotChecked { path: path.to_string(), why, gap }));
    Reading { file: SourceFile { id, path, kind, template, holds_keys, body, problem }, not_checked }
}

enum Loaded {
    Whole(usize),
    Long(Sniffed),
    /// No file, although it was one when the walk came by.
    Special,
}

/// Fills the buffer; after a first bufferful it looks what kind of file this is, and how much of it is worth reading.
fn load(mut file: File, buffer: &mut Vec<u8>, name: Name) -> std::io::Result<Loaded> {
    let mut length = 0;
    let mut decided: Option<Sniffed> = None;
    loop {
        let room = buffer.get_mut(length..).unwrap_or_default();
        let wanted = room.len();
        let read = match file.read(room) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            // A pipe that was put here since the walk has nothing to give, now or ever.
            Ok(0) | Err(_) if length == 0 && !files::is_file(&file) => return Ok(Loaded::Special),
            read => read?,
        };
        length += read;
        if read < wanted {
            return Ok(Loaded::Whole(length));
        }
        let sniffed = *decided.get_or_insert_with(|| sniff(name, buffer, false));
        if length >= longest_of(sniffed.kind, buffer) {
            return Ok(Loaded::Long(sniffed));
        }
        buffer.resize(length * 2, 0);
    }
}

/// The length from which a file is not kept.
fn longest(kind: FileKind) -> usize {
    match kind {
        FileKind::Json | FileKind::Keystore => 128 * MIB,
        FileKind::Yaml | FileKind::Toml | FileKind::Dotenv | FileKind::Ini | FileKind::Shell | FileKind::Hcl => {
            16 * MIB
        }
        FileKind::Nix => MIB,
        FileKind::Text => 64 * KIB,
        FileKind::Plan => 4 * MIB,
        FileKind::Encrypted | FileKind::Binary | FileKind::Huge | FileKind::Unknown => 0,
    }
}

/// A list of keys can be long; it shows by its first lines.
fn longest_of(kind: FileKind, head: &[u8]) -> usize {
    let lines = || head.split(|byte| *byte == b'\n').take(8);
    let digits = |word: &&[u8]| word.len() >= 96 && word.iter().all(u8::is_ascii_hexdigit);
    let named = || {
        lines().any(|line| {
            line.split(|byte| !byte.is_ascii_alphanumeric())
                .any(|word| digits(&word.strip_prefix(b"0x").unwrap_or(word)))
        })
    };
    if kind == FileKind::Text && named() { 16 * MIB } else { longest(kind) }
}

fn too_long(sniffed: Sniffed) -> Content {
    if sniffed.why.is_none() && sniffed.kind.is_configuration() {
        let why = format!("longer than {} MiB", longest(sniffed.kind) / MIB);
        return Content::not_read(FileKind::Huge, Some((why, true)));
    }
    Content::without_body(sniffed)
}

fn unreadable(name: Name, why: &str) -> Content {
    let kind = match name {
        Name::Known(kind) => kind,
        Name::Open | Name::Skip(_) => FileKind::Unknown,
    };
    Content::not_read(kind, Some((why.to_owned(), true)))
}

fn interpret(moulds: &mut Moulds, id: FileId, name: Name, bytes: &[u8]) -> Content {
    if let Some(keystore) = keystore::fast(moulds, id, bytes) {
        return Content::of(FileKind::Keystore, Body::Keystore(keystore));
    }
    let sniffed = sniff(name, bytes, true);
    if sniffed.why.is_some() || longest(sniffed.kind) == 0 {
        return Content::without_body(sniffed);
    }
    if bytes.len() >= longest_of(sniffed.kind, bytes) {
        return too_long(sniffed);
    }
    let (text, encoding) = decode(id, bytes);
    let content = match syntax(sniffed.kind) {
        Some(syntax) => structured(sniffed.kind, document::parse(id, Arc::from(text), syntax), bytes),
        None => Content::of(sniffed.kind, Body::Text(Arc::from(text))),
    };
    let problem = encoding.map(Box::new).or(content.problem);
    Content { problem, ..content }
}

fn syntax(kind: FileKind) -> Option<Syntax> {
    match kind {
        FileKind::Yaml => Some(Syntax::Yaml),
        FileKind::Json => Some(Syntax::Json),
        FileKind::Toml => Some(Syntax::Toml),
        FileKind::Dotenv => Some(Syntax::Dotenv),
        FileKind::Ini => Some(Syntax::Ini),
        _ => None,
    }
}

fn structured(kind: FileKind, document: Document, bytes: &[u8]) -> Content {
    if matches!(kind, FileKind::Json | FileKind::Yaml)
        && let Some((keystore, problem)) = keystore::careful(&document, bytes)
    {
        let problem = problem.map(Box::new);
        return Content { problem, ..Content::of(FileKind::Keystore, Body::Keystore(keystore)) };
    }
    let sealed = is_sops(&document);
    let signs = |sign: &str| memmem::find(bytes, sign.as_bytes()).is_some();
    let template = !document.problems().is_empty() && (signs("{{") || signs("{%"));
    let holds_keys = holds_keys(bytes);
    let content = Content { template, holds_keys, ..Content::of(kind, Body::Document(Arc::new(document))) };
    if sealed {
        return Content { kind: FileKind::Encrypted, why: Some(("encrypted (sops)".into(), false)), ..content };
    }
    content
}

/// Every key that a password encrypts says how under the name `kdf`, be it in a string within the file.
fn holds_keys(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, "kdf").any(|at| matches!(bytes.get(at + 3), Some(b'"' | b'\\' | b':')))
}

/// sops leaves the names and encrypts the values; what it needs to open them stands under `sops`.
fn is_sops(document: &Document) -> bool {
    let Some(root) = document.root().filter(|root| root.kind() == Kind::Map) else { return false };
    if document.syntax() == Syntax::Dotenv {
        return root.get("sops_mac").is_some();
    }
    root.get("sops").is_some_and(|sops| {
        sops.kind() == Kind::Map && (sops.get("mac").is_some() || sops.get("lastmodified").is_some())
    })
}

/// Reads bytes as UTF-8; a byte that is none becomes `?`, so that all places stay what they are.
pub(super) fn decode(id: FileId, bytes: &[u8]) -> (Cow<'_, str>, Option<Problem>) {
    let first = match std::str::from_utf8(bytes) {
        Ok(text) => return (Cow::Borrowed(text), None),
        Err(error) => error.valid_up_to() as u32,
    };
    let mut text = String::with_capacity(bytes.len());
    let mut bad = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        bad += chunk.invalid().len();
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    let message = match bad {
        1 => "this byte is no UTF-8".to_owned(),
        _ => format!("{bad} bytes are no UTF-8, this is the first"),
    };
    (Cow::Owned(text), Some(Problem { span: Span::new(id, first, first + 1), message }))
}

impl Seen {
    /// Takes length and digest of a file's bytes.
    pub(super) fn of(bytes: &[u8]) -> Self {
        // This is to notice a file that was written anew, not to withstand somebody who forges one. Four words at a time, each on
        // its own, since a multiplication waits for the one before it.
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        let step = |digest: u64, word: u64| (digest ^ word).wrapping_mul(FACTOR).rotate_left(29);
        let (blocks, rest) = bytes.as_chunks::<32>();
        let (mut one, mut two, mut three, mut four) = (FACTOR, 1, 2, 3);
        for block in blocks {
            let word = |at: usize| u64::from_le_bytes(block.as_chunks::<8>().0[at]);
            (one, two) = (step(one, word(0)), step(two, word(1)));
            (three, four) = (step(three, word(2)), step(four, word(3)));
        }
        let digest = [one, two, three, four].into_iter().fold(FACTOR, step);
        let digest = rest.iter().fold(digest, |digest, byte| step(digest, u64::from(*byte)));
        Self { length: bytes.len() as u32, digest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str, bytes: &[u8]) -> Reading {
        from_memory(FileId(0), path.into(), false, bytes)
    }

    fn why(reading: &Reading) -> Option<(&str, bool)> {
        reading.not_checked.as_ref().map(|not_checked| (not_checked.why.as_str(), not_checked.gap))
    }

    #[test]
    fn bytes_that_are_no_utf8_keep_all_places() {
        let reading = read("compose.yml", b"a: \"\xe9\xff\"\nb: 1\n");
        assert_eq!(reading.file.text().map(|text| &**text), Some("a: \"??\"\nb: 1\n"));
        let problem = reading.file.problems().next().expect("is told");
        assert_eq!((problem.span.start, problem.span.len()), (4, 1));
    }

    #[test]
    #[cfg(unix)]
    fn what_took_the_place_of_a_file_is_neither_waited_for_nor_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let (pipe, link) = (folder.path().join("pipe.yml"), folder.path().join("link.yml"));
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.is_ok_and(|status| status.success()), "pipes can be made");
        std::fs::write(folder.path().join("secret.yml"), "a: 1\n").expect("is written");
        std::os::unix::fs::symlink("secret.yml", &link).expect("a link");
        for path in [&pipe, &link, &folder.path().to_path_buf()] {
            let name = path.file_name().map_or("", |name| name.to_str().expect("is UTF-8"));
            for (path, lies) in [("compose.yml", Lies::At(path)), (name, Lies::Below(folder.path()))] {
                let reading = from_disk(&mut Hand::default(), FileId(0), path.into(), lies, false);
                assert!(reading.file.text().is_none());
                assert!(why(&reading).is_some_and(|(_, gap)| gap), "{path:?}");
            }
        }
        for lies in [Lies::At(&link), Lies::Below(folder.path())] {
            let reading = from_disk(&mut Hand::default(), FileId(0), "link.yml".into(), lies, true);
            assert!(reading.file.text().is_some(), "whoever names a link means it");
        }
    }

    #[test]
    fn a_panic_costs_one_file_only() {
        let reading = assemble(FileId(0), "x.yml".into(), |_| panic!("a fault of ours"));
        assert!(why(&reading).is_some_and(|(why, gap)| gap && why.starts_with("internal error")));
    }

    #[test]
    fn a_long_list_of_keys_is_read() {
        let key = format!("0x{}\n", "8a".repeat(48));
        assert!(read("keys.txt", key.repeat(1000).as_bytes()).file.text().is_some());
        assert!(read("notes.txt", "words\n".repeat(20_000).as_bytes()).file.text().is_none());
    }

    #[test]
    fn sops_leaves_a_tree() {
        let reading = read("s.yaml", b"key: ENC[AES256_GCM,data:x]\nsops:\n  mac: x\n  lastmodified: y\n");
        assert_eq!((reading.file.kind, why(&reading)), (FileKind::Encrypted, Some(("encrypted (sops)", false))));
        assert!(reading.file.document().is_some());
        let dotenv = read("s.env", b"A=ENC[x]\nsops_mac=ENC[y]\n");
        assert_eq!(dotenv.file.kind, FileKind::Encrypted);
        assert_eq!(read("c.yaml", b"sops:\n  image: x\n").file.kind, FileKind::Yaml);
    }

    #[test]
    fn templates_that_do_not_parse_are_marked() {
        let reading = read("t.yaml", b"{{- if .Values.a }}\nkey: {{ .b }}: [\n{{- end }}\n");
        assert_eq!((reading.file.kind, reading.file.template), (FileKind::Yaml, true));
        assert_eq!(why(&reading), None);
        assert!(!read("t.yaml", b"key: \"{{ a }}\"\n").file.template);
    }

    #[test]
    fn long_plain_texts_are_not_kept() {
        let long = "word ".repeat(20_000);
        assert!(matches!(read("notes.txt", long.as_bytes()).file.body, Body::None));
        assert!(matches!(read("password.txt", b"hunter2").file.body, Body::Text(_)));
        assert!(matches!(read("src/main.rs", b"fn main() {}").file.body, Body::None));
    }
}
