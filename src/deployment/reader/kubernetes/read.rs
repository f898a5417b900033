//! Raw manifests: resources that no kustomization and no chart takes up, applied as they are.

use super::deploy::deploy;
use super::environment::Environments;
use super::model::{Object, Release};
use super::object::{is_resource, of_document};
use super::workload::Workload;
use crate::deployment::ReaderKind;
use crate::deployment::reader::model::Reading;
use crate::deployment::tree;
use crate::source::FileId;
use crate::workspace::{SourceFile, Workspace};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What is deployed as one: the environment, whether it is an example, and the file where it is one of several to choose from.
type Part = (String, bool, Option<String>);

/// Files to choose from are given no more resources together that all of them have in common.
const MOST_SHARED: usize = 40_000;

/// Reads the manifests that nobody else has taken.
pub(in crate::deployment::reader) fn read(workspace: &Workspace, reading: &mut Reading) {
    let manifests: Vec<(&SourceFile, Vec<Object>)> = {
        let files =
            workspace.written().collect::<Vec<_>>().into_par_iter().filter(|file| !reading.claimed.contains(&file.id));
        files.filter_map(|file| Some((file, manifest(file, workspace)?))).collect()
    };
    reading.claimed.extend(manifests.iter().map(|(file, _)| file.id));
    reading.kinds.extend(manifests.iter().map(|(file, _)| (file.id, ReaderKind::Kubernetes)));
    let all = manifests.iter().flat_map(|(file, objects)| objects.iter().map(|object| (file.folder(), object)));
    let environments = Environments::of(all);
    let choices = choices(&manifests);
    let mut releases: BTreeMap<Part, (String, Vec<Object>)> = BTreeMap::new();
    for (file, objects) in manifests {
        let template = file.template || tree::is_example(&file.path);
        // An example beside the manifests is one of its own.
        let environment = environments.environment(file.folder());
        let alternative = choices.get(&file.id).cloned();
        let (folder, found) = releases
            .entry((environment, template, alternative))
            .or_insert_with(|| (file.folder().to_owned(), Vec::new()));
        *folder = common(folder, file.folder());
        found.extend(objects);
    }
    let shared: BTreeMap<(String, bool), Vec<Object>> = releases
        .iter()
        .filter(|((_, _, alternative), _)| alternative.is_none())
        .map(|((host, template, _), (_, objects))| ((host.clone(), *template), without_workloads(objects)))
        .collect();
    let mut left = MOST_SHARED;
    for ((host, template, alternative), (project, mut objects)) in releases {
        // A choice is given what the whole environment is given.
        let given = shared.get(&(host.clone(), template)).filter(|_| alternative.is_some());
        let room = given.map_or(Some(left), |given| left.checked_sub(given.len()));
        objects.extend(given.filter(|_| room.is_some()).into_iter().flatten().cloned());
        left = room.unwrap_or(left);
        let release = Release { host, project, template, alternative, open: room.is_none(), ..Release::default() };
        deploy(&objects, &release, workspace, reading);
    }
}

/// Answers the resources of a file, if it is a manifest.
pub(in crate::deployment::reader) fn manifest(file: &SourceFile, workspace: &Workspace) -> Option<Vec<Object>> {
    let document = file.document()?;
    document.roots().any(is_resource).then_some(())?;
    // The templates of a chart are rendered, not applied.
    let chart = |folder: &str| tree::join(folder, "Chart.yaml").and_then(|path| workspace.find(&path)).is_some();
    let of_chart = file
        .folder()
        .match_indices("templates")
        .any(|(at, _)| chart(file.folder().get(..at).unwrap_or_default().trim_end_matches('/')));
    (!of_chart).then(|| of_document(document))
}

/// Files of one folder that define one and the same workload are choices: each with its stem.
fn choices(manifests: &[(&SourceFile, Vec<Object>)]) -> BTreeMap<FileId, String> {
    let mut defined: BTreeMap<(&str, &str, &str, &str), Vec<&SourceFile>> = BTreeMap::new();
    for (file, objects) in manifests {
        for object in objects.iter().filter(|object| object.value.path(&["spec", "template", "spec"]).is_some()) {
            let namespace = object.namespace.as_deref().unwrap_or_default();
            let identity = (file.folder(), object.kind.value.as_str(), namespace, object.name.value.as_str());
            defined.entry(identity).or_default().push(file);
        }
    }
    let several = defined.into_values().filter(|files| files.iter().any(|file| file.id != files[0].id));
    several.flatten().map(|file| (file.id, tree::stem(&file.path).to_owned())).collect()
}

fn without_workloads(objects: &[Object]) -> Vec<Object> {
    objects.iter().filter(|object| Workload::of(object).is_none()).cloned().collect()
}

