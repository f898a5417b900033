//! Finds the projects of a tree: which compose files belong together, and which are one choice of several.

use super::environment::{self, Samples};
use super::stack::{self, Source};
use super::start;
use super::variant::{self, Variants};
use crate::deployment::interpolate::{Scope, interpolate};
use crate::deployment::tree;
use crate::document::{Kind, Node};
use crate::source::FileId;
use crate::workspace::{SourceFile, Workspace};
use std::collections::{BTreeMap, BTreeSet};

/// The files that Compose takes by itself: the first of these that is there.
const DEFAULTS: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
/// The files that Compose lays over one of the above by itself.
const OVERRIDES: [&str; 4] =
    ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

/// Compose files that are started together.
#[derive(Debug, Default)]
pub(super) struct Project {
    /// The folder that it is started in; its `.env` is live.
    pub folder: String,
    /// The folder that relative paths start at.
    pub base: String,
    /// What it is put together from, the deciding one last.
    pub sources: Vec<Source>,
    /// Nothing selects it among several in its folder: its file's stem.
    pub alternative: Option<String>,
    /// Only services that this file speaks of count: the others stand in the project that it is laid over.
    pub only: Option<FileId>,
    /// Its variables, where they are not those of the folder's `.env`.
    pub scope: Option<Scope>,
    /// The host that it runs on, where that is not told by the folder.
    pub host: Option<String>,
}

impl Project {
    /// Answers the compose files of the tree that it is put together from.
    pub fn files(&self) -> impl Iterator<Item = FileId> {
        self.sources.iter().filter_map(Source::file)
    }
}

/// A compose file by the name that it has in a folder; through a symbolic link it can have several.
#[derive(Clone, Copy)]
struct Named<'w> {
    name: &'w str,
    file: &'w SourceFile,
}

/// The compose files of a tree, by folder.
struct Folders<'w> {
    files: BTreeMap<&'w str, Vec<Named<'w>>>,
    /// Files that others include or extend: parts, not projects of their own.
    parts: BTreeSet<FileId>,
    /// Files that links of other folders lead to: they are deployed there.
    linked: BTreeSet<FileId>,
}

impl<'w> Folders<'w> {
    /// Answers the packages of which several variants are built, and their files.
    fn variants(&self) -> Variants<'w> {
        let mut variants = Variants::new();
        for (folder, files) in &self.files {
            let Some((package, name)) = variant::of_folder(folder) else { continue };
            let has_own = self.files.get(package).is_some_and(|own| own.iter().any(|own| DEFAULTS.contains(&own.name)));
            if has_own {
                let files = files.iter().map(|named| named.file.id).collect();
                variants.entry(package).or_default().insert(name, files);
            }
        }
        variants
    }
}

