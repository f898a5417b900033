//! The roles of a tree, by their names.

use crate::deployment::tree;
use crate::workspace::{FileKind, Workspace};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The folders of roles, by their names.
#[derive(Debug, Default)]
pub(in crate::deployment::reader) struct Roles(BTreeMap<String, Vec<String>>);

impl Roles {
    /// Answers the roles of a tree: what has a list of main tasks, or tasks in a folder of roles.
    pub fn of(workspace: &Workspace) -> Self {
        let mut roles: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in workspace.written() {
            let Some(folder) = file.folder().strip_suffix("tasks") else { continue };
            let folder = folder.trim_end_matches('/');
            let main = ["main.yml", "main.yaml"].contains(&file.name());
            let of_roles = || tree::name(tree::folder(folder)) == "roles" && file.kind == FileKind::Yaml;
            if !main && !of_roles() {
                continue;
            }
            let known = roles.entry(tree::name(folder).to_owned()).or_default();
            // The two files that a folder can have follow one another.
            if known.last().is_none_or(|known| known != folder) {
                known.push(folder.to_owned());
            }
        }
        Self(roles)
    }

    /// Answers the folder of a role, the one nearest to `from` if there are several.
    pub fn find(&self, name: &str, from: &str) -> Option<&str> {
        let bare = name.rsplit(['.', '/']).next().unwrap_or(name);
        let folders = self.0.get(name).or_else(|| self.0.get(bare))?;
        let shared = |folder: &&String| {
            let same = folder.split('/').zip(from.split('/')).take_while(|(one, other)| one == other);
            (same.count(), Reverse(folder.len()))
        };
        folders.iter().max_by_key(shared).map(String::as_str)
    }

    /// Answers the folders of all roles.
    pub fn folders(&self) -> impl Iterator<Item = &String> {
        self.0.values().flatten()
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
