//! Keys that are taken by their position in a list: of a repository, and whether its version is fixed, or of a folder as it is listed.

use super::dealt::dealt;
use super::model::Reading;
use crate::deployment::modes::holds_keys;
use crate::deployment::{Inventory, LooseKeyList, LooseListKind, Pin, PinKind, tree};
use crate::document::{Kind, Node, Syntax};
use crate::source::{Span, Text};
use crate::workspace::{FileKind, SourceFile, Workspace};

const DEEPEST: usize = 16;

/// Takes the lists of all scripts and tasks.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    let counts =
        |file: &SourceFile| matches!(file.kind, FileKind::Shell | FileKind::Yaml) && !tree::is_test_data(&file.path);
    for file in workspace.chosen(counts) {
        let found = &mut reading.inventory;
        match (file.kind, file.document()) {
            (FileKind::Shell, _) => {
                file.text().into_iter().for_each(|text| in_script(file, text, &mut found.loose_key_lists));
            }
            (FileKind::Yaml, Some(document)) if document.syntax() == Syntax::Yaml => {
                if document.text().contains("git:") {
                    document.roots().for_each(|root| in_tasks(root, 0, found));
                }
                if tree::stem(&file.path) == "requirements" {
                    document.root().into_iter().for_each(|root| roles(root, &mut found.pins));
                }
                dealt(file, document, &mut found.loose_key_lists);
            }
            _ => {}
        }
    }
}

/// `ls keys | sed -n "$START,${END}p"`: whoever adds a key moves all that follow it.
fn in_script(file: &SourceFile, text: &str, found: &mut Vec<LooseKeyList>) {
    for line in text.lines() {
        if line.trim_start().starts_with('#') {
            continue;
        }
        let mut parts = line.split('|');
        let Some(first) = parts.next() else { continue };
        let mut words = first.split_whitespace().skip_while(|word| !is_listing(word));
        let Some(listing) = words.next() else { continue };
        if words.any(holds_keys) && parts.any(cuts) {
            let part = |part: &str| Span::of_part(file.id, text, part);
            let span = Span { end: part(line.trim_end()).end, ..part(listing) };
            found.push(LooseKeyList { span, kind: LooseListKind::Folder });
        }
    }
}

fn is_listing(word: &str) -> bool {
    ["ls", "find"].contains(
        &word.trim_start_matches(|sign: char| !sign.is_ascii_alphanumeric()).rsplit('(').next().unwrap_or_default(),
    )
}

/// A command that keeps some lines by their numbers; the first or the last one alone is a sample.
fn cuts(command: &str) -> bool {
    let words: Vec<&str> = command.split_whitespace().collect();
    let one = |word: &&str| ["-1", "-n1", "1", "1)", "-1)"].contains(word);
    match words.first() {
        Some(&"sed") => words.contains(&"-n") && command.contains('p') && !command.contains('/'),
        Some(&"head" | &"tail") => words.len() > 1 && !words.iter().any(one),
        Some(&"awk") => command.contains("NR"),
        _ => false,
    }
}

/// A task that fetches a repository of keys at whatever its branch is today.
fn in_tasks(node: Node<'_>, depth: usize, found: &mut Inventory) {
    if depth > DEEPEST {
        return;
    }
    match node.kind() {
        Kind::Map => {
            let git = ["git", "ansible.builtin.git"].iter().find_map(|name| node.get(name));
            if let Some((pin, loose)) = git.filter(|git| git.kind() == Kind::Map).and_then(repository) {
                found.pins.push(pin);
                found.loose_key_lists.extend(loose);
            }
            node.entries().for_each(|entry| in_tasks(entry.value, depth + 1, found));
        }
        Kind::Sequence => node.items().for_each(|item| in_tasks(item, depth + 1, found)),
        Kind::Scalar => {}
    }
}

