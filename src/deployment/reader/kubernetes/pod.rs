//! Makes units of a pod: one a container, those that prepare it included.

use super::cluster::Cluster;
use super::command;
use super::model::Object;
use super::object::spanned;
use super::storage::Ground;
use super::workload::Workload;
use super::{exposure, limits, mounts, scale, service, variables};
use crate::deployment::placeholder::is_to_fill_in;
use crate::deployment::value::Value;
use crate::deployment::{Activation, Exposure, Handle, Port, Supervisor, Unit, Variable};
use crate::source::{Span, Spanned, Text};
use crate::workspace::Workspace;

/// Makes the units of a workload.
pub(super) fn units(workload: &Workload<'_>, cluster: &Cluster<'_>, workspace: &Workspace) -> Vec<Unit> {
    let list = |key: &str| workload.pod.get(key).map_or(&[] as &[Value], Value::list);
    let alone = list("containers").len() == 1;
    let namespace = cluster.namespace(workload.object);
    let ground = Ground { workload, namespace, cluster, workspace, room: cluster.data.room(workload) };
    let reached = Reached::of(workload, cluster);
    // A container that prepares and is started again runs beside the others.
    let beside = |container: &&Value| container.text_of("restartPolicy").map(Text::value) == Some("Always");
    let mut units = Vec::new();
    let mut prepared = Vec::new();
    for (at, container) in list("initContainers").iter().enumerate() {
        let prepares = !beside(&container);
        let Some(mut unit) = unit(container, &ground, &reached, false, prepares) else { continue };
        unit.command.changed = changed(workload.object, "initContainers", at);
        if prepares {
            prepared.push(unit.clone());
        }
        units.push(unit);
    }
    for (at, container) in list("containers").iter().enumerate() {
        let Some(mut unit) = unit(container, &ground, &reached, alone, false) else { continue };
        unit.command.changed = changed(workload.object, "containers", at);
        let before: Vec<Vec<Text>> = prepared.iter().filter(|other| shares(other, &unit)).flat_map(lines).collect();
        unit.command.before.splice(0..0, before);
        units.push(unit);
    }
    units
}

/// Answers where a patch took words of a container away, the last of them.
fn changed(object: &Object, list: &str, at: usize) -> Option<Span> {
    let words = ["args", "command"].map(|key| format!("/{list}/{at}/{key}"));
    let taken = object.taken.iter().rev();
    let mut of_words = taken.filter(|taken| words.iter().any(|words| taken.value.contains(words.as_str())));
    of_words.next().map(|taken| taken.span)
}

/// Tells whether a container that prepares sees a volume of another one at the same path.
fn shares(one: &Unit, other: &Unit) -> bool {
    one.mounts.iter().any(|mount| {
        other.mounts.iter().any(|twin| twin.source == mount.source && twin.target.value() == mount.target.value())
    })
}

/// The commands that a container that prepares runs, in order.
fn lines(unit: &Unit) -> Vec<Vec<Text>> {
    unit.command.before.iter().cloned().chain([unit.command.words.clone()]).collect()
}

/// How `kubectl` calls what runs a container.
pub(super) fn handle(object: &Object, namespace: &str) -> Handle {
    let (group, kind, name) = (namespace.to_owned(), object.kind.value.clone(), object.name.value.clone());
    Handle { group, kind, name, files: Vec::new() }
}

/// How others reach the containers of a pod.
struct Reached {
    names: Vec<Text>,
    forwards: Vec<(u16, u16)>,
    exposures: Vec<Exposure>,
}

impl Reached {
    fn of(workload: &Workload<'_>, cluster: &Cluster<'_>) -> Self {
        let services = service::of(workload, cluster);
        let ports = services.iter().flat_map(|service| service::ports(service, workload));
        Self {
            forwards: ports.map(|port| (port.port, port.target)).collect(),
            names: service::names(workload, &services, cluster),
            exposures: exposure::exposures(workload, &services, cluster),
        }
    }
}

