//! Interchange files (EIP-3076): signing histories, by the keys that they speak of.

use super::key;
use super::model::Reading;
use crate::deployment::KeyForm;
use crate::document::{Kind, Node, Syntax};
use crate::workspace::Workspace;

/// Takes the keys of all interchange files.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    for file in workspace.files() {
        let Some(document) = file.document().filter(|document| document.syntax() == Syntax::Json) else { continue };
        let Some(root) = document.root().filter(|root| root.kind() == Kind::Map) else { continue };
        if root.path_get(&["metadata", "interchange_format_version"]).is_none() {
            continue;
        }
        reading.claimed.insert(file.id);
        let records = root.get("data").into_iter().flat_map(Node::items);
        for text in records.filter_map(|record| record.get("pubkey").and_then(Node::text)) {
            key::note(&text, KeyForm::Interchange, true, reading);
        }
    }
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
}
