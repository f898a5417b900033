//! Argo CD: an `Application` names a chart and values; an `ApplicationSet` makes several of one template.

use super::model::{Layer, Release};
use super::resource::{Resource, embedded, of_file};
use crate::deployment::tree;
use crate::deployment::value::{Body, Entry, Value};
use crate::source::Text;
use crate::workspace::Workspace;

/// Applications that one set makes at most.
const MOST: usize = 200;

/// Answers what every `Application` and `ApplicationSet` installs.
pub(super) fn releases(resources: &[Resource<'_>], workspace: &Workspace) -> Vec<Release> {
    let mut found = Vec::new();
    for resource in resources {
        match resource.kind.as_str() {
            "Application" => found.extend(of_application(&resource.value, resource, workspace)),
            "ApplicationSet" => {
                for application in applications(&resource.value) {
                    found.extend(of_application(&application, resource, workspace));
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
    let own = application.path(&["metadata", "name"]).and_then(Value::text);
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
    release.project = resource.file.folder().to_owned();
    release.template = resource.file.template || tree::is_example(&resource.file.path);
    Some(release)
}

/// Answers where an application runs: what its path says, and its cluster where that is not the one of Argo itself.
fn host(resource: &Resource<'_>, cluster: Option<&Text>) -> String {
    let folder = resource.host();
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

/// Answers the applications that a set makes: one for each element of its lists; else one that nobody knows in full.
fn applications(set: &Value) -> Vec<Value> {
    let Some(spec) = set.get("spec") else { return Vec::new() };
    let Some(template) = spec.get("template") else { return Vec::new() };
    let generators = spec.get("generators").map_or(&[] as &[Value], Value::list);
    let lists = generators.iter().filter_map(|generator| generator.path(&["list", "elements"]));
    let elements: Vec<&Value> = lists.flat_map(Value::list).take(MOST).collect();
    if elements.is_empty() {
        return vec![filled(template, &[], 0)];
    }
    elements.into_iter().map(|element| filled(template, element.entries(), 0)).collect()
}

/// Fills `{{ key }}` of a template; what the element does not have stays a hole.
fn filled(value: &Value, element: &[Entry], depth: usize) -> Value {
    let body = match &value.body {
        Body::Scalar(text) if text.value().contains("{{") => Body::Scalar(substituted(text, element)),
        Body::List(items) if depth < 32 => {
            Body::List(items.iter().map(|item| filled(item, element, depth + 1)).collect())
        }
        Body::Map(entries) if depth < 32 => {
            let entry =
                |entry: &Entry| Entry { key: entry.key.clone(), value: filled(&entry.value, element, depth + 1) };
            Body::Map(entries.iter().map(entry).collect())
        }
        other => other.clone(),
    };
    Value { body, ..value.clone() }
}

fn substituted(text: &Text, element: &[Entry]) -> Text {
    let mut result = Text::empty(text.span());
    let mut from = 0;
    let value = text.value();
    while let Some(open) = value.get(from..).and_then(|rest| rest.find("{{")).map(|at| from + at) {
        let Some(close) = value.get(open..).and_then(|rest| rest.find("}}")).map(|at| open + at + 2) else { break };
        result.append(&text.slice(from..open));
        let name = value.get(open + 2..close - 2).unwrap_or_default().trim().trim_start_matches('.');
        let found = element.iter().find(|entry| entry.key.value == name).and_then(|entry| entry.value.text());
        let place = text.span_of(open..close);
        match found {
            Some(found) => result.push(found.value(), place, Some(found.span())),
            None => result.push_hole(value.get(open..close).unwrap_or_default(), place),
        }
        from = close;
    }
    result.append(&text.slice(from..value.len()));
    result
}
