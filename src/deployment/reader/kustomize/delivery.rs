//! What Flux and Argo CD are told to apply: a folder of the tree, to a namespace of a cluster.

use crate::deployment::interpolate::Scope;
use crate::deployment::reader::application_set::applications;
use crate::deployment::reader::kubernetes::{Object, of_document};
use crate::deployment::tree;
use crate::deployment::value::{Body, Value};
use crate::source::{FileId, Span, Spanned, Text};
use crate::workspace::{SourceFile, Workspace};
use std::collections::BTreeSet;

/// A folder that is applied to a cluster.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    /// The folder.
    pub path: String,
    /// The cluster, as far as it is said.
    pub host: String,
    /// The namespace of resources that name none, or, where `moves`, of all.
    pub namespace: Option<String>,
    /// The namespace holds for all resources.
    pub moves: bool,
    /// What is changed in the resources, as a kustomization says it.
    pub changes: Option<Value>,
    /// Variables that are filled in.
    pub fills: Option<Scope>,
    /// Folders below are applied, too, where no kustomization says otherwise.
    pub deep: bool,
    /// It is switched off.
    pub off: bool,
    /// Where the folder is named.
    pub place: Span,
}

/// Finds all deliveries of a tree: those that stand in its files, but for files that kustomizations take in, and those that
/// kustomizations of some folders came to.
pub(super) fn find(workspace: &Workspace, taken: &BTreeSet<FileId>, built: &[(String, Object)]) -> Vec<Delivery> {
    let mut found = Vec::new();
    let speaks = |file: &SourceFile| {
        !taken.contains(&file.id) && file.document().is_some_and(|document| mentions(document.text()))
    };
    for file in workspace.chosen(speaks) {
        let Some(document) = file.document() else { continue };
        of_document(document).iter().for_each(|object| found.extend(of_object(object, file.folder(), workspace)));
    }
    built.iter().for_each(|(folder, object)| found.extend(of_object(object, folder, workspace)));
    found
}

/// Tells whether a text speaks of deliveries at all.
pub(super) fn mentions(text: &str) -> bool {
    text.contains("kustomize.toolkit.fluxcd.io") || text.contains("argoproj.io")
}

fn of_object(object: &Object, folder: &str, workspace: &Workspace) -> Vec<Delivery> {
    let spec = object.value.get("spec");
    match (object.group.as_str(), object.kind.value.as_str()) {
        ("kustomize.toolkit.fluxcd.io", "Kustomization") => of_flux(object, folder).into_iter().collect(),
        ("argoproj.io", "Application") => of_argo(spec, folder),
        ("argoproj.io", "ApplicationSet") => {
            let applications = applications(&object.value, workspace);
            applications.iter().flat_map(|application| of_argo(application.get("spec"), folder)).collect()
        }
        _ => Vec::new(),
    }
}

/// The cluster that a folder of the tree stands for.
fn cluster(folder: &str) -> String {
    const GROUPS: [&str; 4] = ["clusters", "environments", "envs", "overlays"];
    let mut parts = folder.split('/').skip_while(|part| !GROUPS.contains(part)).skip(1);
    parts.next().map_or_else(|| tree::host(folder), str::to_owned)
}

fn of_flux(object: &Object, folder: &str) -> Option<Delivery> {
    let spec = object.value.get("spec")?;
    let written = spec.text_of("path")?;
    let path = tree::join("", written.known()?)?;
    let namespace = spec.text_of("targetNamespace").and_then(Text::known).map(str::to_owned);
    let fills = spec.get("postBuild").map(|build| {
        let mut scope = Scope::default();
        for entry in build.get("substitute").map_or(&[] as &[_], Value::entries) {
            if let Some(text) = entry.value.text() {
                scope.values.insert(entry.key.value.clone(), text.clone());
            }
        }
        scope
    });
    Some(Delivery {
        path,
        host: cluster(folder),
        moves: namespace.is_some(),
        namespace,
        changes: Some(spec.clone()),
        fills,
        deep: true,
        off: spec.get("suspend").is_some_and(Value::is_true),
        place: written.span(),
    })
}

fn of_argo(spec: Option<&Value>, folder: &str) -> Vec<Delivery> {
    let Some(spec) = spec else { return Vec::new() };
    let several = spec.get("sources").map_or(&[] as &[Value], Value::list);
    let sources = spec.get("source").into_iter().chain(several);
    sources.filter_map(|source| of_source(source, spec, folder)).collect()
}

fn of_source(source: &Value, spec: &Value, folder: &str) -> Option<Delivery> {
    if source.get("chart").is_some() || source.get("helm").is_some() {
        return None;
    }
    let written = source.text_of("path")?;
    let path = tree::join("", written.known()?)?;
    let destination = |key: &str| spec.get("destination").and_then(|to| to.text_of(key)).and_then(Text::known);
    let server = destination("server").filter(|server| !server.contains("kubernetes.default.svc"));
    let server = server.map(|server| server.split("://").last().unwrap_or(server).trim_end_matches('/').to_owned());
    let name = destination("name").filter(|name| *name != "in-cluster").map(str::to_owned);
    Some(Delivery {
        path,
        host: name.or(server).unwrap_or_else(|| cluster(folder)),
        namespace: destination("namespace").map(str::to_owned),
        moves: false,
        changes: source.get("kustomize").cloned(),
        fills: None,
        deep: source.path(&["directory", "recurse"]).is_some_and(Value::is_true),
        off: false,
        place: written.span(),
    })
}

/// A kustomization that does nothing but move resources to a namespace.
pub(super) fn moving(namespace: &str, place: Span) -> Value {
    let text = Text::inexact(namespace, place);
    let value = Value { body: Body::Scalar(text), ..Value::null(place) };
    let key = Spanned::new("namespace".to_owned(), place);
    Value { body: Body::Map(vec![crate::deployment::value::Entry { key, value }]), ..Value::null(place) }
}
