//! An editor without a screen: speaks the Language Server Protocol with the program.

#![allow(dead_code, reason = "each test that has an editor uses a part of it")]

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

/// Nothing takes as long; what has not come by then does not come.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running server, and everything that it has said.
pub struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    heard: Receiver<Value>,
    last: i32,
    /// All messages so far, as they came.
    pub log: Vec<Value>,
    /// What was said last of each file.
    pub diagnostics: BTreeMap<String, Value>,
}

impl Editor {
    /// Starts the server in a folder, and says nothing yet.
    pub fn start(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stakelint"));
        command.arg("lsp").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().expect("the program starts");
        let output = child.stdout.take().expect("is piped");
        let (tell, heard) = mpsc::channel();
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if tell.send(message).is_err() {
                    return;
                }
            }
        });
        let input = child.stdin.take();
        Self { child, input, heard, last: 0, log: Vec::new(), diagnostics: BTreeMap::new() }
    }

    /// Starts the server and agrees with it on a folder and what both can do.
    pub fn open(folder: &Path, encodings: &[&str]) -> Self {
        let mut editor = Self::start(folder);
        let answer = editor.ask(
            "initialize",
            json!({
                "processId": null,
                "rootUri": uri(folder, ""),
                "capabilities": {
                    "general": { "positionEncodings": encodings },
                    "workspace": {
                        "workspaceEdit": { "documentChanges": true },
                        "didChangeWatchedFiles": { "dynamicRegistration": true },
                    },
                },
            }),
        );
        assert!(answer["result"]["capabilities"].is_object(), "{answer}");
        editor.tell("initialized", json!({}));
        editor
    }

    /// Writes bytes as they are.
    pub fn write(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("is open");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server listens");
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.write(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    /// Sends a notification.
    pub fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request, and answers its number.
    pub fn request(&mut self, method: &str, params: Value) -> i32 {
        self.last += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.last, "method": method, "params": params }));
        self.last
    }

    /// Sends a request, and answers what comes back, be it a refusal.
    pub fn ask(&mut self, method: &str, params: Value) -> Value {
        let id = self.request(method, params);
        self.until(|message| message["id"] == id && message.get("method").is_none())
    }

    /// Hears what the server says until something is as wanted.
    pub fn until(&mut self, is_it: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.heard.recv_timeout(PATIENCE).expect("the server says it");
            if message["method"] == "textDocument/publishDiagnostics" {
                let uri = message["params"]["uri"].as_str().expect("names a file").to_owned();
                self.diagnostics.insert(uri, message["params"].clone());
            }
            self.log.push(message.clone());
            if is_it(&message) {
                return message;
            }
        }
    }

    /// Hears until something was said of a file in one of its versions, and answers what.
    pub fn checked(&mut self, uri: &str, version: i32) -> Value {
        if let Some(known) = self.diagnostics.get(uri).filter(|known| known["version"] == version) {
            return known["diagnostics"].clone();
        }
        let said = |message: &Value| message["params"]["uri"] == uri && message["params"]["version"] == version;
        self.until(said)["params"]["diagnostics"].clone()
    }

    /// Opens a buffer.
    pub fn edit(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Puts another text into a buffer.
    pub fn replace(&mut self, uri: &str, version: i32, text: &str) {
        let document = json!({ "uri": uri, "version": version });
        self.tell("textDocument/didChange", json!({ "textDocument": document, "contentChanges": [{ "text": text }] }));
    }

    /// Ends the session as the protocol has it, and answers the exit status.
    pub fn end(mut self) -> Option<i32> {
        let answer = self.ask("shutdown", Value::Null);
        assert_eq!(answer["result"], Value::Null);
        self.tell("exit", Value::Null);
        self.child.wait().expect("ends").code()
    }

    /// Goes away without a word, and answers the exit status.
    pub fn leave(mut self) -> Option<i32> {
        self.input = None;
        self.child.wait().expect("ends").code()
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        // It has ended already, unless a test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        output.read_line(&mut line).ok().filter(|read| *read > 0)?;
        match line.trim().split_once(": ") {
            Some(("Content-Length", value)) => length = value.parse().expect("is a number"),
            _ if line.trim().is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("is JSON"))
}

/// Answers the address of a file below a folder.
pub fn uri(folder: &Path, path: &str) -> String {
    format!("file://{}/{path}", folder.to_str().expect("is UTF-8")).trim_end_matches('/').to_owned()
}

/// Answers line and column of the byte at which something stands in a text of ASCII, `|` in `mark` being the place.
pub fn place(text: &str, mark: &str) -> Value {
    let (before, after) = mark.split_once('|').expect("marks a place");
    let found = text.find(&format!("{before}{after}")).unwrap_or_else(|| panic!("{mark} stands there"));
    let before = &text[..found + before.len()];
    let line = before.matches('\n').count();
    let column = before.len() - before.rfind('\n').map_or(0, |at| at + 1);
    json!({ "line": line, "character": column })
}
