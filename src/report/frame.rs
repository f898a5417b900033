//! The frame of a finding: addresses, lines, what is underlined in them, and notes below.

use super::style::{Palette, Signs};
use super::wrap::wrap;
use anstyle::{Effects, Style};
use miette::{Diagnostic, LabeledSpan, SourceCode};
use std::fmt::{self, Formatter};
use unicode_width::UnicodeWidthStr;

/// Lines of one file, and the labels in them.
pub(super) struct Place<'d> {
    source: &'d dyn SourceCode,
    /// At least one.
    labels: Vec<LabeledSpan>,
    /// Where the first primary label is, or else the first one: path, line and column from 1.
    address: (String, usize, usize),
    is_primary: bool,
    last_line: usize,
}

impl<'d> Place<'d> {
    /// Reads what a diagnostic shows of its source; nothing if it shows nothing.
    pub(super) fn of(part: &'d dyn Diagnostic) -> Option<Self> {
        let source = part.source_code()?;
        let labels: Vec<LabeledSpan> = part.labels()?.collect();
        let first = labels.iter().find(|label| label.primary()).or(labels.first())?;
        let read = source.read_span(first.inner(), 0, 0).ok()?;
        let lines = labels.iter().filter_map(|label| Some(source.read_span(label.inner(), 0, 0).ok()?.line() + 1));
        Some(Self {
            address: (read.name().unwrap_or_default().to_owned(), read.line() + 1, read.column() + 1),
            is_primary: first.primary(),
            last_line: lines.max().unwrap_or(1),
            labels,
            source,
        })
    }

    pub(super) fn last_line(&self) -> usize {
        self.last_line
    }

    /// Tells whether two places that follow each other share an address line.
    pub(super) fn is_in_file_of(&self, other: &Self) -> bool {
        !self.address.0.is_empty() && self.address.0 == other.address.0
    }
}

/// What draws the frame of one diagnostic.
pub(super) struct Pen {
    pub(super) width: usize,
    pub(super) palette: Palette,
    pub(super) signs: Signs,
    /// The style of its severity.
    pub(super) mark: Style,
    /// Columns for line numbers.
    pub(super) gutter: usize,
}

impl Pen {
    /// The places of one file: its address, then its lines in order, with a gap between those that are apart.
    pub(super) fn file(&self, sign: &str, places: &[Place], out: &mut Formatter<'_>) -> fmt::Result {
        let Some(first) = places.iter().find(|place| place.is_primary).or(places.first()) else { return Ok(()) };
        let quiet = self.palette.quiet();
        let pad = " ".repeat(self.gutter + 1);
        writeln!(out, "{pad}{quiet}{sign}{quiet:#} {}", first.address())?;
        for (at, place) in places.iter().enumerate() {
            if at > 0 {
                writeln!(out, "{pad}{quiet}{}{quiet:#}", self.signs.gap)?;
            }
            self.place(place, at == 0, out)?;
        }
        self.bar(out)
    }

    fn place(&self, place: &Place, is_first: bool, out: &mut Formatter<'_>) -> fmt::Result {
        let Some((first_line, start, text)) = place.read() else {
            let said: Vec<&str> = place.labels.iter().filter_map(LabeledSpan::label).collect();
            return self.said("", &said.join(", "), 0, self.mark, out);
        };
        if is_first {
            self.bar(out)?;
        }
        let (quiet, gutter, bar) = (self.palette.quiet(), self.gutter, self.signs.bar);
        for row in place.rows(first_line, start, &text) {
            let Row { number, text, offset, labels } = row;
            writeln!(out, "{quiet}{number:>gutter$} {bar}{quiet:#} {}", text.trim_end())?;
            labels.into_iter().try_for_each(|label| self.underline(text, label, offset, out))?;
        }
        Ok(())
    }