/// The folder that holds both.
fn common(one: &str, other: &str) -> String {
    let parts = one.split('/').zip(other.split('/')).take_while(|(one, other)| one == other);
    parts.map(|(part, _)| part).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::{facts, units};
    use insta::assert_snapshot;

    fn shown(text: &str) -> String {
        units(&[("k8s/all.yaml", text)])
    }

    #[test]
    fn controllers_run_pods() {
        assert_snapshot!(shown(
            r#"
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: validator, namespace: eth}
spec:
  serviceName: validator
  replicas: 1
  podManagementPolicy: Parallel
  template:
    metadata: {labels: {app: validator}}
    spec:
      terminationGracePeriodSeconds: 120
      initContainers:
        - {name: clean, image: busybox, command: [rm, -rf, /data/x], volumeMounts: [{name: data, mountPath: /data}]}
      containers:
        - name: vc
          image: sigp/lighthouse:v8.0.0
          command: [lighthouse, vc]
          args:
            - --beacon-nodes=$(BEACON)
            - --graffiti=$(hostname)
          env:
            - {name: BEACON, value: "http://beacon.eth:5052"}
            - {name: NS, valueFrom: {fieldRef: {fieldPath: metadata.namespace}}}
          resources: {limits: {memory: 2Gi}}
          securityContext: {readOnlyRootFilesystem: true}
          ports: [{containerPort: 5062, name: http, hostPort: 5062}]
          volumeMounts:
            - {name: data, mountPath: /data}
            - {name: keys, mountPath: /keys, readOnly: true}
            - {name: tmp, mountPath: /tmp}
            - {name: shared, mountPath: /shared, subPath: a}
      volumes:
        - {name: keys, secret: {secretName: keys}}
        - {name: tmp, emptyDir: {}}
        - {name: shared, persistentVolumeClaim: {claimName: shared}}
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce]}}]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: shared, namespace: eth}
spec: {accessModes: [ReadWriteMany]}
---
apiVersion: v1
kind: Service
metadata: {name: validator, namespace: eth}
spec:
  type: LoadBalancer
  selector: {app: validator}
  ports: [{port: 80, targetPort: http}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: off}
spec:
  replicas: 0
  template: {spec: {hostNetwork: true, containers: [{name: a, image: a}, {name: b, image: b}]}}
"#
        ), @r"
eth/validator/clean busybox
  project: k8s
  program: rm | -rf | /data/x
  mounts: outside:eth/data-validator -> /data each
  restart: OnFailure
  rollout: AtMostOne
  ordinals: yes
  stop grace: 120 s
  exposed: the Service `validator` of type LoadBalancer
  domain: cluster
  loopback: eth/validator
  names: validator.eth validator.eth.svc validator.eth.svc.cluster.local validator.eth.svc.cluster.local. validator-0.validator validator-0.validator.eth validator-0.validator.eth.svc validator-0.validator.eth.svc.cluster.local validator-0.validator.eth.svc.cluster.local.
  labels: app=validator
eth/validator sigp/lighthouse:v8.0.0
  project: k8s
  before: rm | -rf | /data/x
  program: lighthouse | vc | --beacon-nodes=http://beacon.eth:5052 | --graffiti=$(hostname)
  env: BEACON=http://beacon.eth:5052 NS=eth
  ports: * 5062 5062 tcp
  mounts: outside:eth/data-validator -> /data each, outside:eth/secret/keys -> /keys ro, anonymous -> /tmp, outside:eth/shared/a -> /shared shared
  replicas: Count(1)
  restart: Always
  rollout: AtMostOne
  ordinals: yes
  stop grace: 120 s
  memory: 2147483648 bytes
  exposed: the Service `validator` of type LoadBalancer
  domain: cluster
  loopback: eth/validator
  names: validator.eth validator.eth.svc validator.eth.svc.cluster.local validator.eth.svc.cluster.local. validator-0.validator validator-0.validator.eth validator-0.validator.eth.svc validator-0.validator.eth.svc.cluster.local validator-0.validator.eth.svc.cluster.local.
  labels: app=validator
/off/a a
  project: k8s
  open: Image
  replicas: Count(0)
  restart: Always
  rollout: Overlapping
  domain: cluster
  loopback: /off
  network: host
  active: Off
/off/b b
  project: k8s
  open: Image
  replicas: Count(0)
  restart: Always
  rollout: Overlapping
  domain: cluster
  loopback: /off
  network: host
  active: Off
