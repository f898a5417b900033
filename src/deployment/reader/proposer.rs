//! Proposer settings of validator clients: who receives the fees of each key's blocks, and whether builders are asked for them.

use super::key;
use super::model::Reading;
use crate::deployment::{KeyForm, Proposer, ProposerFile};
use crate::document::{Kind, Node};
use crate::workspace::{SourceFile, Workspace};

/// Takes every file of proposer settings. It stays free for others: it is a flat settings file as well.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    for file in workspace.chosen(may_propose) {
        let root = file.document().and_then(|document| document.root()).filter(|root| root.kind() == Kind::Map);
        let Some(root) = root.filter(|_| !reading.claimed.contains(&file.id)) else { continue };
        let entries = if is_execution_config(root) { listed(root, reading) } else { keyed(root, reading) };
        if !entries.is_empty() {
            reading.inventory.proposers.push(ProposerFile { file: file.id, entries });
        }
    }
}

/// Tells whether a file has one of the keys that such settings begin with.
fn may_propose(file: &SourceFile) -> bool {
    let root = file.document().and_then(|document| document.root());
    let names = ["proposer_config", "default_config", "proposers", "relays"];
    root.is_some_and(|root| names.iter().any(|name| root.get(name).is_some()))
}

/// The form that Teku, Prysm and Lodestar share: `default_config`, and `proposer_config` with an entry for each key.
fn keyed(root: Node<'_>, reading: &mut Reading) -> Vec<Proposer> {
    let mut entries = Vec::new();
    for entry in root.get("proposer_config").into_iter().flat_map(Node::entries) {
        let key = entry.key.text().and_then(|text| key::note(&text, KeyForm::ProposerSettings, true, reading));
        entries.push(Proposer { key, ..proposer(entry.key, entry.value) });
    }
    let default = root.entries().find(|entry| entry.name() == "default_config" && entry.value.kind() == Kind::Map);
    entries.extend(default.map(|entry| Proposer { default: true, ..proposer(entry.key, entry.value) }));
    entries
}

fn proposer(place: Node<'_>, value: Node<'_>) -> Proposer {
    let text = |path: &[&str]| value.path_get(path).filter(|value| !value.is_null()).and_then(Node::text);
    Proposer {
        place: place.place(),
        key: None,
        default: false,
        fee_recipient: text(&["fee_recipient"]),
        builder: text(&["builder", "enabled"]),
    }
}

/// The second form of Vouch's execution configuration: a number, a recipient for all, and a list of exceptions.
fn is_execution_config(root: Node<'_>) -> bool {
    let second = root.get("version").and_then(Node::str).is_some_and(|version| version == "2");
    second && (root.get("proposers").is_some() || root.get("relays").is_some())
}

fn listed(root: Node<'_>, reading: &mut Reading) -> Vec<Proposer> {
    let mut entries = Vec::new();
    for entry in root.get("proposers").into_iter().flat_map(Node::items) {
        // An account's name, or a pattern of names, can stand in a key's place.
        let Some(named) = entry.get("proposer") else { continue };
        let text = named.text().filter(|text| text.value().starts_with("0x"));
        let key = text.and_then(|text| key::note(&text, KeyForm::ProposerSettings, true, reading));
        entries.push(Proposer { key, ..proposer(named, entry) });
    }
    let default = root.entries().find(|entry| entry.name() == "fee_recipient");
    entries.extend(default.map(|entry| Proposer { default: true, ..proposer(entry.key, root) }));
    entries
}

#[cfg(test)]
mod tests {
    use crate::deployment::read;
    use crate::deployment::show::facts;
    use crate::source::Text;
    use crate::workspace::Workspace;

    const KEY: &str =
        "0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";

    fn shown(path: &str, text: &str) -> Vec<String> {
        let facts = facts(&[(path, text)]);
        facts.lines().filter(|line| !line.starts_with("settings")).map(str::to_owned).collect()
    }

    #[test]
    fn keys_and_the_default_are_read() {
        let json = format!(
            r#"{{"proposer_config": {{"{KEY}": {{"fee_recipient": "0xaa", "builder": {{"enabled": true}}}}}}, "default_config": {{"fee_recipient": "0xbb"}}}}"#
        );
        let lines = shown("proposers.json", &json);
        assert!(lines[0].starts_with("ProposerSettings 0x93504970…bce846"), "{lines:?}");
        assert!(lines[1].ends_with("pays 0xaa, builder true"), "{lines:?}");
        assert!(lines[2].ends_with("pays 0xbb, builder -"), "{lines:?}");
    }

    #[test]
    fn the_form_of_vouch_is_read() {
        let json = format!(
            r#"{{"version": 2, "fee_recipient": "0xbb", "relays": {{}}, "proposers": [{{"proposer": "{KEY}", "fee_recipient": "0xaa"}}, {{"proposer": "^Wallet/.*$", "fee_recipient": "0xcc"}}]}}"#
        );
        let inventory = read(&Workspace::of(&[("execution.json", &json)]));
        let entries = &inventory.proposers[0].entries;
        let paid = |at: usize| entries[at].fee_recipient.as_ref().map(Text::value);
        assert_eq!((paid(0), paid(1), paid(2)), (Some("0xaa"), Some("0xcc"), Some("0xbb")));
        assert!(entries[0].key.is_some() && entries[1].key.is_none() && entries[2].default);
    }

    #[test]
    fn other_documents_are_none() {
        assert!(
            read(&Workspace::of(&[("a.yml", "default_config: x\n"), ("b.json", r#"{"version": 2}"#)]))
                .proposers
                .is_empty()
        );
    }
}
