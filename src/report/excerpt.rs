//! A few lines of a file around some places: cut to the width of the terminal, cleaned and redacted.

use super::clean;
use super::model::KeyStyle;
use super::redact::Mask;
use super::texts::Read;
use crate::source::{Position, Span};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::ops::Range;
use unicode_width::UnicodeWidthStr;

/// How many bytes of a line are looked at on either side of a place; more than any terminal shows.
const VISIBLE: usize = 512;
/// How an excerpt should look.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look<'a> {
    /// Columns for the text of a line.
    pub(super) width: usize,
    pub(super) ascii: bool,
    pub(super) keys: KeyStyle<'a>,
}

/// Lines of a file as they are shown; what miette calls a source.
///
/// Spans into it are not spans of the file: [`cut`] answers both the excerpt and its spans.
#[derive(Debug, Clone, Default)]
pub struct Excerpt {
    /// The path that is shown.
    name: String,
    text: String,
    /// Number of the first line, from 0.
    line: usize,
    /// Start of each span of the excerpt, and its column in the file, from 0.
    columns: Vec<(usize, usize)>,
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.text.read_span(span, before, after)?;
        let known = self.columns.iter().find(|(start, _)| before == 0 && after == 0 && *start == span.offset());
        let column = known.map_or(contents.column(), |(_, column)| *column);
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            contents.data(),
            *contents.span(),
            contents.line() + self.line,
            column,
            contents.line_count(),
        )))
    }
}

impl Excerpt {
    /// Makes an excerpt of a file that cannot be quoted; it knows its place, from 0, and shows nothing.
    pub(super) fn blank(name: String, line: usize, column: usize) -> Self {
        Self { name, text: String::new(), line, columns: vec![(0, column)] }
    }
}

/// Cuts out the lines on which the spans begin, and those between them. Answers each span's place in the excerpt, too.
pub(super) fn cut(name: String, read: &Read, spans: &[Span], look: Look) -> (Excerpt, Vec<SourceSpan>) {
    let starts: Vec<Position> = spans.iter().map(|span| read.index.position(&read.text, span.start)).collect();
    let lines = starts.iter().map(|start| start.line);
    let (first, last) = (lines.clone().min().unwrap_or(1), lines.max().unwrap_or(1));
    let mut excerpt = Excerpt { name, line: first as usize - 1, ..Excerpt::default() };
    let mut places = vec![SourceSpan::from((0, 0)); spans.len()];
    for number in first..=last {
        let Some((from, to)) = read.index.line(&read.text, number) else { continue };
        let line = from as usize..to.max(from) as usize;
        let on_line = |which: usize, span: &Span| {
            let at = (span.start as usize).clamp(line.start, line.end);
            (which, at..(span.end as usize).clamp(at, line.end))
        };
        let here = spans.iter().enumerate().filter(|(which, _)| starts[*which].line == number);
        let here: Vec<(usize, Range<usize>)> = here.map(|(which, span)| on_line(which, span)).collect();
        let cells = Line::read(read, line.clone(), &here, look);
        let crop = cells.crop(&here, look);
        for (which, range) in &here {
            let at = excerpt.text.len();
            let (from, to) = cells.find(range);
            let (from, to) = (at + crop.offset(&cells, from), at + crop.offset(&cells, to));
            places[*which] = SourceSpan::from((from, to - from));
            excerpt.columns.push((from, starts[*which].column as usize - 1));
        }
        excerpt.text += &crop.text(&cells);
        excerpt.text.push('\n');
    }
    (excerpt, places)
}

/// The visible part of a line, in cells: a character, or what stands for one or for a masked run.
struct Line {
    /// Bytes in the file, what is shown, and how wide that is.
    cells: Vec<(Range<usize>, String, usize)>,
    /// The line goes on before the first cell, behind the last.
    cut: (bool, bool),
}

/// Which cells of a line are shown.
struct Crop {
    range: Range<usize>,
    cut: (bool, bool),
    mark: &'static str,
}

