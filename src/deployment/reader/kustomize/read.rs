//! Goes through what is applied: what Flux and Argo CD deliver, and every kustomization that nobody builds on.

use super::build::Builder;
use super::delivery::{self, Delivery};
use super::kustomization;
use super::transform;
use crate::deployment::ReaderKind;
use crate::deployment::interpolate::{Scope, interpolate};
use crate::deployment::reader::kubernetes::{Object, Release, deploy, manifest};
use crate::deployment::reader::model::Reading;
use crate::deployment::tree;
use crate::source::{FileId, Span};
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};

/// Reads what the kustomizations of a tree come to, and what is delivered from its folders.
pub(in crate::deployment::reader) fn read(workspace: &Workspace, reading: &mut Reading) {
    let all = kustomization::find(workspace);
    let deliveries = delivery::find(workspace);
    let mut builder = Builder::new(workspace, &all);
    let mut delivered: BTreeSet<String> = BTreeSet::new();
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    deliveries.iter().for_each(|delivery| *times.entry(delivery.path.as_str()).or_default() += 1);
    for delivery in &deliveries {
        let several = times.get(delivery.path.as_str()).is_some_and(|times| *times > 1);
        if let Some((objects, release)) = resources(delivery, several, &mut builder) {
            delivered.insert(delivery.path.clone());
            if !delivery.off {
                deploy(&objects, &release, workspace, reading);
            }
        }
    }
    let bases = kustomization::bases(&all);
    for (folder, kustomization) in &all {
        if bases.contains(folder) || delivered.contains(folder) || kustomization.is_component() {
            continue;
        }
        let objects = builder.build(folder);
        let release = Release {
            host: host(folder),
            project: folder.clone(),
            template: tree::is_example(&workspace.file(kustomization.file).path),
            open: builder.open,
            ..Release::default()
        };
        deploy(&objects, &release, workspace, reading);
    }
    let own = all.values().map(|kustomization| kustomization.file);
    let files: Vec<FileId> = builder.used.iter().copied().chain(own).collect();
    reading.kinds.extend(files.iter().map(|file| (*file, ReaderKind::Kubernetes)));
    reading.claimed.extend(files);
}

/// The host that an overlay's folder stands for: folders that only group overlays are left out.
fn host(folder: &str) -> String {
    let parts: Vec<&str> = folder.split('/').filter(|part| !matches!(*part, "overlays" | "overlay")).collect();
    tree::host(&parts.join("/"))
}

/// Answers what a delivery applies, and how; nothing if its folder is not in the tree, or is a chart.
fn resources(delivery: &Delivery, several: bool, builder: &mut Builder<'_>) -> Option<(Vec<Object>, Release)> {
    let workspace = builder.workspace;
    let folder = delivery.path.as_str();
    let chart = tree::join(folder, "Chart.yaml").is_some_and(|path| workspace.find(&path).is_some());
    let mut objects = if builder.all.contains_key(folder) {
        builder.build(folder)
    } else if chart || folder.is_empty() {
        return None;
    } else {
        builder.open = false;
        plain(delivery, builder)
    };
    if objects.is_empty() {
        return None;
    }
    let place = objects.first().map_or(Span::new(FileId(0), 0, 0), |object| object.kind.span);
    if let Some(changes) = &delivery.changes {
        builder.change(changes, folder, &mut objects);
    }
    if let Some(namespace) = delivery.namespace.as_deref().filter(|_| delivery.moves) {
        transform::apply(&delivery::moving(namespace, place), &mut objects);
    }
    if let Some(scope) = &delivery.fills {
        fill(&mut objects, scope);
    }
    let project = if several { format!("{folder} on {}", delivery.host) } else { folder.to_owned() };
    let release = Release {
        host: delivery.host.clone(),
        project,
        namespace: delivery.namespace.clone(),
        template: tree::is_example(&format!("{folder}/x")),
        open: builder.open,
        ..Release::default()
    };
    Some((objects, release))
}

/// The manifests of a folder without a kustomization.
fn plain(delivery: &Delivery, builder: &mut Builder<'_>) -> Vec<Object> {
    let workspace = builder.workspace;
    let files = workspace.under(&delivery.path).iter();
    let files = files.filter(|file| delivery.deep || file.folder() == delivery.path);
    let mut objects = Vec::new();
    for file in files {
        if let Some(found) = manifest(file, workspace) {
            builder.used.insert(file.id);
            objects.extend(found);
        }
    }
    objects
}

/// Fills variables as Flux does after building.
fn fill(objects: &mut [Object], scope: &Scope) {
    for object in objects {
        transform::each_text(&mut object.value, 0, &mut |text| {
            text.value().contains("${").then(|| interpolate(text, scope, &mut Vec::new()))
        });
    }
}
