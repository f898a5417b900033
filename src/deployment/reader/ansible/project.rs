//! Projects of Compose on a host: the files that tasks bring to their folders, and which of them are started.

use super::brought::Brought;
use super::datum::Datum;
use super::deed::{Deed, What};
use super::module::{Shape, container};
use super::written::{take_environment, variables_of};
use crate::deployment::interpolate::{Scope, interpolate};
use crate::deployment::{MountSource, Unit, below, normalise, tree};
use crate::document::{Kind, Syntax, parse_rendered};
use crate::source::{FileId, Span, Text};
use crate::workspace::Workspace;

/// What Compose looks for in a folder where nobody names a file.
const USUAL: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/// Tells whether a path is one of a compose file.
pub(super) fn is_compose(path: &str) -> bool {
    let name = tree::name(path);
    (name.contains("compose") || name.contains("stack")) && (name.ends_with(".yml") || name.ends_with(".yaml"))
}

/// Tells whether a file of YAML is written to the folder of a project whose files are found while it runs.
pub(super) fn is_found(target: &Text, deeds: &[Deed]) -> bool {
    let Some(target) = target.known().and_then(normalise) else { return false };
    let is_yaml = target.ends_with(".yml") || target.ends_with(".yaml");
    let here = |folder: &Text| folder.known().and_then(normalise).is_some_and(|folder| folder == tree::folder(&target));
    is_yaml
        && deeds
            .iter()
            .any(|deed| matches!(&deed.what, What::Project { folder, open: true, stopped: false, .. } if here(folder)))
}

/// Tells whether every task that starts the project of a folder names its files, and this is none of them.
pub(super) fn is_left_out(target: &Text, deeds: &[Deed]) -> bool {
    let Some(target) = target.known().and_then(normalise) else { return false };
    let mut lists = deeds.iter().filter_map(|deed| match &deed.what {
        What::Project { folder, files, stopped: false, .. } => {
            let folder = folder.known().and_then(normalise)?;
            (folder == tree::folder(&target)).then_some(files)
        }
        _ => None,
    });
    let name = tree::name(&target);
    let leaves = |files: &Vec<String>| !files.is_empty() && files.iter().all(|file| tree::name(file) != name);
    lists.next().is_some_and(leaves) && lists.all(leaves)
}

/// Answers the services of the files of a project that no task writes one by one: they lie in a folder that is copied as a
/// whole, or are called as compose files usually are not. Files that are copied with them and not started are answered, too.
pub(super) fn of_folder(
    folder: &Text,
    files: &[String],
    brought: &[Brought<'_>],
    workspace: &Workspace,
) -> (Vec<Unit>, Vec<FileId>) {
    let Some(folder) = folder.known().and_then(normalise) else { return (Vec::new(), Vec::new()) };
    let usual = || USUAL.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let names = if files.is_empty() { usual() } else { files.to_vec() };
    let mut units = Vec::new();
    for path in names.iter().filter_map(|name| normalise(&in_folder(&folder, name))) {
        let written = brought.iter().rev().find(|file| file.target == path && file.content.is_some());
        let content = match written {
            Some(_) if is_compose(&path) => continue,
            Some(file) => file.content.cloned(),
            None => copied(&path, brought, workspace),
        };
        if let Some(content) = content {
            let place = content.span();
            units.extend(services(&content, &Text::inexact(&path, place), brought, workspace));
        }
    }
    let unused = USUAL.iter().filter(|name| !names.iter().any(|named| tree::name(named) == **name));
    let unused = unused.filter_map(|name| Some(copied(&in_folder(&folder, name), brought, workspace)?.file()));
    (units, if files.is_empty() { Vec::new() } else { unused.collect() })
}

fn in_folder(folder: &str, name: &str) -> String {
    if name.starts_with('/') { name.to_owned() } else { format!("{}/{name}", folder.trim_end_matches('/')) }
}

/// The text of a file that lies in a folder which was copied as a whole.
fn copied(path: &str, brought: &[Brought<'_>], workspace: &Workspace) -> Option<Text> {
    let mut sources = brought.iter().rev().filter(|file| file.content.is_none()).filter_map(|file| {
        let rest = below(&file.target, path).filter(|rest| !rest.is_empty())?;
        workspace.find(&tree::join(file.source, rest)?)
    });
    let file = sources.next()?;
    let text = file.text()?;
    Some(Text::literal(text, Span::new(file.id, 0, text.len() as u32)))
}

/// The services of a compose file on the host, with the variables that lie beside it.
pub(super) fn services(content: &Text, target: &Text, brought: &[Brought<'_>], workspace: &Workspace) -> Vec<Unit> {
    let base = target.known().and_then(normalise);
    let base = base.as_deref().map(tree::folder);
    let scope = base.map(|base| surroundings(base, brought, workspace)).unwrap_or_default();
    let document = parse_rendered(&interpolate(content, &scope, &mut Vec::new()), Syntax::Yaml);
    let Some(services) = document.root().and_then(|root| root.get("services")).filter(|node| node.kind() == Kind::Map)
    else {
        return Vec::new();
    };
    let mut units = Vec::new();
    for entry in services.entries() {
        let mut budget = 50_000;
        let fields = Datum::of(entry.value, &mut budget);
        let Some(name) = entry.key.text() else { continue };
        let Some(mut unit) = container(&fields, &name, entry.span(), &Shape::COMPOSE) else { continue };
        for mount in &mut unit.mounts {
            // Beside the file, on the host.
            if let MountSource::Tree(path) = &mount.source {
                mount.source = match base.and_then(|base| normalise(&format!("{base}/{path}"))) {
                    Some(path) => MountSource::Host(path),
                    None => MountSource::Unknown(path.clone()),
                };
            }
        }
        for file in fields.get("env_file").map_or(&[] as &[Datum], Datum::several).iter().rev() {
            if let Some((base, named)) = base.zip(file.known()) {
                let path = Text::inexact(&in_folder(base, named), file.place);
                take_environment(&mut unit, &path, brought);
            }
        }
        units.push(unit);
    }
    units
}

/// The variables of the project's own `.env`. A value that could be more than a word to the reader of the file is not taken.
fn surroundings(folder: &str, brought: &[Brought<'_>], workspace: &Workspace) -> Scope {
    let mut scope = Scope::default();
    let path = in_folder(folder, ".env");
    let copied = copied(&path, brought, workspace);
    let document = variables_of(&path, brought).or_else(|| Some(parse_rendered(&copied?, Syntax::Dotenv)));
    let plain = |text: &str| text.chars().all(|sign| sign.is_ascii_alphanumeric() || "._-/:@=+".contains(sign));
    for entry in document.iter().filter_map(|document| document.root()).flat_map(|root| root.entries()) {
        let value =
            entry.value.text().filter(|text| text.known().is_some_and(|text| plain(text) && !text.ends_with(':')));
        scope.values.extend(value.map(|value| (entry.name().to_owned(), value)));
    }
    scope
}
