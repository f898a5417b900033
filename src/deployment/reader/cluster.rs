//! Files of distributed validators: Charon's lock and definition, SSV's key shares, and the identities of their nodes.

use super::key;
use super::model::Reading;
use crate::deployment::{Cluster, ClusterForm, DistributedKey, Identity, KeyForm, tree};
use crate::document::{Kind, Node, Syntax};
use crate::ethereum::PublicKey;
use crate::source::{Span, Spanned};
use crate::workspace::{SourceFile, Workspace};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Takes the clusters, their keys, and the identities of nodes.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    for file in workspace.written() {
        if let Some(identity) = identity(file) {
            reading.inventory.identities.push(identity);
        }
        let Some(document) = file.document().filter(|document| document.syntax() == Syntax::Json) else { continue };
        let Some(root) = document.root().filter(|root| root.kind() == Kind::Map) else { continue };
        let Some(form) = form(root) else { continue };
        reading.claimed.insert(file.id);
        let cluster = match form {
            ClusterForm::Shares => shares(file, root, reading),
            ClusterForm::Lock | ClusterForm::Definition => charon(file, form, root, workspace, reading),
        };
        reading.inventory.clusters.push(cluster);
    }
}

/// Tells which file of a cluster a document is, by what it holds.
fn form(root: Node<'_>) -> Option<ClusterForm> {
    let has = |names: &[&str]| names.iter().all(|name| root.get(name).is_some());
    let share = |entry: Node<'_>| share_key(entry).is_some() && entry.get("payload").is_some();
    if has(&["cluster_definition", "distributed_validators"]) {
        Some(ClusterForm::Lock)
    } else if has(&["operators", "num_validators", "threshold"]) {
        Some(ClusterForm::Definition)
    } else if share(root) || root.get("shares").is_some_and(|shares| shares.items().next().is_some_and(share)) {
        Some(ClusterForm::Shares)
    } else {
        None
    }
}

fn charon(
    file: &SourceFile,
    form: ClusterForm,
    root: Node<'_>,
    workspace: &Workspace,
    reading: &mut Reading,
) -> Cluster {
    let definition = root.get("cluster_definition").unwrap_or(root);
    let number = |name: &str| definition.get(name).and_then(number);
    let operators = definition.get("operators").map(|list| Spanned::new(list.items().count() as u64, list.place()));
    let text = |name: &str| definition.get(name).and_then(Node::text).filter(|text| !text.value().is_empty());
    let agreement = text("config_hash").map(|text| Spanned::new(text.value().to_owned(), text.span()));
    let validators = root.get("distributed_validators").into_iter().flat_map(Node::items);
    let keys = validators.filter_map(|entry| distributed(entry, reading)).collect();
    let folder = [file.folder(), "validator_keys"].into_iter().filter(|part| !part.is_empty());
    let folder = folder.collect::<Vec<_>>().join("/");
    let keystores = workspace.under(&folder).iter().filter_map(|file| file.keystore()?.key.clone()).collect();
    Cluster {
        file: file.id,
        path: file.path.to_string(),
        form,
        operators,
        threshold: number("threshold"),
        validators: number("num_validators"),
        agreement,
        keys,
        keystores,
    }
}

fn number(node: Node<'_>) -> Option<Spanned<u64>> {
    let text = node.text()?;
    Some(Spanned::new(text.known()?.parse().ok()?, text.span()))
}

fn distributed(entry: Node<'_>, reading: &mut Reading) -> Option<DistributedKey> {
    let text = entry.get("distributed_public_key")?.text()?;
    let key = key::note(&text, KeyForm::Distributed, true, reading)?;
    let shares = entry.get("public_shares").into_iter().flat_map(Node::items);
    let shares = shares.filter_map(|share| PublicKey::parse(share.str()?).ok()).collect();
    Some(DistributedKey { key, shares })
}

/// The key of one entry of SSV's key shares.
fn share_key(entry: Node<'_>) -> Option<Node<'_>> {
    let of = |part: &str| entry.get(part)?.get("publicKey");
    of("payload").or_else(|| of("data"))
}

fn shares(file: &SourceFile, root: Node<'_>, reading: &mut Reading) -> Cluster {
    let list: Vec<Node<'_>> = match root.get("shares") {
        Some(shares) => shares.items().collect(),
        None => vec![root],
    };
    let operators = list.first().and_then(|entry| {
        let ids = entry.get("payload")?.get("operatorIds")?;
        Some(Spanned::new(ids.items().count() as u64, ids.place()))
    });
    let mut keys = Vec::new();
    for text in list.iter().filter_map(|entry| share_key(*entry)?.text()) {
        let key = key::note(&text, KeyForm::Distributed, true, reading);
        keys.extend(key.map(|key| DistributedKey { key, shares: Vec::new() }));
    }
    Cluster {
        file: file.id,
        path: file.path.to_string(),
        form: ClusterForm::Shares,
        operators,
        threshold: None,
        validators: None,
        agreement: None,
        keys,
        keystores: Vec::new(),
    }
}

