//! Makes a unit of a service.

use super::command;
use super::limits;
use super::load::Parts;
use super::merge::Service;
use super::mounts::Mounts;
use super::project::Project;
use crate::deployment::build::Build;
use crate::deployment::interpolate::Scope;
use crate::deployment::placeholder::is_to_fill_in;
use crate::deployment::tree;
use crate::deployment::value::{Body, Entry, Value};
use crate::deployment::{Activation, Handle, Port, Replicas, Restart, Rollout, Supervisor, Unit, Variable};
use crate::deployment::{environment, ports};
use crate::source::{FileId, Span, Spanned, Text};
use crate::workspace::Workspace;
use std::collections::BTreeMap;

/// What the services of a project share.
pub(super) struct Context<'a> {
    pub workspace: &'a Workspace,
    pub project: &'a Project,
    pub parts: &'a Parts,
    pub scope: &'a Scope,
    pub bases: &'a BTreeMap<FileId, String>,
    pub mounts: Mounts,
    /// The name that containers, networks and volumes begin with.
    pub name: String,
    /// The tree says that name; else it is the folder's.
    pub named: bool,
    pub host: String,
    /// Profiles that the project's `.env` switches on.
    pub profiles: Vec<String>,
    /// Images that the project builds, by the name of the image.
    pub builds: BTreeMap<String, Build>,
    /// So many variables each service may take from files.
    pub most_taken: usize,
}

impl Context<'_> {
    /// Answers the name that the project goes by on its host, as Compose makes it; empty where only the host can tell.
    fn handle(&self) -> String {
        let kept = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
        let name: String = self.name.to_ascii_lowercase().chars().filter(kept).collect();
        name.trim_start_matches(['-', '_']).to_owned()
    }

    /// Answers the folder that a relative path starts at, by the place where it is written.
    pub fn base(&self, place: Span) -> &str {
        self.bases.get(&place.file).map_or(&self.project.base, String::as_str)
    }
}

/// Makes a unit of a service; nothing if it is a fragment that names no program.
pub(super) fn unit(service: &Service, context: &Context<'_>) -> Option<Unit> {
    let value = &service.value;
    let runs =
        ["image", "build", "command", "entrypoint"].iter().any(|key| value.get(key).is_some_and(|it| !it.is_null()));
    if !runs {
        return None;
    }
    let own = value.get("build").and_then(|build| Build::read(build, context.base(build.place), context.workspace));
    let image = value.text_of("image").cloned();
    let build = own.as_ref().or_else(|| context.builds.get(image.as_ref()?.known()?));
    let replicas = replicas(value);
    let (mut env, env_open) = env(value, context);
    if let Some(build) = build {
        env = environment::settle(build.image.env.iter().cloned().chain(env).collect());
    }
    let mut unit = Unit {
        host: context.host.clone(),
        project: context.project.folder.clone(),
        files: service.files.clone(),
        image: image.or_else(|| build.and_then(|build| build.image.base.clone())),
        build: value.get("build").filter(|build| !build.is_null()).map(|build| build.place),
        pull_policy: value.text_of("pull_policy").cloned(),
        command: command::read(value, build.map(|build| &build.image)),
        env,
        env_open,
        ports: ports(value),
        mounts: context.mounts.of(value, context),
        read_only: value.get("read_only").is_some_and(Value::is_true),
        activation: activation(value, replicas.as_ref(), &context.profiles),
        replicas,
        restart: restart(value),
        network_mode: value.text_of("network_mode").cloned(),
        networks: networks(value, context),
        names: names(service),
        labels: value.get("labels").map_or_else(Vec::new, |labels| pairs(labels, None)),
        depends_on: depends_on(value),
        waits_for_health: waits_for_health(value),
        named: context.named || value.get("container_name").is_some(),
        rollout: rollout(value),
        stop_grace: limits::stop_grace(value),
        memory_limit: limits::memory(value),
        restart_policy: limits::restart_policy(value),
        alternative: context.project.alternative.clone(),
        handle: Handle {
            group: context.handle(),
            name: value.text_of("container_name").and_then(Text::known).unwrap_or_default().to_owned(),
            files: context.project.files().collect(),
            ..Handle::default()
        },
        ..Unit::new(service.key.clone(), Supervisor::Compose, service.place)
    };
    command::follow_scripts(&mut unit, build, context);
    unit.template = is_to_fill_in(&unit, context.workspace) || waits_for_choice(context);
    Some(unit)
}

