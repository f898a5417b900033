//! What a service mounts: its volumes, memory file systems, configs and secrets, seen through the project's declarations.

use super::load::Parts;
use super::service::Context;
use crate::deployment::value::{Body, Entry, Value};
use crate::deployment::volumes::{self, Long, Volumes};
use crate::deployment::{Mount, MountSource};
use crate::source::{Span, Text};
use std::collections::BTreeMap;

/// What a project declares that services can mount.
pub(super) struct Mounts {
    volumes: Volumes,
    /// Volumes that lie on the network, and where that is said.
    network: BTreeMap<MountSource, Span>,
    configs: Volumes,
    secrets: Volumes,
}

impl Mounts {
    /// Reads a project's declarations; `base` answers the folder that a relative path starts at.
    pub fn declared<'a>(parts: &Parts, base: impl Fn(Span) -> &'a str) -> Self {
        let each = |entries: &[Entry], read: &dyn Fn(&Entry) -> MountSource| {
            entries.iter().map(|entry| (entry.key.value.clone(), read(entry))).collect()
        };
        let file = |entry: &Entry| file(entry, base(entry.value.place));
        Self {
            network: parts.volumes.iter().filter_map(|entry| Some((volume(entry, ""), on_network(entry)?))).collect(),
            volumes: each(&parts.volumes, &|entry| volume(entry, base(entry.value.place))),
            configs: each(&parts.configs, &file),
            secrets: each(&parts.secrets, &file),
        }
    }

    /// Answers what a service mounts; of two mounts on one path the later one holds.
    pub fn of(&self, service: &Value, context: &Context<'_>) -> Vec<Mount> {
        let list = |key: &str| service.get(key).map_or(&[] as &[Value], Value::list);
        let mut mounts: Vec<Mount> = Vec::new();
        for item in list("volumes") {
            let base = context.base(item.place);
            mounts.extend(match item.text() {
                Some(text) => Some(volumes::short(text, context.base(text.span()), &self.volumes)),
                None => self.long(item, base),
            });
        }
        mounts.extend(list("tmpfs").iter().filter_map(Value::text).map(volumes::memory));
        mounts.extend(list("configs").iter().filter_map(|item| given(item, &self.configs, "/")));
        mounts.extend(list("secrets").iter().filter_map(|item| given(item, &self.secrets, "/run/secrets/")));
        let mut mounts = settle(mounts);
        mounts.iter_mut().for_each(|mount| mount.shared = self.network.get(&mount.source).copied());
        mounts
    }

    fn long(&self, item: &Value, base: &str) -> Option<Mount> {
        let fields = Long {
            kind: item.text_of("type"),
            source: item.text_of("source"),
            target: item.text_of("target"),
            read_only: item.get("read_only").is_some_and(Value::is_true),
        };
        volumes::long(&fields, item.place, base, &self.volumes)
    }
}

fn settle(mounts: Vec<Mount>) -> Vec<Mount> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut settled: Vec<Mount> = Vec::new();
    for mount in mounts {
        let target = mount.target.value().trim_end_matches('/').to_owned();
        match places.get(&target).and_then(|at| settled.get_mut(*at)) {
            Some(known) => *known = mount,
            None => {
                places.insert(target, settled.len());
                settled.push(mount);
            }
        }
    }
    settled
}

/// Answers what a declared volume is in truth.
fn volume(entry: &Entry, base: &str) -> MountSource {
    let value = &entry.value;
    let options = value.get("driver_opts");
    let option = |name: &str| options.and_then(|options| options.text_of(name));
    if option("type").is_some_and(|kind| kind.value() == "tmpfs") {
        return MountSource::Tmpfs;
    }
    let bind =
        option("o").is_some_and(|flags| flags.value().split(',').any(|flag| matches!(flag.trim(), "bind" | "rbind")));
    if let Some(device) = option("device").filter(|_| bind) {
        return volumes::bound(device, base);
    }
    let external = value.get("external");
    let name = value.text_of("name").or_else(|| external.and_then(|external| external.text_of("name")));
    let outside = name.is_some() || external.is_some_and(Value::is_true);
    match name.map(|name| (name.known(), name.value())) {
        Some((None, written)) => MountSource::Unknown(written.to_owned()),
        Some((Some(name), _)) => MountSource::Volume { name: name.to_owned(), external: outside },
        None => MountSource::Volume { name: entry.key.value.clone(), external: outside },
    }
}

/// Answers where it is said that a declared volume lies on the network, so that several machines can write to it.
fn on_network(entry: &Entry) -> Option<Span> {
    const KINDS: [&str; 7] = ["nfs", "nfs4", "cifs", "smb3", "ceph", "glusterfs", "fuse.sshfs"];
    let kind = entry.value.path(&["driver_opts", "type"]).and_then(Value::text)?;
    kind.known().filter(|kind| KINDS.contains(kind)).map(|_| kind.span())
}

/// Answers where the file of a declared config or secret comes from.
fn file(entry: &Entry, base: &str) -> MountSource {
    match entry.value.text_of("file") {
        Some(path) => volumes::bound(path, base),
        None => MountSource::Unknown(entry.key.value.clone()),
    }
}

/// Reads an entry of a service's `configs` or `secrets`: a name, or a map with source and target.
fn given(item: &Value, declared: &Volumes, folder: &str) -> Option<Mount> {
    let source = item.text().or_else(|| item.text_of("source"))?;
    let name = source.known()?;
    let target = match item.text_of("target") {
        Some(target) if target.value().starts_with('/') => target.clone(),
        Some(target) => below(folder, target, item.place),
        None => below(folder, source, item.place),
    };
    let source = declared.get(name).cloned().unwrap_or_else(|| MountSource::Unknown(name.to_owned()));
    let read_only = !matches!(item.body, Body::Null);
    Some(Mount { read_only, ..Mount::new(source, target, item.place) })
}

fn below(folder: &str, name: &Text, place: Span) -> Text {
    let mut target = Text::empty(place);
    target.push_inexact(folder, name.span());
    target.append(name);
    target
}
