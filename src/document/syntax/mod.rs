//! One front end for each syntax; each writes what it reads into the same tree.

mod dotenv;
mod ini;
mod json;
mod toml;
mod yaml;
mod yaml_block;
mod yaml_flow;

pub(crate) use json::run_end as json_run_end;

use super::builder::{Builder, Built};
use super::model::{Style, Syntax};
use super::pieces::Pieces;
use crate::source::FileId;
use std::ops::Range;

/// Why something cannot be read: the bytes at fault, and a sentence.
type Fault = (Range<usize>, &'static str);

/// A scalar to decode.
#[derive(Debug, Clone, Copy)]
pub(super) struct Raw<'v> {
    /// First byte of the content.
    pub start: usize,
    /// Byte after the content.
    pub end: usize,
    /// How it is written.
    pub style: Style,
    /// Column of the content of a block scalar; 255 if unknown.
    pub indent: u8,
    /// The value that comes out, where the syntax was read by a library.
    pub value: &'v str,
}

/// Decodes a scalar whose value differs from its bytes.
pub(super) type Decode = fn(Raw<'_>, &mut Pieces<'_>);

/// What reads one syntax.
pub(super) struct Frontend {
    syntax: Syntax,
    read: fn(&mut Builder<'_>),
    /// Decodes a scalar once more, for the place of each of its bytes.
    pub decode: Decode,
}

/// Every syntax there is.
const SYNTAXES: &[Frontend] = &[
    Frontend { syntax: Syntax::Yaml, read: yaml::read, decode: yaml::decode },
    Frontend { syntax: Syntax::Json, read: json::read, decode: json::decode },
    Frontend { syntax: Syntax::Toml, read: toml::read, decode: toml::decode },
    Frontend { syntax: Syntax::Dotenv, read: dotenv::read, decode: dotenv::decode },
    Frontend { syntax: Syntax::Ini, read: ini::read, decode: ini::decode },
];

/// Answers what reads a syntax.
pub(super) fn of(syntax: Syntax) -> &'static Frontend {
    SYNTAXES.iter().find(|frontend| frontend.syntax == syntax).unwrap_or(&SYNTAXES[0])
}

/// Reads a text.
pub(super) fn read(frontend: &Frontend, file: FileId, text: &str) -> Built {
    // Places are 32 bits wide.
    if u32::try_from(text.len()).is_err() {
        let mut builder = Builder::new(file, "");
        builder.problem(0..0, "the file is larger than 4 GiB");
        return builder.finish();
    }
    let mut builder = Builder::new(file, text);
    (frontend.read)(&mut builder);
    builder.finish()
}
