//! A session with the language server, written down beforehand: every file opened, changed, and asked about at random places.

use super::dice::Dice;
use super::disk::Stage;
use super::maim::maimed;
use super::seeds::{Seeds, Tree};
use serde_json::{Value, json};
use std::path::Path;

/// Holds a session; answers what did not hold.
pub fn held(stage: &Stage, folder: &Path, tree: &Tree, seeds: &Seeds, dice: &mut Dice) -> Vec<String> {
    let mut words = Words { bytes: Vec::new(), last: 0 };
    let address = |path: &str| format!("file://{}/after/{}", folder.display(), path.replace(' ', "%20"));
    words.ask("initialize", json!({ "processId": null, "rootUri": address(""), "capabilities": {} }));
    words.tell("initialized", json!({}));
    let changed = maimed(tree, seeds, dice);
    for (path, text) in tree.iter().take(4) {
        let uri = address(path);
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        words.tell("textDocument/didOpen", json!({ "textDocument": document }));
        ask_about(&mut words, &uri, text, dice);
        let Some(text) = changed.get(path) else { continue };
        let (line, character) = (dice.below(30), dice.below(40));
        let range = json!({ "start": { "line": line, "character": character }, "end": { "line": line + dice.below(3), "character": dice.below(60) } });
        let change = if dice.once_in(2) { json!({ "text": text }) } else { json!({ "range": range, "text": "{{ é" }) };
        let document = json!({ "uri": uri, "version": 2 });
        words.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [change] }));
        ask_about(&mut words, &uri, text, dice);
    }
    if dice.once_in(4) {
        let junk = ["Content-Length: 3\r\n\r\n{]}", "Content-Length: 2\r\n\r\n[]", "Content-Length: 4\r\n\r\nnull"];
        words.bytes.extend_from_slice(junk[dice.below(3)].as_bytes());
    }
    words.ask("shutdown", Value::Null);
    words.tell("exit", Value::Null);
    let script = folder.join("session");
    if std::fs::write(&script, &words.bytes).is_err() {
        return Vec::new();
    }
    let ran = stage.run(&["lsp"], Some(&script));
    let answers = String::from_utf8_lossy(&ran.out);
    let mut wrong = Vec::new();
    if ran.code != Some(0) || ran.err.contains("panicked") {
        wrong.push(format!("lsp ended with {:?}: {}", ran.code, ran.err));
    }
    if answers.contains("-32603") || answers.contains("internal error") {
        wrong.push("lsp answers with an internal error".to_owned());
    }
    let count = answers.matches("\"id\":").count();
    if ran.code == Some(0) && count < words.last {
        wrong.push(format!("lsp answers {count} of {} requests", words.last));
    }
    wrong
}

fn ask_about(words: &mut Words, uri: &str, text: &str, dice: &mut Dice) {
    let document = json!({ "uri": uri });
    for method in ["hover", "definition", "completion", "codeAction"] {
        let at = dice.place(text);
        let line = text[..at].matches('\n').count() + usize::from(dice.once_in(20)) * 1000;
        let character = (at - text[..at].rfind('\n').map_or(0, |start| start + 1)) + usize::from(dice.once_in(20)) * 90;
        let position = json!({ "line": line, "character": character });
        let range = json!({ "start": position, "end": { "line": line + dice.below(9), "character": character } });
        let params = match method {
            "codeAction" => json!({ "textDocument": document, "range": range, "context": { "diagnostics": [] } }),
            _ => json!({ "textDocument": document, "position": position }),
        };
        words.ask(&format!("textDocument/{method}"), params);
    }
}

/// What an editor says.
struct Words {
    bytes: Vec<u8>,
    last: usize,
}

impl Words {
    fn ask(&mut self, method: &str, params: Value) {
        self.last += 1;
        self.say(&json!({ "jsonrpc": "2.0", "id": self.last, "method": method, "params": params }));
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.say(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    fn say(&mut self, message: &Value) {
        let body = message.to_string();
        self.bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }
}
