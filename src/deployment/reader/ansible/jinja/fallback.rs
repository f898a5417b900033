//! Templates that cannot be parsed as a whole: tag by tag, with all that branches and loops hold as unknown.

use super::blur::append_blurred;
use super::{Names, evaluate_text};
use crate::deployment::reader::ansible::datum::append_moved;
use crate::source::Text;

/// How tags begin and end.
const TAGS: [(&str, &str); 3] = [("{{", "}}"), ("{%", "%}"), ("{#", "#}")];
/// Statements with an end of their own.
const BLOCKS: [&str; 9] = ["if", "for", "macro", "call", "filter", "with", "block", "autoescape", "raw"];
/// No more tags are read.
const MOST: usize = 20_000;

/// A text being read.
struct Reading<'a> {
    text: &'a Text,
    at: usize,
    /// How many statements are open.
    depth: usize,
    /// What stands in them.
    doubtful: Text,
    out: Text,
}

/// Renders a template tag by tag.
pub(super) fn render(text: &Text, names: &dyn Names) -> Text {
    let place = text.span();
    let mut reading = Reading { text, at: 0, depth: 0, doubtful: Text::empty(place), out: Text::empty(place) };
    for _ in 0..MOST {
        let Some((start, end, sign)) = reading.next() else { break };
        reading.take(start);
        reading.at = end;
        match sign {
            "{{" => reading.expression(start, end, names),
            "{%" => reading.statement(start, end),
            _ => {}
        }
    }
    reading.take(text.value().len());
    reading.settle();
    reading.out
}

impl Reading<'_> {
    /// Answers the bytes of the next tag, and its sign.
    fn next(&self) -> Option<(usize, usize, &'static str)> {
        let value = self.text.value();
        let rest = &value[self.at..];
        let starts = rest.match_indices('{').map(|(at, _)| &rest[at..]);
        let found = |start: &&str| TAGS.iter().any(|(sign, _)| start.starts_with(sign));
        let tag = starts.into_iter().find(found)?;
        let (sign, close) = TAGS.iter().find(|(sign, _)| tag.starts_with(sign))?;
        let start = value.len() - tag.len();
        let end =
            memchr::memmem::find(&tag.as_bytes()[2..], close.as_bytes()).map(|at| start + 2 + at + close.len())?;
        Some((start, end, sign))
    }

    /// Takes what stands before the next tag.
    fn take(&mut self, to: usize) {
        let part = self.text.slice(self.at..to.max(self.at));
        self.target().append(&part);
        self.at = to.max(self.at);
    }

    fn target(&mut self) -> &mut Text {
        if self.depth > 0 { &mut self.doubtful } else { &mut self.out }
    }

    fn expression(&mut self, start: usize, end: usize, names: &dyn Names) {
        let tag = self.text.slice(start..end);
        let place = tag.span();
        let value = evaluate_text(&tag, names);
        match value.shown() {
            Some(text) if self.depth == 0 => append_moved(&mut self.out, text, place),
            _ => self.target().push_hole(tag.value(), place),
        }
    }

    fn statement(&mut self, start: usize, end: usize) {
        let value = self.text.value();
        let inner = value[start + 2..end - 2].trim_matches(['-', '+']).trim();
        let word = inner.split(|sign: char| !sign.is_ascii_alphabetic()).next().unwrap_or_default();
        if BLOCKS.contains(&word) {
            self.depth += 1;
        } else if word.strip_prefix("end").is_some_and(|word| BLOCKS.contains(&word)) {
            self.depth = self.depth.saturating_sub(1);
            if self.depth == 0 {
                self.settle();
            }
        }
        // The end of the line goes with the tag.
        if value[end..].starts_with('\n') {
            self.at = end + 1;
        }
    }

    fn settle(&mut self) {
        let doubtful = std::mem::replace(&mut self.doubtful, Text::empty(self.text.span()));
        append_blurred(&mut self.out, &doubtful);
    }
}
