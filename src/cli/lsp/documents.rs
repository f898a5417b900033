//! The buffers that are open in the editor.

use super::address;
use super::position::{Encoding, Lines};
use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An open buffer.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// How the editor names it.
    pub uri: Uri,
    /// Which of its states this is.
    pub version: i32,
    /// What it holds.
    pub text: Arc<str>,
}

/// All that are open, by their real paths.
#[derive(Debug, Default)]
pub(super) struct Documents(BTreeMap<PathBuf, Document>);

impl Documents {
    /// Takes one in; what is no file is left alone.
    pub(super) fn open(&mut self, item: TextDocumentItem) {
        if let Some(path) = address::path(&item.uri) {
            let TextDocumentItem { uri, version, text, .. } = item;
            self.0.insert(path, Document { uri, version, text: text.into() });
        }
    }

    /// Forgets one: from now on what the disk holds counts.
    pub(super) fn close(&mut self, uri: &Uri) {
        if let Some(path) = address::path(uri) {
            self.0.remove(&path);
        }
    }

    /// Makes changes to one, in their order; a change without a range is the whole text.
    pub(super) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) {
        let Some(document) = address::path(uri).and_then(|path| self.0.get_mut(&path)) else { return };
        let mut text = document.text.to_string();
        for change in changes {
            let Some(range) = change.range else {
                text = change.text;
                continue;
            };
            let lines = Lines::new(&text, encoding);
            let (start, end) = (lines.byte(&text, range.start), lines.byte(&text, range.end));
            text.replace_range(start..end.max(start), &change.text);
        }
        document.text = text.into();
        document.version = version;
    }

    /// Answers the one of a path.
    pub(super) fn get(&self, path: &Path) -> Option<&Document> {
        self.0.get(path)
    }

    /// Answers all of them, in order of their paths.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&PathBuf, &Document)> {
        self.0.iter()
    }

    /// Answers all texts.
    pub(super) fn texts(&self) -> BTreeMap<PathBuf, Arc<str>> {
        self.0.iter().map(|(path, document)| (path.clone(), Arc::clone(&document.text))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_types::{Position, Range};
    use std::str::FromStr;

    #[test]
    fn changes_are_made_one_after_the_other() {
        let uri = Uri::from_str("file:///no/such/a.yml").expect("an address");
        let mut documents = Documents::default();
        documents.open(TextDocumentItem::new(uri.clone(), "yaml".into(), 1, "a: é𝄞\nb: 1\n".into()));
        let change = |start: (u32, u32), end: (u32, u32), text: &str| TextDocumentContentChangeEvent {
            range: Some(Range::new(Position::new(start.0, start.1), Position::new(end.0, end.1))),
            range_length: None,
            text: text.into(),
        };
        let changes = vec![
            change((0, 4), (0, 6), "x"),
            change((0, 5), (1, 0), ", "),
            change((7, 0), (9, 9), "!"),
            change((0, 2), (0, 0), "-"),
        ];
        documents.change(&uri, 2, changes, Encoding::Utf16);
        let document = documents.get(Path::new("/no/such/a.yml")).expect("is open");
        assert_eq!((&*document.text, document.version), ("a:- éx, b: 1\n!", 2));
    }
}
