//! Finds the inventories of a tree.

use super::model::Inventory;
use super::{ini, settle, yaml};
use crate::deployment::tree;
use crate::workspace::{FileKind, SourceFile, Workspace};

/// Names that every inventory has, and that so tell none from another.
const GENERIC: [&str; 6] = ["hosts", "host", "inventory", "inventories", "ansible", "main"];

/// Finds all inventories, in order of their paths.
pub(in crate::deployment::reader::ansible) fn find(workspace: &Workspace) -> Vec<Inventory> {
    // Files of one folder follow one another: what lies beside them is looked for once.
    let mut last: Option<(&str, bool)> = None;
    let mut beside = |folder| match last {
        Some((known, holds)) if known == folder => holds,
        _ => last.insert((folder, holds_variables(folder, workspace))).1,
    };
    let mut found: Vec<Inventory> =
        workspace.written().filter(|file| is_near(file, &mut beside)).filter_map(read).collect();
    found.iter_mut().for_each(settle::settle);
    let names: Vec<String> = found.iter().map(|inventory| environment(&inventory.path)).collect();
    if found.len() > 1 {
        for (inventory, name) in found.iter_mut().zip(&names) {
            let same = names.iter().filter(|known| *known == name).count() > 1;
            inventory.environment = if same { tree::folder(&inventory.path).to_owned() } else { name.clone() };
        }
    }
    found
}

/// Tells by name and neighbours whether a file may be an inventory.
fn is_near<'w>(file: &'w SourceFile, beside: &mut impl FnMut(&'w str) -> bool) -> bool {
    let name = file.name();
    let stem = name.split('.').next().unwrap_or(name);
    let folder = file.folder();
    let kinds = [FileKind::Ini, FileKind::Yaml, FileKind::Text, FileKind::Toml];
    let by_name = || {
        ["hosts", "inventory"].iter().any(|word| {
            let before = || stem.strip_prefix(word).is_some_and(|rest| rest.starts_with('_'));
            stem == *word || before() || stem.strip_suffix(word).is_some_and(|rest| rest.ends_with('-'))
        })
    };
    let by_folder = || folder.split('/').any(|part| part == "inventory" || part == "inventories");
    let variables =
        || folder.split('/').any(|part| ["group_vars", "host_vars", "roles", "files", "templates"].contains(&part));
    kinds.contains(&file.kind)
        && !name.ends_with(".cfg")
        && !variables()
        && (by_name() || by_folder() || beside(folder))
}

/// Tells whether a folder holds the variables of groups or hosts.
fn holds_variables(folder: &str, workspace: &Workspace) -> bool {
    let holds = |kind: &str| tree::join(folder, kind).is_some_and(|path| workspace.has_folder(&path));
    holds("group_vars") || holds("host_vars")
}

fn read(file: &SourceFile) -> Option<Inventory> {
    match file.document().and_then(|document| document.root()) {
        Some(root) if file.kind == FileKind::Yaml => yaml::read(file.id, &file.path, root),
        _ => ini::read(file.id, &file.path, file.text()?),
    }
}

/// What an inventory's path calls its environment.
fn environment(path: &str) -> String {
    let stem = tree::name(path).split('.').next().unwrap_or_default();
    let parts = path.split('/').rev().skip(1);
    let named = std::iter::once(stem).chain(parts).find(|part| !part.is_empty() && !GENERIC.contains(part));
    named.unwrap_or_default().to_owned()
}
