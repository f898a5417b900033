//! Environment files: the variables that fill a project's files, and those that a service's process gets.

use crate::deployment::environment::variables;
use crate::deployment::interpolate::Scope;
use crate::deployment::tree;
use crate::workspace::{FileKind, SourceFile, Workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Reads environment files in order into a scope of their own; variables of `outer` may be used in them.
pub(super) fn scope(workspace: &Workspace, paths: &[String], outer: &Scope) -> Scope {
    let mut scope = Scope { documented: outer.documented.clone(), ..Scope::default() };
    for file in paths.iter().filter_map(|path| workspace.find(path)) {
        for variable in variables(file, outer, true) {
            scope.values.insert(variable.name.value, variable.value);
        }
    }
    scope
}

/// The names that sample environment files document, by folder.
#[derive(Debug, Default)]
pub(super) struct Samples {
    folders: BTreeMap<String, Arc<BTreeSet<String>>>,
}

impl Samples {
    /// Reads the sample environment files of a tree: names that are commented out are documented, too. A script that starts
    /// Compose documents what it sets for it.
    pub fn of(workspace: &Workspace) -> Self {
        let mut folders: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for file in workspace.written().filter(|file| is_sample(file)) {
            let Some(text) = file.text() else { continue };
            folders.entry(file.folder()).or_default().extend(text.lines().filter_map(name_of));
        }
        Self { folders: folders.into_iter().map(|(folder, names)| (folder.to_owned(), Arc::new(names))).collect() }
    }

    /// Answers the names documented in a folder or in one above it.
    pub fn names(&self, folder: &str) -> Vec<Arc<BTreeSet<String>>> {
        let mut names = Vec::new();
        let mut at = Some(folder);
        while let Some(folder) = at {
            names.extend(self.folders.get(folder).cloned());
            at = (!folder.is_empty()).then(|| tree::folder(folder));
        }
        names
    }
}

fn is_sample(file: &SourceFile) -> bool {
    let starts_compose = |text: &str| text.contains("docker compose") || text.contains("docker-compose");
    match file.kind {
        FileKind::Shell => file.text().is_some_and(|text| starts_compose(text)),
        FileKind::Dotenv | FileKind::Text => tree::is_sample_environment(&file.path),
        _ => false,
    }
}

/// Answers the name that a line sets: `NAME=…`, `export NAME=…`, `# NAME=…`.
fn name_of(line: &str) -> Option<String> {
    let line = line.trim_start_matches(['#', ' ', '\t']);
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let (name, _) = line.split_once('=')?;
    let name = name.trim_end();
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    plain.then(|| name.to_owned())
}
