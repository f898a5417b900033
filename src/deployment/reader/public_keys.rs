//! Lists of public keys that a client or signer is given: files that hold nothing else, and the key files of remote signers.

use super::key;
use super::model::Reading;
use crate::deployment::KeyForm;
use crate::document::{Document, Kind, Node};
use crate::ethereum::PublicKey;
use crate::source::{Span, Text};
use crate::workspace::{SourceFile, Workspace};

/// Takes the keys of all lists.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    for file in workspace.written() {
        if reading.claimed.contains(&file.id) {
            continue;
        }
        let found = match (file.document(), file.text()) {
            (Some(document), _) => in_tree(document),
            (None, Some(text)) => in_text(file, text),
            (None, None) => Vec::new(),
        };
        if !found.is_empty() {
            reading.claimed.insert(file.id);
        }
        for text in found {
            key::note(&text, form(&file.path), true, reading);
        }
    }
}

/// Finds the keys of a text that stands inside another file and holds nothing but keys, one or several a line.
pub(super) fn listed(text: &Text) -> Vec<Text> {
    let value = text.value();
    let mut found = Vec::new();
    let mut from = None;
    for (at, sign) in value.char_indices().chain([(value.len(), ' ')]) {
        let parts = sign.is_whitespace() || sign == ',' || sign == ';';
        match (parts, from) {
            (true, Some(start)) => {
                let word = text.slice(start..at);
                if !word.is_known() || !is_near_key(word.value()) {
                    return Vec::new();
                }
                found.push(word);
                from = None;
            }
            (false, None) => from = Some(at),
            _ => {}
        }
    }
    if is_list(&found) { found } else { Vec::new() }
}

/// A list of keys that lies with a monitor, or is called so, is one to watch.
pub(super) fn form(path: &str) -> KeyForm {
    const WORDS: [&str; 7] = ["watch", "watched", "watcher", "watchlist", "monitor", "monitored", "monitoring"];
    let path = path.to_ascii_lowercase();
    let watched = path.split(|sign: char| !sign.is_ascii_alphanumeric()).any(|word| WORDS.contains(&word));
    if watched { KeyForm::WatchList } else { KeyForm::PublicKeyList }
}

/// Finds the keys of a sequence that holds nothing but keys, or of a key that lies with a remote signer.
fn in_tree(document: &Document) -> Vec<Text> {
    let Some(root) = document.root() else { return Vec::new() };
    match root.kind() {
        Kind::Sequence => {
            let items = || root.items().map(|item| if item.kind() == Kind::Map { remote(item) } else { item.text() });
            if items().next().flatten().is_none_or(|first| !is_near_key(first.value())) {
                return Vec::new();
            }
            items().collect::<Option<Vec<Text>>>().filter(|all| is_list(all)).unwrap_or_default()
        }
        Kind::Map => remote(root).into_iter().collect(),
        Kind::Scalar => root.text().filter(|text| PublicKey::parse(text.value()).is_ok()).into_iter().collect(),
    }
}

/// The key of a file or entry that says with which signer it lies (Teku, Lodestar, Nimbus).
fn remote(entry: Node<'_>) -> Option<Text> {
    let key = entry.get("pubkey").filter(|key| key.str().is_some_and(is_near_key))?;
    let says = ["url", "remote", "remotes", "remote_url"].iter().any(|name| entry.get(name).is_some());
    key.text().filter(|_| says)
}

/// Finds the keys of a plain text that holds nothing but keys, one or several a line, comments aside.
fn in_text(file: &SourceFile, text: &str) -> Vec<Text> {
    let mut found = Vec::new();
    for line in text.lines() {
        let spoken = line.split('#').next().unwrap_or_default();
        for word in spoken.split(|sign: char| sign.is_whitespace() || sign == ',' || sign == ';') {
            if word.is_empty() {
                continue;
            }
            if !is_near_key(word) {
                return Vec::new();
            }
            found.push(Text::literal(word, Span::of_part(file.id, text, word)));
        }
    }
    if is_list(&found) { found } else { Vec::new() }
}

/// A list of keys has keys in it, whatever else is wrong with the others.
fn is_list(texts: &[Text]) -> bool {
    texts.iter().all(|text| is_near_key(text.value()))
        && texts.iter().any(|text| PublicKey::parse(text.value()).is_ok())
}

/// Hexadecimal digits, about as many as a key has: a digit too many or too few is a typing error.
fn is_near_key(word: &str) -> bool {
    let word = word.trim();
    let digits = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")).unwrap_or(word);
    (80..=112).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::facts;
    use insta::assert_snapshot;

    #[test]
    fn lists_hold_nothing_but_keys() {
        let short =
            &"0x86fa829e6f4759ac2ded89da67ff55468ee9d829599c843d004d46d7e32310819a368a3695bbae21b588798c7f8647d8"[..96];
        let plain = format!(
            "# our keys\n0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846\n898885dd9e167df1f9e49b1af4afe54d40632935f53bf5693103045891a9ae8bbde54e1be1a69d3628c8f89a8d493000, {short}\n"
        );
        let texts = [
            ("keys.txt", plain.as_str()),
            (
                "keys.json",
                r#"["0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846", "0x898885dd9e167df1f9e49b1af4afe54d40632935f53bf5693103045891a9ae8bbde54e1be1a69d3628c8f89a8d493000"]"#,
            ),
            (
                "remote/a.json",
                r#"{"pubkey": "0x86fa829e6f4759ac2ded89da67ff55468ee9d829599c843d004d46d7e32310819a368a3695bbae21b588798c7f8647d8", "url": "http://s:9000"}"#,
            ),
            (
                "proposers.yml",
                "0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846: a\n",
            ),
            (
                "prose.txt",
                "the key 0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846\n",
            ),
            (
                "mixed.yml",
                "- 0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846\n- other\n",
            ),
        ];
        assert_snapshot!(facts(&texts), @r"
PublicKeyList 0x93504970…bce846 keys.json `935049707ee2…`
PublicKeyList 0x898885dd…493000 keys.json `898885dd9e16…`
PublicKeyList 0x93504970…bce846 keys.txt `935049707ee2…`
PublicKeyList 0x898885dd…493000 keys.txt `898885dd9e16…`
PublicKeyList 0x86fa829e…8647d8 remote/a.json `86fa829e6f47…`
malformed keys.txt `0x86fa829e6f…`
settings proposers.yml: 0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846=a
");
    }

    #[test]
    fn a_typing_error_leaves_the_curve() {
        let wrong =
            "0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846"
                .replace("846", "847");
        assert_snapshot!(facts(&[("keys.txt", &wrong)]), @r"
PublicKeyList 0x93504970…bce847 keys.txt `935049707ee2…`
malformed keys.txt `935049707ee2…`
");
    }
}
