//! Signing histories, and the keys that they speak of: interchange files (EIP-3076), and records that a client keeps of each key.

use super::key;
use super::model::Reading;
use crate::deployment::{InterchangeFile, KeyForm, KeyPlace, is_test_data};
use crate::document::{Document, Kind, Node, Syntax};
use crate::ethereum::PublicKey;
use crate::history::{self, GenesisRoot, History};
use crate::source::{Spanned, Text};
use crate::workspace::{SourceFile, Workspace};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Takes the records and the keys of all interchange files, and of the folders of clients that keep a record a key.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    exchanged(workspace, reading);
    kept(workspace, reading);
}

/// The records of one folder and one chain are one history.
fn kept(workspace: &Workspace, reading: &mut Reading) {
    let mut folders: BTreeMap<(&str, Option<GenesisRoot>), History> = BTreeMap::new();
    let record = |file: &SourceFile| {
        let document = file.document().filter(|document| document.syntax() == Syntax::Yaml)?;
        history::read_record(document, file.name())
    };
    for (file, record) in workspace.found(|file| Some((file, record(file)?))) {
        reading.claimed.insert(file.id);
        reading.inventory.keys.extend(record.entries.iter().map(|entry| place(&entry.key)));
        match folders.entry((file.folder(), record.genesis.as_ref().map(|root| root.value))) {
            Entry::Vacant(folder) => {
                folder.insert(record);
            }
            Entry::Occupied(mut folder) => folder.get_mut().absorb(record),
        }
    }
    let file = |((folder, _), history): ((&str, _), History)| InterchangeFile {
        path: folder.to_owned(),
        history,
        kept: true,
        fixture: is_test_data(folder),
    };
    reading.inventory.interchanges.extend(folders.into_iter().map(file));
}

fn exchanged(workspace: &Workspace, reading: &mut Reading) {
    for file in workspace.written() {
        let Some(document) = file.document().filter(|document| document.syntax() == Syntax::Json) else { continue };
        if let Some(text) = document.root().and_then(in_request) {
            within(&text, &file.path, reading);
            continue;
        }
        if !is_interchange(file, document) {
            continue;
        }
        reading.claimed.insert(file.id);
        let records = document.root().and_then(|root| root.get("data")).into_iter().flat_map(Node::items);
        for text in records.filter_map(|record| record.get("pubkey").and_then(Node::text)) {
            key::note(&text, KeyForm::Interchange, true, reading);
        }
        let history = history::read(file.id, document.text().as_bytes());
        let (path, fixture) = (file.path.to_string(), is_test_data(&file.path));
        reading.inventory.interchanges.push(InterchangeFile { path, history, kept: false, fixture });
    }
}

/// The text that a request to a key manager brings along with its keystores.
fn in_request(root: Node<'_>) -> Option<Text> {
    root.get("keystores").filter(|list| list.kind() == Kind::Sequence)?;
    let brought =
        root.get("slashing_protection").filter(|brought| brought.kind() == Kind::Scalar && !brought.is_null())?;
    brought.text().filter(Text::is_known)
}

/// Takes an interchange file that stands inside another file, as a text that begins like one.
pub(super) fn embedded(text: &Text, path: &str, reading: &mut Reading) -> bool {
    let is_one = text.is_known()
        && text.value().trim_start().starts_with('{')
        && ["\"interchange_format_version\"", "\"genesis_validators_root\""]
            .iter()
            .all(|name| text.value().contains(name));
    if is_one {
        within(text, path, reading);
    }
    is_one
}

fn within(text: &Text, path: &str, reading: &mut Reading) {
    let history = history::read_within(text);
    reading.inventory.keys.extend(history.entries.iter().map(|entry| place(&entry.key)));
    let fixture = is_test_data(path);
    reading.inventory.interchanges.push(InterchangeFile { path: path.to_owned(), history, kept: false, fixture });
}

fn place(key: &Spanned<PublicKey>) -> KeyPlace {
    KeyPlace { key: key.value, span: key.span, form: KeyForm::Interchange, enabled: true }
}

/// Tells an interchange file by its metadata or its records; one that holds neither, by its name.
fn is_interchange(file: &SourceFile, document: &Document) -> bool {
    let Some(root) = document.root() else { return false };
    let has = |path: &[&str]| root.path_get(path).is_some();
    let first = root.get("data").and_then(|data| data.items().next());
    let records = first.is_some_and(|first| first.get("signed_blocks").or(first.get("signed_attestations")).is_some());
    if has(&["metadata", "interchange_format_version"]) || has(&["metadata", "genesis_validators_root"]) || records {
        return true;
    }
    let hollow = match root.kind() {
        Kind::Map => root.entries().next().is_none() || root.get("data").is_some_and(is_hollow),
        _ => is_hollow(root),
    };
    hollow && is_named_so(file.name())
}

/// `null`, or a list of nothing.
fn is_hollow(node: Node<'_>) -> bool {
    node.is_null() || node.kind() == Kind::Sequence && node.items().next().is_none()
}