    /// The line below a place, and its label beside or below it.
    fn underline(&self, line: &str, label: &LabeledSpan, offset: usize, out: &mut Formatter<'_>) -> fmt::Result {
        let start = label.offset() - offset;
        let end = (start + label.len()).min(line.trim_end().len());
        let before = line.get(..start).unwrap_or_default().width();
        let length = line.get(start..end).unwrap_or_default().width().max(1);
        let related = (self.signs.related, self.palette.related());
        let (sign, style) = if label.primary() { (self.signs.primary, self.mark) } else { related };
        let underline = format!("{}{}", " ".repeat(before), sign.repeat(length));
        self.said(&underline, label.label().unwrap_or_default(), before, style, out)
    }

    /// Text behind what is drawn already if it fits, else in lines below that begin at a column.
    fn said(&self, drawn: &str, text: &str, column: usize, style: Style, out: &mut Formatter<'_>) -> fmt::Result {
        let room = self.width.saturating_sub(self.gutter + 3);
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

    fn row(&self, text: &str, out: &mut Formatter<'_>) -> fmt::Result {
        let quiet = self.palette.quiet();
        writeln!(out, "{} {quiet}{}{quiet:#} {}", " ".repeat(self.gutter), self.signs.bar, text.trim_end())
    }

    fn bar(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let quiet = self.palette.quiet();
        writeln!(out, "{} {quiet}{}{quiet:#}", " ".repeat(self.gutter), self.signs.bar)
    }

    /// `= why:  text`, in as many lines as it takes.
    pub(super) fn note(&self, name: &str, text: &str, out: &mut Formatter<'_>) -> fmt::Result {
        let quiet = self.palette.quiet();
        let indent = self.gutter + 9;
        for (at, line) in wrap(text, self.width.saturating_sub(indent).max(20)).iter().enumerate() {
            if at == 0 {
                let pad = " ".repeat(self.gutter + 1);
                writeln!(out, "{pad}{quiet}= {:<5}{quiet:#} {line}", format!("{name}:"))?;
            } else {
                writeln!(out, "{:indent$}{line}", "")?;
            }
        }
        Ok(())
    }
}

/// A line of a place.
pub(super) struct Row<'p> {
    /// Its number.
    pub(super) number: usize,
    /// What is shown of it.
    pub(super) text: &'p str,
    /// Where it begins in the source.
    pub(super) offset: usize,
    /// The labels in it, in order.
    pub(super) labels: Vec<&'p LabeledSpan>,
}

impl Place<'_> {
    /// Answers `path:line:column`.
    pub(super) fn address(&self) -> String {
        let (path, line, column) = &self.address;
        // What cannot be quoted and is said to stand at the very beginning has no place that is known.
        let is_known = (*line, *column) != (1, 1) || self.read().is_some();
        if is_known { format!("{path}:{line}:{column}") } else { path.clone() }
    }

    /// Answers the labels, whether they can be shown in lines or not.
    pub(super) fn labels(&self) -> &[LabeledSpan] {
        &self.labels
    }

    /// Takes the lines of a place apart.
    pub(super) fn rows<'p>(&'p self, first_line: usize, start: usize, text: &'p str) -> Vec<Row<'p>> {
        let mut offset = start;
        let rows = text.lines().enumerate().map(|(at, text)| {
            let here = |label: &&LabeledSpan| (offset..=offset + text.len()).contains(&label.offset());
            let mut labels: Vec<&LabeledSpan> = self.labels.iter().filter(here).collect();
            labels.sort_by_key(|label| (label.offset(), label.len()));
            let row = Row { number: first_line + at, text, offset, labels };
            offset += text.len() + 1;
            row
        });
        rows.collect()
    }

    /// Answers the number of the first line, where it starts in the source, and the lines; nothing if nothing can be quoted.
    pub(super) fn read(&self) -> Option<(usize, usize, String)> {
        let start = self.labels.iter().map(LabeledSpan::offset).min()?;
        let end = self.labels.iter().map(|label| label.offset() + label.len()).max()?;
        let read = self.source.read_span(&(start, end - start).into(), 1, 1).ok()?;
        let text = String::from_utf8_lossy(read.data()).into_owned();
        (!text.is_empty()).then(|| (read.line() + 1, read.span().offset(), text))
    }
}
