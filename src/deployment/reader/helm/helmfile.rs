//! Helmfile: releases of charts, with values for each environment; the file itself is a template, and may build on others.

use super::model::{Layer, Patch, Release};
use super::state::State;
use crate::deployment::tree;
use crate::deployment::value::{Body, Entry, Value};
use crate::document::{Syntax, parse_rendered};
use crate::source::{FileId, Text};
use crate::workspace::{SourceFile, Workspace};
use std::collections::BTreeSet;

/// Environments of one file.
const MOST: usize = 50;
/// Files build on others, and name others, no deeper.
const DEEPEST: usize = 8;
/// More releases than anybody keeps in one tree.
const MOST_RELEASES: usize = 2_000;

/// Answers what every helmfile installs, for each of its environments.
pub(super) fn releases(workspace: &Workspace) -> Vec<Release> {
    let files: Vec<&SourceFile> = workspace.chosen(is_helmfile);
    let plain = State::new("default", workspace);
    let mut parts: BTreeSet<FileId> = BTreeSet::new();
    for file in &files {
        let documents = plain.documents(file);
        parts.extend(documents.iter().flat_map(|root| named(root, file, workspace)).map(|(part, _)| part.id));
    }
    let mut found = Vec::new();
    for file in files.into_iter().filter(|file| !parts.contains(&file.id)) {
        of_helmfile(file, None, 0, workspace, &mut found);
    }
    found.truncate(MOST_RELEASES);
    found
}

fn is_helmfile(file: &SourceFile) -> bool {
    let named = file.name().starts_with("helmfile") || file.folder().ends_with("helmfile.d");
    named && [".yaml", ".yml", ".gotmpl"].iter().any(|ending| file.name().ends_with(ending))
}

/// A document of a helmfile or of one that it builds on, and the folder that its paths start from.
type Root = (Value, String);

/// Goes through a helmfile, for each of its environments or for the one that another helmfile asks for.
fn of_helmfile(
    file: &SourceFile,
    asked: Option<&State<'_>>,
    depth: usize,
    workspace: &Workspace,
    found: &mut Vec<Release>,
) {
    if depth > DEEPEST || found.len() > MOST_RELEASES {
        return;
    }
    let first = roots(file, &State::new(asked.map_or("default", |asked| &asked.environment), workspace), 0);
    let declared = first.iter().filter_map(|(root, folder)| Some((root.get("environments")?, folder)));
    let declared: Vec<(&Entry, &String)> =
        declared.flat_map(|(map, folder)| map.entries().iter().map(move |entry| (entry, folder))).collect();
    let mut names: Vec<&str> = Vec::new();
    for (entry, _) in &declared {
        let name = entry.key.value.as_str();
        if !names.contains(&name) && asked.is_none_or(|asked| asked.environment == name) && names.len() < MOST {
            names.push(name);
        }
    }
    if declared.is_empty() {
        names.push(asked.map_or("", |asked| asked.environment.as_str()));
    }
    for name in names {
        let mut state = State::new(if name.is_empty() { "default" } else { name }, workspace);
        for (root, folder) in &first {
            state.extend(root.get("values").map_or(&[], Value::list), folder);
        }
        for (entry, folder) in declared.iter().filter(|(entry, _)| entry.key.value == name) {
            state.extend(entry.value.get("values").map_or(&[], Value::list), folder);
        }
        state.layers.extend(asked.map(|asked| asked.layers.clone()).unwrap_or_default());
        let roots = roots(file, &state, 0);
        found.extend(of_roots(&roots, name, &state, file));
        for (part, values) in roots.iter().flat_map(|(root, _)| named(root, file, workspace)) {
            let mut inner = State::new(&state.environment, workspace);
            inner.extend(&values, file.folder());
            let asked = Some(&inner).filter(|inner| !name.is_empty() || !inner.layers.is_empty());
            of_helmfile(part, asked, depth + 1, workspace, found);
        }
    }
}

/// Answers the documents of a helmfile, those of the files that it builds on first.
fn roots(file: &SourceFile, state: &State<'_>, depth: usize) -> Vec<Root> {
    let mut all = Vec::new();
    for root in state.documents(file) {
        let bases = root.get("bases").map_or(&[] as &[Value], Value::list).iter().filter_map(Value::text);
        for base in bases.filter_map(Text::known).filter(|_| depth < DEEPEST) {
            let path = tree::join(file.folder(), base);
            if let Some(base) = path.and_then(|path| state.workspace.find(&path)).filter(|base| base.id != file.id) {
                all.extend(roots(base, state, depth + 1));
            }
        }
        all.push((root, file.folder().to_owned()));
    }
    all
}

