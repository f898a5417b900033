//! Emergency plans as they are written: headings, dates, what is still to fill in, and the units that their inventory lists.

use crate::source::{FileId, Span, Spanned};
use std::collections::BTreeSet;

/// A file that tells what to do in an emergency.
#[derive(Debug, Clone)]
pub struct PlanFile {
    /// The file.
    pub file: FileId,
    /// Its path in the tree, with `/`.
    pub path: String,
    /// It is the plan, and not one page of a folder of run-books.
    pub head: bool,
    /// Its headings, in order.
    pub headings: Vec<PlanHeading>,
    /// Days that it names behind a label (`Last reviewed: 2026-11-01`), in order.
    pub dates: Vec<PlanDate>,
    /// What is still to fill in: the words that say so, and cells of a table of contacts that are empty.
    pub blanks: Vec<Span>,
    /// Units that the table of its inventory lists.
    pub units: Vec<PlanUnit>,
    /// Every word that could name a unit or a host.
    pub words: BTreeSet<String>,
}

/// A heading.
#[derive(Debug, Clone)]
pub struct PlanHeading {
    /// How deep it is: one for the title.
    pub level: usize,
    /// Its text, in small letters.
    pub text: Spanned<String>,
    /// So many characters stand below it, up to the next heading.
    pub length: usize,
}

/// A day and what it is the day of.
#[derive(Debug, Clone)]
pub struct PlanDate {
    /// The label before it, in small letters (`last reviewed`).
    pub label: String,
    /// What stands there: a day as `2026-11-01`, or something that is none.
    pub day: Spanned<String>,
}

/// A unit as the plan's inventory lists it.
#[derive(Debug, Clone)]
pub struct PlanUnit {
    /// Its name: `host/unit`.
    pub name: Spanned<String>,
    /// How many keys it holds.
    pub keys: Option<Spanned<u64>>,
    /// The digest of its sorted keys.
    pub digest: Option<Spanned<String>>,
}
