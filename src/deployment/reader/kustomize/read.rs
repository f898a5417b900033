//! Goes through what is applied: what Flux and Argo CD deliver, and every kustomization that nobody builds on.

use super::build::Builder;
use super::delivery::{self, Delivery};
use super::kustomization::{self, Kustomization};
use super::transform;
use crate::deployment::ReaderKind;
use crate::deployment::interpolate::{Scope, interpolate};
use crate::deployment::reader::kubernetes::{Object, Release, deploy, manifest};
use crate::deployment::reader::model::Reading;
use crate::deployment::tree;
use crate::source::{FileId, Span, Text};
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};

/// Reads what the kustomizations of a tree come to, and what is delivered from its folders.
pub(in crate::deployment::reader) fn read(workspace: &Workspace, reading: &mut Reading) {
    let all = kustomization::find(workspace);
    let bases = kustomization::bases(&all);
    let (taken, built) = deliverers(workspace, &all, &bases);
    let deliveries = delivery::find(workspace, &taken, &built);
    let mut builder = Builder::new(workspace, &all);
    let mut delivered: BTreeSet<String> = BTreeSet::new();
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    deliveries.iter().for_each(|delivery| *times.entry(delivery.path.as_str()).or_default() += 1);
    for delivery in &deliveries {
        let several = times.get(delivery.path.as_str()).is_some_and(|times| *times > 1);
        if let Some((objects, release)) = resources(delivery, several, &mut builder) {
            delivered.insert(delivery.path.clone());
            if !delivery.off {
                apply(&objects, &release, workspace, reading);
            }
        }
    }
    for (folder, kustomization) in &all {
        if reading.room() == 0 || bases.contains(folder) || delivered.contains(folder) || kustomization.is_component() {
            continue;
        }
        let objects = builder.build(folder);
        let release = Release {
            host: host(folder),
            project: folder.clone(),
            template: tree::is_example(&workspace.file(kustomization.file).path),
            open: builder.open,
            place: kustomization::resources(&kustomization.value).next().map(Text::span),
            ..Release::default()
        };
        apply(&objects, &release, workspace, reading);
    }
    reading.inventory.unseen.append(&mut builder.unseen);
    let own = all.values().map(|kustomization| kustomization.file);
    let files: Vec<FileId> = builder.used.iter().copied().chain(own).collect();
    reading.kinds.extend(files.iter().map(|file| (*file, ReaderKind::Kubernetes)));
    reading.built.extend(files.iter().copied());
    reading.claimed.extend(files);
}

/// Answers the files that kustomizations take in, and the resources that deliver other folders, as kustomizations leave them.
fn deliverers(
    workspace: &Workspace,
    all: &BTreeMap<String, Kustomization>,
    bases: &BTreeSet<String>,
) -> (BTreeSet<FileId>, Vec<(String, Object)>) {
    let mut documents = workspace.written().filter_map(|file| file.document());
    let mentioned = !all.is_empty() && documents.any(|document| delivery::mentions(document.text()));
    let mut builder = Builder::new(workspace, all);
    let mut found = Vec::new();
    for (folder, kustomization) in all.iter().filter(|_| mentioned) {
        if !bases.contains(folder) && !kustomization.is_component() {
            let objects = builder.build(folder).into_iter().filter(|object| delivery::mentions(&object.group));
            found.extend(objects.map(|object| (folder.clone(), object)));
        }
    }
    (builder.used, found)
}