/// Answers the helmfiles that a document names, and the values that it hands them.
fn named<'w>(root: &Value, file: &SourceFile, workspace: &'w Workspace) -> Vec<(&'w SourceFile, Vec<Value>)> {
    let items = root.get("helmfiles").map_or(&[] as &[Value], Value::list);
    let part = |item: &Value| {
        let path = item.text_of("path").or_else(|| item.text())?.known()?;
        let found = workspace.find(&tree::join(file.folder(), path)?).filter(|found| found.id != file.id)?;
        Some((found, item.get("values").map_or_else(Vec::new, |values| values.list().to_vec())))
    };
    items.iter().filter_map(part).collect()
}

fn of_roots(roots: &[Root], environment: &str, state: &State<'_>, file: &SourceFile) -> Vec<Release> {
    let all = |key: &'static str| roots.iter().filter_map(move |(root, _)| root.get(key));
    let repositories: Vec<&Value> = all("repositories").flat_map(Value::list).collect();
    let templates: Vec<&Entry> = all("templates").flat_map(Value::entries).collect();
    let namespace = all("namespace").find_map(Value::text);
    let mut found = Vec::new();
    for (root, folder) in roots {
        for written in root.get("releases").map_or(&[] as &[Value], Value::list) {
            let entry = inherited(written, &templates);
            if is_installed(&entry, state) {
                found.extend(release(&entry, &repositories, folder, state));
            }
        }
    }
    for release in &mut found {
        release.namespace = release.namespace.take().or_else(|| namespace.cloned());
        release.host = match (tree::host(file.folder()), environment) {
            (folder, "") => folder,
            (folder, environment) if folder.is_empty() => environment.to_owned(),
            (folder, environment) => format!("{folder}/{environment}"),
        };
        release.project = file.folder().to_owned();
        release.template = tree::is_example(&file.path);
    }
    found
}

/// Gives a release what it takes from templates and does not say itself.
fn inherited(entry: &Value, templates: &[&Entry]) -> Value {
    let mut entry = entry.clone();
    let names: Vec<String> = entry
        .get("inherit")
        .map_or(&[] as &[Value], Value::list)
        .iter()
        .filter_map(|item| item.text_of("template").or_else(|| item.text()))
        .map(|name| name.value().to_owned())
        .collect();
    let Body::Map(entries) = &mut entry.body else { return entry };
    for template in names.iter().rev().filter_map(|name| templates.iter().find(|entry| entry.key.value == *name)) {
        for given in template.value.entries() {
            if !entries.iter().any(|own| own.key.value == given.key.value) {
                entries.push(given.clone());
            }
        }
    }
    entry
}

/// A release is left out where its condition names a value that is off.
fn is_installed(release: &Value, state: &State<'_>) -> bool {
    if release.text_of("installed").is_some_and(|installed| installed.value() == "false") {
        return false;
    }
    let Some(condition) = release.text_of("condition") else { return true };
    let path: Vec<&str> = condition.value().split('.').collect();
    let decided = state.layers.iter().rev().find_map(|layer| match layer {
        Layer::Values(value) => value.path(&path)?.text(),
        Layer::Set(..) => None,
    });
    decided.is_none_or(|decided| decided.value() != "false")
}

fn release(entry: &Value, repositories: &[&Value], folder: &str, state: &State<'_>) -> Option<Release> {
    let name = entry.text_of("name")?;
    let mut release = Release::new(name.clone(), entry.text_of("chart")?.clone(), name.span());
    release.chart = state.filled(&release.chart, Some(&release));
    release.namespace = entry.text_of("namespace").map(|namespace| state.filled(namespace, Some(&release)));
    let source = release.chart.value().split_once('/').map_or("", |(source, _)| source);
    let named = repositories.iter().find(|known| known.text_of("name").is_some_and(|name| name.value() == source));
    release.repository =
        named.and_then(|known| known.text_of("url")).map_or_else(String::new, |url| url.value().to_owned());
    release.version = entry.text_of("version").map_or_else(String::new, |text| text.value().to_owned());
    release.bases = vec![folder.to_owned()];
    let list = |key: &str| entry.get(key).map_or(&[] as &[Value], Value::list);
    for item in list("values") {
        match state.values(item, folder, Some(&release)) {
            Some(layer) => release.layers.push(layer),
            None => release.open = true,
        }
    }
    for item in list("set") {
        let Some(name) = item.text_of("name") else { continue };
        if let Some(value) = item.text_of("value") {
            release.layers.push(Layer::Set(name.value().to_owned(), value.clone(), false));
        }
        for (at, value) in item.get("values").map_or(&[] as &[Value], Value::list).iter().enumerate() {
            let value = value.text().map(|value| Layer::Set(format!("{}[{at}]", name.value()), value.clone(), false));
            release.layers.extend(value);
        }
    }
    // Values that are decrypted when they are used.
    release.open |= !list("secrets").is_empty();
    release.patches = list("strategicMergePatches").iter().filter_map(|item| merged(item, folder, state)).collect();
    release.patches.extend(list("jsonPatches").iter().filter_map(|item| {
        Some(Patch::One { patch: item.get("patch")?.clone(), target: item.get("target").cloned() })
    }));
    Some(release)
}

