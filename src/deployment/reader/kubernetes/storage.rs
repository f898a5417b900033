//! The volumes of a pod: what each is in truth, and whether others share it or it goes with its workload.

use super::cluster::Cluster;
use super::data;
use super::model::Object;
use super::workload::Workload;
use crate::deployment::tree;
use crate::deployment::value::Value;
use crate::deployment::{MountSource, normalise};
use crate::source::{Span, Text};
use crate::workspace::Workspace;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// A volume of a pod.
pub(super) struct Volume {
    pub source: MountSource,
    /// Files of a volume that lie elsewhere than below its source, by their paths in it.
    pub files: Vec<(String, MountSource)>,
    pub read_only: bool,
    pub per_instance: bool,
    pub shared: Option<Span>,
    pub deleted: Option<Span>,
}

impl Volume {
    fn of(source: MountSource) -> Self {
        Self { source, files: Vec::new(), read_only: false, per_instance: false, shared: None, deleted: None }
    }

    fn named(name: String) -> Self {
        Self::of(MountSource::Volume { name, external: true })
    }
}

/// What volumes are looked up in.
pub(super) struct Ground<'a> {
    pub workload: &'a Workload<'a>,
    pub namespace: &'a str,
    pub cluster: &'a Cluster<'a>,
    pub workspace: &'a Workspace,
    /// So many entries of ConfigMaps and Secrets its containers may still be given.
    pub room: Cell<usize>,
}

/// Kinds of volumes that many machines can write to at once.
const SHARED: [&str; 4] = ["nfs", "cephfs", "glusterfs", "azureFile"];
/// Kinds of volumes that belong to a machine or a cloud.
const DISKS: [&str; 8] =
    ["awsElasticBlockStore", "gcePersistentDisk", "azureDisk", "iscsi", "rbd", "cinder", "vsphereVolume", "local"];

