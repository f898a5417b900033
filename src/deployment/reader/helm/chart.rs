//! Finds the charts of the tree.

use super::model::{Chart, Dependency};
use crate::deployment::tree;
use crate::document::{Kind, Node};
use crate::workspace::{SourceFile, Workspace};
use std::collections::{BTreeMap, BTreeSet};

/// Charts of the tree by their folders.
pub(super) type Charts<'w> = BTreeMap<&'w str, Chart<'w>>;

/// Finds all charts.
pub(super) fn find(workspace: &Workspace) -> Charts<'_> {
    let files = workspace.written().filter(|file| matches!(file.name(), "Chart.yaml" | "Chart.yml"));
    files.filter_map(|file| Some((file.folder(), chart(file, workspace)?))).collect()
}

fn chart<'w>(file: &'w SourceFile, workspace: &'w Workspace) -> Option<Chart<'w>> {
    let root = file.document()?.root().filter(|root| root.kind() == Kind::Map)?;
    let name = root.get("name")?.text().filter(|name| !name.value().is_empty())?;
    let folder = file.folder();
    let inside = |path: &str| tree::join(folder, path).and_then(|path| workspace.find(&path));
    let templates = tree::join(folder, "templates").map_or(&[] as &[SourceFile], |path| workspace.under(&path));
    let mut dependencies = root.get("dependencies").map_or_else(Vec::new, dependencies_of);
    // The first version of charts keeps them in a file of their own.
    let requirements = inside("requirements.yaml").and_then(|file| file.document()?.root()?.get("dependencies"));
    dependencies.extend(requirements.map_or_else(Vec::new, dependencies_of));
    Some(Chart {
        folder,
        name,
        version: root.get("version").and_then(Node::text),
        app_version: root.get("appVersion").and_then(Node::text),
        library: root.get("type").and_then(Node::str) == Some("library"),
        dependencies,
        values: inside("values.yaml").or_else(|| inside("values.yml")),
        templates: templates.iter().filter(|file| file.text().is_some() && !is_test(file, folder)).collect(),
    })
}

/// Pods that test a release run once and end.
fn is_test(file: &SourceFile, folder: &str) -> bool {
    file.path.get(folder.len()..).is_some_and(|rest| rest.trim_start_matches('/').starts_with("templates/tests/"))
}

fn dependencies_of(list: Node<'_>) -> Vec<Dependency> {
    let dependency = |item: Node<'_>| {
        Some(Dependency {
            name: item.get("name")?.text()?,
            alias: item.get("alias").and_then(Node::text).filter(|alias| !alias.value().is_empty()),
            conditions: item
                .get("condition")
                .and_then(Node::str)
                .map_or_else(Vec::new, |condition| condition.split(',').map(|path| path.trim().to_owned()).collect()),
            repository: item.get("repository").and_then(Node::str).unwrap_or_default().to_owned(),
            version: item.get("version").and_then(Node::str).unwrap_or_default().to_owned(),
        })
    };
    list.items().filter_map(dependency).collect()
}

/// Answers the chart of a path or name, as seen from some folders.
pub(super) fn resolve<'c, 'w>(charts: &'c Charts<'w>, chart: &str, bases: &[String]) -> Option<&'c Chart<'w>> {
    let path = chart.trim_end_matches('/');
    let at = bases.iter().filter_map(|base| tree::join(base, path)).find_map(|path| charts.get(path.as_str()));
    if at.is_some() || path.starts_with('.') {
        return at;
    }
    let name = tree::name(path);
    let named = charts.values().filter(|chart| chart.name.value() == name && !chart.library);
    // Whoever wraps a chart of another repository calls the wrapper alike.
    let mut own = named.filter(|chart| !chart.templates.is_empty());
    own.next().filter(|_| own.next().is_none())
}

/// Answers the chart of a dependency: by its path, among the charts inside, or by its name.
pub(super) fn dependency<'c, 'w>(
    charts: &'c Charts<'w>,
    chart: &Chart<'w>,
    wanted: &Dependency,
) -> Option<&'c Chart<'w>> {
    if let Some(path) = wanted.repository.strip_prefix("file://") {
        return charts.get(tree::join(chart.folder, path)?.as_str());
    }
    let own = inside(charts, chart).into_iter().find(|inner| inner.name.value() == wanted.name.value());
    own.or_else(|| {
        let mut named = charts.values().filter(|other| {
            other.name.value() == wanted.name.value() && other.folder != chart.folder && !other.templates.is_empty()
        });
        named.next().filter(|_| named.next().is_none())
    })
}

/// Answers the charts that lie in the `charts` folder of another one.
pub(super) fn inside<'c, 'w>(charts: &'c Charts<'w>, chart: &Chart<'w>) -> Vec<&'c Chart<'w>> {
    let folder = if chart.folder.is_empty() { "charts/".to_owned() } else { format!("{}/charts/", chart.folder) };
    // As a folder, or packed: the one folder of an archive.
    let is_own = |rest: &str| match rest.split_once('/') {
        None => true,
        Some((archive, inner)) => (archive.ends_with(".tgz") || archive.ends_with(".tar.gz")) && !inner.contains('/'),
    };
    let inner = charts.values().filter(|other| other.folder.strip_prefix(&folder).is_some_and(is_own));
    inner.collect()
}

/// Answers the folders of the charts that are part of another one of the tree: below it, or named as its dependencies.
pub(super) fn parts<'w>(charts: &Charts<'w>) -> BTreeSet<&'w str> {
    let below = charts.keys().filter(|folder| {
        let outer = folder.rsplit_once("/charts/").map(|(outer, _)| outer);
        outer.or_else(|| folder.strip_prefix("charts/").map(|_| "")).is_some_and(|outer| charts.contains_key(outer))
    });
    let named = charts.values().flat_map(|chart| chart.dependencies.iter().map(|wanted| (chart.folder, wanted)));
    let named = named.filter_map(|(from, wanted)| tree::join(from, wanted.repository.strip_prefix("file://")?));
    let named = named.filter_map(|path| charts.get_key_value(path.as_str()).map(|(folder, _)| *folder));
    below.copied().chain(named).collect()
}
