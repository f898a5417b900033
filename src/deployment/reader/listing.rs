//! Keystores that only their paths show: listings of folders and archives, and files of a key's own folder that are sealed.

use super::key;
use super::model::Reading;
use crate::deployment::{KeyForm, KeyPlace};
use crate::ethereum::PublicKey;
use crate::source::{Span, Text};
use crate::workspace::{FileKind, SourceFile, Workspace};

/// Takes the keys that paths name.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    for file in workspace.written() {
        match file.kind {
            FileKind::Encrypted | FileKind::Binary => reading.inventory.keys.extend(sealed(file)),
            FileKind::Text | FileKind::Yaml if is_listing(file) && !reading.claimed.contains(&file.id) => {
                let Some(text) = file.text() else { continue };
                let found = listed(file, text);
                if !found.is_empty() {
                    reading.claimed.insert(file.id);
                }
                for text in found {
                    key::note(&text, KeyForm::Listing, true, reading);
                }
            }
            _ => {}
        }
    }
}

/// What `unzip -l` prints begins like YAML; a file that is called YAML is no listing.
fn is_listing(file: &SourceFile) -> bool {
    file.kind == FileKind::Text || ![".yml", ".yaml"].iter().any(|ending| file.name().ends_with(ending))
}

/// `validators/0x…/voting-keystore.json`, encrypted: the folder names the key.
fn sealed(file: &SourceFile) -> Option<KeyPlace> {
    let mut parts = file.path.rsplit('/');
    let name = parts.next().filter(|name| name.contains("keystore"))?;
    let key = parts.next().and_then(named)?;
    (!name.ends_with(".lock")).then(|| KeyPlace {
        key,
        span: Span::new(file.id, 0, 0),
        form: KeyForm::Listing,
        enabled: true,
    })
}

fn named(part: &str) -> Option<PublicKey> {
    PublicKey::parse(part).ok().filter(|key| part.starts_with("0x") && key.check_flags().is_ok())
}

/// The keys in the paths of a listing (`ls`, `find`, `tar -t`, `unzip -l`): lines that name a keystore in the folder of its key.
fn listed(file: &SourceFile, text: &str) -> Vec<Text> {
    let mut found = Vec::new();
    for line in text.lines() {
        let Some(path) = line.split_whitespace().find(|word| word.contains("/0x") || word.starts_with("0x")) else {
            continue;
        };
        let Some((folders, name)) = path.rsplit_once('/') else { continue };
        let part = folders.rsplit('/').next().unwrap_or_default();
        if !name.contains("keystore") || name.ends_with(".lock") || named(part).is_none() {
            continue;
        }
        found.push(Text::literal(part, Span::of_part(file.id, text, part)));
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::facts;
    use insta::assert_snapshot;

    const ONE: &str =
        "0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846";

    #[test]
    fn what_unzip_prints_is_a_listing() {
        let zip = format!(
            "Archive:  keys.zip\n  Length      Date    Time    Name\n---------  ---------- -----   ----\n      712  2026-01-01 00:00   validators/{ONE}/voting-keystore.json\n"
        );
        assert!(
            facts(&[("backup/keys.zip.txt", &zip)]).starts_with("Listing 0x93504970"),
            "{}",
            facts(&[("backup/keys.zip.txt", &zip)])
        );
    }

    #[test]
    fn paths_name_keys_where_the_keystore_is_not_to_be_read() {
        let tar = format!(
            "drwx------ root/root 0 2026-01-01 00:00 validators/{ONE}/\n-rw------- root/root 740 2026-01-01 00:00 validators/{ONE}/voting-keystore.json\n-rw------- root/root 0 validators/{ONE}/voting-keystore.json.lock\n"
        );
        let sealed = format!("validators/{ONE}/voting-keystore.json");
        let texts =
            [("backup/validators.tar.txt", tar.as_str()), (sealed.as_str(), "$ANSIBLE_VAULT;1.1;AES256\n6162\n")];
        assert_snapshot!(facts(&texts), @r"
        Listing 0x93504970…bce846 backup/validators.tar.txt `935049707ee2…`
        Listing 0x93504970…bce846 validators/0x935049707ee29ed91ff232a7f2d97ec9b931b0d483849dae9a8162b522e1e7cf81731510cfca36015023875b6abce846/voting-keystore.json ``
        ");
    }
}