/// Deploys resources, and keeps those that install charts for whoever renders them.
fn apply(objects: &[Object], release: &Release, workspace: &Workspace, reading: &mut Reading) {
    const INSTALL: [&str; 4] = ["HelmRelease", "HelmChart", "Application", "ApplicationSet"];
    const BESIDE: [&str; 2] = ["HelmRepository", "ConfigMap"];
    deploy(objects, release, workspace, reading);
    let is_among = |object: &&Object, kinds: &[&str]| kinds.contains(&object.kind.value.as_str());
    if objects.iter().any(|object| is_among(&object, &INSTALL)) {
        let objects = objects.iter().filter(|object| is_among(object, &INSTALL) || is_among(object, &BESIDE));
        reading.installing.push((objects.cloned().collect(), release.clone()));
    }
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
        place: Some(delivery.place),
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

#[cfg(test)]
mod tests {
    use crate::deployment::show::units;
    use insta::assert_snapshot;

    const ONE: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: vc, labels: {role: validator}}\nspec: {template: {spec: {containers: [{name: vc, image: 'sigp/lighthouse:v8.0.0', args: [lighthouse, vc, --http]}]}}}\n";

    fn shown(kustomization: &str, more: &[(&str, &str)]) -> String {
        let base = [("base/kustomization.yaml", "resources: [vc.yaml]\n"), ("base/vc.yaml", ONE)];
        units(
            &base.iter().chain([&("over/kustomization.yaml", kustomization)]).chain(more).copied().collect::<Vec<_>>(),
        )
    }

    #[test]
    fn patches_find_their_resources_by_selectors() {
        let patched = |target: &str| {
            let patch = "[{op: add, path: /spec/template/spec/containers/0/args/-, value: --mine}]";
            shown(&format!("resources: [../base]\npatches: [{{target: {{{target}}}, patch: '{patch}'}}]\n"), &[])
                .contains("--mine")
        };
        assert!(patched("labelSelector: 'role!=beacon'") && patched("labelSelector: 'role in (validator, signer)'"));
        assert!(!patched("labelSelector: '!role'") && !patched("annotationSelector: 'a=b'"));
    }

    #[test]
    fn builtin_transformers_and_generators_in_files_are_followed_and_others_leave_it_open() {
        let images = "apiVersion: builtin\nkind: ImageTagTransformer\nmetadata: {name: x}\nimageTag: {name: sigp/lighthouse, newTag: v8.0.1}\n";
        let tagged = shown("resources: [../base]\ntransformers: [t.yaml]\n", &[("over/t.yaml", images)]);
        assert!(tagged.contains("sigp/lighthouse:v8.0.1") && !tagged.contains("env open"), "{tagged}");
        let foreign = shown(
            "resources: [../base]\ntransformers: [t.yaml]\n",
            &[("over/t.yaml", "apiVersion: example.org/v1\nkind: Own\nmetadata: {name: x}\n")],
        );
        assert!(foreign.contains("env open: yes"), "{foreign}");
    }

    #[test]
    fn a_patch_stands_in_for_a_resource_of_another_tree_with_holes_for_the_rest() {
        let patch = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: far}\nspec: {template: {spec: {containers: [{name: vc, image: 'sigp/lighthouse:latest'}]}}}\n";
        let far = "resources: ['github.com/org/repo//base?ref=v1']\npatches: [{path: p.yaml}]\n";
        let far = shown(far, &[("over/p.yaml", patch)]);
        assert!(
            far.contains("over/far sigp/lighthouse:latest") && far.contains("words: $(what the other tree says)"),
            "{far}"
        );
        let near = shown("resources: [../base]\npatches: [{path: p.yaml}]\n", &[("over/p.yaml", patch)]);
        assert!(!near.contains("latest"), "nothing is patched: {near}");
    }

    #[test]
    fn patches_times_resources_come_to_an_end_and_leave_the_rest_open() {
        let pods: String =
            (0..150).map(|at| ONE.replace("name: vc, labels", &format!("name: v{at}, labels")) + "---\n").collect();
        let patch = |at| {
            format!(
                "  - target: {{kind: StatefulSet}}\n    patch: '[{{op: add, path: /metadata/labels/a{at}, value: b}}]'\n"
            )
        };
        let shown = |patches: usize| {
            let over = format!("resources: [all.yaml]\npatches:\n{}", (0..patches).map(patch).collect::<String>());
            units(&[("over/kustomization.yaml", &over), ("over/all.yaml", &pods)])
        };
        assert!(!shown(100).contains("env open") && shown(150).contains("env open: yes"));
    }

    #[test]
    fn words_that_a_patch_takes_away_are_remembered() {
        let patch = "resources: [../base]\npatches:\n  - target: {kind: StatefulSet}\n    patch: '[{op: remove, path: /spec/template/spec/containers/0/args/2}]'\n";
        let texts = [
            ("base/kustomization.yaml", "resources: [vc.yaml]\n"),
            ("base/vc.yaml", ONE),
            ("over/kustomization.yaml", patch),
        ];
        let inventory = crate::deployment::read(&crate::workspace::Workspace::of(&texts));
        let changed = inventory.units[0].command.changed.expect("is remembered");
        assert_eq!(&patch[changed.start as usize..changed.end as usize], "/spec/template/spec/containers/0/args/2");
    }

    const BASE: &str = r#"
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: validator}
spec:
  replicas: 1
  template:
    metadata: {labels: {app: validator}}
    spec:
      containers:
        - name: vc
          image: sigp/lighthouse:v7.0.0
          args: [lighthouse, vc, --network=$(NETWORK)]
          envFrom: [{configMapRef: {name: settings}}]
          volumeMounts: [{name: keys, mountPath: /keys}, {name: data, mountPath: /data}]
      volumes: [{name: keys, secret: {secretName: keys}}, {name: data, emptyDir: {}}]
