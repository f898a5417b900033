//! What playbooks apply to clusters becomes releases: one a cluster, whichever hosts the tasks run for.

use super::deed::{Deed, Identity, What, identity};
use crate::deployment::reader::kubernetes::{Object, Release, deploy};
use crate::deployment::reader::model::Reading;
use crate::deployment::value::{Body, Value};
use crate::deployment::{Condition, Unit};
use crate::source::{FileId, Span};
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// No cluster is given more resources.
const MOST: usize = 20_000;

/// A resource that a playbook applies.
#[derive(Clone)]
pub(super) struct Applied {
    cluster: String,
    object: Object,
    /// The files that it was taken from; none if it stands in the task.
    files: Vec<FileId>,
    /// The task that applies it.
    task: Span,
    condition: Option<Condition>,
}

/// Answers what the tasks of a host apply and leave, and the files that they take it from.
pub(super) fn applied(deeds: &[Deed]) -> (Vec<Applied>, Vec<FileId>) {
    let mut taken: Vec<FileId> = Vec::new();
    let mut left: BTreeMap<(String, Identity), Applied> = BTreeMap::new();
    for deed in deeds {
        match &deed.what {
            What::Apply { files, .. } if deed.is_avoided() => taken.extend(files),
            What::Apply { cluster, object, files } => {
                taken.extend(files);
                let condition = deed.condition().map(|text| {
                    let stopped_otherwise = withdrawn(&identity(object), deed, deeds);
                    Condition { text, stopped_otherwise }
                });
                let (cluster, files) = (cluster.clone(), files.clone());
                let one = Applied { cluster, object: (**object).clone(), files, task: deed.place, condition };
                left.insert((one.cluster.clone(), identity(&one.object)), one);
            }
            What::Withdraw { gone, files } => {
                taken.extend(files);
                left.retain(|(_, known), _| known != gone || !deed.is_certain());
            }
            _ => {}
        }
    }
    (left.into_values().collect(), taken)
}

/// Tells whether a task takes a resource away under other conditions than those that it is applied under.
fn withdrawn(wanted: &Identity, deed: &Deed, deeds: &[Deed]) -> bool {
    let same = |other: &Deed| {
        other.given.len() == deed.given.len()
            && other.given.iter().zip(&deed.given).all(|(one, two)| one.text.value() == two.text.value())
    };
    deeds.iter().any(|other| matches!(&other.what, What::Withdraw { gone, .. } if gone == wanted) && !same(other))
}

/// Whom resources are applied for.
pub(super) struct For {
    /// What tells the inventory from others; empty if it is the only one.
    pub environment: String,
    /// The host by its name in the fleet.
    pub host: String,
    /// The folder of the playbook.
    pub folder: String,
    /// The inventory is an example.
    pub template: bool,
    /// A role does it by default.
    pub default: bool,
}

/// The releases of a tree, as they come together.
#[derive(Default)]
pub(super) struct Releases {
    found: Vec<Growing>,
}

struct Growing {
    cluster: String,
    release: Release,
    applied: BTreeMap<Identity, Applied>,
}

impl Releases {
    /// Takes what is applied for one host. Hosts that would apply one and the same resource differently have a cluster each.
    pub fn take(&mut self, found: Vec<Applied>, owner: &For) {
        let mut clusters: BTreeMap<String, Vec<Applied>> = BTreeMap::new();
        for one in found {
            clusters.entry(one.cluster.clone()).or_default().push(one);
        }
        for (cluster, found) in clusters {
            let host = [owner.environment.as_str(), &cluster].into_iter().filter(|part| !part.is_empty());
            let host = host.collect::<Vec<_>>().join("/");
            let clashes = |growing: &Growing| {
                found.iter().any(|one| {
                    let known = growing.applied.get(&identity(&one.object));
                    known.is_some_and(|known| content(&known.object.value) != content(&one.object.value))
                })
            };
            let named = |name: &str| self.found.iter().position(|one| one.release.host == name && !clashes(one));
            let taken = self.found.iter().any(|one| one.release.host == host);
            let at = named(&host).or_else(|| named(&owner.host).filter(|_| taken));
            let growing = match at {
                Some(at) => &mut self.found[at],
                None => self.open(owner, if taken { owner.host.clone() } else { host }, cluster),
            };
            for one in found.into_iter().take(MOST) {
                growing.applied.entry(identity(&one.object)).or_insert(one);
            }
        }
    }

    fn open(&mut self, owner: &For, host: String, cluster: String) -> &mut Growing {
        let release = Release {
            host,
            project: owner.folder.clone(),
            template: owner.template,
            default: owner.default,
            ..Release::default()
        };
        let at = self.found.len();
        self.found.push(Growing { cluster, release, applied: BTreeMap::new() });
        &mut self.found[at]
    }

    /// Makes units of all resources. What two environments are given alike is one cluster, as far as the tree tells.
    pub fn deploy(self, workspace: &Workspace, reading: &mut Reading) {
        let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
        for growing in self.found {
            let contents: String = growing.applied.values().map(|one| content(&one.object.value)).collect();
            if !seen.insert((growing.cluster, contents)) {
                continue;
            }
            let applied: Vec<Applied> = growing.applied.into_values().collect();
            let objects: Vec<Object> = applied.iter().map(|one| one.object.clone()).collect();
            let before = reading.inventory.units.len();
            deploy(&objects, &growing.release, workspace, reading);
            for unit in reading.inventory.units.iter_mut().skip(before) {
                tell(unit, &applied, growing.release.template);
            }
        }
    }
}

