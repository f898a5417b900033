//! Answers what the editor asks about places in its buffers.

use super::actions::Maker;
use super::client::Client;
use super::completion::{self, Offer};
use super::definition;
use super::diagnostics::Places;
use super::documents::Documents;
use super::hover;
use super::model::View;
use super::place::Place;
use super::position::Lines;
use super::settings;
use crate::config::FILE_NAME;
use crate::source::Sources;
use lsp_types::{
    CodeActionParams, CompletionItem, CompletionItemKind, CompletionItemTag, CompletionParams, CompletionTextEdit,
    Documentation, GotoDefinitionParams, HoverParams, MarkupContent, MarkupKind, Position, Range,
    TextDocumentPositionParams, TextEdit, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;

/// What can be asked; anything else is refused.
pub(super) const METHODS: [&str; 4] =
    ["textDocument/hover", "textDocument/completion", "textDocument/definition", "textDocument/codeAction"];

/// What an answer is made of.
#[derive(Clone, Copy)]
pub(super) struct Desk<'d> {
    /// What was checked last.
    pub view: &'d View,
    /// The buffers as they are now.
    pub documents: &'d Documents,
    /// Who asks.
    pub client: &'d Client,
}

/// A place that was asked about.
struct Asked<'d> {
    place: Place<'d>,
    /// The newest text of the file, its lines, and the byte in it.
    newest: Arc<str>,
    lines: Lines,
    byte: usize,
}

impl<'d> Desk<'d> {
    /// Answers a request.
    ///
    /// # Errors
    /// A sentence, if its parameters make no sense.
    pub(super) fn answer(self, method: &str, params: Value) -> Result<Value, &'static str> {
        Ok(match method {
            "textDocument/hover" => self.hover(&read(params)?),
            "textDocument/completion" => self.completion(&read(params)?),
            "textDocument/definition" => self.definition(&read(params)?),
            _ => self.actions(&read(params)?),
        })
    }

    fn asked(self, uri: &Uri, position: Position) -> Option<Asked<'d>> {
        let path = super::address::path(uri)?;
        let newest = match self.documents.get(&path) {
            Some(document) => Arc::clone(&document.text),
            None => {
                let (tree, file) = self.view.find(&path)?;
                tree.workspace.text(file)?
            }
        };
        let lines = Lines::new(&newest, self.client.abilities.encoding);
        let byte = lines.byte(&newest, position);
        Some(Asked { place: self.view.place(&path, &newest, byte)?, newest, lines, byte })
    }

    fn at(self, params: &TextDocumentPositionParams) -> Option<Asked<'d>> {
        self.asked(&params.text_document.uri, params.position)
    }

    fn hover(self, params: &HoverParams) -> Value {
        let told = self.at(&params.text_document_position_params).and_then(|asked| hover::hover(&asked.place));
        told.map_or(Value::Null, |text| json!({ "contents": markdown(text) }))
    }

    fn completion(self, params: &CompletionParams) -> Value {
        let Some(asked) = self.at(&params.text_document_position) else { return Value::Null };
        let is_settings = asked.place.tree.workspace.file(asked.place.file).name() == FILE_NAME;
        let offers = match is_settings {
            true => settings::completion(&asked.place.tree.checked.cards, &asked.newest, asked.byte),
            false => completion::completion(&asked.place, &asked.newest, asked.byte),
        };
        let Some((bytes, offers)) = offers else { return Value::Null };
        let range = asked.lines.range(&asked.newest, bytes.start as u32, bytes.end as u32);
        written(&offers.into_iter().map(|offer| item(offer, range)).collect::<Vec<_>>())
    }

    fn definition(self, params: &GotoDefinitionParams) -> Value {
        let Some(asked) = self.at(&params.text_document_position_params) else { return Value::Null };
        let mut places = Places::new(asked.place.tree, self.documents, self.client);
        written(&definition::definition(&asked.place, &mut places))
    }

    fn actions(self, params: &CodeActionParams) -> Value {
        let uri = &params.text_document.uri;
        let (start, end) = (self.asked(uri, params.range.start), self.asked(uri, params.range.end));
        let Some((start, end)) = start.zip(end) else { return json!([]) };
        let maker = Maker { documents: self.documents, client: self.client };
        written(&maker.actions(&start.place, end.place.byte, &params.context))
    }
}

fn read<P: DeserializeOwned>(params: Value) -> Result<P, &'static str> {
    serde_json::from_value(params).map_err(|_| "these are no parameters of this request")
}

fn written(answer: &impl Serialize) -> Value {
    serde_json::to_value(answer).unwrap_or_default()
}

fn markdown(value: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value }
}

fn item(offer: Offer, range: Range) -> CompletionItem {
    let Offer { text, says, page, is_value, is_deprecated, is_given } = offer;
    CompletionItem {
        label: text.trim_end_matches(['=', ':']).to_owned(),
        kind: Some(if is_value { CompletionItemKind::VALUE } else { CompletionItemKind::PROPERTY }),
        detail: says,
        documentation: Some(Documentation::MarkupContent(markdown(page))),
        sort_text: Some(format!("{}{}{text}", u8::from(is_given), u8::from(is_deprecated))),
        filter_text: Some(text.clone()),
        text_edit: Some(CompletionTextEdit::Edit(TextEdit::new(range, text))),
        tags: is_deprecated.then(|| vec![CompletionItemTag::DEPRECATED]),
        ..CompletionItem::default()
    }
}
