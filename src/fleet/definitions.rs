//! Definitions files: which keystore each entry leads to, and which keystores beside them no entry names.

use super::keys::Loaders;
use super::location::locate;
use super::model::{DefinitionsFile, Link, Listed, Workload, WorkloadId};
use super::paths::inner_path;
use crate::deployment::{Definition, EmbeddedFile};
use crate::ethereum::PublicKey;
use crate::source::{FileId, Span};
use crate::workspace::{SourceFile, Workspace};
use std::collections::BTreeSet;

/// Follows every entry of every definitions file to its keystore.
#[must_use]
pub fn survey(
    definitions: Vec<Definition>,
    workloads: &[Workload],
    loaders: &Loaders,
    workspace: &Workspace,
    embedded: &[EmbeddedFile],
) -> Vec<DefinitionsFile> {
    let mut files: Vec<DefinitionsFile> = Vec::new();
    let mut entries = definitions.into_iter().peekable();
    while let Some(first) = entries.next() {
        let file = first.place.file;
        let inner = inner_path(embedded, first.place);
        let mut of_file = vec![first];
        let same = |next: &Definition| next.place.file == file && inner_path(embedded, next.place) == inner;
        while let Some(next) = entries.next_if(same) {
            of_file.push(next);
        }
        files.push(match inner {
            Some(path) => within(file, path, of_file, loaders),
            None => read(file, of_file, workloads, loaders, workspace),
        });
    }
    files
}

/// Definitions that stand inside another file: what lies beside them in their folder is not known.
fn within(file: FileId, path: &str, entries: Vec<Definition>, loaders: &Loaders) -> DefinitionsFile {
    let entries = entries.into_iter().map(|entry| Listed { link: Link::Unknown, entry }).collect();
    DefinitionsFile { file, entries, unlisted: Vec::new(), owners: loaders.of(path) }
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
    let follow = |entry: Definition| Listed { link: folder.follow(&entry, &owners, workloads), entry };
    let entries: Vec<Listed> = entries.into_iter().map(follow).collect();
    // A keystore that an entry names by its path is known, even if it holds another key than the entry says.
    let named: BTreeSet<Span> = entries.iter().filter_map(|listed| listed.link.keystore()).collect();
    let is_new = |(span, key): &(Span, PublicKey)| !listed.contains(key) && !named.contains(span);
    let unlisted = keystores.into_iter().filter(is_new).collect();
    DefinitionsFile { file, entries, unlisted, owners }
}

fn keystore(file: &SourceFile) -> Option<(Span, PublicKey)> {
    let key = file.keystore()?.key.as_ref()?;
    Some((key.span, key.value))
}

impl Link {
    /// Answers the key's place in the keystore that it leads to.
    fn keystore(&self) -> Option<Span> {
        match self {
            Self::Keystore(key) => key.as_ref().map(|key| key.span),
            Self::Missing | Self::Unknown => None,
        }
    }
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
        let seen = owners.iter().map(|id| locate(&workloads[*id].unit, path).outside);
        let exact = seen.flatten().filter(|place| place.base == "tree").map(|place| place.path).next();
        // Where a unit is known to read the file, its mounts alone say where the path leads: out of the tree, perhaps.
        let guessed = || self.beside(path).filter(|_| owners.is_empty());
        let Some(place) = exact.or_else(guessed) else { return Link::Unknown };
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
