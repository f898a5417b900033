//! Tables of keys: CSV and the like with a column of public keys, or a JSON object a line, and perhaps a word on which host each
//! key is; and lists of keys that are called after a host.

use super::key;
use super::model::Reading;
use crate::deployment::{Assignment, KeyForm, KeyPlace};
use crate::document::{Kind, Node, Syntax, parse_rendered};
use crate::ethereum::PublicKey;
use crate::source::{Span, Text};
use crate::workspace::{FileKind, SourceFile, Workspace};

/// What the column of hosts is called.
const HOSTS: [&str; 8] = ["host", "hostname", "node", "server", "machine", "owner", "instance", "unit"];

/// What the member or column of keys is called where objects are written.
const KEYS: [&str; 4] = ["pubkey", "public_key", "publicKey", "key"];

/// A key, and the host that it is on, if the row says so.
type Row = (Text, Option<String>);

/// Takes the keys of all tables.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    for file in workspace.written() {
        let lines = [".ndjson", ".jsonl"].iter().any(|ending| file.path.ends_with(ending));
        if reading.claimed.contains(&file.id) || !lines && file.kind != FileKind::Text {
            continue;
        }
        let Some(text) = file.text() else { continue };
        let found = if lines { objects(file, text) } else { rows(file, text).or_else(|| of_host(file, text)) };
        let Some(rows) = found else { continue };
        reading.claimed.insert(file.id);
        for (key, host) in rows {
            let form = if host.is_some() { KeyForm::Assigned } else { super::public_keys::form(&file.path) };
            let known = reading.inventory.keys.len();
            key::note(&key, form, true, reading);
            if let (Some(host), Some(place)) = (host, reading.inventory.keys.get(known).copied()) {
                reading.inventory.keys.truncate(known);
                reading.inventory.assigned.push(Assignment { place: KeyPlace { form, ..place }, host });
            }
        }
    }
}

/// One JSON object a line, each of which names a key; nothing if one does not.
fn objects(file: &SourceFile, text: &str) -> Option<Vec<Row>> {
    let mut found = Vec::new();
    for line in text.split_inclusive('\n').filter(|line| !line.trim().is_empty()) {
        let document = parse_rendered(&Text::literal(line, Span::of_part(file.id, text, line)), Syntax::Json);
        let root = document.root().filter(|root| root.kind() == Kind::Map && document.problems().is_empty())?;
        let member = |names: &[&str]| names.iter().find_map(|name| root.get(name));
        let key = member(&KEYS)?;
        let host = member(&HOSTS).and_then(Node::str).filter(|host| !host.is_empty()).map(str::to_owned);
        found.push((Text::literal(key.str()?, key.span()), host));
    }
    (!found.is_empty()).then_some(found)
}

