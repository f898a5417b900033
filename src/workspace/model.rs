//! What a workspace holds: the files of a tree, and what each of them is.

use super::readings::Readings;
use crate::document::{Document, Problem};
use crate::ethereum::PublicKey;
use crate::source::{FileId, Quoting, Spanned};
use memchr::memrchr;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// A file of the tree.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Its number; files are numbered in the order of [`super::Workspace::files`].
    pub id: FileId,
    /// Its path relative to the folder given, with `/`.
    pub path: Box<str>,
    /// What it is, by its content.
    pub kind: FileKind,
    /// It does not parse, and holds the signs of a template (`{{`, `{%`).
    pub template: bool,
    /// Other wallets, node keys and requests hold encrypted keys, too: no line of such a file may be shown.
    pub(super) holds_keys: bool,
    /// What was read of it.
    pub body: Body,
    /// What is wrong besides the problems of its tree: where the first byte is that is no UTF-8 and stands in the text as `?`,
    /// or why a keystore is not whole.
    pub problem: Option<Box<Problem>>,
}

impl SourceFile {
    /// Answers the tree of the file, if it has one.
    #[must_use]
    pub fn document(&self) -> Option<&Document> {
        match &self.body {
            Body::Document(document) => Some(document),
            _ => None,
        }
    }

    /// Answers what is known of the keystore, if the file is one.
    #[must_use]
    pub fn keystore(&self) -> Option<&Keystore> {
        match &self.body {
            Body::Keystore(keystore) => Some(keystore),
            _ => None,
        }
    }

    /// Answers the text that was kept: of a document, a script or a short plain text.
    #[must_use]
    pub fn text(&self) -> Option<&Arc<str>> {
        match &self.body {
            Body::Document(document) => Some(document.text()),
            Body::Text(text) => Some(text),
            Body::Keystore(_) | Body::None => None,
        }
    }

    /// Answers everything in the file that could not be read; what is wrong with a keystore's public key is told there.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        let tree = self.document().map_or(&[] as &[Problem], Document::problems);
        self.problem.as_deref().into_iter().chain(tree)
    }

    /// Answers the last part of the path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.get(self.slash().map_or(0, |at| at + 1)..).unwrap_or_default()
    }

    /// Answers the folder that the file stands in, without a `/` at its end; the top folder is empty.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.path.get(..self.slash().unwrap_or(0)).unwrap_or_default()
    }

    /// Where the folder ends. Every reader asks for the name of every file.
    fn slash(&self) -> Option<usize> {
        memrchr(b'/', self.path.as_bytes())
    }
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// An encrypted signing key of EIP-2335, whatever its name.
    Keystore,
    /// YAML.
    Yaml,
    /// JSON.
    Json,
    /// TOML.
    Toml,
    /// `NAME=value` lines.
    Dotenv,
    /// Sections of `key=value` lines.
    Ini,
    /// A shell script.
    Shell,
    /// Blocks and expressions of Terraform and Nomad.
    Hcl,
    /// Expressions of Nix.
    Nix,
    /// Plain text: a password, a token, a list of keys.
    Text,
    /// Prose that tells what to do in an emergency, by its name.
    Plan,
    /// Encrypted by sops (which leaves a tree), age, Ansible Vault, git-crypt or PGP.
    Encrypted,
    /// No text.
    Binary,
    /// Longer than anybody writes configuration; not read.
    Huge,
    /// Source code, prose and the like; not read.
    Unknown,
}

impl FileKind {
    /// Tells how much of such a file a report may show.
    #[must_use]
    pub fn quoting(self) -> Quoting {
        match self {
            Self::Yaml | Self::Json | Self::Toml | Self::Ini | Self::Shell | Self::Hcl | Self::Nix => Quoting::Free,
            Self::Dotenv => Quoting::Environment,
            Self::Keystore => Quoting::Keystore,
            Self::Text | Self::Plan | Self::Encrypted | Self::Binary | Self::Huge | Self::Unknown => Quoting::Closed,
        }
    }

    /// Tells whether files of this kind configure something, so that one that was not read is worth a word.
    #[must_use]
    pub fn is_configuration(self) -> bool {
        !matches!(self, Self::Text | Self::Plan | Self::Encrypted | Self::Binary | Self::Huge | Self::Unknown)
    }
}

/// What was read of a file.
#[derive(Debug, Clone)]
pub enum Body {
    /// A tree with its text; revisions that have the file in common share it.
    Document(Arc<Document>),
    /// The few facts of a keystore; its text was dropped.
    Keystore(Keystore),
    /// A text without structure.
    Text(Arc<str>),
    /// Nothing.
    None,
}

/// What is taken from an EIP-2335 keystore: never its cipher text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keystore {
    /// The public key, at its 96 digits; the standard allows to leave it out.
    pub key: Option<Spanned<PublicKey>>,
    /// What is wrong with its public key, to read on from "no public key:"; not set for a key that a torn file cuts off.
    pub malformed: Option<Box<Problem>>,
    /// The function that turns the password into a key.
    pub kdf: Option<Kdf>,
    /// Length and digest of the file, to know it again.
    pub(super) seen: Seen,
}

/// How dear each guess of a keystore's password is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kdf {
    /// The function.
    pub function: KdfFunction,
    /// scrypt: `n`. PBKDF2: `c`, the number of rounds.
    pub cost: u32,
}

/// A key derivation function of EIP-2335.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KdfFunction {
    /// scrypt.
    Scrypt,
    /// PBKDF2 with HMAC-SHA-256.
    Pbkdf2,
}

/// Length and digest of a text, enough to notice that a file changed during a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    pub length: u32,
    pub digest: u64,
}

/// How a tree is opened.
#[derive(Clone, Copy, Default)]
pub struct Options<'o> {
    /// Threads that read and parse; nothing means the number of processors, and 16 at least, since they mostly wait.
    pub threads: Option<usize>,
    /// Leaves out what `.gitignore` and `.ignore` name; keys and `.env` files are usually among them.
    pub respect_gitignore: bool,
    /// The number of the first file: of two trees that are compared, the second begins where no number of the first comes.
    pub first: u32,
    /// Hears of progress: files done, files in all. Called from any thread.
    pub progress: Option<&'o (dyn Fn(usize, usize) + Sync)>,
    /// Texts that stand for what the disk holds, by their real paths: what an editor has not saved yet. A file that is not there
    /// yet is part of the tree as if it were.
    pub unsaved: Option<&'o BTreeMap<PathBuf, Arc<str>>>,
    /// What was read when the same tree was opened before: files that have not changed are not read again.
    pub readings: Option<&'o Readings>,
}

/// Why a tree could not be opened at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenError {
    /// There is no such file or folder.
    Missing(PathBuf),
    /// The path is neither a file nor a folder (a pipe, a device).
    Special(PathBuf),
    /// The system does not let us read it: the path, and what the system says.
    Unreadable(PathBuf, String),
    /// The folder is in no git repository, or that one has no such revision: what was asked for, and what is wrong.
    Revision(String, String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(path) => write!(formatter, "{}: no such file or folder", path.display()),
            Self::Special(path) => write!(formatter, "{}: neither a file nor a folder", path.display()),
            Self::Unreadable(path, why) => write!(formatter, "{}: {why}", path.display()),
            Self::Revision(revision, why) => write!(formatter, "{revision}: {why}"),
        }
    }
}

impl std::error::Error for OpenError {}
