//! Files with passwords of keystores, and the keystores that they open.

use super::entries::Found;
use super::value::{clear, is_placeholder};
use crate::deployment::tree;
use crate::deployment::{KeystorePassword, SecretKind};
use crate::ethereum::PublicKey;
use crate::source::{Span, Text};
use crate::workspace::{FileKind, SourceFile, Workspace};
use std::collections::BTreeMap;

/// Folders whose files are passwords.
const FOLDERS: [&str; 5] = ["passwords", "passphrases", "secrets", "keystore-passwords", "local-passwords"];

/// The keystores of a tree, by what their password's file may be called.
struct Keystores<'w> {
    by_stem: BTreeMap<&'w str, Vec<&'w SourceFile>>,
    by_folder: BTreeMap<&'w str, Vec<&'w SourceFile>>,
    by_key: BTreeMap<PublicKey, Vec<&'w SourceFile>>,
}

/// Finds password files: one that opens a keystore of the tree is noted with it, another as a password.
pub(super) fn find(workspace: &Workspace, pairs: &mut Vec<KeystorePassword>, found: &mut Vec<Found>) {
    let candidates: Vec<(&SourceFile, Span)> =
        workspace.written().filter_map(|file| Some((file, password(file)?))).collect();
    if candidates.is_empty() {
        return;
    }
    let mut keystores = Keystores { by_stem: BTreeMap::new(), by_folder: BTreeMap::new(), by_key: BTreeMap::new() };
    for file in workspace.files() {
        let Some(keystore) = file.keystore() else { continue };
        keystores.by_stem.entry(tree::stem(&file.path)).or_default().push(file);
        keystores.by_folder.entry(file.folder()).or_default().push(file);
        if let Some(key) = &keystore.key {
            keystores.by_key.entry(key.value).or_default().push(file);
        }
    }
    for (file, password) in candidates {
        let opened = keystores.opened_by(file);
        let fixture = tree::is_fixture(&file.path);
        for keystore in &opened {
            let key = keystore.keystore().and_then(|keystore| keystore.key.as_ref());
            let place = key.map_or(Span::new(keystore.id, 0, 0), |key| key.span);
            pairs.push(KeystorePassword { keystore: place, key: key.map(|key| key.value), password, fixture });
        }
        if opened.is_empty() && is_named_so(file) {
            let placeholder = file.text().is_some_and(|text| is_placeholder(text));
            found.push(Found {
                kind: SecretKind::Password,
                span: password,
                name: file.name().to_owned(),
                placeholder,
                known: false,
            });
        }
    }
}

/// Answers the place of the password, if a file is nothing but one.
fn password(file: &SourceFile) -> Option<Span> {
    if matches!(file.kind, FileKind::Encrypted | FileKind::Shell | FileKind::Hcl | FileKind::Nix)
        || file.keystore().is_some()
    {
        return None;
    }
    let folder = tree::name(file.folder());
    let name = tree::name(&file.path);
    let likely = FOLDERS.contains(&folder)
        || is_named_so(file)
        || name.ends_with(".txt")
        || name.ends_with(".pass")
        || !name.contains('.');
    let text = file.text().filter(|text| likely && text.len() <= 300)?;
    let line = text.trim();
    let start = text.len() - text.trim_start().len();
    let span = Span::new(file.id, start as u32, (start + line.len()) as u32);
    // Lists of keys, digests and addresses are no passwords.
    let public = line.len() >= 98 && PublicKey::parse(line).is_ok();
    let plain = !line.contains('\n') && !public && clear(&Text::literal(line, span)).is_some();
    plain.then_some(span)
}

fn is_named_so(file: &SourceFile) -> bool {
    let name = file.name().to_ascii_lowercase();
    let prose = [".md", ".yml", ".yaml", ".json", ".toml", ".sh", ".env", ".j2"].iter().any(|end| name.ends_with(end));
    !prose && (name.contains("password") || name.contains("passphrase") || name == "pass.txt")
}

impl<'w> Keystores<'w> {
    /// Answers the keystores that a password file opens, as far as names tell.
    fn opened_by(&self, file: &SourceFile) -> Vec<&'w SourceFile> {
        let stem = tree::stem(&file.path);
        // Lighthouse, Nimbus and Lodestar: `secrets/0x…`, named after the key.
        if let Some(keystores) =
            PublicKey::parse(file.name()).or_else(|_| PublicKey::parse(stem)).ok().and_then(|key| self.by_key.get(&key))
        {
            return keystores.clone();
        }
        let near = |keystore: &&SourceFile| {
            let folder = file.folder();
            keystore.folder() == folder || tree::folder(keystore.folder()) == tree::folder(folder)
        };
        if let Some(same) = self.by_stem.get(stem) {
            let beside: Vec<&SourceFile> = same.iter().copied().filter(near).collect();
            return if beside.is_empty() && same.len() == 1 { same.clone() } else { beside };
        }
        let all = || self.by_folder.get(file.folder()).cloned().unwrap_or_default();
        if is_named_so(file) { all() } else { Vec::new() }
    }
}
