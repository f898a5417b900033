//! Ranges of a numbered list of keys, in tables of hosts: `validator_start` and `validator_end`, or `start` and `end` of a layout.

use super::model::Reading;
use crate::catalogue::Role;
use crate::deployment::{KeyRange, tree};
use crate::document::{Kind, Node, Syntax};
use crate::source::Spanned;
use crate::workspace::{SourceFile, Workspace};
use memchr::memmem;
use std::collections::BTreeSet;

/// Names of the first index and of the one after the last.
const PAIRS: [(&str, &str); 5] = [
    ("validator_start", "validator_end"),
    ("validators_start", "validators_end"),
    ("validator_start_index", "validator_end_index"),
    ("key_start", "key_end"),
    ("keys_start", "keys_end"),
];
/// Names of the first index and of how many there are.
const COUNTS: [(&str, &str); 3] = [
    ("validator_start_index", "validator_count"),
    ("validator_start", "validator_count"),
    ("validator_start_index", "num_validators"),
];
/// Words that say something only in a file of validators.
const BARE: (&str, &str) = ("start", "end");
const DEEPEST: usize = 12;
const LONGEST: usize = 4 << 20;

/// Takes the ranges of all tables.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    for file in workspace.written() {
        let Some(document) = file.document().filter(|document| document.text().len() <= LONGEST) else { continue };
        let worth = matches!(document.syntax(), Syntax::Yaml | Syntax::Json) && names_a_start(document.text());
        if !worth || tree::is_test_data(&file.path) {
            continue;
        }
        let mut finding = Finding { file, source: source(file), ranges: Vec::new(), bare: Vec::new() };
        document.roots().for_each(|root| finding.walk(root, &mut Vec::new(), 0));
        // One `start` and `end` can be anything; a table of them, each of another owner, is a layout.
        let owners: BTreeSet<&str> = finding.bare.iter().map(|range| range.owner.as_str()).collect();
        if owners.len() > 1 && speaks_of_keys(file, document.text()) {
            finding.ranges.append(&mut finding.bare);
        }
        reading.inventory.key_ranges.append(&mut finding.ranges);
    }
}

/// Tells whether a text holds the word `start`, be it the last of a longer name, as every name of a first index has it.
fn names_a_start(text: &str) -> bool {
    let text = text.as_bytes();
    let is_word = |at: usize| {
        at.checked_sub(1).and_then(|before| text.get(before)).is_none_or(|sign| !sign.is_ascii_alphabetic())
    };
    memmem::find_iter(text, "start").any(is_word)
}

/// A file of one host belongs to the list of its inventory, any other has a list of its own.
fn source(file: &SourceFile) -> String {
    let folder = file.path.split("/host_vars/").next().filter(|before| before.len() < file.path.len());
    let root = file.path.starts_with("host_vars/").then_some("");
    folder.or(root).unwrap_or(&file.path).to_owned()
}

fn speaks_of_keys(file: &SourceFile, text: &str) -> bool {
    let path = file.path.to_ascii_lowercase();
    let named = ["validator", "layout", "keys", "staking"].iter().any(|word| path.contains(word));
    let worded = || text.get(..text.len().min(64 << 10)).unwrap_or(text).to_ascii_lowercase().contains("validator");
    named || worded()
}

struct Finding<'f> {
    file: &'f SourceFile,
    source: String,
    ranges: Vec<KeyRange>,
    bare: Vec<KeyRange>,
}