/// `validators/vc-01`: a file without an ending that holds nothing but keys and is called like a host, as gates before the start
/// of a client keep them (DoppelBuster).
fn of_host(file: &SourceFile, text: &str) -> Option<Vec<Row>> {
    let name = file.name();
    let like_host = name.starts_with(|sign: char| sign.is_ascii_alphabetic())
        && name.contains(|sign: char| sign.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    let a_part = ["batch", "backup", "keys", "list", "old"].iter().any(|word| name.starts_with(word));
    let folder = file.folder().rsplit('/').next().unwrap_or_default();
    if !like_host || a_part || folder != "validators" {
        return None;
    }
    let whole = Text::literal(text, Span::new(file.id, 0, text.len() as u32));
    let keys = super::public_keys::listed(&whole);
    (!keys.is_empty()).then(|| keys.into_iter().map(|key| (key, Some(name.to_owned()))).collect())
}

/// The cells of a line, each a slice of it.
fn cells(line: &str, separator: char) -> Vec<&str> {
    line.split(separator).map(|cell| cell.trim().trim_matches('"')).collect()
}

/// Answers key and host of every row, if the text is a table that has one column of keys.
fn rows(file: &SourceFile, text: &str) -> Option<Vec<Row>> {
    let separator =
        ['\t', ',', ';'].into_iter().find(|sign| text.lines().next().is_some_and(|line| line.contains(*sign)))?;
    let spoken = text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let lines: Vec<Vec<&str>> = spoken.map(|line| cells(line, separator)).collect();
    let is_key = |cell: &str| PublicKey::parse(cell).is_ok();
    let (first, body) = lines.split_first()?;
    let has_header = !first.iter().any(|cell| is_key(cell));
    let body = if has_header { body } else { &lines };
    let column = body.first()?.iter().position(|cell| is_key(cell))?;
    let even = body.iter().all(|row| row.len() == first.len());
    if !even || first.len() < 2 || body.iter().any(|row| row.iter().filter(|cell| is_key(cell)).count() > 1) {
        return None;
    }
    let named = |cell: &&str| HOSTS.contains(&cell.to_ascii_lowercase().as_str());
    let host = if has_header { first.iter().position(named) } else { None };
    let mut rows = Vec::new();
    for row in body {
        let cell = row.get(column)?;
        let host = host.and_then(|host| row.get(host)).filter(|host| !host.is_empty()).map(|host| (*host).to_owned());
        rows.push((Text::literal(cell, Span::of_part(file.id, text, cell)), host));
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use crate::deployment::read;
    use crate::deployment::show::facts;
    use crate::workspace::Workspace;
    use insta::assert_snapshot;

    const ONE: &str =
        "0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";
    const TWO: &str =
        "0x898885dd9e167df1f9e49b1af4afe54d40632935f53bf5693103045891a9ae8bbde54e1be1a69d3628c8f89a8d493000";

    #[test]
    fn a_column_of_keys_makes_a_table() {
        let csv = format!("index,pubkey,status\n0,{ONE},active\n1,\"{TWO}\",active\n");
        let bare = format!("7\t{ONE}\n8\t{TWO}\n");
        assert_snapshot!(facts(&[("keys.csv", &csv), ("bare.tsv", &bare), ("prose.txt", "a, b\nc, d\n")]), @r"
        PublicKeyList 0x93504970…bce846 bare.tsv `935049707ee2…`
        PublicKeyList 0x898885dd…493000 bare.tsv `898885dd9e16…`
        PublicKeyList 0x93504970…bce846 keys.csv `935049707ee2…`
        PublicKeyList 0x898885dd…493000 keys.csv `898885dd9e16…`
        ");
    }

    #[test]
    fn a_column_of_hosts_says_who_owns_them() {
        let table = format!("host\tindex\tpubkey\nmetal-01\t0\t{ONE}\nmetal-02\t1\t{TWO}\n");
        let inventory = read(&Workspace::of(&[("owners.tsv", &table)]));
        let hosts: Vec<&str> = inventory.assigned.iter().map(|row| row.host.as_str()).collect();
        assert_eq!((hosts, inventory.keys.len()), (vec!["metal-01", "metal-02"], 0));
    }

    #[test]
    fn an_object_a_line_names_a_key() {
        let lines = format!("{{\"host\": \"a\", \"pubkey\": \"{ONE}\"}}\n\n{{\"pubkey\":\"{TWO}\"}}\n");
        let tree = Workspace::of(&[("keys.ndjson", &lines), ("other.jsonl", "{\"event\": 1}\n")]);
        let inventory = read(&tree);
        let [row] = inventory.assigned.as_slice() else { panic!("{:?}", inventory.assigned) };
        assert_eq!(row.host, "a");
        let [place] = inventory.keys.as_slice() else { panic!("{:?}", inventory.keys) };
        assert_eq!(&lines[place.span.start as usize..place.span.end as usize], &TWO[2..]);
    }

    #[test]
    fn a_list_that_is_called_like_a_host_is_of_that_host() {
        let keys = format!("{ONE},{TWO}\n");
        let of = |path: &str| {
            let inventory = read(&Workspace::of(&[(path, &keys)]));
            (inventory.assigned.len(), inventory.keys.len())
        };
        assert_eq!((of("gate/validators/vc-01"), of("validators/vc-01")), ((2, 0), (2, 0)));
        for other in ["validators/active", "validators/batch2", "validators/2026-01-01", "lists/vc-01"] {
            assert_eq!(of(other), (0, 2), "{other}");
        }
    }
}
