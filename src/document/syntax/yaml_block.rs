//! YAML block scalars, `|` and `>`: indentation goes, and between the lines of `>` the breaks fold into spaces.

use super::Raw;
use crate::document::model::Style;
use crate::document::pieces::Pieces;
use std::ops::Range;

/// Answers the bytes of the content without the line breaks at its end, and the column that it is indented to.
pub(super) fn content(source: &str, range: Range<usize>, indent: Option<usize>) -> (Range<usize>, u8) {
    let Some(indent) = indent else { return (behind_sign(source, range), 255) };
    let Ok(indent) = u8::try_from(indent) else { return (range, 255) };
    let mut end = range.end;
    loop {
        let content = &source[range.start..end];
        let kept = content.trim_end_matches(['\n', '\r']).len();
        let line = content[..kept].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        end = range.start + kept;
        // A line of no more blanks than the indentation is empty, too.
        let blank = content[line..kept].bytes().all(|byte| byte == b' ') && kept - line <= usize::from(indent);
        if line == 0 || !blank || line == kept {
            return (range.start..end, indent);
        }
        end = range.start + line;
    }
}

/// Answers the place of a content that is not there: behind the sign, or at the end of its line.
fn behind_sign(source: &str, range: Range<usize>) -> Range<usize> {
    let raw = &source[range.clone()];
    let sign = raw.len() - raw.trim_start_matches(|sign: char| "|>+-".contains(sign) || sign.is_ascii_digit()).len();
    let end = if sign > 0 { range.start + sign } else { source[..range.start].trim_end().len() };
    end..end
}

/// Decodes the content of a block scalar.
pub(super) fn decode(raw: Raw<'_>, pieces: &mut Pieces<'_>) {
    let source = pieces.source();
    let empty = raw.value.bytes().take_while(|byte| *byte == b'\n').count();
    pieces.stand(&raw.value[..empty], raw.start..raw.start);
    let lines = Lines { source, at: raw.start, end: raw.end };
    // The first line starts at its content; so it is indented unless more blanks follow.
    let mut skip = usize::from(raw.indent).saturating_sub(column(source, raw.start));
    let mut breaks: Vec<Range<usize>> = Vec::new();
    let mut before_is_deeper = false;
    for (line, line_break) in lines {
        let blanks = source[line.clone()].bytes().take_while(|byte| *byte == b' ').count();
        let start = line.start + blanks.min(skip);
        skip = usize::from(raw.indent);
        if start < line.end {
            let is_deeper = matches!(source.as_bytes()[start], b' ' | b'\t');
            let keeps = raw.style == Style::Literal || is_deeper || before_is_deeper;
            join(&mut breaks, keeps, pieces);
            pieces.copy(start..line.end);
            before_is_deeper = is_deeper;
        }
        breaks.push(line_break);
    }
    end(raw, pieces);
}

/// Writes the line breaks between two lines with text.
fn join(breaks: &mut Vec<Range<usize>>, keeps: bool, pieces: &mut Pieces<'_>) {
    let fold = !keeps && !breaks.is_empty();
    if fold && breaks.len() == 1 {
        pieces.stand(" ", breaks[0].clone());
    }
    for line_break in breaks.iter().skip(usize::from(fold)) {
        pieces.stand("\n", line_break.clone());
    }
    breaks.clear();
}

/// Writes the line breaks behind the last text; how many count is for the sign to say, and the value shows it.
fn end(raw: Raw<'_>, pieces: &mut Pieces<'_>) {
    let source = pieces.source();
    let mut lines = Lines { source, at: raw.end, end: source.len() };
    let missing = raw.value.len().saturating_sub(pieces.value().len());
    for _ in 0..missing {
        let at = lines.next().map_or(source.len()..source.len(), |(_, line_break)| line_break);
        pieces.stand("\n", at);
    }
}

/// Counts the characters before a place in its line.
fn column(source: &str, at: usize) -> usize {
    let before = &source[..at];
    let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    before[line..].trim_start_matches('\u{feff}').chars().count()
}

/// The lines of a text: the bytes of each, and those of its line break.
struct Lines<'s> {
    source: &'s str,
    at: usize,
    end: usize,
}

impl Iterator for Lines<'_> {
    type Item = (Range<usize>, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let rest = &self.source[self.at..self.end];
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let after = &rest[length..];
        let width = if after.starts_with("\r\n") { 2 } else { after.len().min(1) };
        let line = self.at..self.at + length;
        self.at = line.end + width;
        Some((line.clone(), line.end..self.at))
    }
}
