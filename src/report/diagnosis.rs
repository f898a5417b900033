//! A finding as a miette diagnostic: a headline, places with excerpts, and notes.

use super::clean;
use super::excerpt::{self, Excerpt, Look};
use super::model::Context;
use super::texts::Texts;
use super::voice::Voice;
use crate::finding::{Confidence, Finding, Label, LabelKind, Severity};
use crate::source::{FileId, Quoting};
use miette::{Diagnostic, LabeledSpan, SourceCode, SourceSpan};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::{self, Display};

/// As many places are drawn, one more if it is the last.
const DRAWN: usize = 3;
/// As many further places are listed.
const LISTED: usize = 6;
/// Labels as many lines apart share an excerpt.
const NEAR: u32 = 2;
/// As many labels are looked at to share excerpts; a finding can have thousands.
const GROUPED: usize = 32;

/// A finding as a miette diagnostic.
///
/// Its code reads `severity[rule]`. Its first place is its own source; further places are related diagnostics with a source,
/// notes are related diagnostics without one, whose code is the note's name. Sources are excerpts, never whole files.
#[derive(Debug)]
pub struct Diagnosis {
    severity: Severity,
    rule: String,
    headline: String,
    help: String,
    page: Option<String>,
    first: Part,
    rest: Vec<Part>,
}

/// A place or a note of a diagnosis.
#[derive(Debug, Default)]
pub struct Part {
    /// The note's name; empty for a place.
    name: &'static str,
    text: String,
    excerpt: Option<Excerpt>,
    labels: Vec<LabeledSpan>,
}

impl Diagnosis {
    /// Makes a diagnosis of a finding, for any report handler of miette.
    #[must_use]
    pub fn new(finding: &Finding, context: &Context) -> Self {
        Self::of(finding, context, &Texts::new(context), Telling::default())
    }

    /// Makes a diagnosis of a finding.
    pub(super) fn of(finding: &Finding, context: &Context, texts: &Texts, telling: Telling) -> Self {
        let voice = Voice::of(finding, context.keys);
        let said = |text: &str| clean::lines(&voice.say(text), context.ascii);
        let (drawn, more) = drawn(&finding.labels, context, texts);
        let mut parts = drawn.into_iter().map(|labels| place(&labels, &voice, context, texts));
        let first = parts.next().unwrap_or_default();
        let mut rest: Vec<Part> = parts.collect();
        let (help, steps) = if telling.is_brief { first_step(&finding.help) } else { (finding.help.as_str(), 0) };
        let explain = format!("stakelint explain {}", finding.rule);
        let mut note = |name, text: String| {
            if !text.is_empty() {
                rest.push(Part { name, text, ..Part::default() });
            }
        };
        note("more", listed(&more, &voice, context, texts));
        note("why", if telling.is_known { String::new() } else { said(&finding.why) });
        note("also", telling.also.unwrap_or_default());
        note("sure", doubt(finding.confidence).into());
        note(
            "fix",
            finding.fix.as_ref().map(|fix| said(&format!("{} (--fix does it)", fix.title))).unwrap_or_default(),
        );
        note(
            "rule",
            match (telling.is_known, steps) {
                (true, _) => format!("{explain} (why and what next: as above)"),
                (false, 0) => explain,
                (false, 1) => format!("{explain} (one more step)"),
                (false, steps) => format!("{explain} ({steps} more steps)"),
            },
        );
        Self {
            severity: finding.severity,
            rule: finding.rule.clone(),
            headline: said(&finding.headline.replace('\n', " ")),
            help: if telling.is_known { String::new() } else { said(help) },
            page: context.cards.get(&finding.rule).and_then(|card| card.page()).map(str::to_owned),
            first,
            rest,
        }
    }
}

/// How much to tell of a finding.
#[derive(Debug, Default)]
pub(super) struct Telling {
    /// What was folded into it.
    pub(super) also: Option<String>,
    /// Why it matters and what to do has been said of another finding already.
    pub(super) is_known: bool,
    /// Of several steps the first one will do.
    pub(super) is_brief: bool,
}

/// Answers the first of numbered steps without its number, and how many follow; all of a text that is not numbered.
fn first_step(help: &str) -> (&str, usize) {
    let is_step = |line: &&str| line.split_once(". ").is_some_and(|(number, _)| number.parse::<u8>().is_ok());
    let steps = help.lines().filter(is_step).count();
    let Some(rest) = help.trim_start().strip_prefix("1. ").filter(|_| steps > 1) else { return (help, 0) };
    let end = rest
        .match_indices('\n')
        .find(|(at, _)| !rest[at + 1..].starts_with([' ', '\t']))
        .map_or(rest.len(), |(at, _)| at);
    (&rest[..end], steps - 1)
}

/// Chooses which labels are drawn, those of one file together and in order of their lines, and which are listed.
fn drawn<'f>(labels: &'f [Label], context: &Context, texts: &Texts) -> (Vec<Vec<&'f Label>>, Vec<&'f Label>) {
    let looked = if context.expand { labels.len() } else { labels.len().min(GROUPED) };
    let (labels, rest) = labels.split_at(looked);
    let mut places = places(labels, context, texts);
    let drawn = if context.expand || places.len() <= DRAWN + 1 { places.len() } else { DRAWN };
    let mut more: Vec<&Label> = places.split_off(drawn).into_iter().flatten().collect();
    more.extend(rest);
    let file = |place: &[&Label]| place.first().map(|label| label.span.file);
    let mut files: BTreeMap<Option<FileId>, usize> = BTreeMap::new();
    for place in &places {
        let next = files.len();
        files.entry(file(place)).or_insert(next);
    }
    let start = |place: &[&Label]| place.iter().map(|label| label.span.start).min();
    places.sort_by_cached_key(|place| (files.get(&file(place)).copied(), start(place)));
    (places, more)
}

