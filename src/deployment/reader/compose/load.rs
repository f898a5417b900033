//! Loads the files of a project: variables filled, `extends` and `include` followed, one file laid over the other.

use super::environment::{self, Samples};
use super::merge::{Service, merge_entries, merge_services};
use super::value::{Entry, Taking, Value};
use crate::deployment::interpolate::{Scope, Unset};
use crate::deployment::tree;
use crate::document::Node;
use crate::source::{FileId, Spanned, Text};
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};

/// Files include one another, and services extend one another, no deeper than this.
const DEEPEST: usize = 16;
/// No project loads more files, those that are included several times counted as often.
const MOST_LOADS: usize = 1_000;
/// No project has more values.
const MOST_VALUES: usize = 300_000;

/// What a project's files say, merged.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub services: Vec<Service>,
    pub volumes: Vec<Entry>,
    pub networks: Vec<Entry>,
    pub secrets: Vec<Entry>,
    pub configs: Vec<Entry>,
    pub name: Option<Text>,
}

impl Parts {
    fn merge(&mut self, over: Self) {
        merge_services(&mut self.services, over.services);
        merge_entries(&mut self.volumes, over.volumes, false);
        merge_entries(&mut self.networks, over.networks, false);
        merge_entries(&mut self.secrets, over.secrets, false);
        merge_entries(&mut self.configs, over.configs, false);
        self.name = over.name.or(self.name.take());
    }
}

/// Loads files, and keeps what is found on the way.
pub(super) struct Loader<'w> {
    workspace: &'w Workspace,
    samples: &'w Samples,
    budget: usize,
    loads: usize,
    /// Files that are being loaded, each included by the one before.
    loading: Vec<FileId>,
    /// References that nothing sets.
    pub unset: Vec<Unset>,
    /// The folder that relative paths of a file start at.
    pub bases: BTreeMap<FileId, String>,
    /// Files that were followed to through `include` and `extends`.
    pub followed: BTreeSet<FileId>,
}

impl<'w> Loader<'w> {
    pub fn new(workspace: &'w Workspace, samples: &'w Samples) -> Self {
        let (unset, bases, followed) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        Self { workspace, samples, budget: MOST_VALUES, loads: 0, loading: Vec::new(), unset, bases, followed }
    }

    /// Loads files in order, the deciding one last; relative paths in them start at `base`.
    pub fn files(&mut self, files: &[FileId], base: &str, scope: &Scope) -> Parts {
        self.files_at(files, base, scope, 0)
    }

    fn files_at(&mut self, files: &[FileId], base: &str, scope: &Scope, depth: usize) -> Parts {
        let mut parts = Parts::default();
        for file in files {
            self.loads += 1;
            if self.loading.contains(file) || self.loads > MOST_LOADS {
                continue;
            }
            self.loading.push(*file);
            let over = self.file(*file, base, scope, depth);
            self.loading.pop();
            parts.merge(over);
        }
        parts
    }

    fn file(&mut self, file: FileId, base: &str, scope: &Scope, depth: usize) -> Parts {
        self.bases.entry(file).or_insert_with(|| base.to_owned());
        let Some(root) = self.workspace.document(file).and_then(|document| document.root()) else {
            return Parts::default();
        };
        let mut parts = self.included(root, base, scope, depth);
        parts.merge(Parts {
            services: self.services(file, root, base, scope),
            volumes: self.section(root, "volumes", scope),
            networks: self.section(root, "networks", scope),
            secrets: self.section(root, "secrets", scope),
            configs: self.section(root, "configs", scope),
            name: root.get("name").and_then(|name| self.take(name, scope).text().cloned()),
        });
        parts
    }

    fn take(&mut self, node: Node<'_>, scope: &Scope) -> Value {
        Taking { scope, unset: &mut self.unset, budget: &mut self.budget }.take(node)
    }

    fn section(&mut self, root: Node<'_>, name: &str, scope: &Scope) -> Vec<Entry> {
        let Some(node) = root.get(name) else { return Vec::new() };
        match self.take(node, scope).body {
            super::value::Body::Map(entries) => entries,
            _ => Vec::new(),
        }
    }

