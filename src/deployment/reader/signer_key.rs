//! Key files of Web3Signer: one YAML document a key, whose `type` says where its secret lies.

use super::key;
use super::model::Reading;
use crate::deployment::tree;
use crate::deployment::{KeyForm, KeyPlace};
use crate::document::{Document, Kind, Node, Syntax};
use crate::ethereum::PublicKey;
use crate::workspace::{SourceFile, Workspace};

/// The types, and a field that each needs: `type` alone is a common word.
const TYPES: [(&str, &str); 9] = [
    ("file-raw", "privateKey"),
    ("file-keystore", "keystoreFile"),
    ("hashicorp", "keyPath"),
    ("azure-key", "vaultName"),
    ("azure-secret", "vaultName"),
    ("aws-secret", "secretName"),
    ("aws-kms", "kmsKeyId"),
    ("yubihsm", "opaqueDataId"),
    ("interlock", "knownServersFile"),
];

/// Takes the keys that signers are given.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    let begins_with_key = |file: &SourceFile| {
        let document = file.document().filter(|document| document.syntax() == Syntax::Yaml);
        document.and_then(Document::root).is_some_and(is_key)
    };
    for file in workspace.chosen(begins_with_key) {
        let Some(document) = file.document() else { continue };
        reading.claimed.insert(file.id);
        for root in document.roots().filter(|root| is_key(*root)) {
            one(file, root, workspace, reading);
        }
    }
}

/// Tells whether a document is a signer's key.
pub(super) fn is_key(root: Node<'_>) -> bool {
    if root.kind() != Kind::Map {
        return false;
    }
    let Some(kind) = root.get("type").and_then(Node::str) else { return false };
    TYPES.iter().any(|(name, field)| *name == kind && root.get(field).is_some())
}

/// A key's public half stands in the entry, in the keystore that it names, or in the file's name.
fn one(file: &SourceFile, root: Node<'_>, workspace: &Workspace, reading: &mut Reading) {
    // Keys of the execution layer are none of ours.
    if root.get("keyType").and_then(Node::str).is_some_and(|kind| kind.eq_ignore_ascii_case("secp256k1")) {
        return;
    }
    let written = ["publicKey", "public_key", "pubkey"].iter().find_map(|name| root.get(name)?.text());
    if let Some(text) = written {
        key::note(&text, KeyForm::SignerKey, true, reading);
        return;
    }
    let of_keystore = root.get("keystoreFile").and_then(Node::str).and_then(|path| {
        let near = tree::join(file.folder(), path).and_then(|path| workspace.find(&path));
        let beside = || workspace.find(&tree::join(file.folder(), tree::name(path))?);
        near.or_else(beside)?.keystore()?.key.as_ref().map(|key| key.value)
    });
    let by_name = || PublicKey::parse(tree::stem(&file.path)).ok();
    if let Some(key) = of_keystore.or_else(by_name) {
        let span = root.get("type").map_or(root.span(), Node::place);
        reading.inventory.keys.push(KeyPlace { key, span, form: KeyForm::SignerKey, enabled: true });
    }
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::facts;
    use insta::assert_snapshot;

    #[test]
    fn the_public_half_is_found_where_it_stands() {
        let keystore = r#"{"crypto": {"kdf": {}, "checksum": {}, "cipher": {}}, "pubkey": "86fa829e6f4759ac2ded89da67ff55468ee9d829599c843d004d46d7e32310819a368a3695bbae21b588798c7f8647d8", "version": 4}"#;
        let texts = [
            (
                "keys/one.yaml",
                "type: hashicorp\nkeyPath: /v1/a\ntoken: s.AbCdEf\npublicKey: '0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846'\n",
            ),
            (
                "keys/0x898885dd9e167df1f9e49b1af4afe54d40632935f53bf5693103045891a9ae8bbde54e1be1a69d3628c8f89a8d493000.yaml",
                "type: aws-secret\nsecretName: a\n",
            ),
            (
                "keys/three.yaml",
                "type: file-keystore\nkeystoreFile: /signer/keys/k.json\n---\ntype: file-raw\nkeyType: SECP256K1\nprivateKey: \"0x25295f0d1d592a90b333e26e85149708208e9f8e8bc18f6c77bd62f8ad7a6866\"\n",
            ),
            ("keys/k.json", keystore),
            ("other.yaml", "type: hashicorp\n"),
        ];
        assert_snapshot!(facts(&texts), @r"
SignerKey 0x898885dd…493000 keys/0x898885dd9e167df1f9e49b1af4afe54d40632935f53bf5693103045891a9ae8bbde54e1be1a69d3628c8f89a8d493000.yaml `aws-secret`
Keystore 0x86fa829e…8647d8 keys/k.json `86fa829e6f47…`
SignerKey 0x93504970…bce846 keys/one.yaml `935049707ee2…`
SignerKey 0x86fa829e…8647d8 keys/three.yaml `file-keystore`
ApiToken token keys/one.yaml `s.AbCdEf`
SigningKey privateKey keys/three.yaml `0x25295f0d1d…`
settings other.yaml: type=hashicorp
");
    }
}