/// Reads names and values, as a map or as a list of `NAME=value`; a name alone is passed on from `scope`.
fn pairs(value: &Value, scope: Option<&Scope>) -> Vec<Variable> {
    let mut found = Vec::new();
    let items = if value.entries().is_empty() { value.list() } else { std::slice::from_ref(value) };
    for item in items {
        for entry in item.entries() {
            let value = match &entry.value.body {
                Body::Scalar(text) => text.clone(),
                _ => passed_on(&entry.key.value, entry.key.span, scope),
            };
            found.push(Variable { name: entry.key.clone(), value });
        }
        let Some(text) = item.text() else { continue };
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, value),
            None => (text.clone(), passed_on(text.value(), text.span(), scope)),
        };
        let name = Spanned { value: name.value().to_owned(), span: name.span(), origin: name.origin() };
        found.push(Variable { name, value });
    }
    environment::settle(found)
}

/// The value of a variable that is named without one: the project's own, or whatever stands outside.
fn passed_on(name: &str, span: Span, scope: Option<&Scope>) -> Text {
    let mut text = Text::empty(span);
    match scope {
        None => {}
        Some(scope) => match scope.values.get(name).and_then(|value| Some((value.known()?, value.span()))) {
            Some((value, written)) => text.push(value, span, Some(written)),
            None => text.push_hole(name, span),
        },
    }
    text
}

fn env(value: &Value, context: &Context<'_>) -> (Vec<Variable>, bool) {
    let mut env = Vec::new();
    let (mut open, mut left) = (false, context.most_taken);
    for item in value.get("env_file").map_or(&[] as &[Value], Value::list) {
        let path = item.text().or_else(|| item.text_of("path"));
        let raw = item.text_of("format").is_some_and(|format| format.value() == "raw");
        let file = path.and_then(|path| {
            let path = tree::join(context.base(path.span()), path.known()?)?;
            context.workspace.find(&path).filter(|file| file.document().is_some())
        });
        let room = file.and_then(|file| left.checked_sub(environment::count(file)));
        match file.zip(room) {
            Some((file, room)) => {
                left = room;
                env.extend(environment::variables(file, context.scope, !raw));
            }
            None => open = true,
        }
    }
    env.extend(value.get("environment").map_or_else(Vec::new, |environment| pairs(environment, Some(context.scope))));
    (environment::settle(env), open)
}

fn ports(value: &Value) -> Vec<Port> {
    let mut ports: Vec<Port> = Vec::new();
    let mut seen = BTreeMap::new();
    for item in value.get("ports").map_or(&[] as &[Value], Value::list) {
        let port = match item.text() {
            Some(text) => ports::short(text),
            None => {
                let (target, published) = (item.text_of("target"), item.text_of("published"));
                let mut text = Text::empty(item.place);
                for (at, part) in [item.text_of("host_ip"), published, target].into_iter().flatten().enumerate() {
                    if at > 0 {
                        text.push_inexact(":", item.place);
                    }
                    text.append(part);
                }
                ports::long(&text, target, published, item.text_of("host_ip"), item.text_of("protocol"))
            }
        };
        // A port that an overlay says again is one port.
        let id = (port.text.value().to_owned(), port.protocol.clone());
        match seen.get(&id).and_then(|at: &usize| ports.get_mut(*at)) {
            Some(known) => *known = port,
            None => {
                seen.insert(id, ports.len());
                ports.push(port);
            }
        }
    }
    ports
}

fn replicas(value: &Value) -> Option<Spanned<Replicas>> {
    let deploy = value.get("deploy");
    let count = deploy.and_then(|deploy| deploy.text_of("replicas")).or_else(|| value.text_of("scale"));
    let mode = deploy.and_then(|deploy| deploy.text_of("mode")).filter(|mode| mode.value().starts_with("global"));
    let text = mode.or(count)?;
    let value = match (mode, text.known()) {
        (Some(_), _) => Replicas::PerNode,
        (None, Some(known)) => known.trim().parse().map_or(Replicas::Unknown, Replicas::Count),
        (None, None) => Replicas::Unknown,
    };
    Some(Spanned { value, span: text.span(), origin: text.origin() })
}

fn restart(value: &Value) -> Option<Spanned<Restart>> {
    let policy = value.get("deploy").and_then(|deploy| deploy.get("restart_policy"));
    let condition = policy.and_then(|policy| policy.text_of("condition"));
    let text = condition.or_else(|| value.text_of("restart"))?;
    let word = text.known().map(|known| known.split(':').next().unwrap_or_default());
    let restart = match word {
        Some("no" | "none" | "false" | "") => Restart::No,
        Some("on-failure") => Restart::OnFailure,
        Some("always" | "any") => Restart::Always,
        Some("unless-stopped") => Restart::UnlessStopped,
        _ => Restart::Unknown,
    };
    Some(Spanned { value: restart, span: text.span(), origin: text.origin() })
}

