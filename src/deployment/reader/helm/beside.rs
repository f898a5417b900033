//! Files of values that lie beside a chart, one for each environment: `values-prod.yaml`, `values/prod.yaml`, `envs/prod/values.yaml`.

use super::chart::Charts;
use super::model::{Chart, Layer, Release};
use crate::deployment::tree;
use crate::deployment::value::{Body, Value};
use crate::document::Kind;
use crate::workspace::{SourceFile, Workspace};

/// Folders that hold values, one file or folder an environment.
const FOLDERS: [&str; 9] =
    ["values", "envs", "env", "environments", "clusters", "deployments", "hosts", "overlays", "networks"];

/// Answers a release for each file of values that fits a chart.
pub(super) fn releases<'w>(charts: &Charts<'w>, workspace: &'w Workspace) -> Vec<(&'w str, Release)> {
    let mut found = Vec::new();
    let own: Vec<&Chart<'w>> = charts.values().filter(|chart| !chart.library && !chart.templates.is_empty()).collect();
    if own.is_empty() {
        return found;
    }
    for file in workspace.written() {
        let Some(within) = candidate(file) else { continue };
        let fitting = own.iter().filter(|chart| reaches(chart, within) && fits(chart, file));
        // The nearest chart is meant; of several, the one that the file is named after.
        let nearest = fitting.clone().map(|chart| distance(chart, within)).min();
        let mut near = fitting.filter(|chart| Some(distance(chart, within)) == nearest);
        let named = near
            .clone()
            .find(|chart| file.path.get(within.len()..).is_some_and(|rest| rest.contains(chart.name.value())));
        let chart = named.or_else(|| near.next().filter(|_| near.next().is_none()));
        if let Some(chart) = chart {
            found.extend(release(chart, file, within).map(|release| (chart.folder, release)));
        }
    }
    found
}

/// Answers the folder that a file of values is meant for, if it is one by its name.
fn candidate(file: &SourceFile) -> Option<&str> {
    let yaml = file.name().ends_with(".yaml") || file.name().ends_with(".yml");
    let stem = tree::stem(&file.path);
    if !yaml || tree::is_fixture(&file.path) || tree::is_example(&file.path) {
        return None;
    }
    let parts = file.folder().match_indices('/').map(|(at, _)| at).chain([file.folder().len()]);
    let mut folders = parts.filter_map(|end| file.folder().get(..end));
    let grouped = folders.rfind(|folder| FOLDERS.contains(&tree::name(folder)));
    if let Some(group) = grouped {
        return Some(tree::folder(group));
    }
    let words: Vec<&str> = stem.split(['-', '.', '_']).collect();
    (words.len() > 1 && words.contains(&"values")).then_some(file.folder())
}

/// Tells whether a chart lies in the folder, or the folder in the chart.
fn reaches(chart: &Chart<'_>, within: &str) -> bool {
    let below = |folder: &str, path: &str| {
        folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    below(within, chart.folder) || chart.folder == within
}

fn distance(chart: &Chart<'_>, within: &str) -> usize {
    chart.folder.get(within.len()..).unwrap_or_default().matches('/').count() + usize::from(chart.folder != within)
}

/// Tells whether a file holds values of a chart: half of its keys at least are some that the chart has.
fn fits(chart: &Chart<'_>, file: &SourceFile) -> bool {
    let root = |file: &'_ SourceFile| file.document().and_then(|document| document.root()).map(Value::of);
    let Some(values) = chart.values.and_then(root) else { return false };
    let Some(given) = file.document().and_then(|document| document.root()).filter(|root| root.kind() == Kind::Map)
    else {
        return false;
    };
    if given.get("apiVersion").is_some() {
        return false;
    }
    let keys: Vec<&str> = given.entries().take(100).map(|entry| entry.name()).collect();
    let known = keys.iter().filter(|key| values.get(key).is_some()).count();
    known > 0 && known * 2 >= keys.len()
}

fn release(chart: &Chart<'_>, file: &SourceFile, within: &str) -> Option<Release> {
    let value = Value::of(file.document()?.root()?);
    if !matches!(value.body, Body::Map(_)) {
        return None;
    }
    let mut release = Release::new(chart.name.clone(), chart.name.clone(), chart.name.span());
    release.layers.push(Layer::Values(value));
    release.host = host(file, within, chart);
    release.project = chart.folder.to_owned();
    release.template = tree::is_example(chart.folder);
    Some(release)
}

/// Answers the environment that a file of values is named after.
fn host(file: &SourceFile, within: &str, chart: &Chart<'_>) -> String {
    let rest = file.folder().get(within.len()..).unwrap_or_default().trim_start_matches('/');
    let stem = tree::stem(&file.path);
    let words = stem.split(['-', '.', '_']).filter(|word| *word != "values" && *word != chart.name.value());
    let name = words.collect::<Vec<_>>().join("-");
    let mut parts: Vec<&str> = vec![within];
    parts.extend(rest.split('/').skip(1));
    parts.push(&name);
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    tree::host(&parts.join("/"))
}
