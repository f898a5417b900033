//! Keys that tasks deal to hosts by the position that each has in a list of hosts.

use crate::deployment::modes::holds_keys;
use crate::deployment::{LooseKeyList, LooseListKind};
use crate::document::{Document, Kind, Node};
use crate::source::{Span, Text};
use crate::workspace::SourceFile;

const DEEPEST: usize = 16;
/// What asks a list for the position of the host at work.
const ASKS: &str = ".index(inventory_hostname";
/// Lists of hosts, as what stands before the question begins.
const HOSTS: [&str; 2] = ["groups", "play_hosts"];
/// The turn of a loop.
const TURNS: [&str; 2] = ["ansible_loop.index", "loop.index"];
/// Parts of the names of files and variables that are about validator keys.
const KEYS: [&str; 6] = ["keystore", "validator_keys", "validator-keys", "mnemonic", "pubkey", "deposit_data"];

/// Takes the expressions of a list of tasks that deal keys by position; of each task the first one.
pub(super) fn dealt(file: &SourceFile, document: &Document, found: &mut Vec<LooseKeyList>) {
    let text = document.text();
    if !text.contains(ASKS) && !TURNS.iter().any(|turn| text.contains(turn)) {
        return;
    }
    let named = says_keys(&file.path);
    for root in document.roots().filter(|root| root.kind() == Kind::Sequence) {
        root.items().for_each(|item| tasks(item, named, 0, found));
    }
}

/// A play or block holds tasks of its own.
fn tasks(task: Node<'_>, named: bool, depth: usize, found: &mut Vec<LooseKeyList>) {
    if depth > DEEPEST || task.kind() != Kind::Map {
        return;
    }
    let lists =
        ["block", "tasks", "pre_tasks", "post_tasks", "always", "rescue"].iter().filter_map(|key| task.get(key));
    let inner: Vec<Node<'_>> = lists.flat_map(Node::items).collect();
    if !inner.is_empty() {
        return inner.into_iter().for_each(|task| tasks(task, named, depth + 1, found));
    }
    let (mut place, mut keys) = (None, named);
    look(task, depth, &mut place, &mut keys);
    found.extend(place.filter(|_| keys).map(|span| LooseKeyList { span, kind: LooseListKind::Hosts }));
}

/// Looks for the first such expression in a task, and for words that show that it is about keys.
fn look(node: Node<'_>, depth: usize, place: &mut Option<Span>, keys: &mut bool) {
    if depth > DEEPEST {
        return;
    }
    match node.kind() {
        Kind::Map => node.entries().for_each(|entry| {
            *keys |= says_keys(entry.name());
            // Names and messages only speak.
            if !["name", "msg", "debug", "fail", "assert"].contains(&entry.name()) {
                look(entry.value, depth + 1, place, keys);
            }
        }),
        Kind::Sequence => node.items().for_each(|item| look(item, depth + 1, place, keys)),
        Kind::Scalar => {
            let Some(text) = node.text() else { return };
            *keys |= says_keys(text.value()) || text.value().split_whitespace().any(holds_keys);
            *place = place.or_else(|| position(&text));
        }
    }
}

fn says_keys(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    KEYS.iter().any(|word| lower.contains(word))
}

/// Answers where a text asks for a position: that of this host among others, or a loop's turn as an index.
fn position(text: &Text) -> Option<Span> {
    let value = text.value();
    let of_host = || {
        let at = value.find(ASKS)?;
        let open = value.get(..at)?.rfind("{{").map_or(0, |open| open + 2);
        let named = HOSTS.iter().filter_map(|list| value.get(open..at)?.rfind(list)).max()? + open;
        let before = value.get(..named)?;
        let from = before.trim_end_matches(|sign: char| sign.is_ascii_alphanumeric() || sign == '_').len();
        let end = value.get(at..)?.find(')').map_or(value.len(), |end| at + end + 1);
        Some(text.span_of(from..end))
    };
    let of_turn = || {
        let (at, turn) = TURNS.iter().find_map(|turn| Some((value.find(turn)?, turn)))?;
        let before = value.get(..at)?;
        let inside = before.matches('[').count() > before.matches(']').count();
        let hosts = HOSTS.iter().any(|list| before.contains(list));
        (inside && hosts).then(|| text.span_of(at..at + turn.len()))
    };
    of_host().or_else(of_turn)
}

#[cfg(test)]
mod tests {
    use crate::deployment::{LooseListKind, read};
    use crate::workspace::Workspace;

    fn found(path: &str, tasks: &str) -> Vec<String> {
        let workspace = Workspace::of(&[(path, tasks)]);
        let lists = read(&workspace).loose_key_lists;
        let hosts = lists.iter().filter(|list| list.kind == LooseListKind::Hosts);
        hosts.map(|list| tasks[list.span.start as usize..list.span.end as usize].to_owned()).collect()
    }

    #[test]
    fn keys_by_the_position_of_a_host_are_dealt() {
        let tasks = "- block:\n  - copy:\n      src: \"keystores/{{ files[groups['vc'].index(inventory_hostname)] }}\"\n      dest: /k\n- shell: make --source-mnemonic m --min {{ 8 * ansible_play_hosts.index(inventory_hostname) }}\n- copy: { src: '{{ item }}', dest: /validator_keys }\n  delegate_to: \"{{ groups['vc'][ansible_loop.index0 % 3] }}\"\n";
        assert_eq!(
            found("tasks/main.yml", tasks),
            [
                "groups['vc'].index(inventory_hostname)",
                "ansible_play_hosts.index(inventory_hostname)",
                "ansible_loop.index"
            ]
        );
    }

    #[test]
    fn ports_by_position_and_numbered_files_are_no_keys_that_are_dealt() {
        let tasks = "- set_fact: { port: \"{{ 9000 + groups['vc'].index(inventory_hostname) }}\" }\n- copy: { src: '{{ item }}', dest: '/validator_keys/keystore-{{ ansible_loop.index }}.json' }\n- debug: { msg: \"mnemonic {{ groups['vc'].index(inventory_hostname) }}\" }\n";
        assert!(found("tasks/main.yml", tasks).is_empty());
        let facts = "- set_fact: { first: \"{{ 8 * groups['vc'].index(inventory_hostname) }}\" }\n";
        assert_eq!(found("tasks/generate_validator_keys.yml", facts).len(), 1);
    }
}
