//! Argo CD's `ApplicationSet`: one template, filled once for each set of parameters that its generators find.

use crate::deployment::tree;
use crate::deployment::value::{Body, Entry, Value};
use crate::source::{Span, Text};
use crate::workspace::Workspace;
use globset::{GlobBuilder, GlobMatcher};
use std::cell::OnceCell;

/// Applications that one set makes at most.
const MOST: usize = 200;
/// Values and generators nest no deeper.
const DEEPEST: usize = 32;
/// Parameters of one application.
const MOST_PARAMETERS: usize = 2_000;

/// What one application is filled with: dotted names and their values; of a name that comes twice, the last one holds.
type Parameters = Vec<(String, Text)>;

/// The tree that generators look into.
struct Tree<'w> {
    workspace: &'w Workspace,
    /// Its folders, once a generator has asked for them.
    folders: OnceCell<Vec<&'w str>>,
}

/// Answers the applications that a set makes. What only the cluster knows (which clusters there are, what other repositories hold)
/// stays a hole.
pub(super) fn applications(set: &Value, workspace: &Workspace) -> Vec<Value> {
    let tree = Tree { workspace, folders: OnceCell::new() };
    let Some(spec) = set.get("spec") else { return Vec::new() };
    let Some(template) = spec.get("template") else { return Vec::new() };
    let generators = spec.get("generators").map_or(&[] as &[Value], Value::list);
    let mut elements: Vec<Parameters> =
        generators.iter().flat_map(|generator| elements(generator, &tree, 0)).take(MOST).collect();
    if generators.is_empty() {
        elements.push(Vec::new());
    }
    elements.iter().map(|parameters| filled(template, parameters, 0)).collect()
}

/// Tells whether a set changes what its template says in a way that is not followed.
pub(super) fn is_patched(set: &Value) -> bool {
    set.path(&["spec", "templatePatch"]).is_some()
}

/// Answers the sets of parameters of a generator; one without any, if nobody but the cluster knows them.
fn elements(generator: &Value, tree: &Tree<'_>, depth: usize) -> Vec<Parameters> {
    if depth > 2 {
        return vec![Vec::new()];
    }
    let unknown = || vec![Vec::new()];
    let kind = generator.entries().iter().find(|entry| !matches!(entry.key.value.as_str(), "selector" | "template"));
    let Some(Entry { key, value }) = kind else { return Vec::new() };
    let mut found = match key.value.as_str() {
        "list" => match value.get("elements") {
            Some(elements) => elements.list().iter().map(|element| parameters_of(element, "")).collect(),
            None => unknown(),
        },
        "git" => of_git(value, tree),
        "matrix" => combined(value, tree, depth),
        "merge" => merged(value, tree, depth),
        _ => unknown(),
    };
    if let Some(more) = value.get("values").filter(|_| key.value != "merge") {
        for parameters in &mut found {
            let values = filled(more, parameters, 0);
            parameters.extend(parameters_of(&values, "values"));
        }
    }
    let wanted = generator.path(&["selector", "matchLabels"]).map_or(&[] as &[Entry], Value::entries);
    found.retain(|parameters| wanted.iter().all(|wanted| may_match(parameters, wanted)));
    found.truncate(MOST);
    found
}

/// A selector leaves out what is known to differ.
fn may_match(parameters: &Parameters, wanted: &Entry) -> bool {
    let found = find(parameters, &wanted.key.value).and_then(Text::known);
    found.is_none_or(|found| wanted.value.text().and_then(Text::known).is_none_or(|wanted| wanted == found))
}

fn parameters_of(value: &Value, prefix: &str) -> Parameters {
    let mut found = Vec::new();
    flatten(value, prefix, 0, &mut found);
    found
}

