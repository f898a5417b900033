//! Resources of Kubernetes: the provider's blocks become what a manifest would say.

use super::read::Ground;
use crate::deployment::hcl::{Attribute, Block};
use crate::deployment::reader::kubernetes::{Object, Release, deploy, of_document, of_value};
use crate::deployment::reader::model::Reading;
use crate::deployment::value::{Body, Entry, Tag, Value};
use crate::document::{Syntax, parse_rendered};
use crate::source::{Span, Spanned, Text};

/// Resources of the provider, the kind that each stands for, and its version.
const KINDS: [(&str, &str, &str); 12] = [
    ("kubernetes_config_map", "ConfigMap", "v1"),
    ("kubernetes_cron_job", "CronJob", "batch/v1"),
    ("kubernetes_daemon_set", "DaemonSet", "apps/v1"),
    ("kubernetes_daemonset", "DaemonSet", "apps/v1"),
    ("kubernetes_deployment", "Deployment", "apps/v1"),
    ("kubernetes_ingress", "Ingress", "networking.k8s.io/v1"),
    ("kubernetes_job", "Job", "batch/v1"),
    ("kubernetes_persistent_volume_claim", "PersistentVolumeClaim", "v1"),
    ("kubernetes_pod", "Pod", "v1"),
    ("kubernetes_secret", "Secret", "v1"),
    ("kubernetes_service", "Service", "v1"),
    ("kubernetes_stateful_set", "StatefulSet", "apps/v1"),
];
/// Blocks that stand for the items of a list, and what that is called.
const LISTS: [(&str, &str); 16] = [
    ("container", "containers"),
    ("env", "env"),
    ("env_from", "envFrom"),
    ("host_aliases", "hostAliases"),
    ("image_pull_secrets", "imagePullSecrets"),
    ("init_container", "initContainers"),
    ("items", "items"),
    ("item", "items"),
    ("match_expressions", "matchExpressions"),
    ("path", "paths"),
    ("port", "ports"),
    ("rule", "rules"),
    ("toleration", "tolerations"),
    ("volume", "volumes"),
    ("volume_claim_template", "volumeClaimTemplates"),
    ("volume_mount", "volumeMounts"),
];
/// Blocks nest no deeper.
const DEEPEST: usize = 16;

/// Takes the units of every resource of Kubernetes, as one release.
pub(super) fn read(ground: &Ground<'_>, reading: &mut Reading) {
    let objects: Vec<Object> = ground.resources().flat_map(|block| objects(block, ground)).collect();
    if objects.is_empty() {
        return;
    }
    let release = Release { host: ground.host.to_owned(), project: ground.module.folder.clone(), ..Release::default() };
    deploy(&objects, &release, ground.workspace, reading);
}

fn objects(block: &Block, ground: &Ground<'_>) -> Vec<Object> {
    let kind = block.label(0);
    let get = |name: &str| block.body.get(name).map(|value| ground.scope.value(value));
    match kind {
        "kubernetes_manifest" => get("manifest").map(of_value).unwrap_or_default(),
        "kubectl_manifest" => match get("yaml_body").as_ref().and_then(Value::text) {
            Some(text) => of_document(&parse_rendered(text, Syntax::Yaml)),
            None => Vec::new(),
        },
        _ => {
            let bare = kind.strip_suffix("_v1").unwrap_or(kind);
            let Some((_, name, version)) = KINDS.iter().find(|(own, ..)| *own == bare) else { return Vec::new() };
            let place = block.labels.first().map_or(block.place, |label| label.span);
            let mut value = map(block, ground, 0);
            if let Body::Map(entries) = &mut value.body {
                entries.insert(0, word("kind", name, place));
                entries.insert(0, word("apiVersion", version, place));
            }
            of_value(value)
        }
    }
}

fn word(key: &str, value: &str, place: Span) -> Entry {
    let value = Value { place, tag: Tag::None, body: Body::Scalar(Text::literal(value, place)) };
    Entry { key: Spanned::new(key.to_owned(), place), value }
}

/// What a block says, in the words of a manifest.
fn map(block: &Block, ground: &Ground<'_>, depth: usize) -> Value {
    let mut entries: Vec<Entry> = block.body.attributes.iter().map(|one| attribute(one, ground)).collect();
    for inner in block.body.blocks.iter().filter(|_| depth < DEEPEST) {
        let value = map(inner, ground, depth + 1);
        let list = LISTS.iter().find(|(name, _)| *name == inner.kind.value);
        let Some((_, plural)) = list else {
            entries.push(Entry { key: inner.kind.clone().map(|name| camel(&name)), value });
            continue;
        };
        match entries.iter_mut().find(|entry| entry.key.value == *plural).map(|entry| &mut entry.value.body) {
            Some(Body::List(items)) => items.push(value),
            _ => {
                let items = Value { place: inner.place, tag: Tag::None, body: Body::List(vec![value]) };
                entries.push(Entry { key: inner.kind.clone().map(|_| (*plural).to_owned()), value: items });
            }
        }
    }
    Value { place: block.place, tag: Tag::None, body: Body::Map(entries) }
}

fn attribute(one: &Attribute, ground: &Ground<'_>) -> Entry {
    Entry { key: one.name.clone().map(|name| camel(&name)), value: ground.scope.value(&one.value) }
}

/// `termination_grace_period_seconds` is `terminationGracePeriodSeconds` in a manifest; an address ends in `IP`.
fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |whole, part| match (part, part.get(..1), part.get(1..)) {
        ("ip", ..) => whole + "IP",
        (_, Some(start), Some(rest)) => format!("{whole}{}{rest}", start.to_uppercase()),
        _ => whole + part,
    })
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::units;
    use insta::assert_snapshot;

    #[test]
    fn blocks_say_what_a_manifest_says() {
        let main = "resource \"kubernetes_stateful_set_v1\" \"vc\" {\n  metadata {\n    name = \"vc\"\n    namespace = \"eth\"\n  }\n  spec {\n    replicas = 2\n    template {\n      metadata { labels = { app = \"vc\" } }\n      spec {\n        termination_grace_period_seconds = 180\n        container {\n          name = \"validator\"\n          image = \"sigp/lighthouse:v8.0.0\"\n          args = [\"lighthouse\", \"vc\", \"--datadir\", \"/data\"]\n          env {\n            name = \"A\"\n            value = \"b\"\n          }\n          volume_mount {\n            name = \"data\"\n            mount_path = \"/data\"\n          }\n        }\n        volume {\n          name = \"data\"\n          empty_dir {}\n        }\n      }\n    }\n  }\n}\n";
        assert_snapshot!(units(&[("prod/main.tf", main)]), @"
        prod/eth/vc sigp/lighthouse:v8.0.0
          project: prod
          words: lighthouse | vc | --datadir | /data
          env: A=b
          mounts: anonymous -> /data
          replicas: Count(2)
          restart: Always
          rollout: AtMostOne
          ordinals: yes
          stop grace: 180 s
          domain: prod
          loopback: prod/eth/vc
          labels: app=vc
        ");
    }
}
