//! Loads the files of a project: variables filled, `extends` and `include` followed, one file laid over the other.

use super::environment::{self, Samples};
use super::merge::{Service, merge_entries, merge_services};
use super::stack::Source;
use crate::catalogue::StackPart;
use crate::deployment::interpolate::{Scope, Unset, interpolate};
use crate::deployment::tree;
use crate::deployment::value::{Body, Entry, Taking, Value};
use crate::document::{self, Node, Syntax};
use crate::source::{FileId, Span, Spanned, Text};
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Files include one another, and services extend one another, no deeper than this.
const DEEPEST: usize = 16;
/// No project loads more files, those that are included several times counted as often.
const MOST_LOADS: usize = 1_000;
/// No project has more values.
const MOST_VALUES: usize = 300_000;
/// The projects of a tree have no more values that they take from one another's files.
const MOST_SHARED: usize = 1_000_000;

/// Answers how many values a project may have: what its own files say, and its share of what all of them may take from one
/// another's, which could be said once and be taken by all.
pub(super) fn allowance(own: usize, projects: usize) -> usize {
    (MOST_SHARED / projects.max(1)).saturating_add(own).min(MOST_VALUES)
}

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

/// The services of a file as they are written.
struct Written<'w> {
    services: Vec<document::Entry<'w>>,
    places: BTreeMap<&'w str, usize>,
}

/// A file, the folder that its relative paths start at, and its variables.
struct Site<'a> {
    file: FileId,
    base: &'a str,
    scope: &'a Scope,
}

