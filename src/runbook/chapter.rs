//! The whole plan: its chapters in the order of `rules/plan.toml`, the STOP card first.

use super::draft::Draft;
use super::page::filled;
use crate::catalogue::shelf;
use serde::Deserialize;
use std::fmt::Write;
use std::sync::LazyLock;

/// The chapters of a plan.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Book {
    /// What stands before the first chapter.
    head: String,
    /// What has to hold before anything may sign again.
    conditions: String,
    /// The chapters, in order.
    chapter: Vec<Chapter>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Chapter {
    title: String,
    text: String,
}

static BOOK: LazyLock<Book> =
    LazyLock::new(|| shelf::volume("plan.toml").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default());

/// Writes what has to hold before anything may sign again.
pub fn conditions(draft: &Draft<'_>) -> String {
    filled(draft, &BOOK.conditions)
}

/// Writes the whole plan.
pub fn whole(draft: &Draft<'_>) -> String {
    let mut out = filled(draft, &BOOK.head);
    for chapter in &BOOK.chapter {
        let _ = write!(out, "\n\n## {}\n\n{}", chapter.title, filled(draft, &chapter.text));
    }
    tidy(&out)
}

/// Leaves no two empty lines in a row outside of commands.
pub fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = false;
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && empty) {
            out.push_str(line);
            out.push('\n');
        }
        empty = line.is_empty();
    }
    out
}
