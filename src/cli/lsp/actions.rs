//! What can be done about findings: the safe edits, and a comment that allows one.

use super::client::Client;
use super::documents::Documents;
use super::model::Tree;
use super::place::Place;
use super::position::Lines;
use crate::document::{self, Syntax};
use crate::finding::{Edit, Finding, allow_line, chosen};
use crate::report::{KeyStyle, shown_text};
use crate::source::{FileId, Quoting, Sources, Span};
use crate::workspace::FileKind;
use lsp_types::{
    CodeAction, CodeActionContext, CodeActionKind, Diagnostic, DocumentChanges, OneOf,
    OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};
use serde_json::json;
use std::collections::BTreeMap;

/// In a longer text nobody is offered a comment: finding its place means to read the text again.
const LONGEST: usize = 1 << 20;
/// Our own kind of mending everything at once.
const FIX_ALL: &str = "source.fixAll.stakelint";

/// Makes code actions.
#[derive(Clone, Copy)]
pub(super) struct Maker<'m> {
    /// The buffers.
    pub documents: &'m Documents,
    /// The editor.
    pub client: &'m Client,
}

impl Maker<'_> {
    /// Answers what can be done about the findings in some bytes of a file.
    pub(super) fn actions(self, place: &Place<'_>, end: u32, context: &CodeActionContext) -> Vec<CodeAction> {
        let Place { tree, file, .. } = *place;
        let wants = |kind: &CodeActionKind| {
            let holds = |wanted: &CodeActionKind| {
                let rest = kind.as_str().strip_prefix(wanted.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty())
            };
            context.only.as_ref().is_none_or(|only| only.iter().any(holds))
        };
        let mut actions = Vec::new();
        if wants(&CodeActionKind::QUICKFIX) {
            let here = Span::new(file, place.byte, end);
            let touches = |span: Span| span.file == file && span.start <= here.end && here.start <= span.end;
            let findings = &tree.checked.outcome.findings;
            for finding in findings.iter().filter(|finding| finding.labels.iter().any(|label| touches(label.span))) {
                let diagnostics = told(finding, context);
                actions.extend(self.fix(finding, tree, &diagnostics));
                let label = finding.labels.iter().find(|label| touches(label.span));
                actions.extend(label.and_then(|label| self.allow(finding, tree, label.span, &diagnostics)));
            }
        }
        if context.only.is_some() && wants(&CodeActionKind::from(FIX_ALL)) {
            actions.extend(self.fix_all(tree, file));
        }
        actions
    }

    fn fix(self, finding: &Finding, tree: &Tree, diagnostics: &[Diagnostic]) -> Option<CodeAction> {
        let fix = finding.fix.as_ref()?;
        let title = shown_text(&fix.title, KeyStyle::Short);
        let mut letters = title.chars();
        let title = letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default();
        Some(CodeAction {
            title,
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(diagnostics.to_vec()),
            edit: Some(self.edit(tree, fix.edits.iter())?),
            is_preferred: Some(true),
            ..CodeAction::default()
        })
    }

    fn fix_all(self, tree: &Tree, file: FileId) -> Option<CodeAction> {
        let is_here =
            |finding: &Finding| finding.fix.iter().all(|fix| fix.edits.iter().all(|edit| edit.span.file == file));
        let fixes = chosen(&tree.checked.outcome.findings, is_here);
        let edits: Vec<&Edit> =
            fixes.iter().flat_map(|finding| finding.fix.iter().flat_map(|fix| &fix.edits)).collect();
        if edits.is_empty() {
            return None;
        }
        Some(CodeAction {
            title: "Make all safe edits of this file".to_owned(),
            kind: Some(CodeActionKind::from(FIX_ALL)),
            edit: Some(self.edit(tree, edits.into_iter())?),
            ..CodeAction::default()
        })
    }

    fn allow(self, finding: &Finding, tree: &Tree, at: Span, diagnostics: &[Diagnostic]) -> Option<CodeAction> {
        let text = tree.workspace.text(at.file)?;
        let is_open = matches!(tree.workspace.kind(at.file), Quoting::Free | Quoting::Environment);
        if !is_open || tree.unsuppressible.contains(&finding.rule) || text.len() > LONGEST {
            return None;
        }
        let kind = tree.workspace.file(at.file).kind;
        let line = allow_line(&text, at.start, &finding.rule, &|new| comments(new, kind))?;
        let edit = Edit::insert(at.file, line.at, &line.text);
        Some(CodeAction {
            title: format!("Allow {} here: put a reason into the comment", finding.rule),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(diagnostics.to_vec()),
            edit: Some(self.edit(tree, std::iter::once(&edit))?),
            ..CodeAction::default()
        })
    }

    /// Answers edits as the editor makes them; nothing if a buffer has moved on since it was checked.
    fn edit<'e>(self, tree: &Tree, edits: impl Iterator<Item = &'e Edit>) -> Option<WorkspaceEdit> {
        let mut files: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
        edits.for_each(|edit| files.entry(edit.span.file).or_default().push(edit));
        let mut changes: Vec<(Uri, Option<i32>, Vec<TextEdit>)> = Vec::new();
        for (file, edits) in files {
            let (path, text) = (tree.workspace.lies(file)?, tree.workspace.text(file)?);
            let open = self.documents.get(&path);
            if open.is_some_and(|document| document.text != text) {
                return None;
            }
            let lines = Lines::new(&text, self.client.abilities.encoding);
            let range = |span: Span| lines.range(&text, span.start, span.end);
            let edits = edits.iter().map(|edit| TextEdit::new(range(edit.span), edit.text.clone())).collect();
            let uri = open.map(|document| document.uri.clone()).or_else(|| self.client.uri(&path))?;
            changes.push((uri, open.map(|document| document.version), edits));
        }
        if !self.client.abilities.document_changes {
            let changes: BTreeMap<&str, &Vec<TextEdit>> =
                changes.iter().map(|(uri, _, edits)| (uri.as_str(), edits)).collect();
            return serde_json::from_value(json!({ "changes": changes })).ok();
        }
        let of_document = |(uri, version, edits): (Uri, Option<i32>, Vec<TextEdit>)| TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
            edits: edits.into_iter().map(OneOf::Left).collect(),
        };
        let changes = DocumentChanges::Edits(changes.into_iter().map(of_document).collect());
        Some(WorkspaceEdit { document_changes: Some(changes), ..WorkspaceEdit::default() })
    }
}

/// Answers those of the editor's diagnostics that tell of a finding.
fn told(finding: &Finding, context: &CodeActionContext) -> Vec<Diagnostic> {
    let fingerprint = serde_json::Value::from(finding.fingerprint());
    context.diagnostics.iter().filter(|told| told.data.as_ref() == Some(&fingerprint)).cloned().collect()
}

/// Answers the comments of a text of a kind in which a check looks for allowances.
fn comments(text: &str, kind: FileKind) -> Vec<(u32, u32)> {
    let syntax = match kind {
        FileKind::Yaml => Syntax::Yaml,
        FileKind::Toml => Syntax::Toml,
        FileKind::Dotenv => Syntax::Dotenv,
        FileKind::Ini => Syntax::Ini,
        FileKind::Shell => {
            let signs = text.match_indices("# stakelint:");
            let comment = |at: usize| text.get(at..).and_then(|rest| rest.lines().next()).unwrap_or_default();
            return signs.map(|(at, _)| (at as u32, (at + comment(at).len()) as u32)).collect();
        }
        _ => return Vec::new(),
    };
    let document = document::parse(FileId(0), text.into(), syntax);
    document.comments().map(|span| (span.start, span.end)).collect()
}
