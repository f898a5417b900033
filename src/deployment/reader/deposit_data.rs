//! Deposit data (`deposit_data-*.json`): keys that exist, though nothing signs because of the file.

use super::key;
use super::model::Reading;
use crate::deployment::KeyForm;
use crate::document::{Kind, Node, Syntax};
use crate::workspace::Workspace;

/// Takes the keys of all deposit data.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    for file in workspace.written() {
        let Some(document) = file.document().filter(|document| document.syntax() == Syntax::Json) else { continue };
        let Some(root) = document.root().filter(|root| root.kind() == Kind::Sequence) else { continue };
        if !root.items().next().is_some_and(is_deposit) {
            continue;
        }
        reading.claimed.insert(file.id);
        for text in root.items().filter_map(|entry| entry.get("pubkey").and_then(Node::text)) {
            key::note(&text, KeyForm::DepositData, true, reading);
        }
    }
}

fn is_deposit(entry: Node<'_>) -> bool {
    ["pubkey", "withdrawal_credentials", "signature"].iter().all(|name| entry.get(name).is_some())
}
