//! Argo CD: an `Application` names a chart and values; an `ApplicationSet` makes several of one template.

use super::model::{Layer, Release};
use super::resource::{Resource, embedded, of_file};
use crate::deployment::reader::application_set;
use crate::deployment::tree;
use crate::deployment::value::{Body, Value};
use crate::source::Text;
use crate::workspace::Workspace;

/// Answers what every `Application` and `ApplicationSet` installs.
pub(super) fn releases(resources: &[Resource<'_>], workspace: &Workspace) -> Vec<Release> {
    let mut found = Vec::new();
    for resource in resources {
        match resource.kind.as_str() {
            "Application" => found.extend(of_application(&resource.value, resource, workspace)),
            "ApplicationSet" => {
                let patched = application_set::is_patched(&resource.value);
                for application in application_set::applications(&resource.value, workspace) {
                    let releases = of_application(&application, resource, workspace).into_iter();
                    found.extend(releases.map(|release| Release { open: release.open || patched, ..release }));
                }
            }
            _ => {}
        }
    }
    found
}

fn of_application(application: &Value, resource: &Resource<'_>, workspace: &Workspace) -> Vec<Release> {
    let Some(spec) = application.get("spec") else { return Vec::new() };
    let single = spec.get("source").into_iter();
    let sources = single.chain(spec.get("sources").map_or(&[] as &[Value], Value::list));
    sources.filter_map(|source| of_source(source, spec, application, resource, workspace)).collect()
}

fn of_source(
    source: &Value,
    spec: &Value,
    application: &Value,
    resource: &Resource<'_>,
    workspace: &Workspace,
) -> Option<Release> {
    let chart = source.text_of("chart").or_else(|| source.text_of("path"))?;
    let helm = source.get("helm");
    let written = application.path(&["metadata", "name"]).and_then(Value::text);
    let own = if resource.kind == "Application" { resource.name() } else { written };
    let name = helm.and_then(|helm| helm.text_of("releaseName")).or(own)?;
    let mut release = Release::new(name.clone(), chart.clone(), chart.span());
    let destination = spec.get("destination");
    release.namespace = destination.and_then(|destination| destination.text_of("namespace")).cloned();
    release.repository = source.text_of("repoURL").map_or_else(String::new, |text| text.value().to_owned());
    release.version = source.text_of("targetRevision").map_or_else(String::new, |text| text.value().to_owned());
    release.bases = vec![String::new()];
    for file in helm.and_then(|helm| helm.get("valueFiles")).map_or(&[] as &[Value], Value::list) {
        match file.text().and_then(Text::known).and_then(|path| values_file(path, chart.value(), workspace)) {
            Some(layer) => release.layers.push(layer),
            None => release.open = true,
        }
    }
    release.layers.extend(helm.and_then(|helm| helm.text_of("values")).and_then(embedded));
    let object = helm.and_then(|helm| helm.get("valuesObject"));
    release.layers.extend(object.filter(|object| matches!(object.body, Body::Map(_))).cloned().map(Layer::Values));
    for parameter in helm.and_then(|helm| helm.get("parameters")).map_or(&[] as &[Value], Value::list) {
        if let (Some(name), Some(value)) = (parameter.text_of("name"), parameter.text_of("value")) {
            let word = parameter.get("forceString").is_some_and(Value::is_true);
            release.layers.push(Layer::Set(name.value().to_owned(), value.clone(), word));
        }
    }
    let cluster =
        destination.and_then(|destination| destination.text_of("name").or_else(|| destination.text_of("server")));
    release.host = host(resource, cluster);
    release.project.clone_from(&resource.project);
    release.template = resource.template;
    release.open |= resource.open;
    Some(release)
}

/// Answers where an application runs: what its path says, and its cluster where that is not the one of Argo itself.
fn host(resource: &Resource<'_>, cluster: Option<&Text>) -> String {
    let folder = resource.host.clone();
    let cluster = cluster.map_or("", Text::value).trim_start_matches("https://");
    match (folder.as_str(), cluster) {
        (_, "" | "in-cluster" | "kubernetes.default.svc") => folder,
        ("", cluster) => cluster.to_owned(),
        (folder, cluster) => format!("{folder}/{cluster}"),
    }
}

/// Answers a values file, by its path from the chart, or from the root of a source (`$values/…`).
fn values_file(path: &str, chart: &str, workspace: &Workspace) -> Option<Layer> {
    if let Some(rest) = path.strip_prefix('$') {
        return of_file(workspace, rest.split_once('/')?.1);
    }
    let inside = tree::join(chart, path).and_then(|path| of_file(workspace, &path));
    inside.or_else(|| of_file(workspace, path.strip_prefix('/')?))
}
