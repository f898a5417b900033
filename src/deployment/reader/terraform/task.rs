//! Tasks of Amazon ECS: the containers of a task definition, and the services that run it.

use super::field::{count, multiply, spanned, text};
use super::read::Ground;
use crate::deployment::hcl::Block;
use crate::deployment::reader::model::Reading;
use crate::deployment::value::Value;
use crate::deployment::{
    Command, Mount, MountSource, Open, Port, Replicas, Rollout, Supervisor, Unit, Variable, placeholder,
};
use crate::document::{Syntax, parse_rendered};
use crate::source::{Span, Spanned, Text};
use std::collections::BTreeMap;

/// Takes the containers of every `aws_ecs_task_definition`.
pub(super) fn read(ground: &Ground<'_>, reading: &mut Reading) {
    for block in ground.resources().filter(|block| block.label(0) == "aws_ecs_task_definition") {
        let Some(definitions) = block.body.get("container_definitions").map(|value| ground.scope.value(value)) else {
            continue;
        };
        let definitions = match definitions.text() {
            Some(text) => parse_rendered(text, Syntax::Json).root().map(Value::of),
            None => Some(definitions),
        };
        let volumes = volumes(block, ground);
        let service = ground.resources().find(|service| runs(service, block, ground));
        for container in definitions.iter().flat_map(|list| list.list()) {
            reading.inventory.units.extend(unit(container, block, &volumes, service, ground));
        }
    }
}

/// Tells whether a service runs a task definition.
fn runs(service: &Block, task: &Block, ground: &Ground<'_>) -> bool {
    let wanted = format!("aws_ecs_task_definition.{}.", task.label(1));
    service.label(0) == "aws_ecs_service"
        && text(service, "task_definition", ground.scope).is_some_and(|text| text.value().contains(&wanted))
}

fn unit(
    container: &Value,
    block: &Block,
    volumes: &BTreeMap<String, Volume>,
    service: Option<&Block>,
    ground: &Ground<'_>,
) -> Option<Unit> {
    let image = container.text_of("image")?;
    let name = container.text_of("name").unwrap_or(image);
    let mut unit = Unit {
        host: ground.host_of(block.label(1)),
        project: format!("{}#{}", ground.module.folder, block.label(1)),
        image: Some(image.clone()),
        command: command(container),
        env: variables(container, "environment", "value"),
        ports: container.get("portMappings").map(Value::list).unwrap_or_default().iter().filter_map(port).collect(),
        mounts: mounts(container, volumes),
        read_only: container.get("readonlyRootFilesystem").is_some_and(Value::is_true),
        loopback: block.label(1).to_owned(),
        ..Unit::new(spanned(name), Supervisor::Scheduler, container.place)
    };
    unit.env.extend(variables(container, "secrets", "").into_iter().map(|secret| {
        let mut value = Text::empty(secret.name.span);
        value.push_hole(&secret.name.value, secret.name.span);
        Variable { value, ..secret }
    }));
    let number = |name: &str| {
        let text = container.text_of(name)?;
        let value: u64 = text.known()?.parse().ok().filter(|value| *value < 1 << 32)?;
        Some(spanned(text).map(|_| value))
    };
    unit.stop_grace = number("stopTimeout");
    unit.memory_limit = number("memory").map(|mebibytes| mebibytes.map(|count| count << 20));
    if let Some(service) = service {
        let known = |name: &str| text(service, name, ground.scope).and_then(|text| text.known().map(str::to_owned));
        unit.handle.name = known("name").unwrap_or_default();
        unit.handle.group = known("cluster").unwrap_or_default();
        multiply(&mut unit, count(service, "desired_count", ground.scope));
        unit.rollout = Some(rollout(service, ground));
        let daemon = text(service, "scheduling_strategy", ground.scope).filter(|text| text.known() == Some("DAEMON"));
        unit.replicas = daemon.map(|text| spanned(&text).map(|_| Replicas::PerNode)).or(unit.replicas);
    }
    unit.template = placeholder::is_to_fill_in(&unit, ground.workspace);
    Some(unit)
}