fn flatten(value: &Value, prefix: &str, depth: usize, found: &mut Parameters) {
    if depth > DEEPEST || found.len() >= MOST_PARAMETERS {
        return;
    }
    match &value.body {
        Body::Scalar(text) => found.push((prefix.to_owned(), text.clone())),
        Body::Map(entries) => {
            for Entry { key, value } in entries {
                let name = if prefix.is_empty() { key.value.clone() } else { format!("{prefix}.{}", key.value) };
                flatten(value, &name, depth + 1, found);
            }
        }
        Body::List(items) => {
            for (at, item) in items.iter().enumerate() {
                flatten(item, &format!("{prefix}[{at}]"), depth + 1, found);
            }
        }
        Body::Null => {}
    }
}

fn find<'p>(parameters: &'p Parameters, name: &str) -> Option<&'p Text> {
    parameters.iter().rev().find(|(known, _)| known == name).map(|(_, text)| text)
}

/// Folders or files of the tree. Of a repository that holds nothing of the kind, nothing is known.
fn of_git(git: &Value, tree: &Tree<'_>) -> Vec<Parameters> {
    let prefix =
        git.text_of("pathParamPrefix").and_then(Text::known).map_or(String::new(), |prefix| format!("{prefix}."));
    let items = |key: &str| git.get(key).map_or(&[] as &[Value], Value::list);
    let mut found = Vec::new();
    let folders = items("directories");
    let (leaves_out, takes): (Vec<&Value>, Vec<&Value>) =
        folders.iter().partition(|item| item.get("exclude").is_some_and(Value::is_true));
    let excluded: Vec<GlobMatcher> = leaves_out.into_iter().filter_map(|item| pattern(item.text_of("path")?)).collect();
    for item in takes {
        let Some(written) = item.text_of("path") else { continue };
        let Some(matcher) = pattern(written) else { continue };
        let folders = tree.folders.get_or_init(|| all_folders(tree.workspace)).iter();
        let folders = folders
            .filter(|folder| matcher.is_match(folder) && !excluded.iter().any(|pattern| pattern.is_match(folder)));
        let left = MOST.saturating_sub(found.len());
        found.extend(folders.take(left).map(|folder| place_of(folder, None, &prefix, written.span())));
    }
    for written in items("files").iter().filter_map(|item| item.text_of("path")) {
        let Some(matcher) = pattern(written) else { continue };
        let files = tree.workspace.written().filter(|file| matcher.is_match(&*file.path));
        for file in files.take(MOST) {
            let Some(root) = file.document().and_then(|document| document.root()) else { continue };
            let value = Value::of(root);
            let several = matches!(value.body, Body::List(_));
            let left = MOST.saturating_sub(found.len());
            for element in if several { value.list() } else { std::slice::from_ref(&value) }.iter().take(left) {
                let mut parameters = parameters_of(element, "");
                parameters.extend(place_of(file.folder(), Some(file.name()), &prefix, written.span()));
                found.push(parameters);
            }
        }
    }
    if found.is_empty() { vec![Vec::new()] } else { found }
}

/// A pattern of paths as Argo CD reads them: `*` stays within a folder, `**` does not.
fn pattern(text: &Text) -> Option<GlobMatcher> {
    let written = text.known()?.trim_start_matches("./");
    GlobBuilder::new(written).literal_separator(true).build().ok().map(|glob| glob.compile_matcher())
}

