//! Lighthouse's `validator_definitions.yml`: which keys a client signs with, and where each lies.

use super::key;
use super::model::Reading;
use crate::deployment::{Definition, KeyForm, tree};
use crate::document::{Document, Kind, Node, Syntax, parse_rendered};
use crate::source::Text;
use crate::workspace::{SourceFile, Workspace};

/// Takes the entries of all definitions files.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    for (file, list) in workspace.found(|file| Some((file, list(file)?))) {
        reading.claimed.insert(file.id);
        for entry in list.items().filter(|entry| entry.kind() == Kind::Map) {
            let definition = definition(entry, reading);
            reading.inventory.definitions.push(definition);
        }
    }
}

/// Takes the entries of a definitions file that stands inside another file; tells whether it is one.
pub(super) fn embedded(text: &Text, path: &str, reading: &mut Reading) -> bool {
    let name = tree::name(path);
    if !is_named_so(name) && !text.value().contains("voting_public_key") {
        return false;
    }
    let document = parse_rendered(text, Syntax::Yaml);
    let Some(list) = list_of(&document, name) else { return false };
    for entry in list.items().filter(|entry| entry.kind() == Kind::Map) {
        let definition = definition(entry, reading);
        reading.inventory.definitions.push(definition);
    }
    true
}

/// Answers the list of entries, if a file is one of definitions: by its entries, or by its name.
fn list(file: &SourceFile) -> Option<Node<'_>> {
    list_of(file.document()?, file.name())
}

fn is_named_so(name: &str) -> bool {
    name.starts_with("validator_definitions")
}

fn list_of<'d>(document: &'d Document, name: &str) -> Option<Node<'d>> {
    let root = document.root().filter(|root| root.kind() == Kind::Sequence)?;
    let named = is_named_so(name);
    let telling = |entry: Node<'_>| entry.get("voting_public_key").is_some() && entry.get("type").is_some();
    (named || root.items().next().is_some_and(telling)).then_some(root)
}

fn definition(entry: Node<'_>, reading: &mut Reading) -> Definition {
    let text = |name: &str| entry.get(name).filter(|value| !value.is_null()).and_then(Node::text);
    let enabled = text("enabled").is_none_or(|enabled| enabled.known() != Some("false"));
    let kind = text("type");
    let remote = kind.as_ref().and_then(Text::known) == Some("web3signer");
    let form = if remote { KeyForm::RemoteDefinition } else { KeyForm::Definition };
    let key = text("voting_public_key").and_then(|text| key::note(&text, form, enabled, reading));
    let password = text("voting_keystore_password").filter(|text| text.known().is_some_and(|text| !text.is_empty()));
    Definition {
        place: entry.place(),
        enabled,
        key,
        kind,
        keystore: text("voting_keystore_path"),
        password_file: text("voting_keystore_password_path"),
        password: password.map(|text| text.span()),
        fee_recipient: text("suggested_fee_recipient"),
        url: text("url"),
    }
}

#[cfg(test)]
mod tests {
    use crate::deployment::read;
    use crate::deployment::show::facts;
    use crate::source::Text;
    use crate::workspace::Workspace;
    use insta::assert_snapshot;

    const LIST: &str = r#"---
- enabled: true
  voting_public_key: "0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846"
  type: local_keystore
  voting_keystore_path: /keys/a.json
  voting_keystore_password: correct horse
- enabled: false
  voting_public_key: 0x898885dd9e167df1f9e49b1af4afe54d40632935f53bf5693103045891a9ae8bbde54e1be1a69d3628c8f89a8d493000
  type: web3signer
  url: https://signer:9000
- voting_public_key: "0x1234"
  type: local_keystore
"#;

    #[test]
    fn entries_name_their_keys() {
        assert_snapshot!(facts(&[("vc/validator_definitions.yml", LIST)]), @r"
Definition 0x93504970…bce846 vc/validator_definitions.yml `935049707ee2…`
RemoteDefinition (off) 0x898885dd…493000 vc/validator_definitions.yml `898885dd9e16…`
malformed vc/validator_definitions.yml `0x1234`
Password voting_keystore_password vc/validator_definitions.yml `correct horse`
");
    }

    #[test]
    fn what_an_entry_says_is_kept() {
        let inventory = read(&Workspace::of(&[("list.yml", LIST)]));
        let [first, second, third] = inventory.definitions.as_slice() else { panic!("three entries") };
        assert_eq!(first.keystore.as_ref().map(Text::value), Some("/keys/a.json"));
        assert_eq!(first.password.map(|span| &LIST[span.start as usize..span.end as usize]), Some("correct horse"));
        assert!(first.enabled && !second.enabled && third.enabled && third.key.is_none());
        assert_eq!(second.url.as_ref().map(Text::value), Some("https://signer:9000"));
    }
}
