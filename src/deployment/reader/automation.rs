//! Finds what starts, changes or restores units unasked, as `rules/automations.toml` tells it.

use super::kubernetes::{Object, of_document};
use super::model::Reading;
use crate::catalogue::shelf;
use crate::deployment::value::Value;
use crate::deployment::{Automation, tree};
use crate::document::{Document, Node};
use crate::source::{Span, Text};
use crate::workspace::{FileKind, SourceFile, Workspace};
use rayon::prelude::*;
use serde::Deserialize;
use std::sync::LazyLock;

/// Tasks below tasks are followed no deeper.
const DEEPEST: usize = 12;
/// Aliases can make a short file endless.
const MOST_NODES: usize = 100_000;
/// More are not listed.
const MOST: usize = 2_000;

/// The part of the table that tells automations; the rest of it is for whoever stops them.
#[derive(Debug, Default, Deserialize)]
struct Page {
    automation: Vec<Kind>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Kind {
    id: String,
    #[serde(default)]
    group: String,
    #[serde(default)]
    resource: String,
    #[serde(default)]
    applies: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    endings: Vec<String>,
    #[serde(default)]
    folders: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    tasks: Vec<String>,
}

static PAGE: LazyLock<Page> =
    LazyLock::new(|| serde_json::from_str(shelf::volume("automations.toml").unwrap_or("null")).unwrap_or_default());

/// Adds every automation of the tree to the inventory.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    let files = workspace.written_at_once().filter(|file| !tree::is_example(&file.path));
    let mut found: Vec<Automation> = files.flat_map_iter(of_file).collect();
    found.truncate(MOST);
    found.sort_by(|one, other| (one.place, &one.name).cmp(&(other.place, &other.name)));
    reading.inventory.automations = found;
}

fn of_file(file: &SourceFile) -> Vec<Automation> {
    let mut found = Vec::new();
    resources(file, &mut found);
    tasks(file, &mut found);
    found.extend(PAGE.automation.iter().find(|kind| kind.is_file(file)).map(|kind| whole(kind, file)));
    found
}

fn resources(file: &SourceFile, found: &mut Vec<Automation>) {
    let Some(document) = manifest(file).filter(|document| document.text().contains("apiVersion")) else { return };
    let kinds: Vec<&Kind> = PAGE.automation.iter().filter(|kind| !kind.resource.is_empty()).collect();
    if !kinds.iter().any(|kind| document.text().contains(&kind.group)) {
        return;
    }
    for object in of_document(document) {
        let kind = kinds.iter().find(|kind| kind.group == object.group && object.is(&kind.resource));
        found.extend(kind.and_then(|kind| resource(kind, &object, file)));
    }
}

fn resource(kind: &Kind, object: &Object, file: &SourceFile) -> Option<Automation> {
    let paths = kind.applies.iter().filter_map(|path| {
        let parts: Vec<&str> = path.split('.').collect();
        object.value.path(&parts).and_then(Value::text).and_then(Text::known)
    });
    // What is filled in for each delivery can be any folder.
    let paths = paths.filter(|path| !path.contains("{{"));
    let applies = paths.filter_map(|path| tree::join("", path)).next();
    let (name, group) = (object.name.value.clone(), object.namespace.clone().unwrap_or_default());
    let hole = name.is_empty() || name.contains(['{', '$']);
    let (kind, path) = (kind.id.clone(), file.path.to_string());
    (!hole).then_some(Automation { kind, name, group, place: object.value.place, path, applies })
}

fn manifest(file: &SourceFile) -> Option<&Document> {
    file.document().filter(|_| file.kind == FileKind::Yaml)
}

