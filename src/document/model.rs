//! One tree for every syntax: scalars, maps and sequences, each with its bytes.

use crate::source::Span;

/// The syntaxes that a document can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Syntax {
    /// YAML 1.2, several documents to a file.
    Yaml,
    /// JSON (RFC 8259).
    Json,
    /// TOML 1.0.
    Toml,
    /// `NAME=value` lines, as Docker Compose reads them.
    Dotenv,
    /// Sections of `key=value` lines, as systemd and Git read them.
    Ini,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A single value; never typed by a library, always the text as written.
    Scalar,
    /// Entries with a key each, in the order of the file, repeated keys included.
    Map,
    /// Items, in the order of the file.
    Sequence,
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes (a JSON or TOML number, too).
    Plain,
    /// `'…'`.
    SingleQuoted,
    /// `"…"`.
    DoubleQuoted,
    /// YAML's `|`, or a multi-line string of TOML.
    Literal,
    /// YAML's `>`.
    Folded,
}

/// Something in a text that could not be read; the tree goes on as far as it can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The bytes that are at fault.
    pub span: Span,
    /// What is wrong, in words, without the text itself.
    pub message: String,
}

/// A mapping key that is written twice in one mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// The key.
    pub key: String,
    /// Where it stands first (this value is lost in most readers).
    pub first: Span,
    /// Where it stands again.
    pub again: Span,
}
