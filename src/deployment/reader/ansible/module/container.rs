//! Containers: `docker_container` and what is like it, and the services of a compose project that a task declares.

use super::instances;
use crate::deployment::environment;
use crate::deployment::ports;
use crate::deployment::quantity::{bytes, milliseconds};
use crate::deployment::reader::ansible::datum::{Body, Datum};
use crate::deployment::reader::ansible::deed::What;
use crate::deployment::reader::ansible::jinja::identifiers;
use crate::deployment::reader::ansible::scope::Scope;
use crate::deployment::reader::ansible::task::{Frame, Task};
use crate::deployment::start::{Surroundings, follow};
use crate::deployment::volumes::{self, Long, Volumes};
use crate::deployment::words::{self, Words};
use crate::deployment::{Activation, Command, Handle, Mount, Open, Port, Restart, Supervisor, Unit, Variable};
use crate::source::{Span, Spanned, Text};
use std::collections::BTreeSet;

/// How a format calls the fields of a container.
pub(in crate::deployment::reader::ansible) struct Shape {
    supervisor: Supervisor,
    env: &'static [&'static str],
    ports: &'static [&'static str],
    restart: &'static [&'static str],
}

impl Shape {
    pub const DOCKER: Self = Self {
        supervisor: Supervisor::Docker,
        env: &["env", "environment"],
        ports: &["published_ports", "ports", "publish"],
        restart: &["restart_policy", "restart_config"],
    };
    pub const COMPOSE: Self =
        Self { supervisor: Supervisor::Compose, env: &["environment"], ports: &["ports"], restart: &["restart"] };
}

/// Starts, declares or removes a container.
pub(super) fn of_docker(arguments: &Datum, task: &Task<'_>, frame: &Frame<'_>) -> Vec<What> {
    let Some(name) = arguments.get("name").filter(|name| !name.is_absent()) else { return Vec::new() };
    let state = arguments.get("state").and_then(Datum::known);
    let Some(name) = name.shown() else { return Vec::new() };
    if matches!(state, Some("absent" | "stopped")) {
        return vec![What::Stop(name.clone())];
    }
    let mut unit = match container(arguments, name, task.whole.place, &Shape::DOCKER) {
        Some(unit) => unit,
        None => return Vec::new(),
    };
    let written = task.written.get("name").and_then(Datum::shown);
    unit.name_variables = written.map_or_else(Vec::new, |written| name_variables(written, &frame.scope));
    if state == Some("present") || state == Some("created") {
        unit.activation = Activation::Off;
    }
    vec![What::Run(Box::new(unit), arguments.get("env_file").and_then(Datum::shown).cloned())]
}

/// Starts or stops the services of a compose project that stands in the task, or in a folder of the host.
pub(super) fn compose(arguments: &Datum, _: &Task<'_>, _: &Frame<'_>) -> Vec<What> {
    let stopped = matches!(arguments.get("state").and_then(Datum::known), Some("absent" | "stopped"));
    let services = arguments.get("definition").and_then(|definition| definition.get("services"));
    if let Some(folder) = arguments.get("project_src").and_then(Datum::shown).filter(|_| services.is_none()) {
        let named = arguments.get("files").map_or(&[] as &[Datum], Datum::several);
        let open = named.iter().any(|file| file.known().is_none());
        let orphans = arguments.get("remove_orphans").and_then(Datum::switch) == Some(true);
        let files = named.iter().filter_map(Datum::known).map(str::to_owned).collect();
        return vec![What::Project { folder: folder.clone(), files, open, stopped, orphans }];
    }
    let mut whats = Vec::new();
    for (key, service) in services.map_or(&[] as &[_], Datum::entries) {
        let mut name = Text::empty(key.span);
        name.push(&key.value, key.span, key.origin);
        if stopped {
            whats.push(What::Stop(name));
        } else if let Some(unit) = container(service, &name, service.place, &Shape::COMPOSE) {
            whats.push(What::Run(Box::new(unit), None));
        }
    }
    whats
}

