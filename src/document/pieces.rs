//! A scalar being decoded: which of its bytes were copied from the file, and which stand for others.

use crate::source::{FileId, Span, Text};
use std::ops::Range;

/// A run of the value, and the bytes of the file that it comes from.
#[derive(Debug, Clone, Copy)]
struct Run {
    len: u32,
    start: u32,
    end: u32,
}

/// The value of a scalar, piece by piece in order.
#[derive(Debug)]
pub(super) struct Pieces<'s> {
    source: &'s str,
    value: String,
    runs: Vec<Run>,
}

impl<'s> Pieces<'s> {
    /// Starts a scalar of this text.
    pub(super) fn new(source: &'s str) -> Self {
        Self { source, value: String::new(), runs: Vec::new() }
    }

    /// Answers the text that the scalar stands in.
    pub(super) fn source(&self) -> &'s str {
        self.source
    }

    /// Appends bytes of the file as they are.
    pub(super) fn copy(&mut self, range: Range<usize>) {
        if let Some(text) = self.source.get(range.clone()) {
            self.stand(text, range);
        }
    }

    /// Appends a text that stands for other bytes of the file: an escape, a folded line break.
    pub(super) fn stand(&mut self, text: &str, range: Range<usize>) {
        if !text.is_empty() {
            self.value.push_str(text);
            self.runs.push(Run { len: text.len() as u32, start: range.start as u32, end: range.end as u32 });
        }
    }

    /// Appends a character that stands for other bytes of the file.
    pub(super) fn stand_char(&mut self, character: char, range: Range<usize>) {
        self.stand(character.encode_utf8(&mut [0; 4]), range);
    }

    /// Answers the value so far.
    pub(super) fn value(&self) -> &str {
        &self.value
    }

    /// Answers the value with the places, and the holes, of the text that the file was rendered from.
    pub(super) fn text_of(&self, rendered: &Text, whole: Span) -> Text {
        let mut text = Text::empty(whole);
        let mut at = 0;
        for run in &self.runs {
            let piece = &self.value[at..at + run.len as usize];
            at += run.len as usize;
            let range = run.start as usize..run.end as usize;
            let same = self.source.get(range.clone()) == Some(piece);
            if same {
                text.append(&rendered.slice(range));
            } else if rendered.is_known_in(range.clone()) {
                text.push_inexact(piece, rendered.span_of(range));
            } else {
                text.push_hole(piece, rendered.span_of(range));
            }
        }
        text
    }

    /// Answers the value with its places. With `place`, it is used there, and written where the pieces are.
    pub(super) fn text(&self, file: FileId, whole: Span, place: Option<Span>) -> Text {
        let mut text = Text::empty(place.unwrap_or(whole));
        let mut at = 0;
        for run in &self.runs {
            let piece = &self.value[at..at + run.len as usize];
            at += run.len as usize;
            let written = Span::new(file, run.start, run.end);
            let same = self.source.get(run.start as usize..run.end as usize) == Some(piece);
            match place {
                Some(place) => text.push(piece, place, Some(written)),
                None if same => text.push(piece, written, None),
                None => text.push_inexact(piece, written),
            }
        }
        text
    }
}
