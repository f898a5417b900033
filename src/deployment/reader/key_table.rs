//! Tables of keys: CSV and the like with a column of public keys, and perhaps one that says on which host each key is.

use super::key;
use super::model::Reading;
use crate::deployment::{Assignment, KeyForm, KeyPlace};
use crate::ethereum::PublicKey;
use crate::source::{Span, Text};
use crate::workspace::{FileKind, SourceFile, Workspace};

/// What the column of hosts is called.
const HOSTS: [&str; 8] = ["host", "hostname", "node", "server", "machine", "owner", "instance", "unit"];

/// Takes the keys of all tables.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    for file in workspace.files().iter().filter(|file| file.kind == FileKind::Text) {
        let Some(text) = file.text().filter(|_| !reading.claimed.contains(&file.id)) else { continue };
        let Some(rows) = rows(file, text) else { continue };
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

/// The cells of a line, each with its first byte.
fn cells(line: &str, separator: char) -> Vec<(usize, &str)> {
    let mut at = 0;
    let cells = line.split(separator).map(|cell| {
        let start = at;
        at += cell.len() + separator.len_utf8();
        let trimmed = cell.trim().trim_matches('"');
        // Both trims keep the cell one slice, so that its place follows from its address.
        (start + (trimmed.as_ptr() as usize - cell.as_ptr() as usize), trimmed)
    });
    cells.collect()
}

/// Answers key and host of every row, if the text is a table that has one column of keys.
fn rows(file: &SourceFile, text: &str) -> Option<Vec<(Text, Option<String>)>> {
    let separator =
        ['\t', ',', ';'].into_iter().find(|sign| text.lines().next().is_some_and(|line| line.contains(*sign)))?;
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            lines.push((start, cells(line.trim_end_matches(['\n', '\r']), separator)));
        }
        start += line.len();
    }
    let is_key = |cell: &str| PublicKey::parse(cell).is_ok();
    let (first, body) = lines.split_first()?;
    let has_header = !first.1.iter().any(|(_, cell)| is_key(cell));
    let body = if has_header { body } else { &lines };
    let column = body.first()?.1.iter().position(|(_, cell)| is_key(cell))?;
    let even = body.iter().all(|(_, row)| row.len() == first.1.len());
    if !even || first.1.len() < 2 || body.iter().any(|(_, row)| row.iter().filter(|(_, cell)| is_key(cell)).count() > 1)
    {
        return None;
    }
    let named = |(_, cell): &(usize, &str)| HOSTS.contains(&cell.to_ascii_lowercase().as_str());
    let host = if has_header { first.1.iter().position(named) } else { None };
    let mut rows = Vec::new();
    for (line, row) in body {
        let (at, cell) = row.get(column)?;
        let from = line + at;
        let span = Span::new(file.id, from as u32, (from + cell.len()) as u32);
        let host =
            host.and_then(|host| row.get(host)).map(|(_, host)| (*host).to_owned()).filter(|host| !host.is_empty());
        rows.push((Text::literal(cell, span), host));
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
}
