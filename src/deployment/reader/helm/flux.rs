//! Flux: a `HelmRelease` names a chart, where it comes from, and values, some of them in ConfigMaps.

use super::model::{Layer, Patch, Release};
use super::resource::{Resource, embedded, of_file};
use crate::deployment::reader::kubernetes::Origin;
use crate::deployment::tree;
use crate::deployment::value::{Body, Value};
use crate::source::Text;
use crate::workspace::Workspace;

/// Answers what every `HelmRelease` installs; and the `HelmChart` of k3s, which is alike.
pub(super) fn releases(resources: &[Resource<'_>], workspace: &Workspace) -> Vec<Release> {
    let flux = resources.iter().filter(|resource| resource.kind == "HelmRelease");
    let flux = flux.filter_map(|resource| release(resource, resources, workspace));
    let k3s = resources.iter().filter(|resource| resource.kind == "HelmChart").filter_map(of_k3s);
    flux.chain(k3s).collect()
}

fn release(resource: &Resource<'_>, resources: &[Resource<'_>], workspace: &Workspace) -> Option<Release> {
    let spec = resource.value.get("spec")?;
    let name = spec.text_of("releaseName").or_else(|| resource.name())?.clone();
    let template = spec.path(&["chart", "spec"]).or_else(|| spec.get("chart"))?;
    let chart = template.text_of("chart").or_else(|| template.text_of("path")).or_else(|| template.text_of("name"))?;
    let mut release = Release::new(name, chart.clone(), chart.span());
    release.namespace = spec.text_of("targetNamespace").or(resource.namespace.as_ref()).cloned();
    let source = template.path(&["sourceRef", "name"]).and_then(Value::text);
    release.repository = repository(source, template, resources);
    release.version = template.text_of("version").map_or_else(String::new, |text| text.value().to_owned());
    release.bases = vec![String::new(), resource.file.folder().to_owned()];
    for reference in spec.get("valuesFrom").map_or(&[] as &[Value], Value::list) {
        match referred(reference, resource, resources, workspace) {
            Some(layer) => release.layers.push(layer),
            None => release.open = true,
        }
    }
    if let Some(values) = spec.get("values").filter(|values| matches!(values.body, Body::Map(_))) {
        release.layers.push(Layer::Values(values.clone()));
    }
    let renderers = spec.get("postRenderers").map_or(&[] as &[Value], Value::list);
    let kustomizations = renderers.iter().filter_map(|renderer| renderer.get("kustomize"));
    release.patches = kustomizations.cloned().map(Patch::Kustomization).collect();
    finish(release, resource)
}

fn finish(mut release: Release, resource: &Resource<'_>) -> Option<Release> {
    release.host.clone_from(&resource.host);
    release.project.clone_from(&resource.project);
    release.template = resource.template;
    release.open |= resource.open;
    Some(release)
}

/// Answers the address of the repository that a chart is taken from.
fn repository(source: Option<&Text>, template: &Value, resources: &[Resource<'_>]) -> String {
    let direct = template.text_of("repository").map(|text| text.value().to_owned());
    let found = resources.iter().find(|resource| {
        resource.kind == "HelmRepository" && resource.name().map(Text::value) == source.map(Text::value)
    });
    let found = found.and_then(|resource| resource.value.path(&["spec", "url"])?.text());
    direct.or_else(|| found.map(|text| text.value().to_owned())).unwrap_or_default()
}

/// Answers the values that a release takes from a ConfigMap of the tree, be it one that Kustomize makes.
fn referred(
    reference: &Value,
    resource: &Resource<'_>,
    resources: &[Resource<'_>],
    workspace: &Workspace,
) -> Option<Layer> {
    let name = reference.text_of("name")?.value();
    if reference.text_of("kind")?.value() != "ConfigMap" {
        return None;
    }
    let key = reference.text_of("valuesKey").map_or("values.yaml", Text::value);
    let mut meant = resources.iter().filter(|other| other.is_meant("ConfigMap", name, resource));
    let origin = meant.find_map(|other| Some(other.data.iter().find(|datum| datum.key.value == key)?.origin.clone()));
    let layer = match origin {
        Some(Origin::Written(text)) => match reference.text_of("targetPath") {
            Some(path) => return Some(Layer::Set(path.value().to_owned(), text, false)),
            None => embedded(&text),
        },
        Some(Origin::File(path)) => of_file(workspace, &path),
        Some(Origin::Encoded(_)) | None => None,
    };
    layer.or_else(|| generated(name, key, resource.file.folder(), workspace))
}

/// Answers the file that a generator of the same folder puts into a ConfigMap.
fn generated(name: &str, key: &str, folder: &str, workspace: &Workspace) -> Option<Layer> {
    let files = ["kustomization.yaml", "kustomization.yml"].iter();
    let file = files.filter_map(|name| workspace.find(&tree::join(folder, name)?)).next()?;
    let root = Value::of(file.document()?.root()?);
    let generators = root.get("configMapGenerator")?.list();
    let generator =
        generators.iter().find(|generator| generator.text_of("name").is_some_and(|text| text.value() == name))?;
    let entries = generator.get("files")?.list().iter().filter_map(Value::text);
    let path = entries.map(Text::value).find_map(|entry| match entry.split_once('=') {
        Some((named, path)) => (named == key).then_some(path),
        None => (tree::name(entry) == key).then_some(entry),
    })?;
    of_file(workspace, &tree::join(folder, path)?)
}

fn of_k3s(resource: &Resource<'_>) -> Option<Release> {
    let spec = resource.value.get("spec")?;
    let chart = spec.text_of("chart")?;
    let mut release = Release::new(resource.name()?.clone(), chart.clone(), chart.span());
    release.namespace = spec.text_of("targetNamespace").cloned();
    release.repository = spec.text_of("repo").map_or_else(String::new, |text| text.value().to_owned());
    release.bases = vec![String::new(), resource.file.folder().to_owned()];
    release.layers.extend(spec.text_of("valuesContent").and_then(embedded));
    for entry in spec.get("set").map_or(&[] as &[_], Value::entries) {
        release.layers.extend(entry.value.text().map(|text| Layer::Set(entry.key.value.clone(), text.clone(), false)));
    }
    finish(release, resource)
}
