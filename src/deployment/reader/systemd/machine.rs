//! The machine that units run on: its name, and the files of the tree that are known to lie on it.

use crate::deployment::reader::settings_file;
use crate::deployment::{Command, Held, Mount, MountSource, SettingsFile, below, normalise, tree};
use crate::source::{Span, Text};
use crate::workspace::{SourceFile, Workspace};

/// Folders of the tree that only say what kind of file lies in them.
const KINDS: [&str; 12] = [
    "files",
    "image",
    "init",
    "init.d",
    "scripts",
    "service",
    "services",
    "system",
    "systemd",
    "systemd-services",
    "systemd-units",
    "units",
];
/// Where unit files lie on a machine, and so in a tree that mirrors one.
const PLACES: [&str; 7] = [
    "etc/systemd/system",
    "usr/local/lib/systemd/system",
    "usr/lib/systemd/system",
    "lib/systemd/system",
    "etc/systemd/user",
    "usr/lib/systemd/user",
    ".config/systemd/user",
];
/// Folders of a machine that a tree can mirror.
const MIRRORED: [&str; 8] = ["etc", "home", "lib", "opt", "root", "srv", "usr", "var"];
/// Folders beside a unit's own in which the files that it names are kept until they are copied to the machine.
const BESIDE: [&str; 9] = ["", "bin", "conf", "config", "configs", "env", "environment", "files", "scripts"];
/// Endings of settings files of clients.
const SETTINGS: [&str; 4] = [".toml", ".yaml", ".yml", ".json"];
/// Folders under which every folder is a machine.
const HOSTS: [&str; 5] = ["hosts", "host_vars", "machines", "nodes", "servers"];

/// A machine, as seen from a file of the tree that is meant for it.
#[derive(Debug, Clone)]
pub(in crate::deployment) struct Machine<'a> {
    pub workspace: &'a Workspace,
    /// Its name, as far as the tree tells.
    pub host: String,
    /// The folder of the tree that is about this machine.
    pub project: String,
    /// The folder of the file that names the unit.
    pub folder: String,
    /// Files that something copies to it, or a part of the tree that mirrors it.
    pub files: Vec<Mount>,
    /// Files that something writes on it (a script, cloud-init): their paths, and what stands in them.
    pub written: Vec<(String, Text)>,
}

impl<'a> Machine<'a> {
    /// Answers the machine that a file of the tree is meant for; `name` is the name of the unit without its ending.
    pub fn of(workspace: &'a Workspace, path: &str, name: &str) -> Self {
        let folder = tree::folder(path).to_owned();
        let mirror = PLACES.iter().find_map(|place| mirrored(&folder, place));
        let project = mirror.clone().unwrap_or_else(|| project(&folder, name));
        let host = tree::host(&project);
        let mut machine = Self { workspace, host, project, folder, files: Vec::new(), written: Vec::new() };
        if let Some(root) = mirror {
            machine.mirror(&root);
        }
        machine
    }

    /// Takes the folders of a part of the tree for those of the machine.
    fn mirror(&mut self, root: &str) {
        for folder in MIRRORED {
            let source = if root.is_empty() { folder.to_owned() } else { format!("{root}/{folder}") };
            if let Some(file) = self.workspace.under(&source).first() {
                let place = Span::new(file.id, 0, 0);
                let target = Text::literal(&format!("/{folder}"), place);
                self.files.push(Mount::new(MountSource::Tree(source), target, place));
            }
        }
    }

    /// Notes a file that something writes; what is added to it comes behind what it held. `origin` is the path of the file of
    /// the tree in which it stands. Answers the settings file that a client may find in it.
    pub fn write(&mut self, path: &str, content: &Text, appends: bool, origin: &str) -> Option<SettingsFile> {
        match self.written.iter_mut().find(|(known, _)| known == path) {
            Some((_, known)) if appends => known.append(content),
            Some((_, known)) => *known = content.clone(),
            None => self.written.push((path.to_owned(), content.clone())),
        }
        let settings = SETTINGS.iter().any(|ending| path.ends_with(ending)) && path.starts_with('/');
        let inner = format!("{origin}//{}", tree::name(path));
        let file = settings.then(|| settings_file::embedded(content, &inner)).flatten()?;
        let target = Text::literal(path, content.span());
        self.files.push(Mount::new(MountSource::Tree(inner), target, content.span()));
        Some(file)
    }