/// Loads files, and keeps what is found on the way.
pub(super) struct Loader<'w> {
    workspace: &'w Workspace,
    samples: &'w Samples,
    /// The services that count, where not all do.
    only: Option<BTreeSet<&'w str>>,
    budget: usize,
    loads: usize,
    /// Services of the files that were met.
    written: BTreeMap<FileId, Rc<Written<'w>>>,
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
    /// Begins to load no more than so many values; of services, those that count, if only some do, and those that are built.
    pub fn new(workspace: &'w Workspace, samples: &'w Samples, budget: usize, only: Option<BTreeSet<&'w str>>) -> Self {
        let (unset, bases, followed) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        let (loading, written) = (Vec::new(), BTreeMap::new());
        Self { workspace, samples, only, budget, loads: 0, written, loading, unset, bases, followed }
    }

    /// Tells whether the files say more than anybody would write, so that not all of it was loaded.
    pub fn is_spent(&self) -> bool {
        self.budget == 0 || self.loads > MOST_LOADS
    }

    /// Loads files in order, the deciding one last; relative paths in them start at `base`.
    pub fn files(&mut self, files: &[FileId], base: &str, scope: &Scope) -> Parts {
        self.files_at(files, base, scope, 0)
    }

    /// Loads compose files of the tree, and what a known stack says in the place of others.
    pub fn sources(&mut self, sources: &[Source], base: &str, scope: &Scope) -> Parts {
        let mut parts = Parts::default();
        for source in sources {
            parts.merge(match source {
                Source::File(file) => self.files(&[*file], base, scope),
                Source::Known { part, place } => self.known(part, *place, scope),
            });
        }
        parts
    }

    /// Takes what a known stack says, as if it stood where the stack is chosen.
    fn known(&mut self, part: &StackPart, place: Span, scope: &Scope) -> Parts {
        let document = document::parse_rendered(&Text::inexact(&part.compose, place), Syntax::Yaml);
        let Some(root) = document.root() else { return Parts::default() };
        let scope = Scope { in_place: true, ..scope.clone() };
        let unset = std::mem::take(&mut self.unset);
        let services = self.section(root, "services", &scope).into_iter();
        let parts = Parts {
            services: services
                .map(|Entry { key, value }| Service { key, place, value, files: vec![place.file] })
                .collect(),
            volumes: self.section(root, "volumes", &scope),
            networks: self.section(root, "networks", &scope),
            ..Parts::default()
        };
        self.unset = unset;
        parts
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
            services: self.services(&Site { file, base, scope }),
            volumes: self.section(root, "volumes", scope),
            networks: self.section(root, "networks", scope),
            secrets: self.section(root, "secrets", scope),
            configs: self.section(root, "configs", scope),
            name: root.get("name").and_then(|name| self.take(name, scope).text().cloned()),
        });
        parts
    }

    fn take(&mut self, node: Node<'_>, scope: &Scope) -> Value {
        let Self { unset, budget, .. } = self;
        Taking { fill: &mut |text| interpolate(&text, scope, unset), budget }.take(node)
    }

    fn section(&mut self, root: Node<'_>, name: &str, scope: &Scope) -> Vec<Entry> {
        let Some(node) = root.get(name) else { return Vec::new() };
        match self.take(node, scope).body {
            Body::Map(entries) => entries,
            _ => Vec::new(),
        }
    }

    /// Answers the services of a file in its order; of one that is written twice, the last one holds.
    fn written(&mut self, file: FileId) -> Rc<Written<'w>> {
        if let Some(known) = self.written.get(&file) {
            return Rc::clone(known);
        }
        let root = self.workspace.document(file).and_then(|document| document.root());
        let mut written = Written { services: Vec::new(), places: BTreeMap::new() };
        for entry in root.and_then(|root| root.get("services")).into_iter().flat_map(Node::entries) {
            match written.places.get(entry.name()) {
                Some(at) => written.services[*at] = entry,
                None => {
                    written.places.insert(entry.name(), written.services.len());
                    written.services.push(entry);
                }
            }
        }
        let written = Rc::new(written);
        self.written.insert(file, Rc::clone(&written));
        written
    }

    fn services(&mut self, site: &Site<'_>) -> Vec<Service> {
        let written = self.written(site.file);
        let counts = |entry: &&document::Entry<'_>| match &self.only {
            Some(names) => names.contains(entry.name()) || entry.value.get("build").is_some(),
            None => true,
        };
        let entries: Vec<&document::Entry<'_>> = written.services.iter().filter(counts).collect();
        entries.into_iter().map(|entry| self.service(entry, site, 0)).collect()
    }

    /// Takes a service, laid over the one that it extends.
    fn service(&mut self, entry: &document::Entry<'_>, site: &Site<'_>, depth: usize) -> Service {
        let key = Spanned::new(entry.name().to_owned(), entry.key.place());
        let value = self.take(entry.value, site.scope);
        let service = Service { key, place: entry.span(), value, files: vec![site.file] };
        let Some(extends) = service.value.get("extends").filter(|_| depth < DEEPEST) else { return service };
        let name = extends.text().or_else(|| extends.text_of("service")).and_then(Text::known).unwrap_or_default();
        let below = match extends.text_of("file") {
            None => self.extended(name, site, depth),
            Some(path) => path.known().and_then(|path| self.foreign(&tree::join(site.base, path)?, name, site, depth)),
        };
        let Some(mut below) = below else { return service };
        below.key = service.key.clone();
        below.place = service.place;
        below.merge(service);
        below
    }

    fn extended(&mut self, name: &str, site: &Site<'_>, depth: usize) -> Option<Service> {
        let written = self.written(site.file);
        let entry = written.services.get(*written.places.get(name)?)?;
        Some(self.service(entry, site, depth + 1))
    }

    fn foreign(&mut self, path: &str, name: &str, site: &Site<'_>, depth: usize) -> Option<Service> {
        let file = self.workspace.find(path)?;
        self.followed.insert(file.id);
        self.bases.entry(file.id).or_insert_with(|| file.folder().to_owned());
        self.extended(name, &Site { file: file.id, base: file.folder(), scope: site.scope }, depth)
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
            // Each has variables of its own, and all of the project's.
            self.budget = self.budget.saturating_sub(scope.values.len());
            if self.budget == 0 {
                break;
            }
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