/// Tells a unit what its task says. A template that was rendered is one no longer.
fn tell(unit: &mut Unit, applied: &[Applied], template: bool) {
    if let Some(one) = applied.iter().find(|one| one.object.value.place.contains(unit.place)) {
        unit.condition = one.condition.clone();
        unit.released_by = (!one.files.is_empty()).then_some(one.task);
        unit.template = template;
    }
}

/// A value as text, without its places.
fn content(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match &value.body {
        Body::Null => text.push('~'),
        Body::Scalar(scalar) => {
            let _ = write!(text, "{:?}", scalar.value());
        }
        Body::List(items) => {
            text.push('[');
            items.iter().for_each(|item| write(item, text));
            text.push(']');
        }
        Body::Map(entries) => {
            text.push('{');
            for entry in entries {
                let _ = write!(text, "{:?}:", entry.key.value);
                write(&entry.value, text);
            }
            text.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::units;
    use insta::assert_snapshot;

    const TEMPLATE: &str = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: { name: '{{ name }}' }\nspec:\n  template:\n    spec:\n      containers:\n        - name: vc\n          image: 'sigp/lighthouse:{{ version }}'\n          args: [lighthouse, vc, '--graffiti={{ graffiti }}']\n";

    #[test]
    fn tasks_apply_resources_to_a_cluster() {
        let play = "- hosts: localhost\n  vars: { name: validator, version: v8.0.0 }\n  tasks:\n    - kubernetes.core.k8s: { namespace: eth, template: vc.yaml.j2 }\n    - k8s:\n        definition:\n          apiVersion: apps/v1\n          kind: Deployment\n          metadata: { name: beacon, namespace: eth }\n          spec: { template: { spec: { containers: [{ name: bn, image: 'sigp/lighthouse:{{ version }}', args: [lighthouse, bn] }] } } }\n      when: beacon_enabled\n    - k8s: { src: geth.yaml }\n    - k8s: { state: absent, kind: Deployment, namespace: eth, name: old }\n    - k8s: { definition: \"{{ lookup('template', 'vc.yaml.j2') | from_yaml }}\", context: second }\n      vars: { name: other }\n    - docker_container: { name: none, image: x }\n";
        let geth = "apiVersion: v1\nkind: Pod\nmetadata: { name: geth }\nspec: { containers: [{ name: geth, image: 'ethereum/client-go:v1.16.5' }] }\n";
        let texts = [("deploy.yml", play), ("templates/vc.yaml.j2", TEMPLATE), ("files/geth.yaml", geth)];
        assert_snapshot!(units(&texts), @r"
eth/beacon sigp/lighthouse:v8.0.0
  words: lighthouse | bn
  restart: Always
  rollout: Overlapping
  when: beacon_enabled
  domain: cluster
  loopback: eth/beacon
second/other sigp/lighthouse:v8.0.0
  words: lighthouse | vc | --graffiti={{ graffiti }}
  restart: Always
  rollout: AtMostOne
  ordinals: yes
  domain: second
  loopback: second/other
/geth ethereum/client-go:v1.16.5
  open: Image
  restart: Always
  domain: cluster
  loopback: /geth
eth/validator sigp/lighthouse:v8.0.0
  words: lighthouse | vc | --graffiti={{ graffiti }}
  restart: Always
  rollout: AtMostOne
  ordinals: yes
  domain: cluster
  loopback: eth/validator
");
    }

    #[test]
    fn what_hosts_apply_alike_is_one_and_what_differs_is_a_cluster_each() {
        let play = |name: &str, where_: &str| {
            format!(
                "- hosts: nodes\n  vars: {{ name: '{name}', version: v8.0.0, graffiti: '{{{{ inventory_hostname }}}}' }}\n  tasks:\n    - k8s: {{ template: vc.yaml.j2 }}\n{where_}"
            )
        };
        let hosts = "[nodes]\na\nb\n";
        let shown =
            |play: &str| units(&[("deploy.yml", play), ("templates/vc.yaml.j2", TEMPLATE), ("hosts.ini", hosts)]);
        let elsewhere = play("vc-{{ inventory_hostname }}", "      delegate_to: localhost\n");
        assert_snapshot!(shown(&elsewhere), @r"
/vc-a sigp/lighthouse:v8.0.0
  words: lighthouse | vc | --graffiti=a
  restart: Always
  rollout: AtMostOne
  ordinals: yes
  domain: cluster
  loopback: /vc-a
/vc-b sigp/lighthouse:v8.0.0
  words: lighthouse | vc | --graffiti=b
  restart: Always
  rollout: AtMostOne
  ordinals: yes
  domain: cluster
  loopback: /vc-b
");
        assert_snapshot!(shown(&play("vc", "")), @r"
/vc sigp/lighthouse:v8.0.0
  words: lighthouse | vc | --graffiti=a
  restart: Always
  rollout: AtMostOne
  ordinals: yes
  domain: cluster
  loopback: /vc
b/vc sigp/lighthouse:v8.0.0
  words: lighthouse | vc | --graffiti=b
  restart: Always
  rollout: AtMostOne
  ordinals: yes
  domain: b
  loopback: b/vc
");
        assert_snapshot!(shown(&play("vc", "").replace("'{{ inventory_hostname }}'", "x")), @r"
/vc sigp/lighthouse:v8.0.0
  words: lighthouse | vc | --graffiti=x
  restart: Always
  rollout: AtMostOne
  ordinals: yes
  domain: cluster
  loopback: /vc
");
    }

    #[test]
    fn what_is_taken_away_does_not_run() {
        let play = "- hosts: localhost\n  vars: { name: vc, version: v8.0.0 }\n  tasks:\n    - k8s: { template: vc.yaml.j2 }\n    - k8s: { state: absent, template: vc.yaml.j2 }\n";
        assert_eq!(units(&[("deploy.yml", play), ("templates/vc.yaml.j2", TEMPLATE)]), "");
    }
}