/// Every folder of the tree, those that hold nothing but folders included.
fn all_folders(workspace: &Workspace) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for file in workspace.files() {
        let folder = file.folder();
        let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
        for part in ends.filter_map(|end| folder.get(..end)).filter(|part| !part.is_empty()) {
            found.push(part);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// What is known of a folder or file that a generator finds, under the names with and without Go templates.
fn place_of(folder: &str, file: Option<&str>, prefix: &str, place: Span) -> Parameters {
    let normal = |text: &str| text.replace(['_', '.'], "-").to_lowercase();
    let name = tree::name(folder);
    let mut parts = vec![
        ("path".to_owned(), folder.to_owned()),
        ("path.path".to_owned(), folder.to_owned()),
        ("path.basename".to_owned(), name.to_owned()),
        ("path.basenameNormalized".to_owned(), normal(name)),
    ];
    parts.extend(file.map(|file| ("path.filename".to_owned(), file.to_owned())));
    parts.extend(file.map(|file| ("path.filenameNormalized".to_owned(), normal(file))));
    for (at, segment) in folder.split('/').enumerate() {
        parts.push((format!("path[{at}]"), segment.to_owned()));
        parts.push((format!("path.segments[{at}]"), segment.to_owned()));
    }
    let text = |value: &str| Text::inexact(value, place);
    parts.into_iter().map(|(name, value)| (format!("{prefix}{name}"), text(&value))).collect()
}

/// Every element of one generator with every element of the other.
fn combined(matrix: &Value, tree: &Tree<'_>, depth: usize) -> Vec<Parameters> {
    let generators = matrix.get("generators").map_or(&[] as &[Value], Value::list);
    let mut found: Vec<Parameters> = vec![Vec::new()];
    for generator in generators.iter().take(2) {
        let mut next = Vec::new();
        for known in &found {
            // The second may be written with what the first one finds.
            let generator = filled(generator, known, 0);
            let left = MOST - next.len();
            let more = elements(&generator, tree, depth + 1).into_iter().take(left);
            next.extend(more.map(|more| known.iter().cloned().chain(more).collect::<Parameters>()));
            if next.len() >= MOST {
                break;
            }
        }
        found = next;
    }
    found
}

/// The elements of the first generator, with what later ones say about the same keys.
fn merged(merge: &Value, tree: &Tree<'_>, depth: usize) -> Vec<Parameters> {
    let keys: Vec<&str> = merge
        .get("mergeKeys")
        .map_or(&[] as &[Value], Value::list)
        .iter()
        .filter_map(|key| key.text()?.known())
        .collect();
    let mut generators = merge.get("generators").map_or(&[] as &[Value], Value::list).iter();
    let Some(first) = generators.next() else { return Vec::new() };
    let mut found = elements(first, tree, depth + 1);
    for generator in generators.take(16) {
        for more in elements(generator, tree, depth + 1) {
            let same = |known: &Parameters| {
                keys.iter().all(|key| {
                    find(known, key).zip(find(&more, key)).is_some_and(|(one, other)| one.value() == other.value())
                })
            };
            found
                .iter_mut()
                .filter(|known| known.len() < MOST_PARAMETERS && same(known))
                .for_each(|known| known.extend(more.iter().cloned()));
        }
    }
    found
}

/// Fills `{{ key }}` of a template; what the element does not have stays a hole.
fn filled(value: &Value, parameters: &Parameters, depth: usize) -> Value {
    let body = match &value.body {
        Body::Scalar(text) if text.value().contains("{{") => Body::Scalar(substituted(text, parameters)),
        Body::List(items) if depth < DEEPEST => {
            Body::List(items.iter().map(|item| filled(item, parameters, depth + 1)).collect())
        }
        Body::Map(entries) if depth < DEEPEST => {
            let entry =
                |entry: &Entry| Entry { key: entry.key.clone(), value: filled(&entry.value, parameters, depth + 1) };
            Body::Map(entries.iter().map(entry).collect())
        }
        other => other.clone(),
    };
    Value { body, ..value.clone() }
}

fn substituted(text: &Text, parameters: &Parameters) -> Text {
    let mut result = Text::empty(text.span());
    let mut from = 0;
    let value = text.value();
    while let Some(open) = value.get(from..).and_then(|rest| rest.find("{{")).map(|at| from + at) {
        let Some(close) = value.get(open..).and_then(|rest| rest.find("}}")).map(|at| open + at + 2) else { break };
        result.append(&text.slice(from..open));
        let place = text.span_of(open..close);
        let written = value.get(open..close).unwrap_or_default();
        match find(parameters, &name(written)).filter(|found| found.is_known()) {
            Some(found) => result.push(found.value(), place, Some(found.span())),
            None => result.push_hole(written, place),
        }
        from = close;
    }
    result.append(&text.slice(from..value.len()));
    result
}

/// The name of the parameter in `{{ … }}`: with or without a dot before it, and as an item of a list.
fn name(written: &str) -> String {
    let inner = written.trim_matches(['{', '}', '-', ' ']).trim();
    let mut words = inner.split_whitespace();
    match (words.next(), words.next(), words.next(), words.next()) {
        (Some("index"), Some(list), Some(at), None) => {
            format!("{}[{}]", list.trim_start_matches('.'), at.trim_matches('"'))
        }
        (Some(name), None, ..) => name.trim_start_matches('.').to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(generators: &str, template: &str, more: &[(&str, &str)]) -> Vec<String> {
        let set = format!("spec:\n  generators:\n{generators}\n  template: {{to: '{template}'}}\n");
        let files: Vec<(&str, &str)> = [("set.yaml", set.as_str())].iter().chain(more).copied().collect();
        let workspace = Workspace::of(&files);
        let root = workspace.find("set.yaml").and_then(|file| file.document()?.root()).map(Value::of);
        let root = root.unwrap_or_else(|| panic!("no set"));
        let texts = applications(&root, &workspace).into_iter();
        texts
            .map(|made| made.text_of("to").map_or(String::new(), |text| text.known().map_or("?".into(), str::to_owned)))
            .collect()
    }

    const TREE: &[(&str, &str)] = &[
        ("apps/one/x.yaml", "a: b\n"),
        ("apps/two/x.yaml", "a: b\n"),
        ("apps/old/x.yaml", "a: b\n"),
        ("clusters/a/config.json", r#"{"cluster": {"name": "alpha"}, "stage": "prod"}"#),
        ("clusters/b/config.json", r#"{"cluster": {"name": "beta"}, "stage": "test"}"#),
    ];

    #[test]
    fn folders_and_files_of_the_tree_make_applications() {
        let git = "    - git: {directories: [{path: apps/*}, {path: apps/old, exclude: true}]}";
        assert_eq!(
            made(git, "{{.path.path}} {{ path.basename }} {{ index .path.segments 0 }}", TREE),
            ["apps/one one apps", "apps/two two apps"]
        );
        let files = "    - git: {files: [{path: clusters/**/config.json}], values: {of: '{{stage}}'}}";
        assert_eq!(made(files, "{{cluster.name}} {{path[1]}} {{values.of}}", TREE), ["alpha a prod", "beta b test"]);
        let chosen =
            "    - git: {files: [{path: clusters/**/config.json}]}\n      selector: {matchLabels: {stage: prod}}";
        assert_eq!(made(chosen, "{{cluster.name}}", TREE), ["alpha"]);
    }

    #[test]
    fn generators_are_combined_and_merged() {
        let matrix = "    - matrix: {generators: [{list: {elements: [{s: a}, {s: b}]}}, {git: {files: [{path: 'clusters/{{s}}/config.json'}]}}]}";
        assert_eq!(made(matrix, "{{s}} {{cluster.name}}", TREE), ["a alpha", "b beta"]);
        let merge = "    - merge: {mergeKeys: [n], generators: [{list: {elements: [{n: x, v: one}, {n: y, v: one}]}}, {list: {elements: [{n: y, v: two}]}}]}";
        assert_eq!(made(merge, "{{n}} {{v}}", TREE), ["x one", "y two"]);
    }

    #[test]
    fn what_only_the_cluster_knows_stays_open() {
        assert_eq!(made("    - clusters: {values: {chain: hoodi}}", "{{values.chain}}", &[]), ["hoodi"]);
        assert_eq!(made("    - clusters: {}", "{{name}}", &[]), ["?"]);
        assert_eq!(made("    - git: {directories: [{path: elsewhere/*}]}", "{{path}}", &[]), ["?"]);
        assert_eq!(made("    - list: {elements: [{a: b}]}", "{{ a | upper }}", &[]), ["?"]);
    }
}