/// A service starts new tasks beside the old ones, unless no more than all may run at once (`deployment_maximum_percent`).
fn rollout(service: &Block, ground: &Ground<'_>) -> Spanned<Rollout> {
    let Some(text) = text(service, "deployment_maximum_percent", ground.scope) else {
        let place = service.labels.get(1).map_or(service.place, |label| label.span);
        return Spanned::new(Rollout::Overlapping, place);
    };
    let rollout = match text.known().map(str::parse::<u64>) {
        Some(Ok(percent)) if percent <= 100 => Rollout::StopFirst,
        Some(Ok(_)) => Rollout::Overlapping,
        _ => Rollout::Unknown,
    };
    spanned(&text).map(|_| rollout)
}

fn command(container: &Value) -> Command {
    let part =
        |name: &str| container.get(name).map(Value::list).unwrap_or_default().iter().filter_map(Value::text).cloned();
    let entrypoint: Vec<Text> = part("entryPoint").collect();
    let replaced = !entrypoint.is_empty();
    let words: Vec<Text> = entrypoint.into_iter().chain(part("command")).collect();
    let open = words.is_empty().then_some(Open::Image);
    Command { words, entrypoint: replaced, open, ..Command::default() }
}

fn variables(container: &Value, list: &str, field: &str) -> Vec<Variable> {
    let items = container.get(list).map(Value::list).unwrap_or_default();
    let variable = |item: &Value| {
        let name = item.text_of("name")?;
        Some(Variable {
            name: spanned(name),
            value: item.text_of(field).cloned().unwrap_or_else(|| Text::empty(name.span())),
        })
    };
    items.iter().filter_map(variable).collect()
}

/// A port of a task is reached by whom its security groups let in, which nobody follows here.
fn port(mapping: &Value) -> Option<Port> {
    let port = mapping.text_of("containerPort")?;
    let mut address = Text::empty(port.span());
    address.push_hole("(security groups)", port.span());
    let number = port.known().and_then(|port| port.parse().ok()).map(|port| (port, port));
    Some(Port { text: port.clone(), host_ip: Some(address), host: None, container: number, protocol: "tcp".to_owned() })
}

/// A volume of a task: what it is, and where it is said that several machines can write to it.
struct Volume {
    source: MountSource,
    shared: Option<Span>,
}

fn volumes(block: &Block, ground: &Ground<'_>) -> BTreeMap<String, Volume> {
    let mut volumes = BTreeMap::new();
    for volume in block.body.all("volume") {
        let Some(name) = text(volume, "name", ground.scope) else { continue };
        let efs = volume.body.block("efs_volume_configuration");
        let docker = volume.body.block("docker_volume_configuration");
        let kept = docker.is_some_and(|docker| {
            text(docker, "scope", ground.scope).is_some_and(|scope| scope.known() == Some("shared"))
        });
        let source = match (efs, text(volume, "host_path", ground.scope)) {
            (Some(efs), _) => {
                let id = text(efs, "file_system_id", ground.scope).map_or_else(String::new, |id| id.value().to_owned());
                MountSource::Volume { name: format!("efs {id}"), external: true }
            }
            (None, Some(path)) => crate::deployment::volumes::bound(&path, ""),
            (None, None) if kept => MountSource::Volume { name: name.value().to_owned(), external: true },
            (None, None) => MountSource::Anonymous,
        };
        volumes.insert(name.value().to_owned(), Volume { source, shared: efs.map(|efs| efs.kind.span) });
    }
    volumes
}

fn mounts(container: &Value, volumes: &BTreeMap<String, Volume>) -> Vec<Mount> {
    let mut mounts = Vec::new();
    for point in container.get("mountPoints").map(Value::list).unwrap_or_default() {
        let (Some(name), Some(target)) = (point.text_of("sourceVolume"), point.text_of("containerPath")) else {
            continue;
        };
        let volume = volumes.get(name.value());
        let source =
            volume.map_or_else(|| MountSource::Unknown(name.value().to_owned()), |volume| volume.source.clone());
        let read_only = point.get("readOnly").is_some_and(Value::is_true);
        let shared = volume.and_then(|volume| volume.shared);
        mounts.push(Mount { read_only, shared, ..Mount::new(source, target.clone(), point.place) });
    }
    mounts
}
