//! Facts about the text itself: keys written twice, numbers that were to be addresses, files that could not be read.

use super::model::Reading;
use crate::deployment::{ReaderKind, RepeatedKey, UnquotedHex, Unreadable};
use crate::deployment::{nesting, tree};
use crate::document::{Document, Kind, Node, Repeated, Style, Syntax};
use crate::source::{FileId, Span};
use crate::workspace::{FileKind, SourceFile, Workspace};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Shorter ones fit into the numbers of every reader, and are none of ours.
const FEWEST_DIGITS: usize = 16;
const DEEPEST: usize = 32;
const MOST_NODES: usize = 100_000;

/// Takes the facts of all files that somebody reads.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    let settings: BTreeSet<FileId> = reading.inventory.settings_files.iter().map(|file| file.file).collect();
    let files = workspace.files().par_iter();
    let found: Vec<Facts> = files.filter_map(|file| facts(file, &settings, reading)).collect();
    for facts in found {
        reading.inventory.unreadable.extend(facts.unreadable);
        reading.inventory.repeated.extend(facts.repeated);
        reading.inventory.unquoted_hex.extend(facts.numbers);
    }
}

/// What there is to say about one file.
#[derive(Default)]
struct Facts {
    unreadable: Option<Unreadable>,
    repeated: Vec<RepeatedKey>,
    numbers: Vec<UnquotedHex>,
}

fn facts(file: &SourceFile, settings: &BTreeSet<FileId>, reading: &Reading) -> Option<Facts> {
    let mut facts = Facts { unreadable: unreadable(file), ..Facts::default() };
    let read = file.document().and_then(|document| Some((document, reader(file, document, settings, reading)?)));
    if let Some((document, reader)) = read {
        let lost = document.repeated().iter().filter(|repeated| loses_something(document, repeated));
        let note = |repeated: &Repeated| RepeatedKey {
            key: repeated.key.clone(),
            first: repeated.first,
            again: repeated.again,
            reader,
        };
        facts.repeated = lost.map(note).collect();
        if document.syntax() == Syntax::Yaml {
            numbers(file, document, reader, &mut facts.numbers);
        }
    }
    let any = facts.unreadable.is_some() || !facts.repeated.is_empty() || !facts.numbers.is_empty();
    any.then_some(facts)
}

fn reader(
    file: &SourceFile,
    document: &Document,
    settings: &BTreeSet<FileId>,
    reading: &Reading,
) -> Option<ReaderKind> {
    if let Some(reader) = reading.kinds.get(&file.id) {
        return Some(*reader);
    }
    let vars = ["group_vars", "host_vars", "vars", "defaults", "inventory", "inventories"];
    if document.syntax() == Syntax::Yaml && file.folder().split('/').any(|folder| vars.contains(&folder)) {
        return Some(ReaderKind::Ansible);
    }
    match file.kind {
        FileKind::Dotenv => (!tree::is_sample_environment(&file.path)).then_some(ReaderKind::Environment),
        _ if reading.compose.contains(&file.id) => Some(ReaderKind::Compose),
        _ if settings.contains(&file.id) => Some(ReaderKind::Settings),
        _ => reading.claimed.contains(&file.id).then_some(ReaderKind::Keys),
    }
}

/// Tells whether of two values of a variable one is lost: not where they are the same, or where the second takes the first up.
fn loses_something(document: &Document, repeated: &Repeated) -> bool {
    if document.syntax() != Syntax::Dotenv {
        return true;
    }
    let value = |key: Span| {
        let rest = document.text().get(key.end as usize..)?.lines().next()?;
        rest.trim_start().strip_prefix('=').map(str::trim)
    };
    let again = value(repeated.again).unwrap_or_default();
    let takes_up = ["${", "$"].iter().any(|sign| again.contains(&format!("{sign}{}", repeated.key)));
    !takes_up && value(repeated.first) != Some(again)
}

/// Files of a known kind: by their name, since what looks like YAML in any other file may be prose; in JSON, where others like
/// comments, only those that a client reads by name.
fn unreadable(file: &SourceFile) -> Option<Unreadable> {
    let known = || match file.kind {
        FileKind::Yaml => [".yml", ".yaml"].iter().any(|ending| file.name().ends_with(ending)),
        FileKind::Toml | FileKind::Dotenv | FileKind::Keystore => true,
        FileKind::Json => ["keystore", "deposit_data"].iter().any(|start| file.name().starts_with(start)),
        _ => false,
    };
    let fixture = || tree::is_fixture(&file.path);
    if file.text().is_some_and(|text| nesting::is_too_deep(text, file.kind)) {
        let why = "nested deeper than can be followed; the rest is left out".to_owned();
        return Some(Unreadable { span: Span::new(file.id, 0, 0), why, fixture: fixture() });
    }
    let problem = file.problems().next().filter(|_| known() && !file.template)?;
    let (span, why) = (problem.span, problem.message.clone());
    Some(Unreadable { span, why, fixture: fixture() })
}

