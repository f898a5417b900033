//! The editor on the other side: what it can do, and what it is told.

use super::address;
use super::position::Encoding;
use super::wire;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{Diagnostic, PublishDiagnosticsParams, Uri};
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Stdout, stdout};
use std::path::{Path, PathBuf};

/// What the editor says that it can do.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Abilities {
    /// What a column counts.
    pub encoding: Encoding,
    /// Edits can say for which version of a document they are.
    pub document_changes: bool,
    /// It tells of changes on the disk if it is asked to.
    pub watches: bool,
}

/// What was last said of a file.
type Said = (Option<i32>, Vec<Diagnostic>);

/// The editor.
#[derive(Debug)]
pub(super) struct Client {
    /// What it can do.
    pub abilities: Abilities,
    /// Its folders: their real paths, and how it names them.
    pub folders: BTreeMap<PathBuf, PathBuf>,
    out: Stdout,
    said: BTreeMap<PathBuf, Said>,
    gone: bool,
}

impl Client {
    /// Knows nothing yet of the editor at standard output.
    pub(super) fn new() -> Self {
        let (abilities, folders, said) = (Abilities::default(), BTreeMap::new(), BTreeMap::new());
        Self { abilities, folders, out: stdout(), said, gone: false }
    }

    /// Nobody reads any more.
    pub(super) fn is_gone(&self) -> bool {
        self.gone
    }

    fn send(&mut self, message: &impl Serialize) {
        self.gone |= wire::write(&mut self.out.lock(), message).is_err();
    }

    /// Answers a request.
    pub(super) fn answer(&mut self, id: RequestId, result: Value) {
        self.send(&Message::Response(Response { id, response_result: Ok(result) }));
    }

    /// Refuses a request.
    pub(super) fn refuse(&mut self, id: RequestId, code: ErrorCode, why: &str) {
        self.send(&Message::Response(Response::new_err(id, code as i32, why.to_owned())));
    }

    /// Says that something came that is no message.
    pub(super) fn refuse_torn(&mut self, why: &str) {
        self.send(&json!({ "id": null, "error": { "code": ErrorCode::ParseError as i32, "message": why } }));
    }

    /// Asks for something; the answer is of no interest.
    pub(super) fn ask(&mut self, method: &str, params: Value) {
        let id = RequestId::from(format!("stakelint/{method}"));
        self.send(&Message::Request(Request { id, method: method.to_owned(), params }));
    }

    /// Writes into the log of the editor.
    pub(super) fn log(&mut self, line: &str) {
        let params = json!({ "type": 2, "message": line });
        self.send(&Message::Notification(Notification { method: "window/logMessage".to_owned(), params }));
    }

    /// Answers how the editor names a file.
    pub(super) fn uri(&self, path: &Path) -> Option<Uri> {
        let named = self.folders.iter().find_map(|(real, named)| Some(named.join(path.strip_prefix(real).ok()?)));
        address::uri(named.as_deref().unwrap_or(path))
    }

    /// Says what was found in all files, where that is something else than before.
    pub(super) fn publish(&mut self, mut now: BTreeMap<PathBuf, (Option<Uri>, Said)>) {
        for path in self.said.keys() {
            now.entry(path.clone()).or_default();
        }
        for (path, (uri, said)) in now {
            if self.said.get(&path) == Some(&said) {
                continue;
            }
            let Some(uri) = uri.or_else(|| self.uri(&path)) else { continue };
            let (version, diagnostics) = said.clone();
            let params = PublishDiagnosticsParams { uri, diagnostics, version };
            let method = "textDocument/publishDiagnostics".to_owned();
            if said == Said::default() {
                self.said.remove(&path)
            } else {
                self.said.insert(path, said)
            };
            let params = serde_json::to_value(params).unwrap_or_default();
            self.send(&Message::Notification(Notification { method, params }));
        }
    }
}
