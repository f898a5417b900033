//! How a session begins: what the editor can do, where it works, and what we offer.

use super::address;
use super::client::{Abilities, Client};
use super::position::Encoding;
use lsp_types::{PositionEncodingKind, Uri};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::str::FromStr;

/// Files whose change on the disk can change what is found.
const WATCHED: [&str; 8] = [
    "**/*.{yml,yaml,json,toml,env,ini,conf,hex,txt}",
    "**/*.{service,socket,timer,mount}",
    "**/*.{sh,bash,tf,tfvars,hcl,nomad}",
    "**/*.{j2,jinja,jinja2,tmpl,tpl,gotmpl,example,sample,dist,default}",
    "**/.env*",
    "**/Dockerfile*",
    "**/*hosts*",
    "**/.git/index",
];

/// Notes what the editor says of itself, and answers what it can ask for.
pub(super) fn initialize(params: &Value, client: &mut Client) -> Value {
    let can = |path: &str| params.pointer(path).and_then(Value::as_bool).unwrap_or_default();
    let offered = params.pointer("/capabilities/general/positionEncodings").and_then(Value::as_array);
    let offered = offered.into_iter().flatten().filter_map(Value::as_str);
    let offered: Vec<_> = offered.map(|name| PositionEncodingKind::from(name.to_owned())).collect();
    client.abilities = Abilities {
        encoding: Encoding::chosen(&offered),
        document_changes: can("/capabilities/workspace/workspaceEdit/documentChanges"),
        watches: can("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration"),
    };
    let uris = params.pointer("/workspaceFolders").and_then(Value::as_array).into_iter().flatten();
    let uris: Vec<&str> = uris.filter_map(|folder| folder.get("uri")?.as_str()).collect();
    let one = params.get("rootUri").and_then(Value::as_str);
    let named = if uris.is_empty() { Vec::from_iter(one) } else { uris };
    let paths: Vec<PathBuf> = named.iter().filter_map(|uri| address::named(&Uri::from_str(uri).ok()?)).collect();
    let plain = params.get("rootPath").and_then(Value::as_str).filter(|_| named.is_empty());
    paths.into_iter().chain(plain.map(PathBuf::from)).for_each(|path| add_folder(client, path));
    json!({
        "capabilities": {
            "positionEncoding": client.abilities.encoding.kind(),
            "textDocumentSync": { "openClose": true, "change": 2, "save": true },
            "hoverProvider": true,
            "completionProvider": { "triggerCharacters": ["-", "=", "\"", "["] },
            "definitionProvider": true,
            "codeActionProvider": { "codeActionKinds": ["quickfix", "source.fixAll.stakelint"] },
            "workspace": { "workspaceFolders": { "supported": true, "changeNotifications": true } },
        },
        "serverInfo": { "name": "stakelint", "version": env!("CARGO_PKG_VERSION") },
    })
}

/// Takes in a folder of the editor's workspace.
pub(super) fn add_folder(client: &mut Client, named: PathBuf) {
    let real = address::real(&named);
    if real.is_dir() {
        client.folders.insert(real, named);
    }
}

/// Asks to be told of changes on the disk.
pub(super) fn watch(client: &mut Client) {
    if client.abilities.watches {
        let watchers: Vec<Value> = WATCHED.iter().map(|glob| json!({ "globPattern": glob })).collect();
        let registration = json!({
            "id": "stakelint/files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": { "watchers": watchers },
        });
        client.ask("client/registerCapability", json!({ "registrations": [registration] }));
    }
}