/// A repository of keys at a version, and whether that is none that stays.
fn repository(git: Node<'_>) -> Option<(Pin, Option<LooseKeyList>)> {
    let text = |name: &str| git.get(name).filter(|value| value.kind() == Kind::Scalar).and_then(Node::text);
    let repo = text("repo")?;
    let dest = text("dest");
    let name = name_of(repo.value());
    let of_keys = name
        .to_ascii_lowercase()
        .split(|sign: char| !sign.is_ascii_alphanumeric())
        .any(|word| ["keys", "validators", "keystores"].contains(&word));
    if !of_keys && !dest.is_some_and(|dest| holds_keys(dest.value())) {
        return None;
    }
    let version = text("version");
    let span = version.as_ref().map_or(repo.span(), Text::span);
    let fixed = version.as_ref().is_some_and(|version| {
        version.known().is_none_or(|version| {
            (40..=64).contains(&version.len()) && version.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    });
    let version = version.map_or_else(String::new, |version| version.value().to_owned());
    let pin = Pin { kind: PinKind::Repository, name: name.to_owned(), version, span };
    Some((pin, (!fixed).then_some(LooseKeyList { span, kind: LooseListKind::Repository })))
}

/// The last part of an address, which holds no password.
fn name_of(address: &str) -> &str {
    let name = address.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    name.strip_suffix(".git").unwrap_or(name)
}

/// The roles that a file of requirements names: a list of them, or one under `roles`.
fn roles(root: Node<'_>, found: &mut Vec<Pin>) {
    let list = root.get("roles").unwrap_or(root);
    for entry in list.items().filter(|entry| entry.kind() == Kind::Map) {
        let text = |name: &str| entry.get(name).filter(|value| value.kind() == Kind::Scalar).and_then(Node::text);
        let Some(named) = text("name").or_else(|| text("src")) else { continue };
        let version = text("version");
        found.push(Pin {
            kind: PinKind::Role,
            name: name_of(named.value()).to_owned(),
            span: version.as_ref().map_or(named.span(), Text::span),
            version: version.map_or_else(String::new, |version| version.value().to_owned()),
        });
    }
}

#[cfg(test)]
mod tests {
    use crate::deployment::{LooseListKind, read};
    use crate::workspace::Workspace;

    #[test]
    fn lists_without_a_version_are_found() {
        let script = "#!/bin/sh\nfor k in $(ls /data/keys | sed -n \"${START},${END}p\"); do echo; done\nls keys | head -1\nls keys | wc -l\nls logs | tail -n 20\n";
        let tasks = "- git: { repo: 'git@example.org:ops/validator-keys.git', dest: /opt/x, version: master }\n- git: { repo: 'https://example.org/all-keys', dest: /x, version: 0123456789012345678901234567890123456789 }\n- git: { repo: 'https://example.org/client', dest: /src }\n";
        let inventory = read(&Workspace::of(&[("a.sh", script), ("tasks/main.yml", tasks)]));
        let kinds: Vec<LooseListKind> = inventory.loose_key_lists.iter().map(|list| list.kind).collect();
        assert_eq!(kinds, [LooseListKind::Folder, LooseListKind::Repository]);
    }

    #[test]
    fn versions_of_key_repositories_and_roles_are_told_without_addresses() {
        let tasks = "- git: { repo: 'https://user:secret@example.org/all-keys.git', dest: /x, version: 'v1' }\n- git: { repo: 'https://example.org/client', dest: /src }\n";
        let roles = "- { name: deals-keys, src: 'git@example.org:ops/role.git', version: abc }\n- src: https://example.org/other.git\n";
        let inventory = read(&Workspace::of(&[("tasks/main.yml", tasks), ("requirements.yml", roles)]));
        let pins: Vec<(&str, &str)> =
            inventory.pins.iter().map(|pin| (pin.name.as_str(), pin.version.as_str())).collect();
        assert_eq!(pins, [("deals-keys", "abc"), ("other", ""), ("all-keys", "v1")]);
    }
}