---
apiVersion: v1
kind: Service
metadata: {name: validator}
spec: {selector: {app: validator}, ports: [{port: 5062}]}
"#;

    #[test]
    fn overlays_are_laid_over_their_bases() {
        let prod = r#"
namespace: eth
namePrefix: prod-
resources: [../../base]
commonLabels: {env: prod}
images: [{name: sigp/lighthouse, newTag: v8.0.0}]
configMapGenerator: [{name: settings, literals: [NETWORK=mainnet]}]
secretGenerator: [{name: keys, files: [keys/k.json, other.json=keys/k2.json]}]
patches:
  - path: patch.yaml
  - target: {kind: StatefulSet, name: valid.*}
    patch: |-
      - {op: add, path: /spec/template/spec/containers/0/args/-, value: --metrics}
replicas: [{name: validator, count: 2}]
"#;
        let patch = r#"
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: validator}
spec: {template: {spec: {volumes: [{name: data, $patch: delete}, {name: data2, hostPath: {path: /srv}}]}}}
"#;
        let texts = [
            ("base/kustomization.yaml", "resources: [all.yaml]\n"),
            ("base/all.yaml", BASE),
            ("overlays/prod/kustomization.yaml", prod),
            ("overlays/prod/patch.yaml", patch),
            ("overlays/prod/keys/k.json", "{}"),
            (
                "overlays/test/kustomization.yml",
                "resources: [../../base, https://example.org/x]\ncomponents: [../../part]\n",
            ),
            ("part/kustomization.yaml", "kind: Component\nresources: [../part]\nnameSuffix: -c\n"),
            ("loop/kustomization.yaml", "resources: [../loop2]\n"),
            ("loop2/kustomization.yaml", "resources: [../loop]\n"),
        ];
        assert_snapshot!(units(&texts), @r"
prod/eth/prod-validator sigp/lighthouse:v8.0.0
  project: overlays/prod
  words: lighthouse | vc | --network=mainnet | --metrics
  env: NETWORK=mainnet
  mounts: tree:overlays/prod/kustomization.yaml//eth/secret/prod-keys -> /keys ro, tree:overlays/prod/keys/k.json -> /keys/k.json ro, tree:overlays/prod/keys/k2.json -> /keys/other.json ro, ?data -> /data
  replicas: Count(2)
  restart: Always
  rollout: AtMostOne
  ordinals: yes
  domain: prod
  loopback: prod/eth/prod-validator
  names: prod-validator.eth prod-validator.eth.svc prod-validator.eth.svc.cluster.local prod-validator.eth.svc.cluster.local.
  labels: app=validator env=prod
test/validator-c sigp/lighthouse:v7.0.0
  project: overlays/test
  words: lighthouse | vc | --network=$(NETWORK)
  env open: yes
  mounts: outside:secret/keys -> /keys ro, anonymous -> /data
  replicas: Count(1)
  restart: Always
  rollout: AtMostOne
  ordinals: yes
  domain: test
  loopback: test/validator-c
  labels: app=validator
");
    }

    #[test]
    fn what_is_delivered_twice_runs_twice() {
        let flux = |name: &str, namespace: &str| {
            format!(
                "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}}}\nspec:\n  path: ./apps/vc\n  targetNamespace: {namespace}\n  postBuild: {{substitute: {{TAG: v8.0.0}}}}\n"
            )
        };
        let argo = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: vc}\nspec:\n  generators: [{list: {elements: [{cluster: one}, {cluster: two}]}}]\n  template: {spec: {source: {path: raw/vc}, destination: {name: '{{cluster}}', namespace: eth}}}\n";
        let pod =
            "apiVersion: v1\nkind: Pod\nmetadata: {name: vc}\nspec: {containers: [{name: vc, image: \"a:${TAG}\"}]}\n";
        let texts = [
            ("apps/vc/kustomization.yaml", "resources: [pod.yaml]\n"),
            ("apps/vc/pod.yaml", pod),
            ("clusters/a/vc.yaml", &flux("vc", "one")),
            ("clusters/b/vc.yaml", &flux("vc", "one")),
            ("argo/set.yaml", argo),
            ("raw/vc/pod.yaml", pod),
        ];
        assert_snapshot!(units(&texts), @r"
a/one/vc a:v8.0.0
  project: apps/vc on a
  open: Image
  restart: Always
  domain: a
  loopback: a/one/vc
b/one/vc a:v8.0.0
  project: apps/vc on b
  open: Image
  restart: Always
  domain: b
  loopback: b/one/vc
one/eth/vc a:${TAG}
  project: raw/vc on one
  open: Image
  restart: Always
  domain: one
  loopback: one/eth/vc
two/eth/vc a:${TAG}
  project: raw/vc on two
  open: Image
  restart: Always
  domain: two
  loopback: two/eth/vc
");
    }
}