/// Exports are called `slashing_protection.json`, `slashing-interchange-1.json` and the like.
fn is_named_so(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('-', "_");
    ["slashing_protection", "interchange", "slashing_history"].iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::facts;
    use insta::assert_snapshot;

    #[test]
    fn histories_and_deposits_name_keys() {
        let texts = [
            (
                "h.json",
                r#"{"metadata": {"interchange_format_version": "5"}, "data": [{"pubkey": "0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846"}, {"pubkey": 5}, null]}"#,
            ),
            (
                "deposit_data-1.json",
                r#"[{"pubkey": "898885dd9e167df1f9e49b1af4afe54d40632935f53bf5693103045891a9ae8bbde54e1be1a69d3628c8f89a8d493000", "withdrawal_credentials": "00", "signature": "00"}]"#,
            ),
        ];
        assert_snapshot!(facts(&texts), @r"
DepositData 0x898885dd…493000 deposit_data-1.json `898885dd9e16…`
Interchange 0x93504970…bce846 h.json `935049707ee2…`
malformed h.json `5`
");
    }

    #[test]
    fn a_history_that_holds_nothing_goes_by_its_name() {
        let texts = [
            ("slashing_protection.json", "null"),
            ("backup/slashing-protection-1.json", r#"{"data": []}"#),
            ("other.json", r#"{"data": []}"#),
            ("slashing_protection/settings.json", "{}"),
            ("a.json", r#"{"data": [{"pubkey": "x", "signed_blocks": []}]}"#),
        ];
        let inventory = crate::deployment::read(&crate::workspace::Workspace::of(&texts));
        let paths: Vec<&str> = inventory.interchanges.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["a.json", "backup/slashing-protection-1.json", "slashing_protection.json"]);
    }

    #[test]
    fn the_records_of_a_folder_are_one_history() {
        let keys = [
            "935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846",
            "898885dd9e167df1f9e49b1af4afe54d40632935f53bf5693103045891a9ae8bbde54e1be1a69d3628c8f89a8d493000",
        ];
        let path = |key: &str| format!("teku/validator/slashprotection/{key}.yml");
        let (one, two) = (path(keys[0]), path(keys[1]));
        let text =
            "---\nlastSignedBlockSlot: 3\nlastSignedAttestationSourceEpoch: 1\nlastSignedAttestationTargetEpoch: 2\n";
        let tree = crate::workspace::Workspace::of(&[(one.as_str(), text), (two.as_str(), text)]);
        let inventory = crate::deployment::read(&tree);
        let [file] = inventory.interchanges.as_slice() else { panic!("{:?}", inventory.interchanges) };
        assert!(file.kept && file.path == "teku/validator/slashprotection" && file.history.entries.len() == 2);
        assert_eq!((inventory.keys.len(), inventory.settings_files.len()), (2, 0));
    }

    #[test]
    fn what_a_request_brings_along_is_a_history_with_its_places() {
        let key = "0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";
        let vote = |target: u32| format!(r#"{{"source_epoch": "1", "target_epoch": "{target}"}}"#);
        let votes = [vote(2), vote(9)].join(", ");
        let inner = format!(
            r#"{{"metadata": {{"interchange_format_version": "5", "genesis_validators_root": "0x00"}}, "data": [{{"pubkey": "{key}", "signed_blocks": [], "signed_attestations": [{votes}]}}]}}"#
        );
        let escaped = inner.replace('"', "\\\"");
        let text = format!(r#"{{"keystores": [], "passwords": [], "slashing_protection": "{escaped}"}}"#);
        let none = r#"{"keystores": [], "passwords": [], "slashing_protection": null}"#;
        let tree = crate::workspace::Workspace::of(&[("import.json", &text), ("none.json", none)]);
        let inventory = crate::deployment::read(&tree);
        let [file] = inventory.interchanges.as_slice() else { panic!("{:?}", inventory.interchanges) };
        let entry = &file.history.entries[0];
        let at = |span: crate::source::Span| &text[span.start as usize..span.end as usize];
        assert_eq!(at(entry.key.span), &key[2..]);
        let places: Vec<&str> = entry.attestations().map(|vote| at(vote.place)).collect();
        assert_eq!(places, [vote(2).replace('"', "\\\""), vote(9).replace('"', "\\\"")]);
        assert!(file.history.flaws.contains_key(&crate::history::Flaw::Genesis));
        let config = format!("kind: ConfigMap\napiVersion: v1\nmetadata: {{ name: h }}\ndata:\n  h.json: '{inner}'\n");
        let tree = crate::workspace::Workspace::of(&[("h.yaml", &config)]);
        let inventory = crate::deployment::read(&tree);
        let [file] = inventory.interchanges.as_slice() else { panic!("{:?}", inventory.interchanges) };
        let span = file.history.entries[0].key.span;
        assert_eq!(&config[span.start as usize..span.end as usize], &key[2..]);
    }
}