/// A patch that stands in the helmfile, or in a file that it names.
fn merged(item: &Value, folder: &str, state: &State<'_>) -> Option<Patch> {
    let patch = match item.text() {
        None => item.clone(),
        Some(text) => match tree::join(folder, text.known()?).and_then(|path| state.workspace.find(&path)) {
            Some(file) => Value::of(file.document()?.root()?),
            None => Value::of(parse_rendered(text, Syntax::Yaml).root()?),
        },
    };
    Some(Patch::One { patch, target: None })
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::units;

    const CHART: &str = "apiVersion: v2\nname: vc\nversion: 1.0.0\n";
    const SET: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: '{{ .Release.Name }}'}\nspec:\n  template:\n    spec:\n      terminationGracePeriodSeconds: 300\n      containers:\n        - name: vc\n          image: sigp/lighthouse:{{ .Values.tag }}\n          args: [lighthouse, vc, '--network={{ .Values.network }}', '--graffiti={{ .Values.says }}']\n";

    fn shown(more: &[(&str, &str)]) -> String {
        let chart = [("vc/Chart.yaml", CHART), ("vc/templates/set.yaml", SET)];
        units(&chart.iter().chain(more).copied().collect::<Vec<_>>())
    }

    #[test]
    fn each_environment_renders_the_values_of_its_releases() {
        let helmfile = "bases: [base.yaml]\n---\nreleases:\n  - name: vc\n    chart: ./vc\n    values: [vc.yaml.gotmpl, {tag: v8.0.0}]\n    set: [{name: tag, value: v8.0.1}]\n";
        let base = "environments:\n  prod: {values: [{network: mainnet}]}\n  test: {values: [test.yaml.gotmpl]}\n";
        let values = "network: {{ .Values.network }}\nsays: {{ .Release.Name }}-{{ .Environment.Name }}{{ .Values.from.outside }}\n";
        let shown = shown(&[
            ("helmfile.yaml", helmfile),
            ("base.yaml", base),
            ("test.yaml.gotmpl", "network: {{ \"hoodi\" }}\n"),
            ("vc.yaml.gotmpl", values),
        ]);
        assert!(shown.contains("prod/vc sigp/lighthouse:v8.0.1") && shown.contains("test/vc"), "{shown}");
        assert!(shown.contains("--network=mainnet | --graffiti=vc-prod{{"), "{shown}");
        assert!(shown.contains("--network=hoodi | --graffiti=vc-test{{"), "{shown}");
    }

    #[test]
    fn patches_change_what_a_chart_makes() {
        let patches = "    strategicMergePatches:\n      - {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: vc}, spec: {template: {spec: {containers: [{name: vc, image: 'sigp/lighthouse:v8.1.0'}]}}}}\n    jsonPatches:\n      - target: {kind: StatefulSet, name: vc}\n        patch: [{op: replace, path: /spec/template/spec/containers/0/args/0, value: other}]\n";
        let helmfile = format!(
            "releases:\n  - name: vc\n    chart: ./vc\n    values: [{{tag: v8.0.0, network: hoodi}}]\n{patches}"
        );
        let shown = shown(&[("helmfile.yaml", &helmfile)]);
        assert!(shown.contains("sigp/lighthouse:v8.1.0") && shown.contains("words: other | vc"), "{shown}");
    }

    #[test]
    fn helmfiles_hand_their_environment_and_values_to_others() {
        let top =
            "environments: {prod: {}}\n---\nhelmfiles:\n  - {path: eth/releases.yaml, values: [{network: mainnet}]}\n";
        let part = "templates:\n  common: {chart: ../vc, values: [{tag: v8.0.0, network: '{{ .Values.network }}'}]}\nreleases:\n  - {name: vc, inherit: [{template: common}]}\n  - {name: off, installed: false, inherit: [{template: common}]}\n";
        let shown = shown(&[("helmfile.yaml", top), ("eth/releases.yaml", part)]);
        assert!(shown.starts_with("eth/prod/vc") && shown.contains("--network=mainnet"), "{shown}");
        assert!(!shown.contains("/off"), "{shown}");
    }
}
