//! Scripts, unit files and Makefiles of the tree that start compose files from another folder than their own: relative paths in these
//! begin there.

use crate::deployment::tree;
use crate::source::FileId;
use crate::workspace::{FileKind, SourceFile, Workspace};
use std::collections::BTreeMap;

/// Plain texts that hold commands.
const MAKEFILES: [&str; 5] = ["Makefile", "makefile", "GNUmakefile", "justfile", "Justfile"];

/// No project names more paths that are looked for.
const MOST_PATHS: usize = 200;

/// What a command line starts, with paths as it has them.
#[derive(Debug, Default, PartialEq, Eq)]
struct Start<'t> {
    files: Vec<&'t str>,
    folder: Option<&'t str>,
}

/// Answers the folder that relative paths of a compose file start at, where commands of the tree say so with one voice.
pub(super) fn folders(workspace: &Workspace) -> BTreeMap<FileId, String> {
    let mut folders: BTreeMap<FileId, Option<String>> = BTreeMap::new();
    for file in workspace.chosen(holds_commands) {
        let Some(text) = file.text().filter(|text| text.contains("compose")) else { continue };
        let text = text.replace("\\\n", " ");
        let commands = text.lines().flat_map(|line| line.split([';', '&', '|']));
        for start in commands.filter_map(start) {
            for (file, base) in start.bases(workspace, file.folder()) {
                let known = folders.entry(file).or_insert_with(|| Some(base.clone()));
                if known.as_ref().is_some_and(|known| *known != base) {
                    *known = None;
                }
            }
        }
    }
    folders.into_iter().filter_map(|(file, base)| Some((file, base?))).collect()
}

/// Answers the folder above that the relative paths of compose files start at, where they show it: what they name is there, and nothing
/// of it lies beside them.
pub(super) fn by_paths<'w>(workspace: &Workspace, files: impl Iterator<Item = &'w SourceFile>) -> Option<String> {
    let files: Vec<&SourceFile> = files.collect();
    let own = files.first()?.folder();
    let named: Vec<&str> = files.iter().flat_map(|file| sources(file)).take(MOST_PATHS).collect();
    let there = |folder: &str, path: &&&str| {
        relative(folder, path).is_some_and(|path| workspace.find(&path).is_some() || workspace.has_folder(&path))
    };
    if own.is_empty() || named.is_empty() || named.iter().any(|path| there(own, &path)) {
        return None;
    }
    let above = std::iter::successors(Some(own), |folder| (!folder.is_empty()).then(|| tree::folder(folder))).skip(1);
    let is_file =
        |folder: &str, path: &&str| relative(folder, path).is_some_and(|path| workspace.find(&path).is_some());
    above.take(8).find(|folder| named.iter().any(|path| is_file(folder, path))).map(str::to_owned)
}

/// Answers the relative paths of files and folders that the services of a compose file mount.
fn sources(file: &SourceFile) -> impl Iterator<Item = &str> {
    let services = file.document().and_then(|document| document.root()?.get("services"));
    let volumes = services.into_iter().flat_map(|all| all.entries()).filter_map(|entry| entry.value.get("volumes"));
    let sources = volumes.flat_map(|volumes| volumes.items()).filter_map(|volume| {
        let text = volume.str().or_else(|| volume.get("source")?.str())?;
        text.starts_with("./").then(|| text.split(':').next().unwrap_or(text)).filter(|path| path.len() > 2)
    });
    sources.filter(|path| !path.contains(['$', '{']))
}

fn holds_commands(file: &SourceFile) -> bool {
    matches!(file.kind, FileKind::Shell | FileKind::Ini)
        || file.kind == FileKind::Text && MAKEFILES.contains(&file.name())
}

/// Reads a command that starts compose files which it names; nothing where a variable decides.
fn start(command: &str) -> Option<Start<'_>> {
    let mut words = command.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
    let program =
        |word: &str| tree::name(word.trim_start_matches(['@', '-']).rsplit('=').next().unwrap_or(word)).to_owned();
    loop {
        match program(words.next()?).as_str() {
            "docker-compose" => break,
            "docker" if words.clone().next() == Some("compose") => break,
            _ => {}
        }
    }
    let mut start = Start::default();
    while let Some(word) = words.next() {
        let (name, value) = word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value)));
        match name {
            "-f" | "--file" => start.files.push(value.or_else(|| words.next())?),
            "--project-directory" => start.folder = Some(value.or_else(|| words.next())?),
            _ => {}
        }
    }
    let is_open = start.files.iter().chain(&start.folder).any(|path| path.contains(['$', '{', '%', '`']));
    (!is_open && !start.files.is_empty()).then_some(start)
}

impl Start<'_> {
    /// Answers the files with the folder that their relative paths start at. The command is run where its own file lies, or at the root.
    fn bases(&self, workspace: &Workspace, folder: &str) -> Vec<(FileId, String)> {
        let found = [folder, ""].into_iter().find_map(|from| {
            let paths: Vec<String> = self.files.iter().map(|path| relative(from, path)).collect::<Option<_>>()?;
            let files: Vec<FileId> = paths.iter().map(|path| Some(workspace.find(path)?.id)).collect::<Option<_>>()?;
            let base = match self.folder {
                Some(folder) => relative(from, folder)?,
                None => tree::folder(paths.first()?).to_owned(),
            };
            Some(files.into_iter().map(|file| (file, base.clone())).collect())
        });
        found.unwrap_or_default()
    }
}

fn relative(folder: &str, path: &str) -> Option<String> {
    if path.starts_with(['/', '~']) { None } else { tree::join(folder, path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_are_there_from_a_folder_above_start_there() {
        let compose = "services: { vc: { image: x, volumes: ['./data:/data', './run/vc.sh:/vc.sh:ro'] } }\n";
        let base = |more: &[(&str, &str)]| {
            let own = [("stack/vc/compose.yml", compose), ("stack/run/vc.sh", "true\n")];
            let tree = Workspace::of(&own.iter().chain(more).copied().collect::<Vec<_>>());
            by_paths(&tree, tree.find("stack/vc/compose.yml").into_iter())
        };
        assert_eq!(base(&[]).as_deref(), Some("stack"));
        assert_eq!(base(&[("stack/vc/data/keep", "")]), None);
    }

    #[test]
    fn commands_say_where_relative_paths_start() {
        let compose = "services: { vc: { image: x } }\n";
        let tree = Workspace::of(&[
            ("Makefile", "up:\n\t@docker compose --project-directory . -f docker/a.yml up -d\n"),
            ("run/start.sh", "set -e\ncd x && docker-compose \\\n  -f ../docker/b.yml --file=../other/c.yml up\n"),
            ("other.service", "[Service]\nExecStart=/usr/bin/docker compose -f docker/d.yml up\n"),
            ("open.sh", "docker compose --project-directory $HOME -f docker/e.yml up\n"),
            ("one.sh", "docker compose -f docker/f.yml --project-directory . up\n"),
            ("two.sh", "docker compose -f docker/f.yml up\n"),
            ("docker/a.yml", compose),
            ("docker/b.yml", compose),
            ("other/c.yml", compose),
            ("docker/d.yml", compose),
            ("docker/e.yml", compose),
            ("docker/f.yml", compose),
        ]);
        let folders = folders(&tree);
        let said: Vec<(&str, &str)> =
            folders.iter().map(|(file, base)| (&*tree.file(*file).path, base.as_str())).collect();
        let expected =
            [("docker/a.yml", ""), ("docker/b.yml", "docker"), ("docker/d.yml", "docker"), ("other/c.yml", "docker")];
        assert_eq!(said, expected);
    }
}