fn numbers(file: &SourceFile, document: &Document, reader: ReaderKind, found: &mut Vec<UnquotedHex>) {
    let mut nodes = MOST_NODES;
    let fits = |text: &str| reader != ReaderKind::Compose || is_short(text);
    let mut note = |name: &str, value: Node<'_>| {
        let plain = value.kind() == Kind::Scalar && value.style() == Style::Plain && value.tag().is_none();
        if plain && value.str().is_some_and(|text| is_number(text) && fits(text)) {
            found.push(UnquotedHex { span: value.span(), name: name.to_owned(), reader, file: file.id });
        }
    };
    let Some(root) = document.root() else { return };
    match reader {
        // The parameters of a network are typed by their names.
        ReaderKind::Settings if root.get("PRESET_BASE").is_some() || root.get("CONFIG_NAME").is_some() => {}
        ReaderKind::Settings if root.get("DEPOSIT_CONTRACT_ADDRESS").is_some() => {}
        ReaderKind::Settings | ReaderKind::Ansible => walk(root, "", 0, &mut nodes, &mut note),
        ReaderKind::Compose => {
            let services = root.get("services").into_iter().flat_map(Node::entries);
            let environments = services.filter_map(|service| service.value.get("environment"));
            environments.flat_map(Node::entries).for_each(|entry| note(entry.name(), entry.value));
        }
        // Kubernetes refuses a number where it wants a text.
        ReaderKind::Keys | ReaderKind::Environment | ReaderKind::Kubernetes => {}
    }
}

fn walk(node: Node<'_>, name: &str, depth: usize, nodes: &mut usize, note: &mut dyn FnMut(&str, Node<'_>)) {
    *nodes = nodes.saturating_sub(1);
    if depth > DEEPEST || *nodes == 0 {
        return;
    }
    match node.kind() {
        Kind::Scalar => note(name, node),
        Kind::Sequence => node.items().for_each(|item| walk(item, name, depth + 1, nodes, note)),
        Kind::Map => node.entries().for_each(|entry| walk(entry.value, entry.name(), depth + 1, nodes, note)),
    }
}

/// `0x` and many digits: what YAML 1.1 and the core schema of YAML 1.2 call a number.
fn is_number(text: &str) -> bool {
    text.strip_prefix("0x")
        .is_some_and(|digits| digits.len() >= FEWEST_DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// What fits into 64 bits; Go's YAML, which Compose reads with, takes anything longer for text.
fn is_short(text: &str) -> bool {
    text.strip_prefix("0x").unwrap_or(text).trim_start_matches('0').len() <= 16
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::facts;
    use insta::assert_snapshot;

    #[test]
    fn facts_say_who_reads_the_file() {
        let address = "0x0c490a87ec026823c59e3d2b6ed94fb09ffbac76";
        let teku = format!("a: {address}\na: \"{address}\"\nshort: 0x12\nlist: [{address}]\n");
        let compose = format!(
            "services:\n  a:\n    image: x\n    image: y\n    environment: {{ FEE: {address}, B: '{address}', NONE: 0x{} }}\n",
            "0".repeat(40)
        );
        let texts = [
            ("teku.yaml", teku.as_str()),
            ("compose.yml", compose.as_str()),
            ("group_vars/all.yml", &format!("fee: {address}\n")),
            (".env", "A=1\nA=2\nB=1\nB = 1\nC=x\nC=${C:-y},z\n"),
            ("network/config.yaml", &format!("PRESET_BASE: mainnet\nADDRESS: {address}\n")),
        ];
        assert_snapshot!(facts(&texts), @r"
repeated Environment .env `A`
repeated Compose compose.yml `image`
repeated Settings teku.yaml `a`
hex Compose NONE compose.yml `0x0000000000…`
hex Ansible fee group_vars/all.yml `0x0c490a87ec…`
hex Settings a teku.yaml `0x0c490a87ec…`
hex Settings list teku.yaml `0x0c490a87ec…`
settings group_vars/all.yml: fee=0x0c490a87ec026823c59e3d2b6ed94fb09ffbac76
settings network/config.yaml: PRESET_BASE=mainnet ADDRESS=0x0c490a87ec026823c59e3d2b6ed94fb09ffbac76
settings teku.yaml: a=0x0c490a87ec026823c59e3d2b6ed94fb09ffbac76 short=0x12 list=0x0c490a87ec026823c59e3d2b6ed94fb09ffbac76
");
    }

    #[test]
    fn torn_files_are_told_and_templates_are_not() {
        let texts = [
            ("torn.yml", "a: [1,\n"),
            ("chart.yml", "{{ if .x }}\na: [1,\n{{ end }}\n"),
            ("ok.yml", "a: 1\n"),
            ("copyright", "a: [1,\n"),
        ];
        assert_snapshot!(facts(&texts), @r"
unreadable torn.yml
settings ok.yml: a=1
settings torn.yml: a=1
");
    }
}
