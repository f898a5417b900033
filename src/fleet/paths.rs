//! What the tree says about the path of a file: which host and which client its folders stand for.

use super::keys::Guide;
use super::model::Workload;
use crate::catalogue::Catalogue;
use crate::config::Settings;
use crate::deployment::{self, EmbeddedFile};
use crate::source::{Sources, Span};
use crate::workspace::Workspace;
use std::collections::HashMap;

/// Answers for paths of one tree.
pub struct Paths<'s> {
    workspace: &'s Workspace,
    settings: &'s Settings,
    catalogue: &'s Catalogue,
    /// The hosts of projects, by the folder of each.
    projects: HashMap<&'s str, &'s str>,
    /// Files that stand inside others, in order of file and place.
    embedded: &'s [EmbeddedFile],
}

impl<'s> Paths<'s> {
    /// Collects the folders of projects and the hosts that they are deployed on.
    #[must_use]
    pub fn new(
        workspace: &'s Workspace,
        settings: &'s Settings,
        catalogue: &'s Catalogue,
        workloads: &'s [Workload],
        embedded: &'s [EmbeddedFile],
    ) -> Self {
        let units = workloads.iter().map(|workload| &workload.unit);
        let projects = units.map(|unit| (unit.project.as_str(), unit.host.as_str())).collect();
        Self { workspace, settings, catalogue, projects, embedded }
    }

    /// The host of the project in whose folder a path lies.
    fn of_project(&self, path: &str) -> Option<&'s str> {
        let ends = path.match_indices('/').map(|(at, _)| at);
        let folders = ends.rev().filter_map(|end| path.get(..end)).chain([""]);
        folders.filter_map(|folder| self.projects.get(folder).copied()).next()
    }
}

/// Answers the path of the file that a place lies in, if that is one that stands inside another; `embedded` is in order.
#[must_use]
pub fn inner_path(embedded: &[EmbeddedFile], place: Span) -> Option<&str> {
    let after = embedded.partition_point(|file| (file.span.file, file.span.start) <= (place.file, place.start));
    let mut holding = embedded.get(..after)?.iter().rev().take(4);
    holding.find(|file| file.span.contains(place)).map(|file| file.path.as_str())
}

impl Guide for Paths<'_> {
    fn path(&self, place: Span) -> &str {
        let outer = self.workspace.path(place.file);
        inner_path(self.embedded, place).unwrap_or(outer)
    }

    /// The settings decide, then the project that the file lies with, then a folder that is plainly a host's.
    fn host(&self, path: &str) -> String {
        let seen = self.workspace.seen_from_settings(path);
        let named =
            seen.and_then(|path| self.settings.environments_of(&path).filter_map(|found| found.host.clone()).last());
        named.or_else(|| self.of_project(path).map(str::to_owned)).unwrap_or_else(|| plain_host(path))
    }

    fn client(&self, path: &str) -> Option<String> {
        let mut folders = path.rsplit('/').skip(1);
        folders.find(|folder| self.catalogue.clients().any(|client| client == *folder)).map(str::to_owned)
    }
}

/// A folder stands for a host if those below it stand for the same one (`hosts/a`); any other says nothing.
fn plain_host(path: &str) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let host = deployment::host(folder);
    if deployment::host(&format!("{folder}/-")) == host { host } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_of_hosts_are_hosts() {
        assert_eq!(plain_host("hosts/a/keys/keystore-0.json"), "a");
        assert_eq!(plain_host("hosts/a/keystore-0.json"), "a");
        assert_eq!(plain_host("data/validators/teku/keys/keystore-0.json"), "");
        assert_eq!(plain_host("keystore-0.json"), "");
    }
}
