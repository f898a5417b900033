//! The texts that a report quotes, read again when they are needed, with the few that were needed last kept at hand.

use super::model::{Context, KeyStyle};
use super::redact::{self, Mask, Quoted};
use super::voice;
use crate::finding::Outcome;
use crate::source::{FileId, LineIndex, Position, Quoting, Sources, Span};
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

/// How many texts are kept.
const KEPT: usize = 8;
/// A text of no more bytes is redacted as a whole: about what the redactor looks at for one line.
const SMALL: usize = 16 << 10;

/// A text with its lines, and how much of it may be shown.
pub(super) struct Read {
    pub(super) text: Arc<str>,
    pub(super) index: LineIndex,
    pub(super) quoting: Quoting,
    holds_manifest: bool,
    masks: OnceCell<Vec<Mask>>,
    /// Where readers have found secrets in it.
    secrets: Vec<Range<usize>>,
}

impl Read {
    /// Answers, in order, what of some bytes must be shown as something else; a small text is looked through once for all of them.
    pub(super) fn masks(&self, range: Range<usize>, keys: KeyStyle<'_>) -> Cow<'_, [Mask]> {
        let Self { quoting, holds_manifest, .. } = *self;
        let quoted = Quoted { text: &self.text, quoting, holds_manifest, known: &self.secrets };
        // Which part of a manifest is a Secret depends on where the quoted bytes stand.
        if self.holds_manifest || self.text.len() > SMALL {
            return redact::masks(quoted, range, keys).into();
        }
        let all = self.masks.get_or_init(|| redact::masks(quoted, 0..self.text.len(), keys));
        let from = all.partition_point(|mask| mask.range.end <= range.start);
        let to = all.partition_point(|mask| mask.range.start < range.end).max(from);
        all.get(from..to).unwrap_or_default().into()
    }
}

/// The texts of a run; each is read at most once as long as findings come in order of their files.
pub(super) struct Texts<'a> {
    sources: &'a dyn Sources,
    side: Option<&'a (dyn Fn(FileId) -> &'static str + Sync)>,
    keys: KeyStyle<'a>,
    secrets: &'a [Span],
    recent: RefCell<Vec<(FileId, Option<Rc<Read>>)>>,
}

impl<'a> Texts<'a> {
    pub(super) fn new(context: &Context<'a>) -> Self {
        let recent = RefCell::new(Vec::new());
        Self { sources: context.sources, side: context.side, keys: context.keys, secrets: &[], recent }
    }

    /// The same, for a report of an outcome, which knows of secrets that no pattern finds.
    pub(super) fn of(outcome: &'a Outcome, context: &Context<'a>) -> Self {
        Self { secrets: &outcome.secrets, ..Self::new(context) }
    }

    fn secrets_of(&self, file: FileId) -> Vec<Range<usize>> {
        let from = self.secrets.partition_point(|span| span.file < file);
        let to = self.secrets.partition_point(|span| span.file <= file);
        let spans = self.secrets.get(from..to).unwrap_or_default();
        spans.iter().map(|span| span.start as usize..span.end as usize).collect()
    }

    /// Answers the path of a file as it is shown.
    pub(super) fn path(&self, file: FileId) -> Cow<'a, str> {
        voice::shown_path(self.sources.path(file), self.keys)
    }

    /// Answers the path of a file for people, who are told of a file of the earlier tree that it is one.
    pub(super) fn sided_path(&self, file: FileId) -> Cow<'a, str> {
        match self.side.map(|side| side(file)) {
            Some("before") => format!("before: {}", self.path(file)).into(),
            _ => self.path(file),
        }
    }

    /// Answers a text, or nothing if it changed since it was read.
    pub(super) fn read(&self, file: FileId) -> Option<Rc<Read>> {
        let mut recent = self.recent.borrow_mut();
        if let Some(at) = recent.iter().position(|(known, _)| *known == file) {
            recent[at..].rotate_left(1);
        } else {
            let quoting = self.sources.kind(file);
            let read = self.sources.text(file).map(|text| Read {
                index: LineIndex::new(&text),
                holds_manifest: redact::holds_manifest(&text),
                text,
                quoting,
                masks: OnceCell::new(),
                secrets: self.secrets_of(file),
            });
            recent.push((file, read.map(Rc::new)));
            let surplus = recent.len().saturating_sub(KEPT);
            recent.drain(..surplus);
        }
        recent.last().and_then(|(_, read)| read.clone())
    }

    /// Answers where a span begins and ends, or nothing if its text changed since it was read.
    pub(super) fn place(&self, span: Span) -> Option<(Position, Position)> {
        let read = self.read(span.file)?;
        Some((read.index.position(&read.text, span.start), read.index.position(&read.text, span.end)))
    }

    /// Answers `path:line:column`, or the path alone if the text changed since it was read.
    pub(super) fn address(&self, span: Span) -> String {
        let path = self.sided_path(span.file);
        match self.place(span) {
            Some((start, _)) => format!("{path}:{}:{}", start.line, start.column),
            None => path.into_owned(),
        }
    }
}
