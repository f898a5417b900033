//! Definitions files: which keystore each entry leads to, and which keystores beside them no entry names.

use super::keys::Loaders;
use super::location::locate;
use super::model::{DefinitionsFile, Link, Listed, Workload, WorkloadId};
use crate::deployment::Definition;
use crate::ethereum::PublicKey;
use crate::source::{FileId, Span};
use crate::workspace::{SourceFile, Workspace};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Follows every entry of every definitions file to its keystore.
#[must_use]
pub fn survey(
    definitions: Vec<Definition>,
    workloads: &[Workload],
    loaders: &Loaders,
    workspace: &Workspace,
) -> Vec<DefinitionsFile> {
    let mut files: Vec<DefinitionsFile> = Vec::new();
    let mut entries = definitions.into_iter().peekable();
    while let Some(first) = entries.next() {
        let file = first.place.file;
        let mut of_file = vec![first];
        while let Some(next) = entries.next_if(|next| next.place.file == file) {
            of_file.push(next);
        }
        files.push(read(file, of_file, workloads, loaders, workspace));
    }
    files
}

fn read(
    file: FileId,
    entries: Vec<Definition>,
    workloads: &[Workload],
    loaders: &Loaders,
    workspace: &Workspace,
) -> DefinitionsFile {
    let source = workspace.file(file);
    let owners = loaders.of(&source.path);
    let keystores: Vec<(Span, PublicKey)> = workspace.under(source.folder()).iter().filter_map(keystore).collect();
    let folder = Folder { path: source.folder(), holds_keys: !keystores.is_empty(), workspace };
    let listed: BTreeSet<PublicKey> = entries.iter().filter_map(|entry| Some(entry.key.as_ref()?.value)).collect();
    let unlisted = keystores.into_iter().filter(|(_, key)| !listed.contains(key)).collect();
    let entries = entries.into_iter().map(|entry| Listed { link: folder.follow(&entry, &owners, workloads), entry });
    DefinitionsFile { file, entries: entries.collect(), unlisted, owners: Arc::clone(&owners) }
}

fn keystore(file: &SourceFile) -> Option<(Span, PublicKey)> {
    let key = file.keystore()?.key.as_ref()?;
    Some((key.span, key.value))
}

/// The folder that a definitions file lies in.
struct Folder<'w> {
    path: &'w str,
    holds_keys: bool,
    workspace: &'w Workspace,
}

impl Folder<'_> {
    fn follow(&self, entry: &Definition, owners: &[WorkloadId], workloads: &[Workload]) -> Link {
        // Keystores are often left out of a repository on purpose: without any of them nothing can be missed.
        let Some(path) = entry.keystore.as_ref().and_then(|path| path.known()).filter(|_| self.holds_keys) else {
            return Link::Unknown;
        };
        let seen = owners.iter().filter_map(|id| locate(&workloads[*id].unit, path).outside);
        let exact = seen.filter(|place| place.base == "tree").map(|place| place.path).next();
        let Some(place) = exact.or_else(|| self.beside(path)) else { return Link::Unknown };
        match self.workspace.find(&place).and_then(SourceFile::keystore) {
            Some(found) => Link::Keystore(found.key.clone()),
            None => Link::Missing,
        }
    }

    /// Lighthouse keeps each keystore in a folder of its own beside the definitions: two names of the path are enough.
    fn beside(&self, path: &str) -> Option<String> {
        let mut names = path.rsplit('/');
        let (file, folder) = (names.next()?, names.next()?);
        names.next().map(|_| [self.path, folder, file].join("/").trim_start_matches('/').to_owned())
    }
}