impl Line {
    /// Reads the part of a line around its places.
    fn read(read: &Read, line: Range<usize>, places: &[(usize, Range<usize>)], look: Look) -> Self {
        let text = &*read.text;
        let first = places.iter().map(|(_, place)| place.start).min().unwrap_or(line.start);
        let last = places.iter().map(|(_, place)| place.end.min(place.start + VISIBLE)).max().unwrap_or(first);
        let from = boundary(text, first.saturating_sub(VISIBLE).max(line.start));
        let to = boundary(text, (last + VISIBLE).min(line.end)).max(from);
        let masks = read.masks(from..to, look.keys);
        let mut masks = masks.iter().filter(|mask| mask.range.end > from && mask.range.start < to).peekable();
        let mut cells = Vec::new();
        let mut at = from;
        while let Some(letter) = text[at..to].chars().next() {
            let masked = masks.next_if(|mask| mask.range.start <= at);
            let (end, shown) = match masked {
                Some(mask) => (mask.range.end.clamp(at, to), standing_for(mask, text, at..to)),
                None => (at + letter.len_utf8(), letter.to_string()),
            };
            let shown = clean::line(&shown, look.ascii).into_owned();
            let width = shown.width();
            cells.push((at..end, shown, width));
            at = end.max(at + usize::from(end == at) * letter.len_utf8());
        }
        Self { cells, cut: (from > line.start, to < line.end) }
    }

    /// Answers the numbers of the first cell of some bytes and of the one behind them.
    fn find(&self, bytes: &Range<usize>) -> (usize, usize) {
        let from = self.cells.partition_point(|(cell, ..)| cell.end <= bytes.start);
        let to = self.cells.partition_point(|(cell, ..)| cell.start < bytes.end);
        (from, to.max(from))
    }

    /// Chooses the cells to show: the places with a quarter of the free room before them, or the whole line if it fits.
    fn crop(&self, places: &[(usize, Range<usize>)], Look { width, ascii, .. }: Look) -> Crop {
        let mark = if ascii { "..." } else { "…" };
        let found: Vec<(usize, usize)> = places.iter().map(|(_, bytes)| self.find(bytes)).collect();
        let all = 0..self.cells.len();
        if self.cut == (false, false) && self.width(&all) <= width {
            return Crop { range: all, cut: self.cut, mark };
        }
        let start = found.iter().map(|(from, _)| *from).min().unwrap_or(0).min(all.end);
        let end = found.iter().map(|(_, to)| *to).max().unwrap_or(0).clamp(start, all.end);
        let room = width.saturating_sub(2 * mark.width()).max(1);
        let mut range = start..self.grow_right(start..start, end, room);
        let free = room.saturating_sub(self.width(&range));
        range.start = self.grow_left(&range, free / 4);
        range.end = self.grow_right(range.clone(), all.end, room);
        range.start = self.grow_left(&range, room.saturating_sub(self.width(&range)));
        Crop { cut: (self.cut.0 || range.start > 0, self.cut.1 || range.end < all.end), range, mark }
    }

    fn width(&self, range: &Range<usize>) -> usize {
        self.cells[range.clone()].iter().map(|(.., width)| width).sum()
    }

    /// Answers how far a range can grow to the right, up to `limit`, and be no wider than `room`.
    fn grow_right(&self, range: Range<usize>, limit: usize, room: usize) -> usize {
        let mut width = self.width(&range);
        let fits = |(.., cell): &&(Range<usize>, String, usize)| {
            width += cell;
            width <= room
        };
        range.end + self.cells[range.end..limit].iter().take_while(fits).count()
    }

    /// Answers how far a range can grow to the left within `room` more columns.
    fn grow_left(&self, range: &Range<usize>, room: usize) -> usize {
        let mut width = 0;
        let fits = |(.., cell): &&(Range<usize>, String, usize)| {
            width += cell;
            width <= room
        };
        range.start - self.cells[..range.start].iter().rev().take_while(fits).count()
    }
}

impl Crop {
    fn text(&self, line: &Line) -> String {
        let cells: String = line.cells[self.range.clone()].iter().map(|(_, shown, _)| shown.as_str()).collect();
        let mark = |cut: bool| if cut { self.mark } else { "" };
        format!("{}{}{}", mark(self.cut.0), cells, mark(self.cut.1))
    }

    /// Answers the byte of the shown text at which a cell begins; of a cell that is not shown, the nearest end.
    fn offset(&self, line: &Line, cell: usize) -> usize {
        let cell = cell.clamp(self.range.start, self.range.end);
        let before: usize = line.cells[self.range.start..cell].iter().map(|(_, shown, _)| shown.len()).sum();
        before + if self.cut.0 { self.mark.len() } else { 0 }
    }
}

/// Answers what stands for a mask on a line; a mask over nothing but white space stands for nothing.
fn standing_for(mask: &Mask, text: &str, line: Range<usize>) -> String {
    let hidden = &text[line.start.max(mask.range.start)..line.end.min(mask.range.end)];
    if hidden.trim().is_empty() { hidden.to_owned() } else { mask.shown.clone() }
}

/// Answers the last character boundary at or before a byte.
fn boundary(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}
