//! What else is read about keys: ranges of a common source, tables of owners, keystores by cost and by what git keeps, and modes.

use super::inventory::KeyPlace;
use crate::catalogue::Role;
use crate::ethereum::PublicKey;
use crate::source::{FileId, Span};

/// A part of a numbered list of keys, and who owns it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    /// Names the list: ranges of other lists have nothing to do with it.
    pub source: String,
    /// The first index.
    pub start: u64,
    /// The index after the last.
    pub end: u64,
    /// The text that gives the range.
    pub span: Span,
    /// Who owns it: a host, or a process of one.
    pub owner: String,
    /// The host that the owner is on, as it is named beside the range.
    pub host: String,
    /// What tells several owners of one host apart (`stable`); empty where nothing does.
    pub unit: String,
    /// The kind of process, where it is said: a validator client or a beacon node.
    pub role: Option<Role>,
}

/// A row of a table that says on which host a key is.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The key, at its digits.
    pub place: KeyPlace,
    /// The host.
    pub host: String,
}

/// A keystore whose password costs less to guess than the standard asks for.
#[derive(Debug, Clone, Copy)]
pub struct CheapKeystore {
    /// The keystore: the digits of its key, else its first byte.
    pub span: Span,
    /// The key, where it is well formed.
    pub key: Option<PublicKey>,
    /// The function that turns the password into a key.
    pub function: &'static str,
    /// scrypt: `n`. PBKDF2: the number of rounds.
    pub cost: u32,
}

/// A keystore that git keeps.
#[derive(Debug, Clone)]
pub struct CommittedKeystore {
    /// The keystore: the digits of its key, else its first byte.
    pub span: Span,
    /// The key, where it is well formed.
    pub key: Option<PublicKey>,
    /// Its path in the work tree, with `/`.
    pub path: String,
}

/// A file or folder of keys that is made readable or writable for everybody.
#[derive(Debug, Clone)]
pub struct OpenMode {
    /// The file of the command or task.
    pub file: FileId,
    /// The mode as written.
    pub span: Span,
    /// The path that gets it, as written.
    pub path: String,
}

/// A list from which keys are taken by their position, and that can be another one tomorrow.
#[derive(Debug, Clone, Copy)]
pub struct LooseKeyList {
    /// Where it is named: the repository, its version, the command that lists a folder, or the expression that asks for a position.
    pub span: Span,
    /// What it is a list of.
    pub kind: LooseListKind,
}

/// What a tree takes from elsewhere at a version that it names, and that has a say in who owns which keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// What it is.
    pub kind: PinKind,
    /// Its name, without the address.
    pub name: String,
    /// The version, as it is written; empty where none is named.
    pub version: String,
    /// The version, or the name where there is none.
    pub span: Span,
}

/// What is taken at a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PinKind {
    /// A repository of keys.
    Repository,
    /// A role of Ansible.
    Role,
}

/// What keys are taken by position from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LooseListKind {
    /// A repository, which only ranges of its keys make a list.
    Repository,
    /// A folder, cut by line numbers.
    Folder,
    /// The hosts of a group or play: each gets the keys of its own position.
    Hosts,
}
