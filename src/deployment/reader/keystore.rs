//! EIP-2335 keystores: the key that each holds, what is wrong with it, what it costs to open, and whether git keeps it.

use super::key;
use super::model::Reading;
use crate::deployment::{CheapKeystore, CommittedKeystore, KeyForm, KeyPlace, MalformedKey, tree};
use crate::document::{Document, Kind, Node, Syntax};
use crate::ethereum::PublicKey;
use crate::source::{Span, Text};
use crate::workspace::{KdfFunction, Keystore, SourceFile, Workspace};

/// `n` of scrypt, and the rounds of PBKDF2, as the standard's test vectors and the deposit tool have them.
const STANDARD: u32 = 262_144;
/// A list of keystores is not longer.
const LONGEST: usize = 64 << 20;

/// Takes the keys of all keystores, alone in their files or many to a file.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    reading.inventory.keys.reserve(workspace.files().len() - workspace.written().count());
    for file in workspace.files() {
        if let Some(keystore) = file.keystore() {
            one(workspace, file, keystore, reading);
        } else if let Some(document) = file.document().filter(|document| document.syntax() == Syntax::Json) {
            many(file, document, reading);
        }
    }
}

fn one(workspace: &Workspace, file: &SourceFile, keystore: &Keystore, reading: &mut Reading) {
    let found = keystore.key.as_ref();
    let (span, key) = (found.map_or(Span::new(file.id, 0, 0), |key| key.span), found.map(|key| key.value));
    let inventory = &mut reading.inventory;
    if let Some(key) = key {
        inventory.keys.push(KeyPlace { key, span, form: KeyForm::Keystore, enabled: true });
    }
    if let Some(problem) = &keystore.malformed {
        inventory.malformed_keys.push(MalformedKey { span: problem.span, why: problem.message.clone() });
    }
    if let Some(path) = workspace.committed(file.id).filter(|path| !tree::is_test_data(path)) {
        inventory.committed_keystores.push(CommittedKeystore { span, key, path });
    }
    if let Some(kdf) = keystore.kdf.filter(|kdf| kdf.cost < STANDARD && !tree::is_test_data(&file.path)) {
        let function = match kdf.function {
            KdfFunction::Scrypt => "scrypt",
            KdfFunction::Pbkdf2 => "pbkdf2",
        };
        inventory.cheap_keystores.push(CheapKeystore { span, key, function, cost: kdf.cost });
    }
}

/// A list of keystores, or a request to a key manager that holds them as texts.
fn many(file: &SourceFile, document: &Document, reading: &mut Reading) {
    let Some(root) = document.root().filter(|_| document.text().len() <= LONGEST) else { return };
    let list = match root.kind() {
        Kind::Sequence => Some(root),
        _ => root.get("keystores").filter(|list| list.kind() == Kind::Sequence),
    };
    let mut found = false;
    for item in list.into_iter().flat_map(Node::items) {
        let key = match item.kind() {
            Kind::Map if ["crypto", "version", "pubkey"].iter().all(|name| item.get(name).is_some()) => {
                item.get("pubkey").and_then(Node::text)
            }
            Kind::Scalar => item.text().and_then(|text| in_text(&text)),
            _ => None,
        };
        let Some(text) = key else { continue };
        found |= key::note(&text, KeyForm::Keystore, true, reading).is_some();
    }
    if found {
        reading.claimed.insert(file.id);
    }
}

/// Finds the key of a keystore that stands in another text: a value of a manifest, decoded.
#[must_use]
pub fn in_text(text: &Text) -> Option<Text> {
    let value = text.known().filter(|value| value.contains("\"crypto\"") && value.contains("\"version\""))?;
    let at = value.find("\"pubkey\"")? + "\"pubkey\"".len();
    let rest = value.get(at..)?;
    let open = at + rest.find('"')? + 1;
    let close = open + value.get(open..)?.find('"')?;
    let between = rest.get(..open - at - 1)?;
    let key = value.get(open..close)?;
    let is_key = between.trim() == ":" && PublicKey::parse(key).is_ok();
    is_key.then(|| text.slice(open..close))
}

#[cfg(test)]
mod tests {
    use crate::deployment::read;
    use crate::deployment::show::facts;
    use crate::workspace::Workspace;
    use insta::assert_snapshot;

    const KEY: &str =
        "935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";

    fn keystore(cost: u32) -> String {
        format!(
            r#"{{"crypto": {{"kdf": {{"function": "pbkdf2", "params": {{"c": {cost}}}}}, "checksum": {{}}, "cipher": {{}}}}, "pubkey": "{KEY}", "version": 4}}"#
        )
    }

    #[test]
    fn many_keystores_lie_in_one_file() {
        let list = format!("[{}]", keystore(262_144));
        let request = format!(r#"{{"keystores": ["{}"], "passwords": ["x"]}}"#, keystore(262_144).replace('"', "\\\""));
        let found = facts(&[("list.json", list.as_str()), ("request.json", request.as_str())]);
        let keys: Vec<&str> = found.lines().filter(|line| line.starts_with("Keystore ")).collect();
        assert_snapshot!(keys.join("\n"), @r"
        Keystore 0x93504970…bce846 list.json `935049707ee2…`
        Keystore 0x93504970…bce846 request.json `935049707ee2…`
        ");
    }

    #[test]
    fn cheap_keystores_and_those_that_git_keeps_are_noted() {
        let (cheap, dear) = (keystore(16), keystore(262_144));
        let texts = [("a.json", cheap.as_str()), ("b.json", dear.as_str()), ("tests/c.json", cheap.as_str())];
        let plain = read(&Workspace::of(&texts));
        assert_eq!((plain.cheap_keystores.len(), plain.committed_keystores.len()), (1, 0));
        let kept = read(&Workspace::of(&[&texts[..], &[(".git/HEAD", "ref: refs/heads/main\n")]].concat()));
        let paths: Vec<&str> = kept.committed_keystores.iter().map(|kept| kept.path.as_str()).collect();
        assert_eq!(paths, ["a.json", "b.json"]);
    }
}