");
    }

    #[test]
    fn configuration_comes_from_other_resources() {
        let text = r#"
apiVersion: v1
kind: ConfigMap
metadata: {name: teku}
data:
  teku.yaml: |
    network: hoodi
    rest-api-enabled: true
  start.sh: |
    #!/bin/sh
    exec teku validator-client --config-file=/config/teku.yaml --graffiti=$GRAFFITI
  GRAFFITI: hello
---
apiVersion: v1
kind: Secret
metadata: {name: passwords}
data: {wallet-password.txt: aHVudGVyMg==}
stringData: {DB_PASSWORD: kestrel}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: job}
spec:
  suspend: true
  jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: j, image: j}]}}}}
---
apiVersion: v1
kind: Pod
metadata: {name: vc}
spec:
  containers:
    - name: vc
      image: consensys/teku:25.11.0
      command: [sh, /scripts/start.sh]
      envFrom: [{configMapRef: {name: teku}}, {secretRef: {name: missing}}]
      env:
        - {name: PASSWORD, valueFrom: {secretKeyRef: {name: passwords, key: DB_PASSWORD}}}
        - {name: TOKEN, valueFrom: {secretKeyRef: {name: missing, key: x}}}
      volumeMounts:
        - {name: config, mountPath: /scripts}
        - {name: config, mountPath: /config/teku.yaml, subPath: teku.yaml}
        - {name: all, mountPath: /all}
  volumes:
    - {name: config, configMap: {name: teku}}
    - name: all
      projected:
        sources: [{configMap: {name: teku, items: [{key: teku.yaml, path: t.yml}]}}, {secret: {name: passwords}}]
"#;
        assert_snapshot!(shown(text), @r"
/job j
  project: k8s
  open: Image
  restart: No
  domain: cluster
  loopback: /job
  active: Off
/vc consensys/teku:25.11.0
  project: k8s
  wrappers: /scripts/start.sh
  program: teku | validator-client | --config-file=/config/teku.yaml | --graffiti=hello
  env: teku.yaml=network: hoodi
rest-api-enabled: true
 start.sh=#!/bin/sh
exec teku validator-client --config-file=/config/teku.yaml --graffiti=$GRAFFITI
 GRAFFITI=hello PASSWORD=kestrel TOKEN=(from outside: TOKEN)
  env open: yes
  mounts: tree:k8s/all.yaml//configmap/teku -> /scripts ro, tree:k8s/all.yaml//configmap/teku/teku.yaml -> /config/teku.yaml ro, ?projected -> /all ro, tree:k8s/all.yaml//configmap/teku/teku.yaml -> /all/t.yml ro, tree:k8s/all.yaml//secret/passwords/wallet-password.txt -> /all/wallet-password.txt ro, tree:k8s/all.yaml//secret/passwords/DB_PASSWORD -> /all/DB_PASSWORD ro
  restart: Always
  domain: cluster
  loopback: /vc
");
        assert_snapshot!(facts(&[("k8s/all.yaml", text)]), @r"
Password wallet-password k8s/all.yaml `aHVudGVyMg==`
Password PASSWORD k8s/all.yaml `kestrel`
settings k8s/all.yaml//configmap/teku: teku.yaml=network: hoodi
rest-api-enabled: true
 start.sh=#!/bin/sh
exec teku validator-client --config-file=/config/teku.yaml --graffiti=$GRAFFITI
 GRAFFITI=hello
settings k8s/all.yaml//configmap/teku/teku.yaml: network=hoodi rest-api-enabled=true
settings k8s/all.yaml//secret/passwords: wallet-password=hunter2 DB_PASSWORD=kestrel
");
    }

    #[test]
    fn environments_are_told_apart_by_what_is_there_twice() {
        let pod = |namespace: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: vc, namespace: {namespace}}}\nspec: {{containers: [{{name: vc, image: a}}]}}\n"
            )
        };
        let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: vc}\nspec: {template: {spec: {containers: [{name: vc, image: a}]}}}\n";
        let texts =
            [("k8s/a/vc.yaml", set), ("k8s/b/vc.yaml", set), ("k8s/b/pod.yaml", &pod("eth")), ("k8s/b/teku.yaml", set)];
        assert_snapshot!(units(&texts), @r"
k8s/a/vc a
  project: k8s/a
  open: Image
  restart: Always
  rollout: AtMostOne
  ordinals: yes
  domain: k8s/a
  loopback: k8s/a/vc
k8s/b/eth/vc a
  project: k8s/b
  open: Image
  restart: Always
  domain: k8s/b
  loopback: k8s/b/eth/vc
k8s/b/vc a
  project: k8s/b
  alternative: teku
  open: Image
  restart: Always
  rollout: AtMostOne
  ordinals: yes
  domain: k8s/b
  loopback: k8s/b/vc
k8s/b/vc a
  project: k8s/b
  alternative: vc
  open: Image
  restart: Always
  rollout: AtMostOne
  ordinals: yes
  domain: k8s/b
  loopback: k8s/b/vc
");
    }
}
