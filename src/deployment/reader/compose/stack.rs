//! Known stacks of which the tree holds the settings only: parts that stand for compose files which each checkout of the stack brings.

use super::environment;
use super::project::Project;
use crate::catalogue::{Stack, StackPart};
use crate::deployment::interpolate::Scope;
use crate::deployment::tree;
use crate::source::{FileId, Span, Text};
use crate::workspace::{FileKind, SourceFile, Workspace};
use std::ops::Range;

/// The variable by which Compose is told its files.
const LIST: &str = "COMPOSE_FILE";

/// What a project is put together from.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// A compose file of the tree.
    File(FileId),
    /// What a known stack says, and where it is chosen.
    Known {
        /// What it says.
        part: &'static StackPart,
        /// Where it is chosen.
        place: Span,
    },
}

impl Source {
    /// Answers the compose file, if it is one of the tree.
    pub fn file(&self) -> Option<FileId> {
        match self {
            Self::File(file) => Some(*file),
            Self::Known { .. } => None,
        }
    }

    /// Answers the file that it stands in, or in which it is chosen.
    pub fn told_in(&self) -> FileId {
        match self {
            Self::File(file) => *file,
            Self::Known { place, .. } => place.file,
        }
    }
}

/// Answers where each path of a list of compose files stands in it.
pub(super) fn listed(list: &Text, scope: &Scope) -> Vec<Range<usize>> {
    let value = list.value();
    let separator = scope.values.get("COMPOSE_PATH_SEPARATOR").and_then(Text::known).filter(|sign| !sign.is_empty());
    let separator = separator.unwrap_or(if value.contains(';') && !value.contains(':') { ";" } else { ":" });
    let mut at = 0;
    let paths = value.split(separator).map(|path| {
        let range = at..at + path.len();
        at = range.end + separator.len();
        range
    });
    paths.collect()
}

/// Puts together what a list of compose files names: files of the tree, and in the place of others what a known stack says.
pub(super) fn selected(workspace: &Workspace, folder: &str, list: &Text, scope: &Scope) -> Vec<Source> {
    let sets = |name: &str| scope.values.contains_key(name);
    let stack = Stack::all().iter().find(|stack| stack.selects.as_deref() == Some(LIST) && stack.is_told_by(sets));
    let mut sources = Vec::new();
    for range in listed(list, scope) {
        let text = list.slice(range).trim();
        match tree::join(folder, text.value()).and_then(|path| workspace.find(&path)) {
            Some(file) => sources.push(Source::File(file.id)),
            None => {
                let place = text.origin().unwrap_or(text.span());
                let known = stack.map(|stack| known(stack, Some(tree::name(text.value())), place, scope));
                sources.extend(known.into_iter().flatten());
            }
        }
    }
    sources
}

fn known(stack: &'static Stack, file: Option<&str>, place: Span, scope: &Scope) -> Vec<Source> {
    let chosen = |part: &StackPart| {
        let value = scope.values.get(part.chosen_by.as_ref()?)?;
        (!value.span().is_empty()).then(|| value.origin().unwrap_or(value.span()))
    };
    let parts = stack.parts(file, |name| scope.values.get(name).map(Text::value));
    parts.map(|part| Source::Known { part, place: chosen(part).unwrap_or(place) }).collect()
}

/// Answers the projects of settings files beside which no compose file is told; `holds` tells whether a folder has compose files.
pub(super) fn alone(workspace: &Workspace, holds: &dyn Fn(&str) -> bool) -> Vec<Project> {
    workspace
        .written()
        .filter_map(|file| environment_of(workspace, file).or_else(|| whole(workspace, file, holds)))
        .collect()
}

/// Answers the project of an environment file of another name than `.env` that chooses parts of a known stack.
fn environment_of(workspace: &Workspace, file: &SourceFile) -> Option<Project> {
    const SAMPLES: [&str; 6] = ["default", "example", "sample", "template", "dist", "test"];
    let name = file.name().strip_suffix(".env").filter(|name| !name.is_empty() && !SAMPLES.contains(name))?;
    file.text().filter(|text| file.kind == FileKind::Dotenv && text.contains(LIST))?;
    let scope = environment::scope(workspace, &[file.path.to_string()], &Scope::default());
    let sources = selected(workspace, file.folder(), scope.values.get(LIST).filter(|list| list.is_known())?, &scope);
    let known = !sources.is_empty() && sources.iter().all(|source| source.file().is_none());
    let host = tree::join(&tree::host(file.folder()), name);
    known.then(|| Project { sources, host, scope: Some(scope), ..in_folder(file) })
}

/// Answers the project of a file that is all the settings of a known stack.
fn whole(workspace: &Workspace, file: &SourceFile, holds: &dyn Fn(&str) -> bool) -> Option<Project> {
    let stacks = Stack::all().iter().filter(|stack| stack.selects.is_none() && stack.file == file.name());
    let document = file.document()?;
    for stack in stacks {
        let sets = |name: &str| document.root().is_some_and(|root| root.path_get(&keys(name)).is_some());
        let written = || stack.compose_folders.iter().filter_map(|below| tree::join(file.folder(), below));
        if !stack.is_told_by(sets) || written().any(|path| holds(&path) || workspace.find(&path).is_some()) {
            continue;
        }
        // What the stack assumes, and what nothing chooses, points at the first setting that tells that it is one.
        let place = stack.marks.iter().find_map(|mark| Some(document.root()?.path_get(&keys(mark))?.place()))?;
        let scope = settings(workspace, stack, file, place);
        let mut sources = Vec::new();
        for source in known(stack, None, place, &scope) {
            let Source::Known { part, .. } = &source else { continue };
            let overlay = part.overlay.as_ref().and_then(|path| workspace.find(&tree::join(file.folder(), path)?));
            sources.push(source);
            sources.extend(overlay.map(|file| Source::File(file.id)));
        }
        return Some(Project { sources, scope: Some(scope), ..in_folder(file) });
    }
    None
}

fn in_folder(file: &SourceFile) -> Project {
    Project { folder: file.folder().to_owned(), base: file.folder().to_owned(), ..Project::default() }
}

fn keys(path: &str) -> Vec<&str> {
    path.split('.').collect()
}

/// Answers the variables that a settings file sets: its own, if it is an environment file, else those that its keys stand for.
fn settings(workspace: &Workspace, stack: &Stack, file: &SourceFile, place: Span) -> Scope {
    if file.kind == FileKind::Dotenv {
        return environment::scope(workspace, &[file.path.to_string()], &Scope::default());
    }
    let mut scope = Scope::default();
    let Some(root) = file.document().and_then(|document| document.root()) else { return scope };
    for variable in &stack.variables {
        let set = root.path_get(&keys(&variable.path)).and_then(|node| node.text());
        let assumed = || variable.default.as_ref().map(|value| Text::inexact(value, place));
        scope.values.extend(set.or_else(assumed).map(|value| (variable.name.clone(), value)));
    }
    scope
}
