//! Helmsman: a desired state lists `apps`, each with a chart and files of values.

use super::model::{Layer, Release};
use super::resource::of_file;
use crate::deployment::tree;
use crate::deployment::value::Value;
use crate::source::{Spanned, Text};
use crate::workspace::{SourceFile, Workspace};

/// Answers what every desired state installs.
pub(super) fn releases(workspace: &Workspace) -> Vec<Release> {
    let files = workspace.chosen(is_desired_state);
    files.into_iter().flat_map(|file| of_file_with_apps(file, workspace)).collect()
}

fn is_desired_state(file: &SourceFile) -> bool {
    let root = file.document().and_then(|document| document.root());
    root.is_some_and(|root| {
        root.get("apps").is_some() && ["namespaces", "helmRepos", "settings"].iter().any(|key| root.get(key).is_some())
    })
}

fn of_file_with_apps(file: &SourceFile, workspace: &Workspace) -> Vec<Release> {
    let Some(root) = file.document().and_then(|document| document.root()).map(Value::of) else { return Vec::new() };
    let apps = root.get("apps").map_or(&[] as &[_], Value::entries);
    let on = apps.iter().filter(|app| app.value.text_of("enabled").is_none_or(|enabled| enabled.value() != "false"));
    on.filter_map(|app| release(&app.key, &app.value, file, &root, workspace)).collect()
}

fn release(
    name: &Spanned<String>,
    app: &Value,
    file: &SourceFile,
    root: &Value,
    workspace: &Workspace,
) -> Option<Release> {
    let chart = app.text_of("chart")?;
    let name = app.text_of("name").cloned().unwrap_or_else(|| Text::literal(&name.value, name.span));
    let mut release = Release::new(name.clone(), chart.clone(), name.span());
    release.namespace = app.text_of("namespace").cloned();
    let source = chart.value().split_once('/').map_or("", |(source, _)| source);
    let address = root.get("helmRepos").and_then(|all| all.text_of(source));
    release.repository = address.map_or_else(String::new, |text| text.value().to_owned());
    release.version = app.text_of("version").map_or_else(String::new, |text| text.value().to_owned());
    release.bases = vec![file.folder().to_owned(), String::new()];
    let files = ["valuesFile", "valuesFiles"].iter().filter_map(|key| app.get(key));
    for path in files.flat_map(Value::list) {
        let path = path.text().and_then(Text::known).and_then(|path| tree::join(file.folder(), path));
        match path.and_then(|path| of_file(workspace, &path)) {
            Some(layer) => release.layers.push(layer),
            None => release.open = true,
        }
    }
    for (key, word) in [("set", false), ("setString", true)] {
        for entry in app.get(key).map_or(&[] as &[_], Value::entries) {
            let layer = |text: &Text| Layer::Set(entry.key.value.clone(), text.clone(), word);
            release.layers.extend(entry.value.text().map(layer));
        }
    }
    release.host = tree::host(file.folder());
    release.project = file.folder().to_owned();
    release.template = file.template || tree::is_example(&file.path);
    Some(release)
}