impl Ground<'_> {
    /// Answers the volume that a pod calls so.
    pub fn volume(&self, name: &str) -> Option<Volume> {
        let spec = self.workload.object.value.get("spec");
        let claims = spec.and_then(|spec| spec.get("volumeClaimTemplates")).map_or(&[] as &[Value], Value::list);
        let called =
            |value: &&Value, path: &[&str]| value.path(path).and_then(Value::text).map(Text::value) == Some(name);
        if let Some(claim) = claims.iter().find(|claim| called(claim, &["metadata", "name"])) {
            return Some(self.claimed_by_each(claim, name));
        }
        let volumes = self.workload.pod.get("volumes").map_or(&[] as &[Value], Value::list);
        let volume = volumes.iter().find(|volume| called(volume, &["name"]))?;
        let kind = volume.entries().iter().find(|entry| entry.key.value != "name")?;
        Some(self.of_kind(&kind.key.value, &kind.value, volume.place))
    }

    fn of_kind(&self, kind: &str, value: &Value, place: Span) -> Volume {
        let text = |key: &str| value.text_of(key).map(Text::value);
        match kind {
            "emptyDir" if text("medium") == Some("Memory") => Volume::of(MountSource::Tmpfs),
            "emptyDir" | "ephemeral" => Volume::of(MountSource::Anonymous),
            "hostPath" => match value.text_of("path").map(|path| (path.known(), path.value())) {
                Some((Some(path), _)) => {
                    Volume::of(MountSource::Host(normalise(path).unwrap_or_else(|| path.to_owned())))
                }
                other => Volume::of(MountSource::Unknown(other.map_or("", |(_, written)| written).to_owned())),
            },
            "persistentVolumeClaim" => self.claim(value),
            "configMap" => self.data("ConfigMap", text("name"), value),
            "secret" => self.data("Secret", text("secretName").or_else(|| text("name")), value),
            "projected" => self.projected(value),
            "downwardAPI" | "serviceAccountToken" => Volume { read_only: true, ..unknown(kind) },
            _ if SHARED.contains(&kind) => {
                let parts = ["server", "path", "shareName", "monitors"].iter().filter_map(|key| text(key));
                let name = parts.collect::<Vec<_>>().join(":");
                Volume { shared: Some(place), ..Volume::named(format!("{kind}:{name}")) }
            }
            _ if DISKS.contains(&kind) => {
                let names = ["volumeID", "pdName", "diskName", "targetPortal", "image", "path"];
                let name = names.iter().find_map(|key| text(key)).unwrap_or_default();
                Volume::named(format!("{kind}:{name}"))
            }
            _ => unknown(kind),
        }
    }

    /// `volumeClaimTemplates`: each pod has one of its own.
    fn claimed_by_each(&self, claim: &Value, name: &str) -> Volume {
        let policy = self.workload.object.value.path(&["spec", "persistentVolumeClaimRetentionPolicy"]);
        let deletes = |key: &str| policy?.text_of(key).filter(|text| text.known() == Some("Delete")).map(Text::span);
        Volume {
            per_instance: true,
            shared: many_writers(claim.get("spec")),
            deleted: deletes("whenDeleted").or_else(|| deletes("whenScaled")),
            ..Volume::named(self.in_namespace(&format!("{name}-{}", self.workload.object.name.value)))
        }
    }

    fn in_namespace(&self, name: &str) -> String {
        if self.namespace.is_empty() { name.to_owned() } else { format!("{}/{name}", self.namespace) }
    }

    fn claim(&self, value: &Value) -> Volume {
        let Some(name) = value.text_of("claimName") else { return unknown("persistentVolumeClaim") };
        let Some(known) = name.known() else { return unknown(name.value()) };
        let claim = self.cluster.find("PersistentVolumeClaim", self.namespace, known);
        let spec = claim.and_then(|claim| claim.value.get("spec"));
        // A claim of the release has the name that the release gives it.
        let name = claim.map_or(known, |claim| claim.name.value.as_str());
        let class = spec.and_then(|spec| spec.text_of("storageClassName")).and_then(Text::known);
        let class = class.and_then(|class| self.cluster.find("StorageClass", "", class));
        let policy = class.and_then(|class| class.value.text_of("reclaimPolicy"));
        Volume {
            read_only: value.get("readOnly").is_some_and(Value::is_true),
            shared: many_writers(spec),
            deleted: policy.filter(|policy| policy.known() == Some("Delete")).map(Text::span),
            ..Volume::named(self.in_namespace(name))
        }
    }

    /// A ConfigMap or Secret as a folder of files.
    fn data(&self, kind: &str, name: Option<&str>, value: &Value) -> Volume {
        let (source, files) = self.entries(kind, name.unwrap_or_default(), value);
        Volume { read_only: true, files, ..Volume::of(source) }
    }

    /// Answers what a Secret of the namespace is as a folder.
    pub fn secret(&self, name: &str) -> MountSource {
        self.entries("Secret", name, &Value::null(self.workload.object.kind.span)).0
    }

    fn entries(&self, kind: &str, name: &str, value: &Value) -> (MountSource, Vec<(String, MountSource)>) {
        let Some(object) = self.cluster.find(kind, self.namespace, name) else {
            // What the tree does not show is still one and the same thing for all that mount it.
            let name = self.in_namespace(&format!("{}/{name}", kind.to_lowercase()));
            return (MountSource::Volume { name, external: true }, Vec::new());
        };
        let own = self.cluster.namespace(object);
        let folder = data::folder(object, own, self.workspace);
        let items = value.get("items").map_or(&[] as &[Value], Value::list);
        let mut by_key: BTreeMap<&str, &Value> = BTreeMap::new();
        for (item, key) in items.iter().filter_map(|item| Some((item, item.text_of("key")?))) {
            by_key.entry(key.value()).or_insert(item);
        }
        let held = self.cluster.data.given(object, &self.room);
        let mut files = Vec::new();
        for datum in held.iter().flat_map(|held| &held.all) {
            let path = data::path_of(datum, object, own, &self.cluster.release.host, self.workspace);
            let key = datum.key.value.as_str();
            let target = match by_key.get(key) {
                Some(item) => item.text_of("path").map_or(key, Text::value),
                None if items.is_empty() => key,
                None => continue,
            };
            if path != format!("{folder}/{target}") || !items.is_empty() {
                files.push((target.to_owned(), MountSource::Tree(path)));
            }
        }
        (MountSource::Tree(if items.is_empty() { folder } else { format!("{folder}/-") }), files)
    }

    fn projected(&self, value: &Value) -> Volume {
        let mut volume = Volume { read_only: true, ..unknown("projected") };
        for source in value.get("sources").map_or(&[] as &[Value], Value::list) {
            for (field, kind) in [("configMap", "ConfigMap"), ("secret", "Secret")] {
                let Some(source) = source.get(field) else { continue };
                let name = source.text_of("name").map_or("", Text::value);
                volume.files.extend(self.all_entries(kind, name, source));
            }
        }
        volume
    }

    /// The entries of a resource, each on its own.
    fn all_entries(&self, kind: &str, name: &str, value: &Value) -> Vec<(String, MountSource)> {
        let Some(object) = self.cluster.find(kind, self.namespace, name) else { return Vec::new() };
        let (folder, mut files) = self.entries(kind, name, value);
        if let MountSource::Tree(folder) = folder.clone()
            && !folder.ends_with("/-")
        {
            let known: BTreeSet<&str> = files.iter().map(|(known, _)| known.as_str()).collect();
            let held = self.cluster.data.given(object, &self.room);
            let plain = held.iter().flat_map(|held| &held.all).map(|datum| datum.key.value.clone());
            let plain: Vec<String> = plain.filter(|key| !known.contains(key.as_str())).collect();
            files.extend(plain.into_iter().map(|key| {
                let path = MountSource::Tree(format!("{folder}/{key}"));
                (key, path)
            }));
        }
        files
    }
}

fn unknown(words: &str) -> Volume {
    Volume::of(MountSource::Unknown(words.to_owned()))
}

/// Where a claim says that many machines may write.
fn many_writers(spec: Option<&Value>) -> Option<Span> {
    let modes = spec?.get("accessModes")?;
    modes.list().iter().filter_map(Value::text).find(|mode| mode.known() == Some("ReadWriteMany")).map(Text::span)
}

/// Answers what a path below a volume's source is.
pub(super) fn below(source: &MountSource, path: &str) -> MountSource {
    let path = path.trim_matches('/');
    match source {
        _ if path.is_empty() => source.clone(),
        MountSource::Tree(folder) => MountSource::Tree(format!("{folder}/{path}")),
        MountSource::Host(folder) => MountSource::Host(normalise(&format!("{folder}/{path}")).unwrap_or_default()),
        MountSource::Volume { name, external } => {
            let path = tree::join("", path).unwrap_or_else(|| path.to_owned());
            MountSource::Volume { name: format!("{name}/{path}"), external: *external }
        }
        other => other.clone(),
    }
}

/// Tells whether a resource is one that entries are mounted from.
pub(super) fn holds_data(object: &Object) -> bool {
    object.is("ConfigMap") || object.is("Secret")
}
