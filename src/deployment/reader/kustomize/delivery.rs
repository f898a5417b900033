//! What Flux and Argo CD are told to apply: a folder of the tree, to a namespace of a cluster.

use crate::deployment::interpolate::Scope;
use crate::deployment::reader::kubernetes::{Object, of_document};
use crate::deployment::tree;
use crate::deployment::value::{Body, Value};
use crate::source::{Span, Spanned, Text};
use crate::workspace::{SourceFile, Workspace};

/// More elements of one generator are not followed.
const MOST: usize = 200;

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

/// Finds all deliveries of a tree.
pub(super) fn find(workspace: &Workspace) -> Vec<Delivery> {
    let mut found = Vec::new();
    for file in workspace.written() {
        let Some(document) = file.document().filter(|document| mentions(document.text())) else { continue };
        for object in of_document(document) {
            match (object.group.as_str(), object.kind.value.as_str()) {
                ("kustomize.toolkit.fluxcd.io", "Kustomization") => found.extend(of_flux(&object, file)),
                ("argoproj.io", "Application") => found.extend(of_argo(object.value.get("spec"), file)),
                ("argoproj.io", "ApplicationSet") => found.extend(of_set(&object, file, workspace)),
                _ => {}
            }
        }
    }
    found
}

fn mentions(text: &str) -> bool {
    text.contains("kustomize.toolkit.fluxcd.io") || text.contains("argoproj.io")
}

/// The cluster that a folder of the tree stands for.
fn cluster(file: &SourceFile) -> String {
    const GROUPS: [&str; 4] = ["clusters", "environments", "envs", "overlays"];
    let mut parts = file.folder().split('/').skip_while(|part| !GROUPS.contains(part)).skip(1);
    parts.next().map_or_else(|| tree::host(file.folder()), str::to_owned)
}

fn of_flux(object: &Object, file: &SourceFile) -> Option<Delivery> {
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
        host: cluster(file),
        moves: namespace.is_some(),
        namespace,
        changes: Some(spec.clone()),
        fills,
        deep: true,
        off: spec.get("suspend").is_some_and(Value::is_true),
        place: written.span(),
    })
}

fn of_argo(spec: Option<&Value>, file: &SourceFile) -> Vec<Delivery> {
    let Some(spec) = spec else { return Vec::new() };
    let several = spec.get("sources").map_or(&[] as &[Value], Value::list);
    let sources = spec.get("source").into_iter().chain(several);
    sources.filter_map(|source| of_source(source, spec, file)).collect()
}

fn of_source(source: &Value, spec: &Value, file: &SourceFile) -> Option<Delivery> {
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
        host: name.or(server).unwrap_or_else(|| cluster(file)),
        namespace: destination("namespace").map(str::to_owned),
        moves: false,
        changes: source.get("kustomize").cloned(),
        fills: None,
        deep: source.path(&["directory", "recurse"]).is_some_and(Value::is_true),
        off: false,
        place: written.span(),
    })
}

/// Each element of a list, and each folder of a pattern, makes one application of the template.
fn of_set(object: &Object, file: &SourceFile, workspace: &Workspace) -> Vec<Delivery> {
    let Some(template) = object.value.path(&["spec", "template", "spec"]) else { return Vec::new() };
    let generators = object.value.path(&["spec", "generators"]).map_or(&[] as &[Value], Value::list);
    let mut found = Vec::new();
    for generator in generators {
        for element in generator.path(&["list", "elements"]).map_or(&[] as &[Value], Value::list).iter().take(MOST) {
            let fields: Vec<(String, String)> = element
                .entries()
                .iter()
                .filter_map(|entry| Some((entry.key.value.clone(), entry.value.text()?.known()?.to_owned())))
                .collect();
            found.extend(of_argo(Some(&filled(template, &fields)), file));
        }
        let folders = generator.path(&["git", "directories"]).map_or(&[] as &[Value], Value::list);
        for pattern in folders.iter().filter_map(|item| item.text_of("path")?.known()) {
            for folder in matching(pattern, workspace).into_iter().take(MOST) {
                let name = tree::name(&folder).to_owned();
                let fields = [
                    ("path.basename".to_owned(), name),
                    ("path".to_owned(), folder.clone()),
                    ("path.path".to_owned(), folder),
                ];
                found.extend(of_argo(Some(&filled(template, &fields)), file));
            }
        }
    }
    found
}

/// The folders right below one (`apps/*`).
fn matching(pattern: &str, workspace: &Workspace) -> Vec<String> {
    let Some(above) = pattern.strip_suffix("/*") else { return vec![pattern.to_owned()] };
    let prefix = format!("{above}/");
    let rests = workspace.under(above).iter().filter_map(|file| file.path.strip_prefix(&prefix)?.split_once('/'));
    let mut names: Vec<&str> = rests.map(|(name, _)| name).collect();
    names.dedup();
    names.into_iter().map(|name| format!("{prefix}{name}")).collect()
}

/// Fills `{{name}}` and `{{.name}}` in the texts of a template.
fn filled(template: &Value, fields: &[(String, String)]) -> Value {
    let mut value = template.clone();
    super::transform::each_text(&mut value, 0, &mut |text| {
        text.value().contains("{{").then(|| {
            let mut written = text.value().to_owned();
            for (name, with) in fields {
                for form in [
                    format!("{{{{{name}}}}}"),
                    format!("{{{{ {name} }}}}"),
                    format!("{{{{.{name}}}}}"),
                    format!("{{{{ .{name} }}}}"),
                ] {
                    written = written.replace(&form, with);
                }
            }
            let mut new = Text::empty(text.span());
            match written.contains("{{") {
                true => new.push_hole(&written, text.span()),
                false => new.push_inexact(&written, text.span()),
            }
            new
        })
    });
    value
}

/// A kustomization that does nothing but move resources to a namespace.
pub(super) fn moving(namespace: &str, place: Span) -> Value {
    let mut text = Text::empty(place);
    text.push_inexact(namespace, place);
    let value = Value { body: Body::Scalar(text), ..Value::null(place) };
    let key = Spanned::new("namespace".to_owned(), place);
    Value { body: Body::Map(vec![crate::deployment::value::Entry { key, value }]), ..Value::null(place) }
}