fn unit(container: &Value, ground: &Ground<'_>, reached: &Reached, alone: bool, prepares: bool) -> Option<Unit> {
    let &Ground { workload, namespace, cluster, workspace, ref room } = ground;
    let (object, release) = (workload.object, cluster.release);
    let name = container.text_of("name").map_or_else(|| object.name.clone(), spanned);
    let image = container.text_of("image").cloned();
    if image.is_none() && container.get("command").is_none() && container.get("args").is_none() {
        // A patch that nobody lays over anything.
        return None;
    }
    let called = if alone { object.name.value.clone() } else { format!("{}/{}", object.name.value, name.value) };
    let (env, env_open) = variables::variables(container, namespace, cluster, workspace, room);
    let on_host = workload.pod.get("hostNetwork").filter(|value| value.is_true());
    let replicas = scale::scaled(object, cluster).or_else(|| workload.replicas.clone());
    let host = release.host(namespace);
    let security = |key: &str| container.path(&["securityContext", key]);
    let mut unit = Unit {
        project: release.project.clone(),
        image,
        pull_policy: container.text_of("imagePullPolicy").cloned(),
        command: command::read(container, &env, env_open),
        mounts: mounts::mounts(container, &env, ground),
        env,
        env_open: env_open || release.open,
        ports: ports(container),
        read_only: security("readOnlyRootFilesystem").is_some_and(Value::is_true),
        activation: if workload.off { Activation::Off } else { Activation::Always },
        replicas: if prepares { None } else { replicas },
        restart: Some(limits::restart(workload, container, prepares)),
        rollout: workload.rollout.clone(),
        ordinals: workload.ordinals,
        parallel: workload.parallel,
        stop_grace: limits::stop_grace(workload.pod),
        liveness: if prepares { None } else { limits::liveness(container) },
        memory_limit: limits::memory(container),
        loopback: format!("{host}/{}", object.name.value),
        network_mode: on_host.map(|value| Text::inexact("host", value.place)),
        domain: release.domain(),
        labels: labels(workload),
        released_by: release.place,
        alternative: release.alternative.clone(),
        default: release.default,
        handle: handle(object, namespace),
        host,
        ..Unit::new(Spanned { value: called, ..name }, Supervisor::Kubernetes, container.place)
    };
    unit.names.clone_from(&reached.names);
    unit.forwards.clone_from(&reached.forwards);
    unit.exposures.clone_from(&reached.exposures);
    command::follow_scripts(&mut unit, namespace, cluster, workspace);
    unit.template = release.template || is_to_fill_in(&unit, workspace);
    Some(unit)
}

/// Ports of the machine that lead to the container.
fn ports(container: &Value) -> Vec<Port> {
    let number = |text: &Text| text.known()?.trim().parse::<u16>().ok().map(|port| (port, port));
    let items = container.get("ports").map_or(&[] as &[Value], Value::list);
    let port = |item: &Value| {
        let text = item.text_of("hostPort").filter(|port| port.value() != "0")?;
        Some(Port {
            text: text.clone(),
            host_ip: item.text_of("hostIP").filter(|address| !address.value().is_empty()).cloned(),
            host: number(text),
            container: item.text_of("containerPort").and_then(number),
            protocol: item.text_of("protocol").map_or_else(|| "tcp".to_owned(), |it| it.value().to_ascii_lowercase()),
        })
    };
    items.iter().filter_map(port).collect()
}

fn labels(workload: &Workload<'_>) -> Vec<Variable> {
    let entries = ["labels", "annotations"].into_iter().filter_map(|key| workload.metadata?.get(key));
    let entries = entries.flat_map(Value::entries);
    let variable = |entry: &crate::deployment::value::Entry| {
        Some(Variable { name: entry.key.clone(), value: entry.value.text()?.clone() })
    };
    entries.filter_map(variable).collect()
}
