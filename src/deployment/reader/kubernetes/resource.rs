//! Resources that an operator makes pods of: their typed fields are flags, as `rules/resources/` says.

use super::cluster::Cluster;
use super::model::Object;
use super::object::spanned;
use super::pod::handle;
use super::service::forms;
use super::storage::Ground;
use super::workload::{Workload, count};
use crate::catalogue::shelf;
use crate::deployment::quantity::bytes;
use crate::deployment::value::Value;
use crate::deployment::{Command, Mount, MountSource, Restart, Rollout, Supervisor, Unit};
use crate::source::Text;
use crate::workspace::Workspace;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What an operator makes of a kind of resource.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Page {
    /// The group of its `apiVersion`.
    group: String,
    /// Its kind.
    kind: String,
    /// The value of `spec.client` that this is about.
    client: String,
    /// What the operator starts.
    program: Vec<String>,
    /// Where it mounts the volume that it claims.
    data: String,
    /// Fields that name Secrets, and where those are mounted.
    #[serde(default)]
    secrets: BTreeMap<String, String>,
    /// Fields, and what the operator makes of each on the command line.
    flags: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
struct File {
    resource: Vec<Page>,
}

static PAGES: LazyLock<Vec<Page>> = LazyLock::new(|| {
    let files = shelf::below("resources").iter();
    files.filter_map(|(_, json)| serde_json::from_str::<File>(json).ok()).flat_map(|file| file.resource).collect()
});

/// Makes a unit of a resource that an operator is known to make a pod of.
pub(super) fn unit(object: &Object, cluster: &Cluster<'_>, workspace: &Workspace) -> Option<Unit> {
    let spec = object.value.get("spec")?;
    let client = spec.text_of("client")?.known()?;
    let fits = |page: &&Page| page.group == object.group && page.kind == object.kind.value && page.client == client;
    let page = PAGES.iter().find(fits)?;
    let namespace = cluster.namespace(object);
    let release = cluster.release;
    let host = release.host(namespace);
    let name = object.name.clone();
    let memory = spec.path(&["resources", "memoryLimit"]).and_then(Value::text);
    let mut unit = Unit {
        project: release.project.clone(),
        image: spec.text_of("image").cloned(),
        command: command(page, object, spec),
        mounts: mounts(page, object, spec, (namespace, cluster, workspace)),
        env_open: release.open,
        replicas: spec.text_of("replicas").map(count),
        restart: Some(object.kind.clone().map(|_| Restart::Always)),
        rollout: Some(object.kind.clone().map(|_| Rollout::AtMostOne)),
        ordinals: true,
        memory_limit: memory.and_then(|text| bytes(text.known()?).map(|bytes| spanned(text).map(|_| bytes))),
        domain: release.domain(),
        template: release.template,
        released_by: release.place,
        alternative: release.alternative.clone(),
        default: release.default,
        handle: handle(object, namespace),
        host,
        ..Unit::new(name.clone(), Supervisor::Kubernetes, object.value.place)
    };
    unit.names = forms(&name, namespace);
    Some(unit)
}

fn command(page: &Page, object: &Object, spec: &Value) -> Command {
    let mut words: Vec<Text> = page.program.iter().map(|word| Text::inexact(word, object.kind.span)).collect();
    for (field, flag) in &page.flags {
        let values = fields(spec, field);
        let Some(first) = values.first() else { continue };
        let Some((before, after)) = flag.split_once("{}") else {
            if first.known() != Some("false") {
                words.push(Text::inexact(flag, first.span()));
            }
            continue;
        };
        let mut word = Text::inexact(before, first.span());
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                word.push_inexact(",", value.span());
            }
            word.append(value);
        }
        word.push_inexact(after, first.span());
        words.push(word);
    }
    Command { words, entrypoint: true, place: Some(spec.place), ..Command::default() }
}

/// The texts under a dotted path; of lists, those of every item.
fn fields<'v>(spec: &'v Value, path: &str) -> Vec<&'v Text> {
    let mut found = vec![spec];
    for part in path.split('.') {
        found = found.into_iter().filter_map(|value| value.get(part)).flat_map(items).collect();
    }
    found.into_iter().filter_map(Value::text).collect()
}

fn items(value: &Value) -> &[Value] {
    if value.entries().is_empty() { value.list() } else { std::slice::from_ref(value) }
}

fn mounts(
    page: &Page,
    object: &Object,
    spec: &Value,
    (namespace, cluster, workspace): (&str, &Cluster<'_>, &Workspace),
) -> Vec<Mount> {
    let name =
        if namespace.is_empty() { object.name.value.clone() } else { format!("{namespace}/{}", object.name.value) };
    let place = object.kind.span;
    let source = MountSource::Volume { name, external: true };
    let mut mounts = vec![Mount { per_instance: true, ..Mount::new(source, Text::inexact(&page.data, place), place) }];
    let pod = Value::null(place);
    let workload = Workload {
        object,
        metadata: None,
        pod: &pod,
        replicas: None,
        rollout: None,
        ordinals: true,
        parallel: None,
        off: false,
    };
    let room = cluster.data.room(&workload);
    let ground = Ground { workload: &workload, namespace, cluster, workspace, room };
    for (field, target) in &page.secrets {
        let several = field.contains('.');
        for secret in fields(spec, field) {
            let source = ground.secret(secret.value());
            let target = if several { format!("{target}/{}", secret.value()) } else { target.clone() };
            let target = Text::inexact(&target, secret.span());
            mounts.push(Mount { read_only: true, ..Mount::new(source, target, secret.span()) });
        }
    }
    mounts
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::units;
    use insta::assert_snapshot;

    #[test]
    fn typed_fields_are_flags() {
        assert_snapshot!(units(&[("kotal.yaml", r#"
apiVersion: ethereum2.kotal.io/v1alpha1
kind: Validator
metadata: {name: teku-validator}
spec:
  client: teku
  network: mainnet
  beaconEndpoints: ["http://one:8888", "http://two:8888"]
  keystores: [{secretName: one}, {secretName: two}]
  resources: {memoryLimit: 1Gi}
---
apiVersion: ethereum2.kotal.io/v1alpha1
kind: BeaconNode
metadata: {name: node}
spec: {client: lighthouse, rest: true, restPort: 8888, jwtSecretName: jwt}
---
apiVersion: ethereum2.kotal.io/v1alpha1
kind: BeaconNode
metadata: {name: other}
spec: {client: unheard-of}
"#)]), @r"
/teku-validator -
  program: teku | validator-client | --data-path=/data | --validators-keystore-locking-enabled=false | --beacon-node-api-endpoint=http://one:8888,http://two:8888 | --validator-keys=/keys:/keys | --network=mainnet
  mounts: outside:teku-validator -> /data each, outside:secret/one -> /keys/one ro, outside:secret/two -> /keys/two ro
  restart: Always
  rollout: AtMostOne
  ordinals: yes
  memory: 1073741824 bytes
  domain: cluster
/node -
  program: lighthouse | bn | --datadir=/data | --execution-jwt=/secrets/secret | --http | --http-port=8888
  mounts: outside:node -> /data each, outside:secret/jwt -> /secrets ro
  restart: Always
  rollout: AtMostOne
  ordinals: yes
  domain: cluster
");
    }
}
