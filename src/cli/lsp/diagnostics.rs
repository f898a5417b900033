//! Findings as diagnostics of their files, with every other place that takes part.

use super::client::Client;
use super::documents::Documents;
use super::model::{Tree, Trouble, View};
use super::position::{Encoding, Lines};
use crate::finding::{Finding, Label, Severity};
use crate::report::{KeyStyle, shown_text};
use crate::source::{FileId, Sources, Span};
use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Range, Uri,
};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

/// No more other places are told of one finding.
const MOST_PLACES: usize = 32;
/// Who speaks.
const SOURCE: &str = "stakelint";

/// What is said of each file: how the editor names it, its version there, and what was found.
pub(super) type All = BTreeMap<PathBuf, (Option<Uri>, (Option<i32>, Vec<Diagnostic>))>;

/// Answers what there is to say of every file; open ones are there even if that is nothing.
pub(super) fn all(view: &View, documents: &Documents, client: &Client) -> All {
    let mut all = All::new();
    for (path, document) in documents.iter() {
        all.insert(path.clone(), (Some(document.uri.clone()), (Some(document.version), Vec::new())));
    }
    for tree in &view.trees {
        let mut places = Places::new(tree, documents, client);
        for finding in &tree.checked.outcome.findings {
            for (path, diagnostic) in of_finding(finding, tree, &mut places) {
                all.entry(path).or_default().1.1.push(diagnostic);
            }
        }
        if let Some(trouble) = &tree.trouble {
            all.entry(trouble.path.clone()).or_default().1.1.extend(of_trouble(trouble, client.abilities.encoding));
        }
    }
    all
}

/// Where the files of a tree lie, and their lines, once somebody has asked.
pub(super) struct Places<'t> {
    tree: &'t Tree,
    documents: &'t Documents,
    client: &'t Client,
    texts: BTreeMap<FileId, (Arc<str>, Lines)>,
}

impl<'t> Places<'t> {
    /// Knows none yet.
    pub(super) fn new(tree: &'t Tree, documents: &'t Documents, client: &'t Client) -> Self {
        Self { tree, documents, client, texts: BTreeMap::new() }
    }

    /// Answers some bytes as lines and columns; the beginning of a file whose text is not at hand.
    pub(super) fn range(&mut self, span: Span) -> Range {
        let (text, lines) = self.texts.entry(span.file).or_insert_with(|| {
            let text = self.tree.workspace.text(span.file).unwrap_or_default();
            let lines = Lines::new(&text, self.client.abilities.encoding);
            (text, lines)
        });
        lines.range(text, span.start, span.end)
    }

    /// Answers where on the disk a file lies.
    pub(super) fn path(&self, file: FileId) -> Option<PathBuf> {
        self.tree.workspace.lies(file)
    }

    /// Answers a place as the protocol names it.
    pub(super) fn location(&mut self, span: Span) -> Option<Location> {
        let path = self.path(span.file)?;
        let open = self.documents.get(&path).map(|document| document.uri.clone());
        let uri = open.or_else(|| self.client.uri(&path))?;
        Some(Location { uri, range: self.range(span) })
    }
}

/// Answers the diagnostic at the primary place of a finding, and a hint in each other file that takes part.
fn of_finding(finding: &Finding, tree: &Tree, places: &mut Places<'_>) -> Vec<(PathBuf, Diagnostic)> {
    let Some((primary, rest)) = finding.labels.split_first() else { return Vec::new() };
    let card = tree.checked.cards.get(&finding.rule);
    let page = card.and_then(|card| Uri::from_str(card.page()?).ok());
    let main = Diagnostic {
        range: places.range(primary.span),
        severity: Some(severity(finding.severity)),
        code: Some(NumberOrString::String(finding.rule.clone())),
        code_description: page.map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message: shown_text(&finding.headline, KeyStyle::Short),
        related_information: related(rest, places),
        tags: None,
        data: Some(finding.fingerprint().into()),
    };
    let mut all: Vec<(PathBuf, Diagnostic)> = Vec::new();
    for label in rest.iter().take(MOST_PLACES).filter(|label| label.span.file != primary.span.file) {
        let Some(path) = places.path(label.span.file) else { continue };
        if all.iter().any(|(known, _)| *known == path) {
            continue;
        }
        let hint = Diagnostic {
            range: places.range(label.span),
            severity: Some(DiagnosticSeverity::HINT),
            related_information: related(std::slice::from_ref(primary), places),
            ..main.clone()
        };
        all.push((path, hint));
    }
    all.extend(places.path(primary.span.file).map(|path| (path, main)));
    all
}

fn related(labels: &[Label], places: &mut Places<'_>) -> Option<Vec<DiagnosticRelatedInformation>> {
    let told = labels.iter().take(MOST_PLACES).filter_map(|label| {
        let message = shown_text(&label.text, KeyStyle::Short);
        Some(DiagnosticRelatedInformation { location: places.location(label.span)?, message })
    });
    let told: Vec<_> = told.collect();
    (!told.is_empty()).then_some(told)
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Critical | Severity::High => DiagnosticSeverity::ERROR,
        Severity::Medium => DiagnosticSeverity::WARNING,
        Severity::Low => DiagnosticSeverity::INFORMATION,
        Severity::Info => DiagnosticSeverity::HINT,
    }
}

/// Answers what keeps a settings file from being used.
fn of_trouble(trouble: &Trouble, encoding: Encoding) -> Vec<Diagnostic> {
    let lines = Lines::new(&trouble.text, encoding);
    let of = |problem: &crate::config::SettingsProblem| Diagnostic {
        range: lines.range(&trouble.text, problem.span.start as u32, problem.span.end as u32),
        severity: Some(DiagnosticSeverity::ERROR),
        code: Some(NumberOrString::String("settings".to_owned())),
        source: Some(SOURCE.to_owned()),
        message: shown_text(&problem.message, KeyStyle::Short),
        ..Diagnostic::default()
    };
    trouble.problems.iter().map(of).collect()
}