/// Finds all projects, in order of their folders, and all compose files.
pub(super) fn find(workspace: &Workspace, samples: &Samples) -> (Vec<Project>, BTreeSet<FileId>) {
    let mut folders = Folders { files: BTreeMap::new(), parts: BTreeSet::new(), linked: BTreeSet::new() };
    let files: Vec<&SourceFile> = workspace.chosen(is_compose);
    for file in files {
        folders.files.entry(file.folder()).or_default().push(Named { name: file.name(), file });
    }
    for (path, _) in workspace.links() {
        if let Some(file) = workspace.find(path).filter(|file| is_compose(file)) {
            folders.files.entry(tree::folder(path)).or_default().push(Named { name: tree::name(path), file });
            if tree::folder(path) != file.folder() {
                folders.linked.insert(file.id);
            }
        }
    }
    let mut selected = Vec::new();
    for folder in folders.files.keys().copied().chain(env_folders(workspace)).collect::<BTreeSet<_>>() {
        selected.extend(selection(workspace, samples, folder));
    }
    selected.extend(stack::alone(workspace, &|folder| folders.files.contains_key(folder)));
    let taken: BTreeSet<FileId> = selected.iter().flat_map(Project::files).collect();
    folders.parts = parts(workspace, samples, &folders);
    let told = selected.iter().flat_map(|project| project.sources.iter().map(Source::told_in));
    let all = folders.files.values().flatten().map(|named| named.file.id).chain(told).collect();
    // Files beside selected ones are no units.
    let beside = taken.iter().map(|file| workspace.file(*file).folder().to_owned());
    let told = selected.iter().filter(|project| project.scope.is_none());
    let deciding: BTreeSet<String> = told.map(|project| project.folder.clone()).chain(beside).collect();
    let mut projects = selected;
    let variants = folders.variants();
    let of_package = |folder| variant::of_folder(folder).is_some_and(|(package, _)| variants.contains_key(package));
    for (folder, files) in &folders.files {
        if !deciding.contains(*folder) && !of_package(folder) {
            let taken = |named: &Named<'_>| {
                let elsewhere = named.file.folder() == *folder && folders.linked.contains(&named.file.id);
                elsewhere || taken.contains(&named.file.id) || folders.parts.contains(&named.file.id)
            };
            let free: Vec<Named<'_>> = files.iter().copied().filter(|named| !taken(named)).collect();
            let mut own = of_folder(folder, &free);
            if let Some(variants) = variants.get(folder)
                && let Some(at) = own.iter().position(|project| project.alternative.is_none())
            {
                let built = variant::built(&own[at], variants);
                own.splice(at..=at, built);
            }
            projects.extend(own);
        }
    }
    let starts = start::folders(workspace);
    for project in projects.iter_mut().filter(|project| project.base == project.folder) {
        let told = project.files().last().and_then(|file| starts.get(&file).cloned());
        let base = told.or_else(|| start::by_paths(workspace, project.files().map(|file| workspace.file(file))));
        project.base = base.unwrap_or_else(|| std::mem::take(&mut project.base));
    }
    projects.sort_by(|one, other| (&one.folder, &one.alternative).cmp(&(&other.folder, &other.alternative)));
    (projects, all)
}

fn env_folders(workspace: &Workspace) -> impl Iterator<Item = &str> {
    workspace.written().filter(|file| file.name() == ".env").map(SourceFile::folder)
}

/// Answers what the variables of a folder's live environment are.
pub(super) fn scope(workspace: &Workspace, samples: &Samples, folder: &str) -> Scope {
    let outer = Scope { documented: samples.names(folder).into_iter().collect(), ..Scope::default() };
    environment::scope(workspace, &tree::join(folder, ".env").into_iter().collect::<Vec<_>>(), &outer)
}

/// Answers the project that a folder's `.env` puts together with `COMPOSE_FILE`.
fn selection(workspace: &Workspace, samples: &Samples, folder: &str) -> Option<Project> {
    let path = tree::join(folder, ".env")?;
    workspace.find(&path)?.text().filter(|text| text.contains("COMPOSE_FILE"))?;
    let scope = scope(workspace, samples, folder);
    let list = scope.values.get("COMPOSE_FILE").filter(|list| list.is_known() && !list.value().trim().is_empty())?;
    let first = stack::listed(list, &scope).into_iter().next()?;
    let base = tree::folder(&tree::join(folder, list.value().get(first)?.trim())?).to_owned();
    let sources = stack::selected(workspace, folder, list, &scope);
    Some(Project { folder: folder.to_owned(), base, sources, ..Project::default() })
}

