//! Draws a diagnostic for people: one finding, its places in one frame whatever their files, then its notes.

use super::model::Context;
use super::style::{Palette, Signs};
use super::wrap::wrap;
use crate::finding::Severity;
use anstyle::{Effects, Style};
use miette::{Diagnostic, LabeledSpan, ReportHandler, SourceCode};
use std::fmt::{self, Formatter};
use unicode_width::UnicodeWidthStr;

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
        let pen = Pen {
            drawing: self,
            mark: self.palette.severity(severity.unwrap_or(Severity::High)),
            gutter: gutter(error),
        };
        pen.head(&code, error, out)?;
        let parts: Vec<&dyn Diagnostic> = std::iter::once(error).chain(error.related().into_iter().flatten()).collect();
        let mut sign = self.signs.first;
        for part in &parts {
            if let Some(source) = part.source_code() {
                pen.place(sign, source, part.labels().into_iter().flatten().collect(), out)?;
                sign = self.signs.further;
            }
        }
        pen.notes(&parts[1..], error, out)
    }
}

/// A diagnostic that draws itself with `{}`.
pub(super) struct Drawn<'a>(pub(super) &'a Drawing, pub(super) &'a dyn Diagnostic);

impl fmt::Display for Drawn<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        self.0.debug(self.1, out)
    }
}

/// Answers how many columns the line numbers of a diagnostic take.
fn gutter(error: &dyn Diagnostic) -> usize {
    let parts = std::iter::once(error).chain(error.related().into_iter().flatten());
    let last = parts.filter_map(|part| {
        let source = part.source_code()?;
        part.labels()?.filter_map(|label| source.read_span(label.inner(), 0, 0).ok().map(|read| read.line() + 1)).max()
    });
    last.max().unwrap_or(1).to_string().len()
}

/// The drawing of one diagnostic.
struct Pen<'a> {
    drawing: &'a Drawing,
    /// The style of its severity.
    mark: Style,
    gutter: usize,
}