/// `start-first` lets a new instance start beside the old one.
fn rollout(value: &Value) -> Option<Spanned<Rollout>> {
    let order = value.get("deploy")?.get("update_config")?.text_of("order")?;
    let rollout = match order.known() {
        Some("start-first") => Rollout::Overlapping,
        Some(_) => Rollout::StopFirst,
        None => Rollout::Unknown,
    };
    Some(Spanned { value: rollout, span: order.span(), origin: order.origin() })
}

fn activation(value: &Value, replicas: Option<&Spanned<Replicas>>, active: &[String]) -> Activation {
    if replicas.is_some_and(|replicas| replicas.value == Replicas::Count(0)) {
        return Activation::Off;
    }
    let profiles: Vec<String> = value
        .get("profiles")
        .map_or(&[] as &[Value], Value::list)
        .iter()
        .filter_map(|profile| profile.text().map(|text| text.value().to_owned()))
        .collect();
    let on = |profile: &String| active.iter().any(|active| active == "*" || active == profile);
    match profiles.as_slice() {
        [] => Activation::Always,
        all if all.iter().any(on) => Activation::Always,
        // No command line can name a profile without a name: a way to switch a service off.
        all if all.iter().all(String::is_empty) => Activation::Off,
        _ => Activation::Profiles(profiles),
    }
}

/// Names of a list or of a map.
fn keys(value: &Value) -> Vec<Spanned<String>> {
    let named = value.entries().iter().map(|entry| entry.key.clone());
    let listed = value.list().iter().filter_map(Value::text);
    named
        .chain(listed.map(|text| Spanned { value: text.value().to_owned(), span: text.span(), origin: text.origin() }))
        .collect()
}

fn depends_on(value: &Value) -> Vec<Spanned<String>> {
    value.get("depends_on").map_or_else(Vec::new, keys)
}

fn waits_for_health(value: &Value) -> Vec<String> {
    let waits = |entry: &&Entry| {
        let condition = entry.value.text_of("condition").and_then(Text::known);
        matches!(condition, Some("service_healthy" | "service_completed_successfully"))
    };
    let entries = value.get("depends_on").map_or(&[] as &[Entry], Value::entries);
    entries.iter().filter(waits).map(|entry| entry.key.value.clone()).collect()
}

/// The networks by the names that they have on the host; the project's own default network goes without saying.
fn networks(value: &Value, context: &Context<'_>) -> Vec<String> {
    let joined = value.get("networks").map_or_else(Vec::new, keys);
    let mut keys: Vec<&str> = joined.iter().map(|network| network.value.as_str()).collect();
    if keys.is_empty() {
        keys.push("default");
    }
    keys.into_iter().filter_map(|key| network(key, context)).collect()
}

fn network(key: &str, context: &Context<'_>) -> Option<String> {
    let declared = context.parts.networks.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value);
    let name = declared.and_then(|network| network.text_of("name"));
    let external = declared.and_then(|network| network.get("external"));
    match (name, external) {
        (Some(name), _) => Some(name.value().to_owned()),
        (None, Some(external)) if external.is_true() => Some(key.to_owned()),
        (None, Some(external)) if external.text_of("name").is_some() => {
            external.text_of("name").map(|name| name.value().to_owned())
        }
        _ if key == "default" => None,
        _ if context.name.is_empty() => Some(key.to_owned()),
        _ => Some(format!("{}_{key}", context.name)),
    }
}

fn names(service: &Service) -> Vec<Text> {
    let value = &service.value;
    let mut names = vec![Text::literal(&service.key.value, service.key.span)];
    names.extend(["container_name", "hostname"].iter().filter_map(|key| value.text_of(key).cloned()));
    for network in value.get("networks").map_or(&[] as _, Value::entries) {
        let aliases = network.value.get("aliases").map_or(&[] as &[Value], Value::list);
        names.extend(aliases.iter().filter_map(|alias| alias.text().cloned()));
    }
    names
}

/// One of several files that nothing selects, in a folder whose sample environment says that `COMPOSE_FILE` is for the operator
/// to set: a stack of parts to choose from, of which none is deployed yet.
fn waits_for_choice(context: &Context<'_>) -> bool {
    let scope = context.scope;
    context.project.alternative.is_some()
        && scope.documented.contains("COMPOSE_FILE")
        && !scope.values.contains_key("COMPOSE_FILE")
}