/// The private key of Charon's ENR, or the encrypted key of an SSV operator, which goes by its public half.
fn identity(file: &SourceFile) -> Option<Identity> {
    let path = || file.path.to_string();
    if tree::name(&file.path).starts_with("charon-enr-private-key") {
        let text = file.text()?;
        let key = text.trim().trim_start_matches("0x");
        let whole = key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
        let span = Span::new(file.id, 0, text.lines().next().map_or(0, str::len) as u32);
        return whole.then(|| Identity {
            file: file.id,
            path: path(),
            span,
            digest: digest(&key.to_ascii_lowercase()),
        });
    }
    let root = file.document()?.root().filter(|root| root.kind() == Kind::Map)?;
    let public = root.get("pubKey").or_else(|| root.get("publicKey"))?;
    let sealed = ["kdf", "checksum", "cipher"].iter().all(|part| root.get(part).is_some());
    let key = public.str().filter(|_| sealed)?;
    Some(Identity { file: file.id, path: path(), span: public.span(), digest: digest(key) })
}

fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use crate::deployment::{ClusterForm, read};
    use crate::workspace::Workspace;

    const KEY: &str =
        "0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";
    const SHARE: &str =
        "0x898885dd9e167df1f9e49b1af4afe54d40632935f53bf5693103045891a9ae8bbde54e1be1a69d3628c8f89a8d493000";

    #[test]
    fn a_lock_names_keys_that_nobody_holds_whole() {
        let lock = format!(
            r#"{{"cluster_definition": {{"operators": [{{}}, {{}}, {{}}, {{}}], "num_validators": 1, "threshold": 3, "config_hash": "0x1"}},
            "distributed_validators": [{{"distributed_public_key": "{KEY}", "public_shares": ["{SHARE}", 5]}}]}}"#
        );
        let inventory = read(&Workspace::of(&[(".charon/cluster-lock.json", &lock)]));
        let [cluster] = inventory.clusters.as_slice() else { panic!("one cluster") };
        let number = |number: &Option<crate::source::Spanned<u64>>| number.as_ref().map(|number| number.value);
        assert_eq!(
            (cluster.form, number(&cluster.operators), number(&cluster.threshold), number(&cluster.validators)),
            (ClusterForm::Lock, Some(4), Some(3), Some(1))
        );
        assert_eq!(cluster.keys[0].shares.len(), 1);
        assert_eq!(inventory.keys.len(), 1, "shares are no validator keys");
    }

    #[test]
    fn key_shares_of_ssv_come_one_or_many_to_a_file() {
        let many = format!(
            r#"{{"version": "v1.2.1", "shares": [{{"data": {{"publicKey": "{KEY}"}}, "payload": {{"publicKey": "{KEY}", "operatorIds": [1, 2, 3, 4]}}}}]}}"#
        );
        let one =
            format!(r#"{{"version": "v3", "data": {{"publicKey": "{SHARE}"}}, "payload": {{"readable": {{}}}}}}"#);
        let inventory = read(&Workspace::of(&[("a/keyshares.json", &many), ("b/keyshares-1.json", &one)]));
        let keys: Vec<String> = inventory.keys.iter().map(|place| place.key.to_string()).collect();
        assert_eq!(keys, [KEY, SHARE]);
        assert_eq!(inventory.clusters[0].operators.as_ref().map(|operators| operators.value), Some(4));
    }

    #[test]
    fn identities_are_told_apart_whatever_their_spelling() {
        let key = "2022c8b2bef2477c640050cd596e1151205bb1dcd5ce7b16cba2d4b6f19cafd4";
        let upper = format!("0x{}\n", key.to_uppercase());
        let operator = r#"{"checksum": {}, "cipher": {}, "kdf": {}, "pubKey": "LS0t"}"#;
        let inventory = read(&Workspace::of(&[
            ("a/.charon/charon-enr-private-key", key),
            ("b/.charon/charon-enr-private-key", &upper),
            ("ssv/encrypted_private_key.json", operator),
            ("c/charon-enr-private-key", "not a key"),
        ]));
        let digests: Vec<u64> = inventory.identities.iter().map(|identity| identity.digest).collect();
        assert!(digests.len() == 3 && digests[0] == digests[1] && digests[1] != digests[2]);
    }
}