/// Makes a unit of the fields of a container; nothing if it names neither image nor command.
pub(in crate::deployment::reader::ansible) fn container(
    fields: &Datum,
    name: &Text,
    place: Span,
    shape: &Shape,
) -> Option<Unit> {
    let field = |key: &str| fields.get(key).filter(|value| !value.is_absent());
    let first = |keys: &[&str]| keys.iter().find_map(|key| field(key));
    let text = |key: &str| field(key).and_then(Datum::shown).cloned();
    if ["image", "command", "entrypoint", "args"].iter().all(|key| field(key).is_none()) {
        return None;
    }
    let spanned = Spanned { value: name.value().to_owned(), span: name.span(), origin: name.origin() };
    let (env, env_open) = env(first(shape.env), first(&["env_file", "env_files"]));
    let replicas = instances::replicas(fields);
    let (depends_on, waits_for_health) = instances::order(fields);
    let mut unit = Unit {
        image: text("image"),
        activation: instances::activation(fields, replicas.as_ref()),
        replicas,
        rollout: instances::rollout(fields),
        depends_on,
        waits_for_health,
        pull_policy: text("pull").or_else(|| text("pull_policy")),
        command: command(fields),
        env,
        env_open,
        ports: first(shape.ports).map_or_else(Vec::new, published),
        mounts: mounts(fields),
        read_only: field("read_only").and_then(Datum::switch) == Some(true),
        restart: first(shape.restart).and_then(Datum::shown).map(restart),
        network_mode: text("network_mode"),
        networks: first(&["networks"]).map_or_else(Vec::new, names),
        stop_grace: first(&["stop_timeout", "stop_grace_period"])
            .and_then(|it| number(it, |text| milliseconds(text).map(|it| it / 1000))),
        memory_limit: first(&["memory", "mem_limit"]).and_then(|it| number(it, bytes)),
        labels: first(&["labels"]).map_or_else(Vec::new, pairs),
        handle: Handle { name: called(name, text("container_name").as_ref(), shape), ..Handle::default() },
        ..Unit::new(spanned, shape.supervisor, place)
    };
    unit.restart_policy.limit = field("restart_retries").and_then(|it| number(it, |text| text.parse().ok()));
    unit.names.extend(["container_name", "hostname"].iter().filter_map(|key| text(key)));
    let nothing = |_: &str| None;
    let (mut command, mut env) = (std::mem::take(&mut unit.command), std::mem::take(&mut unit.env));
    follow(&mut command, &mut env, &Surroundings { env_open: unit.env_open, find: &nothing });
    (unit.command, unit.env) = (command, env);
    Some(unit)
}

/// The name of the container, where that is not left to Compose.
fn called(name: &Text, container: Option<&Text>, shape: &Shape) -> String {
    let own = Some(name).filter(|_| shape.supervisor == Supervisor::Docker);
    own.or(container).and_then(Text::known).unwrap_or_default().to_owned()
}

fn command(fields: &Datum) -> Command {
    let part =
        |key: &str| fields.get(key).filter(|value| !value.is_absent()).map(|value| (words_of(value), value.place));
    // A service of a swarm calls its entrypoint a command, and its command arguments.
    let (entrypoint, command) = match part("args") {
        Some(arguments) => (part("command"), Some(arguments)),
        None => (part("entrypoint"), part("command")),
    };
    let replaced = entrypoint.is_some();
    let place = command.as_ref().or(entrypoint.as_ref()).map(|(_, place)| *place);
    let lost = command.as_ref().and_then(|(words, _)| words.lost.clone());
    let words: Vec<Text> = entrypoint.into_iter().chain(command).flat_map(|(words, _)| words.words).collect();
    let open = words.is_empty().then_some(Open::Image);
    Command { words, entrypoint: replaced, place, lost, open, ..Command::default() }
}

/// The words of a list, or of a line.
fn words_of(value: &Datum) -> Words {
    match &value.body {
        Body::Scalar(scalar) => words::split(&scalar.text),
        _ => Words { words: value.several().iter().filter_map(Datum::shown).cloned().collect(), ..Words::default() },
    }
}

