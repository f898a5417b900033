//! Keys that a monitor is told to watch: nothing signs because of them.

use super::key;
use super::model::Reading;
use crate::deployment::KeyForm;
use crate::document::{Kind, Node};
use crate::workspace::{SourceFile, Workspace};

/// What such lists are called (`eth-validator-watcher` and the like).
const LISTS: [&str; 4] = ["watched_keys", "watched-keys", "watchedKeys", "validators_to_watch"];

/// Takes the keys of all watch lists.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    let is_list = |file: &SourceFile| {
        let root = file.document().and_then(|document| document.root());
        root.is_some_and(|root| LISTS.iter().chain(&["operators"]).any(|name| root.get(name).is_some()))
    };
    for file in workspace.chosen(is_list) {
        let Some(root) = file.document().and_then(|document| document.root()).filter(|root| root.kind() == Kind::Map)
        else {
            continue;
        };
        let listed = LISTS.iter().filter_map(|name| root.get(name)).flat_map(Node::items);
        for item in listed.chain(of_operators(root)) {
            let named = ["public_key", "pubkey", "publicKey", "public-key"].iter().find_map(|name| item.get(name));
            let text = if item.kind() == Kind::Map { named.and_then(Node::text) } else { item.text() };
            if let Some(text) = text {
                key::note(&text, KeyForm::WatchList, true, reading);
            }
        }
    }
}

/// The keys of each operator, or of each of its modules, as Lido's `ethereum-validators-monitoring` is told them.
fn of_operators(root: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    let operators = root.get("operators").into_iter().flat_map(Node::items);
    let parts = operators.flat_map(|operator| {
        let modules = operator.get("modules").into_iter().flat_map(Node::items);
        std::iter::once(operator).chain(modules)
    });
    parts.filter_map(|part| part.get("keys")).flat_map(Node::items).filter(|key| key.kind() == Kind::Scalar)
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::facts;
    use insta::assert_snapshot;

    #[test]
    fn watched_keys_are_owned_by_nobody() {
        let key = "0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";
        let config =
            format!("beacon_url: http://b:5052\nwatched_keys:\n  - public_key: '{key}'\n    labels: [\"a\"]\n");
        let list = format!("{key}\n");
        let operators = format!(
            "operators:\n  - name: One\n    keys: ['{key}']\n  - name: Two\n    modules: [{{ moduleIndex: 1, keys: ['{key}'] }}]\n"
        );
        let texts = [
            ("watcher.yml", config.as_str()),
            ("monitoring/keys.txt", list.as_str()),
            ("custom_mainnet.yaml", operators.as_str()),
        ];
        let found = facts(&texts);
        let keys: Vec<&str> = found.lines().filter(|line| line.starts_with("WatchList")).collect();
        assert_snapshot!(keys.join("\n"), @r"
        WatchList 0x93504970…bce846 custom_mainnet.yaml `935049707ee2…`
        WatchList 0x93504970…bce846 custom_mainnet.yaml `935049707ee2…`
        WatchList 0x93504970…bce846 monitoring/keys.txt `935049707ee2…`
        WatchList 0x93504970…bce846 watcher.yml `935049707ee2…`
        ");
    }
}