impl Finding<'_> {
    fn walk(&mut self, node: Node<'_>, above: &mut Vec<String>, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        match node.kind() {
            Kind::Map => {
                self.take(node, above);
                for entry in node.entries() {
                    above.push(entry.name().to_owned());
                    self.walk(entry.value, above, depth + 1);
                    above.pop();
                }
            }
            Kind::Sequence => node.items().for_each(|item| self.walk(item, above, depth + 1)),
            Kind::Scalar => {}
        }
    }

    fn take(&mut self, node: Node<'_>, above: &[String]) {
        let pair = |(start, end): &(&str, &str)| Some((number(node, start)?, number(node, end)?));
        let counted = |names: &(&str, &str)| {
            let (start, count) = pair(names)?;
            let end = start.value.checked_add(count.value)?;
            Some((start, Spanned { value: end, ..count }))
        };
        let named = PAIRS.iter().find_map(pair).or_else(|| COUNTS.iter().find_map(counted));
        let (found, is_bare) = match named {
            Some(found) => (Some(found), false),
            None => (pair(&BARE), true),
        };
        let Some((start, end)) = found.filter(|(start, end)| start.value < end.value) else { return };
        let span = if start.span.start < end.span.start { start.span.to(end.span) } else { end.span.to(start.span) };
        let range = self.range(node, above, (start.value, end.value));
        let range = KeyRange { span, ..range };
        if is_bare { self.bare.push(range) } else { self.ranges.push(range) }
    }

    /// The range of a table: its host is the nearest name above that is one, and other members tell processes of one host apart.
    fn range(&self, node: Node<'_>, above: &[String], (start, end): (u64, u64)) -> KeyRange {
        const GROUPS: [&str; 6] = ["hosts", "vars", "children", "all", "layout", "nodes"];
        let name = above.iter().rev().find(|name| !GROUPS.contains(&name.as_str()));
        let host = name.map_or_else(|| tree::stem(&self.file.path).to_owned(), Clone::clone);
        let word = |part: &str| node.get(part).filter(|value| value.kind() == Kind::Scalar).and_then(Node::str);
        let mut owner = host.clone();
        for text in ["host", "name", "branch", "unit", "num", "el", "cl"].into_iter().filter_map(word) {
            owner.extend(["/", text]);
        }
        let role = match word("vc") {
            Some("true") => Some(Role::Validator),
            Some("false") => Some(Role::Beacon),
            _ => None,
        };
        owner.push_str(match role {
            Some(Role::Validator) => "/validator client",
            Some(_) => "/beacon node",
            None => "",
        });
        let host = word("host").map_or(host, str::to_owned);
        // The execution client beside it is no part of who a process is.
        let unit: Vec<&str> = ["name", "branch", "unit", "num"].into_iter().filter_map(word).collect();
        let span = crate::source::Span::new(self.file.id, 0, 0);
        KeyRange { source: self.source.clone(), start, end, span, owner, host, unit: unit.join("-"), role }
    }
}

fn number(node: Node<'_>, name: &str) -> Option<Spanned<u64>> {
    let value = node.get(name).filter(|value| value.kind() == Kind::Scalar)?;
    let text = value.text()?;
    Some(Spanned::new(text.known()?.trim().parse().ok()?, text.span()))
}

#[cfg(test)]
mod tests {
    use crate::deployment::read;
    use crate::workspace::Workspace;

    fn ranges(texts: &[(&str, &str)]) -> Vec<String> {
        let inventory = read(&Workspace::of(texts));
        let ranges = inventory.key_ranges.iter();
        ranges.map(|range| format!("{} {}..{} of `{}`", range.owner, range.start, range.end, range.source)).collect()
    }

    #[test]
    fn layouts_and_inventories_give_ranges_to_hosts() {
        let layout = "nodes_layout:\n  geth-07:\n    - { branch: stable, start: 600, end: 1000, vc: true }\n    - { branch: unstable, start: 1400, end: 1800, vc: false }\n";
        let inventory = "all:\n  children:\n    lighthouse:\n      hosts:\n        lh-1: { validator_start: 0, validator_end: 100 }\n        lh-2: { validator_start: 100, validator_end: 100 }\n";
        assert_eq!(
            ranges(&[("vars/layout/holesky.yml", layout), ("inventory.yml", inventory)]),
            [
                "lh-1 0..100 of `inventory.yml`",
                "geth-07/stable/validator client 600..1000 of `vars/layout/holesky.yml`",
                "geth-07/unstable/beacon node 1400..1800 of `vars/layout/holesky.yml`",
            ]
        );
    }

    #[test]
    fn hosts_with_files_of_their_own_share_one_list() {
        assert_eq!(
            ranges(&[
                ("env/host_vars/a.yml", "validator_start_index: 0\nvalidator_count: 10\n"),
                ("env/host_vars/b.yml", "validator_start: 10\nvalidator_end: '20'\n"),
            ]),
            ["a 0..10 of `env`", "b 10..20 of `env`"]
        );
    }

    #[test]
    fn other_starts_and_ends_are_none_of_ours() {
        assert!(ranges(&[("alerts.yml", "mute:\n  a: { start: 1, end: 2 }\n  b: { start: 3, end: 4 }\n")]).is_empty());
        assert!(ranges(&[("validators.yml", "window: { start: 1, end: 2 }\n")]).is_empty());
    }
}
