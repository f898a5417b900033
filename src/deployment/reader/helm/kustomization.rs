//! Kustomize: `helmCharts` of a kustomization.

use super::model::{Layer, Release};
use super::resource::of_file;
use crate::deployment::tree;
use crate::deployment::value::{Body, Value};
use crate::source::Text;
use crate::workspace::{SourceFile, Workspace};

/// Answers the charts that kustomizations render.
pub(super) fn releases(workspace: &Workspace) -> Vec<Release> {
    let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
    let files = workspace.written().filter(|file| names.contains(&file.name()));
    files.flat_map(|file| of_kustomization(file, workspace)).collect()
}

fn of_kustomization(file: &SourceFile, workspace: &Workspace) -> Vec<Release> {
    let Some(root) = file.document().and_then(|document| document.root()).map(Value::of) else { return Vec::new() };
    let charts = root.get("helmCharts").map_or(&[] as &[Value], Value::list);
    charts.iter().filter_map(|chart| release(chart, &root, file, workspace)).collect()
}

fn release(chart: &Value, root: &Value, file: &SourceFile, workspace: &Workspace) -> Option<Release> {
    let name = chart.text_of("name")?;
    let called = chart.text_of("releaseName").unwrap_or(name);
    let mut release = Release::new(called.clone(), name.clone(), name.span());
    release.namespace = root.text_of("namespace").or_else(|| chart.text_of("namespace")).cloned();
    release.repository = chart.text_of("repo").map_or_else(String::new, |text| text.value().to_owned());
    release.version = chart.text_of("version").map_or_else(String::new, |text| text.value().to_owned());
    let home = root.path(&["helmGlobals", "chartHome"]).and_then(Value::text).map_or("charts", Text::value);
    release.bases = tree::join(file.folder(), home).into_iter().collect();
    let single = chart.get("valuesFile").into_iter();
    for path in single.chain(chart.get("additionalValuesFiles").map_or(&[] as &[Value], Value::list)) {
        let path = path.text().and_then(Text::known).and_then(|path| tree::join(file.folder(), path));
        match path.and_then(|path| of_file(workspace, &path)) {
            Some(layer) => release.layers.push(layer),
            None => release.open = true,
        }
    }
    let inline = chart.get("valuesInline").filter(|values| matches!(values.body, Body::Map(_)));
    release.layers.extend(inline.cloned().map(Layer::Values));
    release.host = tree::host(file.folder());
    release.project = file.folder().to_owned();
    release.template = tree::is_example(&file.path);
    Some(release)
}
