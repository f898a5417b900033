//! Where a playbook goes on: lists of tasks, roles, and playbooks that it imports.

use super::page::Page;
use crate::deployment::reader::ansible::Roles;
use crate::deployment::tree;
use crate::document::{Kind, Node};
use crate::workspace::{SourceFile, Workspace};

/// Everything that a playbook may go on in.
pub(super) struct Book<'w> {
    pub workspace: &'w Workspace,
    pub roles: Roles,
    pub page: &'w Page,
}

/// Where tasks stand.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The folder of their file.
    pub folder: String,
    /// The folder of the role that they are of.
    pub role: Option<String>,
    /// The folder of the playbook.
    pub playbook: String,
}

impl Place {
    /// Answers the place of what stands in a file.
    pub fn of(file: &SourceFile) -> Self {
        let folder = file.folder().to_owned();
        let role =
            folder.split_once("roles/").and_then(|_| folder.rsplit_once("/tasks").map(|(role, _)| role.to_owned()));
        Self { playbook: folder.clone(), folder, role }
    }
}

impl<'w> Book<'w> {
    /// Answers the playbook that takes the place of a play.
    pub fn imported(&self, play: Node<'_>, place: &Place) -> Option<&'w SourceFile> {
        let names = ["import_playbook", "ansible.builtin.import_playbook"];
        let path = names.iter().find_map(|name| play.get(name)?.str())?;
        self.workspace.find(&tree::join(&place.folder, path)?)
    }

    /// Answers the list of tasks that a path names: beside the file that names it, in the role, or beside the playbook.
    pub fn tasks(&self, path: &str, place: &Place) -> Option<&'w SourceFile> {
        let path = path.split_whitespace().collect::<String>();
        let known = [("{{role_path}}/", place.role.as_deref()), ("{{playbook_dir}}/", Some(&place.playbook))];
        for (variable, folder) in known {
            if let Some(rest) = path.strip_prefix(variable) {
                return self.workspace.find(&tree::join(folder?, rest)?);
            }
        }
        let in_role = place.role.as_ref().and_then(|role| tree::join(role, "tasks"));
        let folders = [Some(place.folder.clone()), in_role, Some(place.playbook.clone())];
        let paths = folders.iter().flatten().filter_map(|folder| tree::join(folder, &path));
        paths.filter(|path| !path.is_empty()).find_map(|path| self.workspace.find(&path))
    }

    /// Answers the folder of a role.
    pub fn role(&self, name: &str, place: &Place) -> Option<&str> {
        self.roles.find(name, place.role.as_deref().unwrap_or(&place.playbook))
    }

    /// Answers a file of a role.
    pub fn part(&self, role: &str, kind: &str, name: &str) -> Option<&'w SourceFile> {
        let stem = name.trim_end_matches(".yml").trim_end_matches(".yaml");
        let path = |ending: &&str| tree::join(role, &format!("{kind}/{stem}.{ending}"));
        ["yml", "yaml"].iter().filter_map(path).find_map(|path| self.workspace.find(&path))
    }
}

/// Answers an argument of a module, in a map or in one line (`name=a tasks_from=b`).
pub(super) fn argument<'d>(value: Node<'d>, name: &str) -> Option<&'d str> {
    let in_line = || value.str()?.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    value.get(name).and_then(Node::str).or_else(in_line)
}

/// Answers one name, or those of a list; of handlers without the name of their role.
pub(super) fn names(value: Node<'_>) -> Vec<String> {
    let bare = |name: &str| name.rsplit(" : ").next().unwrap_or(name).trim().to_owned();
    match value.kind() {
        Kind::Sequence => value.items().filter_map(Node::str).map(bare).collect(),
        _ => value.str().into_iter().map(bare).collect(),
    }
}