    /// Answers what something writes at a path.
    pub fn text(&self, path: &str) -> Option<&Text> {
        self.written.iter().rev().find(|(known, _)| known == path).map(|(_, text)| text)
    }

    /// Puts a script that something writes on the machine in the place of its path.
    pub fn take_in(&self, command: &mut Command) {
        let is_shell = |word: &Text| word.known().is_some_and(|name| matches!(tree::name(name), "sh" | "bash"));
        let at = usize::from(command.words.first().is_some_and(is_shell));
        let Some(word) = command.words.get(at) else { return };
        let Some(script) = word.known().and_then(|path| self.text(path)) else { return };
        let (place, arguments) = (word.clone(), command.words.split_off(at + 1));
        let literal = |text: &str| Text::literal(text, place.span());
        command.words = vec![literal("sh"), literal("-c"), script.clone(), place.clone()];
        command.words.extend(arguments);
        command.wrappers.push(place);
    }

    /// Answers the file of the tree that lies at a path of the machine, or is kept for it beside the unit.
    pub fn find(&self, path: &str) -> Option<&'a SourceFile> {
        self.brought(path).or_else(|| self.workspace.find(&self.beside(path)?))
    }

    /// A file that is brought to this path.
    fn brought(&self, path: &str) -> Option<&'a SourceFile> {
        let path = normalise(path)?;
        let inside = |mount: &&Mount| mount.target.known().is_some_and(|target| below(target, &path).is_some());
        let mount = self.files.iter().filter(inside).max_by_key(|mount| mount.target.value().len())?;
        let MountSource::Tree(source) = &mount.source else { return None };
        self.workspace.find(&tree::join(source, below(mount.target.value(), &path)?)?)
    }

    /// Answers the path of the file of the same name that is kept beside the unit.
    pub fn beside(&self, path: &str) -> Option<String> {
        let name = Some(tree::name(path)).filter(|name| path.starts_with('/') && !name.is_empty())?;
        let folders = [self.folder.as_str(), tree::folder(&self.folder), &self.project];
        let candidates = folders.iter().flat_map(|folder| BESIDE.iter().map(move |part| [*folder, part, name]));
        let paths =
            candidates.map(|parts| parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/"));
        paths.into_iter().find(|path| self.workspace.find(path).is_some())
    }

    /// Tells whether something is brought to a path by [`Machine::files`].
    pub fn is_brought(&self, path: &str) -> bool {
        self.brought(path).is_some()
    }
}

/// The part of a folder before the place where a machine keeps its units.
fn mirrored(folder: &str, place: &str) -> Option<String> {
    let rest = folder.strip_suffix(place)?;
    (rest.is_empty() || rest.ends_with('/')).then(|| rest.trim_end_matches('/').to_owned())
}

/// Leaves away folders that only say what kind of file lies in them, and one that is named after the unit.
fn project(folder: &str, name: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let is_host = |parts: &[&str]| parts.len() > 1 && HOSTS.contains(&parts[parts.len() - 2]);
    while parts.last().is_some_and(|last| KINDS.contains(last)) && !is_host(&parts) {
        parts.pop();
    }
    let named_after = |last: &&str| {
        name.strip_prefix(*last).is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric()))
    };
    if parts.last().is_some_and(named_after) && !is_host(&parts) {
        parts.pop();
    }
    parts.join("/")
}

/// Tells who holds a path of a machine's unit: for whoever reads a file there.
pub(super) fn is_held_by_host(unit: &crate::deployment::Unit, path: &str) -> bool {
    let held = normalise(path).map(|path| unit.held(&path));
    matches!(held, Some(Held::By(at, _)) if matches!(unit.mounts.get(at).map(|mount| &mount.source), Some(MountSource::Host(_))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_name_the_machine() {
        for (folder, name, expected) in [
            ("hosts/a/systemd", "validator", "hosts/a"),
            ("lighthouse/systemd", "lighthouse-validator", ""),
            ("systemd-services", "geth", ""),
            ("prod/eu/geth", "geth", "prod/eu"),
            ("hosts/geth", "geth", "hosts/geth"),
            ("nodes/services", "x", "nodes/services"),
        ] {
            assert_eq!(project(folder, name), expected, "{folder}");
        }
        assert_eq!(mirrored("hosts/a/etc/systemd/system", PLACES[0]).as_deref(), Some("hosts/a"));
        assert_eq!(mirrored("etc/systemd/system", PLACES[0]).as_deref(), Some(""));
    }
}
