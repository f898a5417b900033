//! Text that knows, byte for byte, where it was written, and which parts of it nobody knows.

use super::model::{FileId, Span};
use smallvec::SmallVec;
use std::fmt;
use std::ops::Range;

/// A run of bytes of a [`Text`] that share one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// First byte of the run in the text's value.
    pub at: u32,
    /// Number of bytes of the run in the text's value.
    pub len: u32,
    /// The place where the run is used.
    pub span: Span,
    /// The place where the run was written, if elsewhere (the value in `.env` of a `${VAR}`).
    pub origin: Option<Span>,
    /// Value and file hold the same bytes here, so that byte `n` of the run is byte `n` of the span.
    pub exact: bool,
    /// Nobody knows what stands here at run time; the value holds the reference as it was written.
    pub hole: bool,
}

/// A string made of literal pieces and holes, each with its place.
///
/// `value()` of a text with holes shows them as written (`--x=${VAR}`); ask [`Text::is_known`] before judging it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    value: String,
    /// Nearly all texts have one piece.
    segments: SmallVec<[Segment; 1]>,
    place: Span,
}

impl Text {
    /// Starts a text that is used at `place`; push its pieces in order.
    #[must_use]
    pub fn empty(place: Span) -> Self {
        Self { value: String::new(), segments: SmallVec::new(), place }
    }

    /// Makes a literal text. It maps byte for byte if value and span are equally long.
    #[must_use]
    pub fn literal(value: &str, span: Span) -> Self {
        let mut text = Self::empty(span);
        text.push(value, span, None);
        text
    }

    /// Makes a text of another one's making, which stands as it is nowhere: at `place` is what it was made of.
    #[must_use]
    pub fn inexact(value: &str, place: Span) -> Self {
        let mut text = Self::empty(place);
        text.push_inexact(value, place);
        text
    }

    /// Appends a literal piece. It maps byte for byte if it is as long as its span and was written there.
    pub fn push(&mut self, value: &str, span: Span, origin: Option<Span>) {
        let exact = value.len() == span.len() as usize && origin.is_none();
        self.push_segment(value, Segment { at: 0, len: 0, span, origin, exact, hole: false });
    }

    /// Appends a literal piece that stands for bytes that look different in the file (an escape, a folded line break).
    pub fn push_inexact(&mut self, value: &str, span: Span) {
        self.push_segment(value, Segment { at: 0, len: 0, span, origin: None, exact: false, hole: false });
    }

    /// Appends a hole: `written` is the reference as it stands in the file.
    pub fn push_hole(&mut self, written: &str, span: Span) {
        let exact = written.len() == span.len() as usize;
        self.push_segment(written, Segment { at: 0, len: 0, span, origin: None, exact, hole: true });
    }

    /// Appends another text with all its places.
    pub fn append(&mut self, other: &Self) {
        for segment in &other.segments {
            let from = segment.at as usize;
            let value = &other.value[from..from + segment.len as usize];
            self.push_segment(value, *segment);
        }
    }

    fn push_segment(&mut self, value: &str, segment: Segment) {
        if value.is_empty() && !segment.hole {
            return;
        }
        let at = self.value.len() as u32;
        self.value.push_str(value);
        if let Some(last) = self.segments.last_mut() {
            let continues = last.exact
                && segment.exact
                && last.hole == segment.hole
                && !last.hole
                && last.span.file == segment.span.file
                && last.span.end == segment.span.start;
            if continues {
                last.len += value.len() as u32;
                last.span.end = segment.span.end;
                return;
            }
        }
        self.segments.push(Segment { at, len: value.len() as u32, ..segment });
    }