    fn services(&mut self, file: FileId, root: Node<'_>, base: &str, scope: &Scope) -> Vec<Service> {
        let Some(services) = root.get("services") else { return Vec::new() };
        let mut seen = BTreeSet::new();
        let mut entries: Vec<_> = services.entries().collect();
        // Of a service that is written twice, the last one holds.
        entries.reverse();
        entries.retain(|entry| seen.insert(entry.name()));
        entries.reverse();
        entries
            .into_iter()
            .map(|entry| {
                let key = Spanned::new(entry.name().to_owned(), entry.key.place());
                let value = self.take(entry.value, scope);
                let service = Service { key, place: entry.span(), value, files: vec![file] };
                self.extended(service, services, base, scope, 0)
            })
            .collect()
    }

    /// Lays a service over the one that it extends.
    fn extended(&mut self, service: Service, siblings: Node<'_>, base: &str, scope: &Scope, depth: usize) -> Service {
        let Some(extends) = service.value.get("extends").filter(|_| depth < DEEPEST) else { return service };
        let name = extends.text().or_else(|| extends.text_of("service")).and_then(Text::known).unwrap_or_default();
        let below = match extends.text_of("file") {
            None => self.sibling(service.files.last().copied(), siblings, name, base, scope, depth),
            Some(path) => path.known().and_then(|path| self.foreign(&tree::join(base, path)?, name, scope, depth)),
        };
        let Some(mut below) = below else { return service };
        below.key = service.key.clone();
        below.place = service.place;
        below.merge(service);
        below
    }

    fn sibling(
        &mut self,
        file: Option<FileId>,
        services: Node<'_>,
        name: &str,
        base: &str,
        scope: &Scope,
        depth: usize,
    ) -> Option<Service> {
        let entry = services.entries().filter(|entry| entry.name() == name).last()?;
        let key = Spanned::new(name.to_owned(), entry.key.place());
        let value = self.take(entry.value, scope);
        let service = Service { key, place: entry.span(), value, files: file.into_iter().collect() };
        Some(self.extended(service, services, base, scope, depth + 1))
    }

    fn foreign(&mut self, path: &str, name: &str, scope: &Scope, depth: usize) -> Option<Service> {
        let workspace = self.workspace;
        let file = workspace.find(path)?;
        self.followed.insert(file.id);
        let base = file.folder();
        self.bases.entry(file.id).or_insert_with(|| base.to_owned());
        let services = file.document()?.root()?.get("services")?;
        self.sibling(Some(file.id), services, name, base, scope, depth)
    }

    /// Loads what a file includes; what the file says itself lies over it.
    fn included(&mut self, root: Node<'_>, base: &str, scope: &Scope, depth: usize) -> Parts {
        let mut parts = Parts::default();
        let Some(include) = root.get("include").filter(|_| depth < DEEPEST) else { return parts };
        let include = self.take(include, scope);
        for item in include.list() {
            let paths = item.get("path").unwrap_or(item);
            let names: Vec<String> =
                paths.list().iter().filter_map(|path| tree::join(base, path.text()?.known()?)).collect();
            let files: Vec<FileId> =
                names.iter().filter_map(|path| self.workspace.find(path).map(|file| file.id)).collect();
            self.followed.extend(&files);
            let Some(main) = names.first() else { continue };
            let folder = match item.text_of("project_directory").and_then(Text::known) {
                Some(folder) => tree::join(base, folder),
                None => Some(tree::folder(main).to_owned()),
            };
            let Some(folder) = folder else { continue };
            let scope = self.scope_of_included(item, base, &folder, scope);
            parts.merge(self.files_at(&files, &folder, &scope, depth + 1));
        }
        parts
    }

    fn scope_of_included(&self, item: &Value, base: &str, folder: &str, outer: &Scope) -> Scope {
        let given: Vec<String> = item
            .get("env_file")
            .map_or(&[] as &[Value], Value::list)
            .iter()
            .filter_map(|path| tree::join(base, path.text()?.known()?))
            .collect();
        let paths = if given.is_empty() { tree::join(folder, ".env").into_iter().collect() } else { given };
        let mut scope = environment::scope(self.workspace, &paths, outer);
        scope.documented.extend(self.samples.names(folder));
        // What the including project sets is stronger.
        scope.values.extend(outer.values.iter().map(|(name, value)| (name.clone(), value.clone())));
        scope
    }
}
