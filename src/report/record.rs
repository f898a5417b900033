//! A finding as data, the same in every format for machines of our own.

use super::model::Context;
use super::texts::Texts;
use super::voice::{self, Voice};
use crate::finding::{Allowance, Confidence, Finding, Fix, Label, LabelKind, Severity, Suppressed};
use crate::source::{Position, Span};
use jiff::civil::Date;
use serde::Serialize;
use std::borrow::Cow;

/// A finding; the order of the members is the order in which they are written.
#[derive(Debug, Serialize)]
pub(super) struct Record<'a> {
    pub(super) rule: &'a str,
    pub(super) severity: Severity,
    pub(super) confidence: Confidence,
    pub(super) message: String,
    pub(super) locations: Vec<Location<'a>>,
    pub(super) help: String,
    pub(super) fix: Option<FixRecord<'a>>,
    pub(super) refs: Refs<'a>,
    pub(super) owners: &'a [String],
    pub(super) keys: Vec<Cow<'a, str>>,
    pub(super) fingerprint: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suppression: Option<Suppression<'a>>,
}

/// A place of a finding.
#[derive(Debug, Serialize)]
pub(super) struct Location<'a> {
    pub(super) kind: LabelKind,
    pub(super) path: Cow<'a, str>,
    pub(super) start: Option<Point>,
    pub(super) end: Option<Point>,
    pub(super) label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) side: Option<&'static str>,
}

/// A point of a text: line and column from 1, columns in code points, byte from 0.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Point {
    pub(super) line: u32,
    pub(super) column: u32,
    pub(super) byte: u32,
}

/// A safe edit.
#[derive(Debug, Serialize)]
pub(super) struct FixRecord<'a> {
    title: &'a str,
    edits: Vec<Edit<'a>>,
}

#[derive(Debug, Serialize)]
struct Edit<'a> {
    path: Cow<'a, str>,
    start: Option<Point>,
    end: Option<Point>,
    text: &'a str,
}

/// What stands behind a rule.
#[derive(Debug, Serialize)]
pub(super) struct Refs<'a> {
    valos: &'a [String],
    links: &'a [String],
}

/// How a finding was allowed.
#[derive(Debug, Serialize)]
pub(super) struct Suppression<'a> {
    kind: &'static str,
    reason: &'a str,
    #[serde(serialize_with = "written")]
    until: Option<Date>,
}

fn written<S: serde::Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
    date.map(|date| date.to_string()).serialize(serializer)
}

impl<'a> Record<'a> {
    /// Makes the record of a finding.
    pub(super) fn of(finding: &'a Finding, context: &Context<'a>, texts: &Texts<'a>) -> Self {
        let voice = Voice::of(finding, context.keys);
        let card = context.cards.get(&finding.rule);
        Self {
            rule: &finding.rule,
            severity: finding.severity,
            confidence: finding.confidence,
            message: voice.say(&finding.headline),
            locations: finding.labels.iter().map(|label| Location::of(label, &voice, context, texts)).collect(),
            help: voice.say(&finding.help),
            fix: finding.fix.as_ref().map(|fix| FixRecord::of(fix, texts)),
            refs: Refs {
                valos: card.map(|card| card.valos.as_slice()).unwrap_or_default(),
                links: card.map(|card| card.links.as_slice()).unwrap_or_default(),
            },
            owners: &finding.owners,
            keys: finding.keys.iter().map(|key| voice::shown_key(key, context.keys)).collect(),
            fingerprint: voice::fingerprint(finding, context.keys),
            suppression: None,
        }
    }

    /// Makes the record of a finding that was allowed.
    pub(super) fn of_suppressed(entry: &'a Suppressed, context: &Context<'a>, texts: &Texts<'a>) -> Self {
        let kind = match entry.by {
            Allowance::Comment => "comment",
            Allowance::Settings => "settings",
            Allowance::Baseline => "baseline",
        };
        let suppression = Suppression { kind, reason: &entry.reason, until: entry.until };
        Self { suppression: Some(suppression), ..Self::of(&entry.finding, context, texts) }
    }
}

impl<'a> Location<'a> {
    fn of(label: &Label, voice: &Voice, context: &Context<'a>, texts: &Texts<'a>) -> Self {
        let (start, end) = points(label.span, texts);
        Self {
            kind: label.kind,
            path: texts.path(label.span.file),
            start,
            end,
            label: voice.say(&label.text),
            side: context.side.map(|side| side(label.span.file)),
        }
    }
}

impl<'a> FixRecord<'a> {
    fn of(fix: &'a Fix, texts: &Texts<'a>) -> Self {
        let edit = |edit: &'a crate::finding::Edit| {
            let (start, end) = points(edit.span, texts);
            Edit { path: texts.path(edit.span.file), start, end, text: &edit.text }
        };
        Self { title: &fix.title, edits: fix.edits.iter().map(edit).collect() }
    }
}

/// Answers where a span begins and ends; nothing if its text changed since it was read.
fn points(span: Span, texts: &Texts) -> (Option<Point>, Option<Point>) {
    let point = |position: Position| Point { line: position.line, column: position.column, byte: position.byte };
    texts.place(span).map(|(start, end)| (point(start), point(end))).unzip()
}