impl Pen<'_> {
    /// `critical[duplicate-key]: headline`, with the rule as a link where links are understood.
    fn head(&self, code: &str, error: &dyn Diagnostic, out: &mut Formatter<'_>) -> fmt::Result {
        let Drawing { width, palette, links, .. } = *self.drawing;
        let (mark, strong) = (self.mark, palette.strong());
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

    /// One excerpt: its address, its lines, and what its labels say.
    fn place(
        &self,
        sign: &str,
        source: &dyn SourceCode,
        labels: Vec<LabeledSpan>,
        out: &mut Formatter<'_>,
    ) -> fmt::Result {
        let (Some(start), Some(end)) = (
            labels.iter().map(LabeledSpan::offset).min(),
            labels.iter().map(|label| label.offset() + label.len()).max(),
        ) else {
            return Ok(());
        };
        let Ok(address) = source.read_span(labels[0].inner(), 0, 0) else { return Ok(()) };
        let Ok(read) = source.read_span(&(start, end - start).into(), 1, 1) else { return Ok(()) };
        let quiet = self.drawing.palette.quiet();
        let name = address.name().unwrap_or_default();
        let pad = " ".repeat(self.gutter + 1);
        let is_unknown = read.data().is_empty() && (address.line(), address.column()) == (0, 0);
        let (line, column) = (address.line() + 1, address.column() + 1);
        let position = if is_unknown { String::new() } else { format!(":{line}:{column}") };
        writeln!(out, "{pad}{quiet}{sign}{quiet:#} {name}{position}")?;
        if read.data().is_empty() {
            let text = labels.iter().filter_map(LabeledSpan::label).collect::<Vec<_>>().join(", ");
            self.said("", &text, 0, self.mark, out)?;
            return self.bar(out);
        }
        self.bar(out)?;
        let mut offset = read.span().offset();
        let text = String::from_utf8_lossy(read.data());
        for (at, line) in text.lines().enumerate() {
            let number = read.line() + 1 + at;
            let (gutter, bar) = (self.gutter, self.drawing.signs.bar);
            writeln!(out, "{quiet}{number:>gutter$} {bar}{quiet:#} {}", line.trim_end())?;
            let here = |label: &&LabeledSpan| (offset..=offset + line.len()).contains(&label.offset());
            let mut here: Vec<&LabeledSpan> = labels.iter().filter(here).collect();
            here.sort_by_key(|label| (label.offset(), label.len()));
            for label in here {
                self.underline(line, label, offset, out)?;
            }
            offset += line.len() + 1;
        }
        self.bar(out)
    }

    /// The line below a place, and its label beside or below it.
    fn underline(&self, line: &str, label: &LabeledSpan, offset: usize, out: &mut Formatter<'_>) -> fmt::Result {
        let Drawing { palette, signs, .. } = self.drawing;
        let start = label.offset() - offset;
        let end = (start + label.len()).min(line.trim_end().len());
        let before = line.get(..start).unwrap_or_default().width();
        let length = line.get(start..end).unwrap_or_default().width().max(1);
        let (sign, style) =
            if label.primary() { (signs.primary, self.mark) } else { (signs.related, palette.related()) };
        let underline = format!("{}{}", " ".repeat(before), sign.repeat(length));
        self.said(&underline, label.label().unwrap_or_default(), before, style, out)
    }

    /// Text behind what is drawn already if it fits, else in lines below that begin at a column.
    fn said(&self, drawn: &str, text: &str, column: usize, style: Style, out: &mut Formatter<'_>) -> fmt::Result {
        let room = self.room();
        let used = if drawn.is_empty() { 0 } else { drawn.width() + 1 };
        let quieter = style.effects(style.get_effects().remove(Effects::BOLD));
        if text.is_empty() || used + text.width() <= room {
            let gap = if used > 0 && !text.is_empty() { " " } else { "" };
            return self.row(&format!("{style}{drawn}{style:#}{gap}{quieter}{text}{quieter:#}"), out);
        }
        if !drawn.is_empty() {
            self.row(&format!("{style}{drawn}{style:#}"), out)?;
        }
        let column = column.min(room.saturating_sub(text.width().min(room * 2 / 3)));
        let lines = wrap(text, room.saturating_sub(column).max(1));
        lines.iter().try_for_each(|line| self.row(&format!("{:column$}{quieter}{line}{quieter:#}", ""), out))
    }

    /// Columns behind the bar.
    fn room(&self) -> usize {
        self.drawing.width.saturating_sub(self.gutter + 3)
    }

    fn row(&self, text: &str, out: &mut Formatter<'_>) -> fmt::Result {
        let quiet = self.drawing.palette.quiet();
        let bar = self.drawing.signs.bar;
        writeln!(out, "{} {quiet}{bar}{quiet:#} {}", " ".repeat(self.gutter), text.trim_end())
    }

    fn bar(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let quiet = self.drawing.palette.quiet();
        writeln!(out, "{} {quiet}{}{quiet:#}", " ".repeat(self.gutter), self.drawing.signs.bar)
    }

    /// The notes, each with its name, in one order whatever they came in.
    fn notes(&self, parts: &[&dyn Diagnostic], error: &dyn Diagnostic, out: &mut Formatter<'_>) -> fmt::Result {
        let note = |part: &&dyn Diagnostic| {
            Some((part.code()?.to_string(), part.to_string())).filter(|_| part.source_code().is_none())
        };
        let mut notes: Vec<(String, String)> = parts.iter().filter_map(note).collect();
        notes.extend(error.help().map(|help| ("next".into(), help.to_string())));
        notes.sort_by_key(|(name, _)| NOTES.iter().position(|known| known == name).unwrap_or(NOTES.len()));
        notes.iter().try_for_each(|(name, text)| self.note(name, text, out))
    }

    fn note(&self, name: &str, text: &str, out: &mut Formatter<'_>) -> fmt::Result {
        let Drawing { width, palette, .. } = self.drawing;
        let quiet = palette.quiet();
        let indent = self.gutter + 9;
        for (at, line) in wrap(text, width.saturating_sub(indent).max(20)).iter().enumerate() {
            let pad = " ".repeat(self.gutter + 1);
            if at == 0 {
                writeln!(out, "{pad}{quiet}= {:<5}{quiet:#} {line}", format!("{name}:"))?;
            } else {
                writeln!(out, "{:indent$}{line}", "")?;
            }
        }
        Ok(())
    }
}
