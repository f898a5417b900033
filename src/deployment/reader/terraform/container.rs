//! Containers of the Docker provider.

use super::field::{count, multiply, rollout, spanned, text, texts, variables};
use super::read::Ground;
use crate::deployment::hcl::Block;
use crate::deployment::reader::model::Reading;
use crate::deployment::volumes::{self, Long, Volumes};
use crate::deployment::{
    Command, Mount, MountSource, Open, Port, Restart, Supervisor, Unit, environment, placeholder, ports,
};
use crate::source::{Spanned, Text};

/// Takes every `docker_container`.
pub(super) fn read(ground: &Ground<'_>, reading: &mut Reading) {
    let containers = ground.resources().filter(|block| block.label(0) == "docker_container");
    let units: Vec<Unit> = containers.map(|block| unit(block, ground)).collect();
    reading.inventory.units.extend(units);
}

fn unit(block: &Block, ground: &Ground<'_>) -> Unit {
    let scope = ground.scope;
    let name = block.labels.get(1).cloned().unwrap_or_else(|| block.kind.clone());
    let env = block.body.get("env").map(|value| variables(&scope.value(value))).unwrap_or_default();
    let mut unit = Unit {
        host: ground.host.to_owned(),
        project: ground.module.folder.clone(),
        image: text(block, "image", scope),
        command: command(block, ground),
        env: environment::settle(env),
        ports: block.body.all("ports").map(|ports| port(ports, ground)).collect(),
        mounts: mounts(block, ground),
        read_only: text(block, "read_only", scope).is_some_and(|text| text.known() == Some("true")),
        restart: text(block, "restart", scope).map(|text| restart(&text)),
        rollout: rollout(block, scope),
        network_mode: text(block, "network_mode", scope).filter(|mode| mode.known() != Some("bridge")),
        ..Unit::new(name, Supervisor::Docker, block.place)
    };
    unit.stop_grace = number(block, "destroy_grace_seconds", ground).or_else(|| number(block, "stop_timeout", ground));
    unit.memory_limit = number(block, "memory", ground).map(|mebibytes| mebibytes.map(|count| count << 20));
    unit.names.extend(text(block, "name", scope));
    unit.names.extend(text(block, "hostname", scope));
    for network in block.body.all("networks_advanced") {
        unit.networks.extend(text(network, "name", scope).map(|name| name.value().to_owned()));
        unit.names.extend(texts(network, "aliases", scope));
    }
    multiply(&mut unit, ["count", "for_each"].iter().find_map(|name| count(block, name, scope)));
    unit.template = placeholder::is_to_fill_in(&unit, ground.workspace);
    unit
}

fn number(block: &Block, name: &str, ground: &Ground<'_>) -> Option<Spanned<u64>> {
    let text = text(block, name, ground.scope)?;
    let value: u64 = text.known()?.parse().ok().filter(|value| *value < 1 << 32)?;
    Some(spanned(&text).map(|_| value))
}

fn command(block: &Block, ground: &Ground<'_>) -> Command {
    let entrypoint = texts(block, "entrypoint", ground.scope);
    let replaced = !entrypoint.is_empty();
    let words: Vec<Text> = entrypoint.into_iter().chain(texts(block, "command", ground.scope)).collect();
    let place = words.first().zip(words.last()).map(|(first, last)| first.span().to(last.span()));
    let open = words.is_empty().then_some(Open::Image);
    Command { words, entrypoint: replaced, place, open, ..Command::default() }
}

fn port(block: &Block, ground: &Ground<'_>) -> Port {
    let get = |name: &str| text(block, name, ground.scope);
    let (internal, external, ip) = (get("internal"), get("external"), get("ip"));
    let shown = external.clone().or(internal.clone()).unwrap_or_else(|| Text::empty(block.place));
    ports::long(&shown, internal.as_ref(), external.as_ref(), ip.as_ref(), get("protocol").as_ref())
}

fn mounts(block: &Block, ground: &Ground<'_>) -> Vec<Mount> {
    let mut mounts = Vec::new();
    let get = |block: &Block, name: &str| text(block, name, ground.scope);
    let is_on = |block: &Block, name: &str| get(block, name).is_some_and(|text| text.known() == Some("true"));
    for volume in block.body.all("volumes") {
        let Some(target) = get(volume, "container_path") else { continue };
        let source = match (get(volume, "host_path"), get(volume, "volume_name")) {
            (Some(path), _) => volumes::bound(&path, &ground.module.folder),
            (None, Some(name)) => named(&name),
            (None, None) => MountSource::Anonymous,
        };
        mounts.push(Mount { read_only: is_on(volume, "read_only"), ..Mount::new(source, target, volume.place) });
    }
    for mount in block.body.all("mounts") {
        let (kind, source, target) = (get(mount, "type"), get(mount, "source"), get(mount, "target"));
        let fields = Long {
            kind: kind.as_ref(),
            source: source.as_ref(),
            target: target.as_ref(),
            read_only: is_on(mount, "read_only"),
        };
        mounts.extend(volumes::long(&fields, mount.place, &ground.module.folder, &Volumes::new()));
    }
    let memory = block.body.get("tmpfs").map(|value| ground.scope.value(value));
    for entry in memory.iter().flat_map(|value| value.entries()) {
        mounts.push(Mount::new(MountSource::Tmpfs, Text::literal(&entry.key.value, entry.key.span), entry.key.span));
    }
    mounts
}

fn named(name: &Text) -> MountSource {
    match name.known() {
        Some(known) => MountSource::Volume { name: known.to_owned(), external: true },
        None => MountSource::Unknown(name.value().to_owned()),
    }
}

fn restart(text: &Text) -> Spanned<Restart> {
    let value = match text.known() {
        Some("no") => Restart::No,
        Some("on-failure") => Restart::OnFailure,
        Some("always") => Restart::Always,
        Some("unless-stopped") => Restart::UnlessStopped,
        _ => Restart::Unknown,
    };
    spanned(text).map(|_| value)
}