/// Answers the projects of a folder for which nothing is selected.
fn of_folder(folder: &str, files: &[Named<'_>]) -> Vec<Project> {
    let named = |names: &[&str]| names.iter().find_map(|name| files.iter().find(|file| file.name == *name));
    let project = |files: Vec<FileId>, alternative| Project {
        folder: folder.to_owned(),
        base: folder.to_owned(),
        sources: files.into_iter().map(Source::File).collect(),
        alternative,
        ..Project::default()
    };
    let mut projects = Vec::new();
    let mut default: Vec<&SourceFile> = Vec::new();
    if let Some(main) = named(&DEFAULTS) {
        default = std::iter::once(main).chain(named(&OVERRIDES)).map(|named| named.file).collect();
        projects.push(project(default.iter().map(|file| file.id).collect(), None));
    }
    let others: Vec<&Named<'_>> =
        files.iter().filter(|named| !default.iter().any(|known| known.id == named.file.id)).collect();
    let one_of_several = !default.is_empty() || others.len() > 1;
    let known: BTreeSet<&str> = default.iter().flat_map(|file| services(file)).map(|(name, _)| name).collect();
    for Named { name, file } in others {
        let alternative = one_of_several.then(|| tree::stem(name).to_owned());
        if is_overlay(file, &known) {
            let files = default.iter().map(|file| file.id).chain([file.id]).collect();
            projects.push(Project { only: Some(file.id), ..project(files, alternative) });
        } else {
            projects.push(project(vec![file.id], alternative));
        }
    }
    projects
}

/// Tells whether a file makes sense only when it is laid over a folder's own project, which has the services `known`.
fn is_overlay(file: &SourceFile, known: &BTreeSet<&str>) -> bool {
    let mut lacking = services(file).filter(|(_, service)| !is_complete(*service)).peekable();
    lacking.peek().is_some() && lacking.all(|(name, _)| known.contains(name))
}

/// Answers the services of a compose file, by name.
pub(super) fn services(file: &SourceFile) -> impl Iterator<Item = (&str, Node<'_>)> {
    let root = file.document().and_then(|document| document.root());
    let services = root.and_then(|root| root.get("services"));
    services.into_iter().flat_map(|services| services.entries().map(|entry| (entry.name(), entry.value)))
}

fn is_complete(service: Node<'_>) -> bool {
    ["image", "build", "extends"].iter().any(|key| service.get(key).is_some())
}

/// Answers the files that compose files include or extend.
fn parts(workspace: &Workspace, samples: &Samples, folders: &Folders<'_>) -> BTreeSet<FileId> {
    let mut parts = BTreeSet::new();
    for (folder, files) in &folders.files {
        let mut scope_of_folder = None;
        for Named { file, .. } in files {
            let Some(root) = file.document().and_then(|document| document.root()) else { continue };
            for node in followed(root) {
                let Some(text) = node.text() else { continue };
                let scope = scope_of_folder.get_or_insert_with(|| scope(workspace, samples, folder));
                let path = interpolate(&text, scope, &mut Vec::new());
                let other = path.known().and_then(|path| workspace.find(&tree::join(folder, path)?));
                // A file may extend a service of its own.
                parts.extend(other.map(|other| other.id).filter(|id| *id != file.id));
            }
        }
    }
    parts
}

/// Answers the paths that a compose file includes or extends from.
fn followed(root: Node<'_>) -> Vec<Node<'_>> {
    let mut paths = Vec::new();
    for item in root.get("include").into_iter().flat_map(Node::items) {
        let path = item.get("path").unwrap_or(item);
        paths.push(path);
        paths.extend(path.items());
    }
    let services = root.get("services").into_iter().flat_map(Node::entries);
    paths.extend(services.filter_map(|entry| entry.value.path_get(&["extends", "file"])));
    paths
}

/// Tells whether a map has keys of Kubernetes or of a pipeline.
fn is_foreign(root: Node<'_>) -> bool {
    ["apiVersion", "kind", "jobs", "stages"].iter().any(|key| root.get(key).is_some())
}

/// Tells by its content whether a file is one of Compose: top-level services that look like services, or includes.
fn is_compose(file: &SourceFile) -> bool {
    const FIELDS: [&str; 17] = [
        "image",
        "build",
        "command",
        "entrypoint",
        "ports",
        "volumes",
        "environment",
        "env_file",
        "extends",
        "deploy",
        "profiles",
        "network_mode",
        "networks",
        "labels",
        "depends_on",
        "restart",
        "container_name",
    ];
    let Some(root) = file.document().and_then(|document| document.root()) else { return false };
    let Some(services) = root.get("services") else {
        return DEFAULTS.contains(&file.name()) && root.get("include").is_some() && !is_foreign(root);
    };
    services.kind() == Kind::Map
        && !is_foreign(root)
        && services.entries().take(64).any(|entry| FIELDS.iter().any(|field| entry.value.get(field).is_some()))
        && services.entries().take(64).all(|entry| entry.value.kind() == Kind::Map || entry.value.is_null())
}