/// Tasks of playbooks that leave a timer or a cron job behind.
fn tasks(file: &SourceFile, found: &mut Vec<Automation>) {
    let kinds: Vec<&Kind> = PAGE.automation.iter().filter(|kind| !kind.tasks.is_empty()).collect();
    let Some(document) = manifest(file) else { return };
    let named = |kind: &&&Kind| kind.tasks.iter().any(|task| document.text().contains(task.as_str()));
    if !kinds.iter().any(|kind| named(&kind)) {
        return;
    }
    let mut below: Vec<(Node<'_>, usize)> = document.roots().map(|root| (root, 0)).collect();
    let mut budget = MOST_NODES;
    while let Some((node, depth)) = below.pop().filter(|_| budget > 0) {
        budget -= 1;
        for kind in &kinds {
            let body = kind.tasks.iter().find_map(|task| node.get(task)).and_then(|body| body.get("name"));
            found.extend(body.and_then(Node::str).map(|name| Automation {
                name: name.to_owned(),
                place: node.place(),
                ..whole(kind, file)
            }));
        }
        if depth < DEEPEST {
            let inner = node.items().chain(node.entries().map(|entry| entry.value));
            below.extend(inner.map(|inner| (inner, depth + 1)));
        }
    }
}

fn whole(kind: &Kind, file: &SourceFile) -> Automation {
    let stem = file.name().rsplit_once('.').filter(|_| !kind.endings.is_empty()).map_or(&*file.path, |(stem, _)| stem);
    Automation {
        kind: kind.id.clone(),
        name: stem.to_owned(),
        group: String::new(),
        place: Span::new(file.id, 0, 0),
        path: file.path.to_string(),
        applies: None,
    }
}

impl Kind {
    /// Tells whether a file is an automation of this kind: by its name, ending or folder, and by a word that it holds.
    fn is_file(&self, file: &SourceFile) -> bool {
        let folder = file.folder();
        let lies = |known: &String| {
            folder.strip_suffix(known.as_str()).is_some_and(|above| above.is_empty() || above.ends_with('/'))
        };
        let named = self.names.iter().any(|name| file.name() == name)
            || self.endings.iter().any(|ending| file.name().ends_with(ending.as_str()))
            || self.folders.iter().any(lies);
        let holds = || file.text().is_some_and(|text| self.words.iter().any(|word| text.contains(word.as_str())));
        named && (self.words.is_empty() || holds())
    }
}

#[cfg(test)]
mod tests {
    use crate::deployment::read;
    use crate::workspace::Workspace;

    fn found(texts: &[(&str, &str)]) -> Vec<String> {
        let inventory = read(&Workspace::of(texts));
        let shown = |one: &crate::deployment::Automation| {
            [one.kind.as_str(), &one.group, &one.name, one.applies.as_deref().unwrap_or("-")].join(" ")
        };
        inventory.automations.iter().map(shown).collect()
    }

    #[test]
    fn the_table_fits_its_model() {
        assert!(super::PAGE.automation.len() > 8);
    }

    #[test]
    fn deliveries_pipelines_timers_and_tasks_are_found() {
        let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: eth, namespace: flux-system}\nspec: {path: ./apps/eth}\n";
        let argo = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: staking, namespace: argocd}\nspec: {source: {path: k8s}}\n";
        let play = "- hosts: all\n  tasks:\n    - block:\n        - ansible.builtin.cron:\n            name: pull and restart\n            job: /opt/up.sh\n";
        let texts = [
            (
                ".github/workflows/deploy.yml",
                "on: push\njobs:\n  a:\n    steps:\n      - run: ansible-playbook site.yml\n",
            ),
            (".github/workflows/lint.yml", "on: push\njobs:\n  a:\n    steps:\n      - run: yamllint .\n"),
            ("a/flux.yaml", flux),
            ("b/argo.yaml", argo),
            ("c/play.yml", play),
            ("d/update.timer", "[Timer]\nOnCalendar=daily\n"),
            ("examples/flux.yaml", flux),
        ];
        assert_eq!(
            found(&texts),
            [
                "pipeline  .github/workflows/deploy.yml -",
                "flux-kustomization flux-system eth apps/eth",
                "argo-application argocd staking k8s",
                "cron-task  pull and restart -",
                "timer  update -",
            ]
        );
    }
}