/// Says how far to trust a finding, where there is something to say.
fn doubt(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "",
        Confidence::Medium => "medium: something that the tree does not show could make it harmless",
        Confidence::Low => "low: a hint, worth a look",
    }
}

/// Groups labels that can share an excerpt, in the order of each group's first label.
fn places<'f>(labels: &'f [Label], context: &Context, texts: &Texts) -> Vec<Vec<&'f Label>> {
    let mut groups: Vec<(Vec<&Label>, u32, u32)> = Vec::new();
    for label in labels {
        let line = texts.place(label.span).map_or(0, |(start, _)| start.line);
        let near = groups.iter_mut().rev().take(GROUPED).find(|(known, first, last)| {
            known[0].span.file == label.span.file
                && line + NEAR >= *first
                && line <= *last + NEAR
                && known.iter().all(|known| known.span.start.abs_diff(label.span.start) as usize <= 8 * context.width)
        });
        match near {
            Some((known, first, last)) => {
                known.push(label);
                (*first, *last) = (line.min(*first), line.max(*last));
            }
            None => groups.push((vec![label], line, line)),
        }
    }
    groups.into_iter().map(|(labels, ..)| labels).collect()
}

/// Cuts the excerpt for some labels of one file.
fn place(labels: &[&Label], voice: &Voice, context: &Context, texts: &Texts) -> Part {
    let Some(first) = labels.first() else { return Part::default() };
    let path = clean::line(&texts.sided_path(first.span.file), context.ascii).into_owned();
    let said = |label: &Label, note: &str| {
        let text = voice.say(&label.text);
        let text = if text.is_empty() || note.is_empty() { format!("{text}{note}") } else { format!("{text} {note}") };
        Some(clean::line(&text, context.ascii).into_owned()).filter(|text| !text.is_empty())
    };
    let Some(read) = texts.read(first.span.file) else {
        let labels = vec![LabeledSpan::new_primary_with_span(said(first, "(changed since it was read)"), (0, 0))];
        return Part { excerpt: Some(Excerpt::blank(path, 0, 0)), labels, ..Part::default() };
    };
    if read.quoting == Quoting::Closed {
        let start = read.index.position(&read.text, first.span.start);
        let excerpt = Excerpt::blank(path, start.line as usize - 1, start.column as usize - 1);
        let labels = vec![LabeledSpan::new_primary_with_span(said(first, "(not quoted: it may hold secrets)"), (0, 0))];
        return Part { excerpt: Some(excerpt), labels, ..Part::default() };
    }
    let spans: Vec<_> = labels.iter().map(|label| label.span).collect();
    let look = Look { width: context.width.saturating_sub(8).max(20), ascii: context.ascii, keys: context.keys };
    let (excerpt, places) = excerpt::cut(path, &read, &spans, look);
    let labeled = |(label, at): (&&Label, SourceSpan)| {
        let (start, end) =
            (read.index.position(&read.text, label.span.start), read.index.position(&read.text, label.span.end));
        let note =
            if end.line > start.line && end.column > 1 { format!("(to line {})", end.line) } else { String::new() };
        match label.kind {
            LabelKind::Primary => LabeledSpan::new_primary_with_span(said(label, &note), at),
            LabelKind::Related => LabeledSpan::new_with_span(said(label, &note), at),
        }
    };
    Part { labels: labels.iter().zip(places).map(labeled).collect(), excerpt: Some(excerpt), ..Part::default() }
}

/// Lists places that are not drawn, one a line.
fn listed(labels: &[&Label], voice: &Voice, context: &Context, texts: &Texts) -> String {
    let mut lines: Vec<String> = labels
        .iter()
        .take(LISTED)
        .map(|label| {
            let address = texts.address(label.span);
            let text = voice.say(&label.text);
            clean::line(format!("{address} {text}").trim_end(), context.ascii).into_owned()
        })
        .collect();
    if labels.len() > LISTED {
        lines.push(format!("and {} more places", labels.len() - LISTED));
    }
    lines.join("\n")
}

impl Display for Diagnosis {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.headline)
    }
}

impl Error for Diagnosis {}

impl Diagnostic for Diagnosis {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        Some(Box::new(format!("{}[{}]", self.severity.word(), self.rule)))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Critical | Severity::High => miette::Severity::Error,
            Severity::Medium => miette::Severity::Warning,
            Severity::Low | Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        (!self.help.is_empty()).then(|| Box::new(&self.help) as Box<dyn Display>)
    }

    fn url<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        self.page.as_ref().map(|page| Box::new(page) as Box<dyn Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.first.source_code()
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.first.labels()
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.rest.iter().map(|part| part as &dyn Diagnostic)))
    }
}

impl Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl Error for Part {}

impl Diagnostic for Part {
    fn code<'a>(&'a self) -> Option<Box<dyn Display + 'a>> {
        (!self.name.is_empty()).then(|| Box::new(self.name) as Box<dyn Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}