fn env(written: Option<&Datum>, file: Option<&Datum>) -> (Vec<Variable>, bool) {
    let unknown = written.is_some_and(Datum::is_unknown);
    (environment::settle(written.map_or_else(Vec::new, pairs)), file.is_some() || unknown)
}

/// Names and values, as a map or as a list of `NAME=value`.
fn pairs(written: &Datum) -> Vec<Variable> {
    let named = written.entries().iter().filter_map(|(name, value)| {
        Some(Variable {
            name: name.clone(),
            value: value.shown().cloned().or_else(|| value.is_absent().then(|| Text::empty(value.place)))?,
        })
    });
    let listed = written.items().iter().filter_map(Datum::shown).filter_map(|text| {
        let (name, value) = text.split_once('=')?;
        Some(Variable {
            name: Spanned { value: name.value().to_owned(), span: name.span(), origin: name.origin() },
            value,
        })
    });
    named.chain(listed).collect()
}

fn published(written: &Datum) -> Vec<Port> {
    written
        .several()
        .iter()
        .filter_map(|port| match port.shown() {
            Some(text) => Some(ports::short(text)),
            None => {
                let part = |key: &str| port.get(key).and_then(Datum::shown);
                let published = part("published").or_else(|| part("published_port"))?;
                let target = part("target").or_else(|| part("target_port"));
                Some(ports::long(published, target, Some(published), part("host_ip"), part("protocol")))
            }
        })
        .collect()
}

fn mounts(fields: &Datum) -> Vec<Mount> {
    let none = Volumes::new();
    let listed = |key: &str| fields.get(key).map_or(&[] as &[Datum], Datum::several).iter();
    let mut mounts: Vec<Mount> = Vec::new();
    for volume in listed("volumes").chain(listed("volume")).chain(listed("mounts")) {
        if let Some(text) = volume.shown() {
            mounts.push(volumes::short(text, "", &none));
            continue;
        }
        let part = |key: &str| volume.get(key).and_then(Datum::shown);
        let long = Long {
            kind: part("type"),
            source: part("source"),
            target: part("target"),
            read_only: volume.get("read_only").and_then(Datum::switch) == Some(true),
        };
        mounts.extend(volumes::long(&long, volume.place, "", &none));
    }
    mounts.extend(listed("tmpfs").filter_map(Datum::shown).map(volumes::memory));
    // A volume of Docker has its name on the whole host.
    for mount in &mut mounts {
        if let crate::deployment::MountSource::Volume { external, .. } = &mut mount.source {
            *external = true;
        }
    }
    mounts
}

fn names(written: &Datum) -> Vec<String> {
    let name = |item: &Datum| item.get("name").unwrap_or(item).shown().map(|text| text.value().to_owned());
    let keys = written.entries().iter().map(|(key, _)| key.value.clone());
    written.items().iter().filter_map(name).chain(keys).collect()
}

pub(super) fn restart(text: &Text) -> Spanned<Restart> {
    let value = match text.known().map(|known| known.split(':').next().unwrap_or(known)) {
        Some("no" | "none" | "never" | "") => Restart::No,
        Some("on-failure") => Restart::OnFailure,
        Some("always" | "any") => Restart::Always,
        Some("unless-stopped") => Restart::UnlessStopped,
        _ => Restart::Unknown,
    };
    Spanned { value, span: text.span(), origin: text.origin() }
}

fn number(value: &Datum, read: impl Fn(&str) -> Option<u64>) -> Option<Spanned<u64>> {
    let text = value.shown()?;
    let value = read(text.known()?.trim())?;
    Some(Spanned { value, span: text.span(), origin: text.origin() })
}

/// The variables that a name is built from, and those that these are built from.
fn name_variables(written: &Text, scope: &Scope<'_>) -> Vec<Spanned<String>> {
    let mut found: Vec<Spanned<String>> = Vec::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut pending = vec![written.clone()];
    while let Some(text) = pending.pop().filter(|text| text.value().contains("{{")) {
        for name in identifiers(&text) {
            if seen.len() < 32 && seen.insert(name.value.clone()) {
                pending.extend(scope.written(&name.value).and_then(|value| value.shown().cloned()));
                found.push(name);
            }
        }
    }
    found
}
