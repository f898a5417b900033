//! Draws a diagnostic for people: one finding, its places in one frame whatever their files, then its notes.

use super::frame::{Pen, Place};
use super::model::Context;
use super::style::{Palette, Signs};
use super::wrap::wrap;
use crate::finding::Severity;
use anstyle::Style;
use miette::{Diagnostic, ReportHandler};
use std::fmt::{self, Formatter};

/// Notes in the order in which they are drawn; `next` is the diagnostic's help.
const NOTES: [&str; 6] = ["more", "why", "next", "also", "sure", "rule"];

/// Draws diagnostics; a miette report handler whose related sources belong to the same finding.
#[derive(Debug, Clone, Copy)]
pub struct Drawing {
    width: usize,
    palette: Palette,
    signs: Signs,
    links: bool,
}

impl Drawing {
    /// Makes a drawing for a terminal; it is never narrower than 40 columns.
    #[must_use]
    pub fn new(context: &Context) -> Self {
        Self {
            width: context.width.max(40),
            palette: Palette::new(context.color),
            signs: Signs::new(context.ascii),
            links: context.links,
        }
    }
}

impl ReportHandler for Drawing {
    fn debug(&self, error: &dyn Diagnostic, out: &mut Formatter<'_>) -> fmt::Result {
        let code = error.code().map(|code| code.to_string()).unwrap_or_else(|| "error".into());
        let severity = Severity::ALL.into_iter().find(|severity| code.starts_with(severity.word()));
        let parts: Vec<&dyn Diagnostic> = std::iter::once(error).chain(error.related().into_iter().flatten()).collect();
        let places: Vec<Place> = parts.iter().filter_map(|part| Place::of(*part)).collect();
        let pen = Pen {
            width: self.width,
            palette: self.palette,
            signs: self.signs,
            mark: self.palette.severity(severity.unwrap_or(Severity::High)),
            gutter: places.iter().map(Place::last_line).max().unwrap_or(1).to_string().len(),
        };
        self.head(&code, error, pen.mark, out)?;
        for (at, of_file) in places.chunk_by(Place::is_in_file_of).enumerate() {
            pen.file(if at == 0 { self.signs.first } else { self.signs.further }, of_file, out)?;
        }
        self.notes(&parts[1..], error, &pen, out)
    }
}

/// A diagnostic that draws itself with `{}`.
pub(super) struct Drawn<'a>(pub(super) &'a Drawing, pub(super) &'a dyn Diagnostic);

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        self.0.debug(self.1, out)
    }
}

impl Drawing {
    /// `critical[duplicate-key]: headline`, with the rule as a link where links are understood.
    fn head(&self, code: &str, error: &dyn Diagnostic, mark: Style, out: &mut Formatter<'_>) -> fmt::Result {
        let Self { width, palette, links, .. } = *self;
        let strong = palette.strong();
        let lines = wrap(&format!("{code}: {error}"), width);
        let url = error.url().filter(|_| links).map(|url| url.to_string());
        for (at, line) in lines.iter().enumerate() {
            match line.strip_prefix(code).filter(|_| at == 0) {
                Some(rest) => {
                    let code = url
                        .as_ref()
                        .map_or(code.to_owned(), |url| format!("\u{1b}]8;;{url}\u{1b}\\{code}\u{1b}]8;;\u{1b}\\"));
                    writeln!(out, "{mark}{code}{mark:#}{strong}{rest}{strong:#}")?;
                }
                None => writeln!(out, "{strong}{line}{strong:#}")?,
            }
        }
        Ok(())
    }

    /// The notes, each with its name, in one order whatever they came in.
    fn notes(
        &self,
        parts: &[&dyn Diagnostic],
        error: &dyn Diagnostic,
        pen: &Pen,
        out: &mut Formatter<'_>,
    ) -> fmt::Result {
        let note = |part: &&dyn Diagnostic| {
            Some((part.code()?.to_string(), part.to_string())).filter(|_| part.source_code().is_none())
        };
        let mut notes: Vec<(String, String)> = parts.iter().filter_map(note).collect();
        notes.extend(error.help().map(|help| ("next".into(), help.to_string())));
        notes.sort_by_key(|(name, _)| NOTES.iter().position(|known| known == name).unwrap_or(NOTES.len()));
        notes.iter().try_for_each(|(name, text)| pen.note(name, text, out))
    }
}
