//! Goes through the projects of a tree, one after the other.

use super::environment::Samples;
use super::load::{Loader, Parts, allowance};
use super::mounts::Mounts;
use super::project::{self, Project};
use super::service::{self, Context};
use crate::deployment::build::Build;
use crate::deployment::interpolate::{Scope, Unset};
use crate::deployment::reader::model::Reading;
use crate::deployment::tree;
use crate::deployment::{Unit, Unreadable, UnsetVariable};
use crate::source::{FileId, Span, Text};
use crate::workspace::{SourceFile, Workspace};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// The services of a tree take no more variables from files together, as long as each takes no more than a few.
const MOST_TAKEN: usize = 400_000;
const FEW_TAKEN: usize = 200;

/// Reads every compose project of the tree.
pub(crate) fn read(workspace: &Workspace, reading: &mut Reading) {
    let samples = Samples::of(workspace);
    let (projects, files) = project::find(workspace, &samples);
    reading.claimed.extend(&files);
    reading.compose = files;
    let folders: BTreeSet<&str> = projects.iter().map(|project| project.folder.as_str()).collect();
    let scopes: BTreeMap<&str, Scope> =
        folders.into_par_iter().map(|folder| (folder, project::scope(workspace, &samples, folder))).collect();
    let most_taken = most_taken(workspace, &reading.compose, projects.len());
    let read: Vec<Found> = projects
        .par_iter()
        .filter_map(|project| {
            let scope = project.scope.as_ref().or_else(|| scopes.get(project.folder.as_str()))?;
            let loader = loader(workspace, &samples, project, projects.len());
            Some(one(workspace, loader, project, (scope, most_taken)))
        })
        .collect();
    for found in read {
        reading.inventory.units.extend(found.units);
        reading.inventory.unset.extend(found.unset);
        reading.inventory.unreadable.extend(found.unreadable);
    }
}

/// What was found in a project.
struct Found {
    units: Vec<Unit>,
    unset: Vec<UnsetVariable>,
    unreadable: Option<Unreadable>,
}

/// Answers what loads a project, which is one of so many.
fn loader<'w>(workspace: &'w Workspace, samples: &'w Samples, project: &Project, many: usize) -> Loader<'w> {
    let files: Vec<&SourceFile> = match project.only {
        Some(file) => vec![workspace.file(file)],
        None => project.files().map(|file| workspace.file(file)).collect(),
    };
    let own = files.iter().filter_map(|file| file.text()).map(|text| text.len()).sum();
    // What is laid over another project speaks of some of its services only.
    let only = project.only.map(|file| project::services(workspace.file(file)).map(|(name, _)| name).collect());
    Loader::new(workspace, samples, allowance(own, many), only)
}

/// Answers how many variables each service may take from files, which a thousand others may take as well.
fn most_taken(workspace: &Workspace, files: &BTreeSet<FileId>, projects: usize) -> usize {
    let services = files.iter().map(|file| project::services(workspace.file(*file)).count());
    (MOST_TAKEN / services.sum::<usize>().max(projects).max(1)).max(FEW_TAKEN)
}

fn one(
    workspace: &Workspace,
    mut loader: Loader<'_>,
    project: &Project,
    (scope, most_taken): (&Scope, usize),
) -> Found {
    let parts = loader.sources(&project.sources, &project.base, scope);
    let unreadable = project.files().next().filter(|_| loader.is_spent()).map(|file| Unreadable {
        span: Span::new(file, 0, 0),
        why: "the project says more than can be read; the rest is left out".to_owned(),
        fixture: tree::is_fixture(&workspace.file(file).path),
    });
    let Loader { unset, bases, .. } = loader;
    let base = |place: Span| bases.get(&place.file).map_or(project.base.as_str(), String::as_str);
    let said = scope.values.get("COMPOSE_PROJECT_NAME").or(parts.name.as_ref()).and_then(Text::known);
    let host = match project.host.clone().unwrap_or_else(|| tree::host(&project.folder)) {
        folder if folder.is_empty() => said.unwrap_or_default().to_owned(),
        folder => folder,
    };
    let context = Context {
        workspace,
        project,
        parts: &parts,
        scope,
        bases: &bases,
        mounts: Mounts::declared(&parts, base),
        name: said.unwrap_or_else(|| tree::name(&project.folder)).to_owned(),
        named: parts.name.is_some() || scope.values.contains_key("COMPOSE_PROJECT_NAME"),
        host,
        profiles: profiles(scope),
        builds: builds(&parts, base, workspace),
        most_taken,
    };
    let speaks = |files: &[FileId]| project.only.is_none_or(|only| files.contains(&only));
    let services = parts.services.iter().filter(|service| speaks(&service.files));
    let units: Vec<Unit> = services.filter_map(|service| service::unit(service, &context)).collect();
    Found { units, unset: unset_variables(unset, scope, project), unreadable }
}

/// Images that one service builds and others run.
fn builds<'a>(parts: &Parts, base: impl Fn(Span) -> &'a str, workspace: &Workspace) -> BTreeMap<String, Build> {
    let built = parts.services.iter().filter_map(|service| {
        let build = service.value.get("build")?;
        let name = service.value.text_of("image")?.known()?.to_owned();
        Some((name, Build::read(build, base(build.place), workspace)?))
    });
    built.collect()
}

fn profiles(scope: &Scope) -> Vec<String> {
    let list = scope.values.get("COMPOSE_PROFILES").and_then(Text::known).unwrap_or_default();
    list.split(',').map(str::trim).filter(|profile| !profile.is_empty()).map(str::to_owned).collect()
}

fn unset_variables(unset: Vec<Unset>, scope: &Scope, project: &Project) -> Vec<UnsetVariable> {
    // A file that is laid over another one brings the other's references again.
    let known = |span: Span| project.only.is_some_and(|only| only != span.file);
    let new = unset.into_iter().filter(|unset| !known(unset.span));
    new.map(|Unset { name, span }| UnsetVariable {
        documented: scope.documented.contains(&name),
        environment: !scope.values.is_empty(),
        project: project.folder.clone(),
        name,
        span,
    })
    .collect()
}
