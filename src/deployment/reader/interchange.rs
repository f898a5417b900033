//! Interchange files (EIP-3076): signing histories, and the keys that they speak of.

use super::key;
use super::model::Reading;
use crate::deployment::{InterchangeFile, KeyForm, is_test_data};
use crate::document::{Document, Kind, Node, Syntax};
use crate::history;
use crate::workspace::{SourceFile, Workspace};

/// Takes the records and the keys of all interchange files.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    for file in workspace.files() {
        let Some(document) = file.document().filter(|document| document.syntax() == Syntax::Json) else { continue };
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
        reading.inventory.interchanges.push(InterchangeFile { path, history, fixture });
    }
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
}