    /// Answers the text; holes stand in it as they were written.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Answers the text if nothing in it is a hole.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        self.is_known().then_some(self.value.as_str())
    }

    /// Tells whether every byte of the text is known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !self.segments.iter().any(|segment| segment.hole)
    }

    /// Tells whether the bytes of `range` are known.
    #[must_use]
    pub fn is_known_in(&self, range: Range<usize>) -> bool {
        !self.near(&range).iter().any(|segment| {
            let (from, to) = (segment.at as usize, (segment.at + segment.len) as usize);
            segment.hole && from < range.end && range.start < to
        })
    }

    /// Tells whether the text is nothing but one hole: a variable that holds a value, many flags, or none.
    #[must_use]
    pub fn is_hole(&self) -> bool {
        !self.segments.is_empty() && self.segments.iter().all(|segment| segment.hole)
    }

    /// Answers the pieces in order.
    #[must_use]
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// Answers the file of the place where the text is used.
    #[must_use]
    pub fn file(&self) -> FileId {
        self.place.file
    }

    /// Answers the place where the whole text is used.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span_of(0..self.value.len())
    }

    /// Answers the place where the first piece that was written elsewhere was written.
    #[must_use]
    pub fn origin(&self) -> Option<Span> {
        self.segments.iter().find_map(|segment| segment.origin)
    }

    /// Answers the narrowest place that covers the bytes of `range` (byte offsets into [`Text::value`]).
    #[must_use]
    pub fn span_of(&self, range: Range<usize>) -> Span {
        let mut whole: Option<Span> = None;
        for segment in self.near(&range) {
            let (from, to) = (segment.at as usize, (segment.at + segment.len) as usize);
            let touches =
                from < range.end && range.start < to || (range.is_empty() && from <= range.start && range.start <= to);
            if !touches {
                continue;
            }
            let part = if segment.exact {
                let start = segment.span.start + range.start.max(from).saturating_sub(from) as u32;
                let end = segment.span.start + (range.end.min(to).max(from) - from) as u32;
                Span::new(segment.span.file, start, end)
            } else {
                segment.span
            };
            whole = Some(whole.map_or(part, |span| span.to(part)));
        }
        whole.unwrap_or(self.place)
    }

    /// Answers the place of the bytes of `range` if they stand there as they are: known, in one piece, and written where they are used.
    #[must_use]
    pub fn exact(&self, range: Range<usize>) -> Option<Span> {
        let holds =
            |segment: &&Segment| segment.at as usize <= range.start && range.end <= (segment.at + segment.len) as usize;
        let segment = self.near(&range).iter().find(holds)?;
        let first = segment.span.start + (range.start - segment.at as usize) as u32;
        let is_exact = segment.exact && !segment.hole && segment.origin.is_none();
        is_exact.then(|| Span::new(segment.span.file, first, first + range.len() as u32))
    }

    /// Answers the place of the bytes of `range` where they were written, if they stand there as they are: in one piece, behind an anchor
    /// or a variable's name, which may serve others as well.
    #[must_use]
    pub fn exact_origin(&self, range: Range<usize>) -> Option<Span> {
        let holds =
            |segment: &&Segment| segment.at as usize <= range.start && range.end <= (segment.at + segment.len) as usize;
        let segment = self.near(&range).iter().find(holds).filter(|segment| !segment.hole)?;
        let origin = segment.origin.filter(|origin| origin.len() == segment.len)?;
        let first = origin.start + (range.start - segment.at as usize) as u32;
        Some(Span::new(origin.file, first, first + range.len() as u32))
    }

    /// Cuts out the bytes of `range` with their places. Offsets must lie on character boundaries.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let mut part = Self::empty(self.span_of(range.clone()));
        for segment in self.near(&range) {
            let (from, to) = (segment.at as usize, (segment.at + segment.len) as usize);
            let (start, end) = (from.max(range.start), to.min(range.end));
            if start >= end {
                continue;
            }
            let span = if segment.exact {
                let first = segment.span.start + (start - from) as u32;
                Span::new(segment.span.file, first, first + (end - start) as u32)
            } else {
                segment.span
            };
            // A piece that is as long where it was written as it is here holds the same bytes there.
            let origin = segment.origin.map(|origin| {
                let alike = origin.len() == segment.len;
                let first = origin.start + (start - from) as u32;
                if alike { Span::new(origin.file, first, first + (end - start) as u32) } else { origin }
            });
            part.push_segment(&self.value[start..end], Segment { span, origin, ..*segment });
        }
        part
    }

    /// Answers the pieces that overlap or touch `range`; pieces stand in order, so that long texts are not searched from their start.
    fn near(&self, range: &Range<usize>) -> &[Segment] {
        let first = self.segments.partition_point(|segment| ((segment.at + segment.len) as usize) < range.start);
        let last = self.segments.partition_point(|segment| segment.at as usize <= range.end);
        self.segments.get(first..last).unwrap_or_default()
    }

    /// Cuts at the first `separator` that is not inside a hole: the part before it, and the part after it.
    #[must_use]
    pub fn split_once(&self, separator: char) -> Option<(Self, Self)> {
        let at = self
            .value
            .match_indices(separator)
            .map(|(at, _)| at)
            .find(|at| self.is_known_in(*at..at + separator.len_utf8()))?;
        Some((self.slice(0..at), self.slice(at + separator.len_utf8()..self.value.len())))
    }

    /// Cuts at every `separator` that is not inside a hole.
    #[must_use]
    pub fn split(&self, separator: char) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut from = 0;
        for (at, _) in self.value.match_indices(separator) {
            if self.is_known_in(at..at + separator.len_utf8()) {
                parts.push(self.slice(from..at));
                from = at + separator.len_utf8();
            }
        }
        parts.push(self.slice(from..self.value.len()));
        parts
    }

    /// Answers the text as it is used at another place than the one where it was written, which becomes its origin.
    #[must_use]
    pub fn used_at(&self, place: Span) -> Self {
        let mut used = Self::empty(place);
        for segment in &self.segments {
            let from = segment.at as usize;
            let piece = &self.value[from..from + segment.len as usize];
            if segment.hole {
                used.push_hole(piece, place);
            } else {
                used.push(piece, place, Some(segment.origin.unwrap_or(segment.span)));
            }
        }
        used
    }

    /// Takes white space off both ends.
    #[must_use]
    pub fn trim(&self) -> Self {
        let start = self.value.len() - self.value.trim_start().len();
        let end = self.value.trim_end().len().max(start);
        self.slice(start..end)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: u32, end: u32) -> Span {
        Span::new(FileId(0), start, end)
    }

    #[test]
    fn slices_keep_exact_places() {
        let mut text = Text::literal("--a=", span(10, 14));
        text.push("5052", span(14, 21), Some(span(100, 104)));
        text.push(" --b", span(21, 25), None);
        assert_eq!(text.value(), "--a=5052 --b");
        let (flag, rest) = text.split_once('=').expect("has a separator");
        assert_eq!((flag.value(), flag.span()), ("--a", span(10, 13)));
        let port = rest.slice(0..4);
        assert_eq!((port.span(), port.origin()), (span(14, 21), Some(span(100, 104))));
        assert_eq!(text.slice(9..12).span(), span(22, 25));
    }

    #[test]
    fn slices_narrow_the_origin_of_equal_length() {
        let mut text = Text::literal("--a=", span(0, 4));
        text.push("one two", span(4, 8), Some(span(100, 107)));
        assert_eq!(text.slice(8..11).origin(), Some(span(104, 107)));
        assert_eq!(text.slice(8..11).span(), span(4, 8));
    }

    #[test]
    fn holes_are_neither_known_nor_split() {
        let mut text = Text::literal("a=", span(0, 2));
        text.push_hole("${X:-b,c}", span(2, 11));
        text.push(",d", span(11, 13), None);
        assert!(!text.is_known());
        let parts = text.split(',');
        assert_eq!(parts.iter().map(Text::value).collect::<Vec<_>>(), ["a=${X:-b,c}", "d"]);
        assert!(parts[1].is_known());
    }

    #[test]
    fn only_bytes_that_stand_there_as_they_are_have_an_exact_place() {
        let mut text = Text::literal("--a=", span(10, 14));
        text.push("5052", span(14, 21), Some(span(100, 104)));
        text.push_inexact("xy", span(21, 24));
        text.push_hole("${B}", span(24, 28));
        assert_eq!(text.exact(2..3), Some(span(12, 13)));
        assert_eq!(
            (text.exact(2..5), text.exact(4..8), text.exact(8..9), text.exact(10..12)),
            (None, None, None, None)
        );
    }

    #[test]
    fn neighbours_merge_into_one_run() {
        let mut text = Text::literal("ab", span(0, 2));
        text.push("cd", span(2, 4), None);
        assert_eq!(text.segments().len(), 1);
        assert_eq!(text.span_of(1..3), span(1, 3));
    }
}
