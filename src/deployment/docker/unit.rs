//! Makes a unit of a `docker run`.

use super::model::{Caller, Line};
use super::options;
use crate::deployment::interpolate::Scope;
use crate::deployment::quantity::{bytes, milliseconds};
use crate::deployment::start;
use crate::deployment::volumes::{self, Long, Volumes};
use crate::deployment::{
    Command, Handle, Mount, MountSource, Open, Port, Restart, RestartPolicy, Supervisor, Unit, Variable, environment,
    placeholder, ports, tree,
};
use crate::source::{Span, Spanned, Text};

/// Makes a unit of a command line; nothing if it starts no container. Its name is the container's, else the image's.
pub(in crate::deployment) fn unit(words: &[Text], caller: &Caller<'_>) -> Option<Unit> {
    let line = options::read(words)?;
    let (env, env_open) = env(&line, caller);
    let mut unit = Unit {
        host: caller.host.to_owned(),
        project: caller.project.to_owned(),
        image: Some(or_default(&line.image)),
        pull_policy: line.last("pull").cloned(),
        command: command(&line),
        env,
        env_open,
        ports: ports(&line),
        mounts: mounts(&line, caller.folder),
        read_only: line.is_on("read-only"),
        restart: line.last("restart").map(restart),
        restart_policy: restart_policy(&line),
        stop_grace: line.last("stop-timeout").and_then(|text| at(text, milliseconds)).map(|it| it.map(|it| it / 1000)),
        memory_limit: line.last("memory").and_then(|text| at(text, bytes)),
        labels: line.all("label").map(|text| pair(text, &[])).collect(),
        handle: Handle {
            name: line.last("name").and_then(Text::known).unwrap_or_default().to_owned(),
            ..Handle::default()
        },
        ..Unit::new(name(&line), Supervisor::Docker, place(&line, words))
    };
    join(&line, &mut unit);
    let find = |path: &str| start::mounted(&unit, path, caller.workspace);
    let (mut command, mut env) = (unit.command.clone(), unit.env.clone());
    start::follow(&mut command, &mut env, &start::Surroundings { env_open: unit.env_open, find: &find });
    (unit.command, unit.env) = (command, env);
    unit.template = placeholder::is_to_fill_in(&unit, caller.workspace);
    Some(unit)
}

fn name(line: &Line) -> Spanned<String> {
    let text = line.last("name").unwrap_or(&line.image);
    let written = text.value();
    let bare = if line.last("name").is_some() {
        written
    } else {
        tree::name(written.split(['@', ':']).next().unwrap_or(written))
    };
    // Pieces of a name that stand in variables stand elsewhere.
    let here = text.segments().iter().map(|piece| piece.span);
    let here = here.filter(|span| span.file == line.start.file && span.start >= line.start.start).reduce(Span::to);
    Spanned { value: bare.to_owned(), span: here.unwrap_or(line.start), origin: text.origin() }
}

/// From the word that names Docker to the last word that stands behind it; a variable's words can stand anywhere.
fn place(line: &Line, words: &[Text]) -> Span {
    let spans =
        words.iter().map(Text::span).filter(|span| span.file == line.start.file && span.start >= line.start.start);
    spans.fold(line.start, Span::to)
}

fn command(line: &Line) -> Command {
    let entrypoint = line.last("entrypoint").filter(|text| !text.value().is_empty()).cloned();
    let replaced = entrypoint.is_some();
    let words: Vec<Text> = entrypoint.into_iter().chain(line.words.iter().cloned()).collect();
    let place = line.words.first().zip(line.words.last()).map(|(first, last)| first.span().to(last.span()));
    let open = words.is_empty().then_some(Open::Image);
    Command { words, entrypoint: replaced, place, open, ..Command::default() }
}

fn env(line: &Line, caller: &Caller<'_>) -> (Vec<Variable>, bool) {
    let mut found = Vec::new();
    let mut open = !line.holes.is_empty();
    for path in line.all("env-file") {
        let file = path.known().and_then(|path| caller.workspace.find(&tree::join(caller.folder, path)?));
        match file.filter(|file| file.document().is_some()) {
            Some(file) => found.extend(environment::variables(file, &Scope::default(), false)),
            None => open = true,
        }
    }
    found.extend(line.all("env").map(|text| pair(text, caller.env)));
    (environment::settle(found), open)
}

/// Reads `NAME=value`; a name alone passes on what the caller has.
fn pair(text: &Text, env: &[Variable]) -> Variable {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, value),
        None => {
            let known = env.iter().rev().find(|variable| variable.name.value == text.value());
            (text.clone(), known.map_or_else(|| hole(text), |variable| variable.value.used_at(text.span())))
        }
    };
    Variable { name: Spanned { value: name.value().to_owned(), span: name.span(), origin: name.origin() }, value }
}

fn hole(text: &Text) -> Text {
    let mut hole = Text::empty(text.span());
    hole.push_hole(text.value(), text.span());
    hole
}

fn ports(line: &Line) -> Vec<Port> {
    let published = line.all("publish").map(ports::short);
    // A hole can hold any option, and so any port.
    let open = line.holes.iter().map(|text| Port {
        text: text.clone(),
        host_ip: Some(text.clone()),
        host: None,
        container: None,
        protocol: "tcp".to_owned(),
    });
    published.chain(open).collect()
}

fn mounts(line: &Line, folder: &str) -> Vec<Mount> {
    let none = Volumes::new();
    let mut mounts: Vec<Mount> = Vec::new();
    for given in &line.given {
        let Some(value) = &given.value else { continue };
        mounts.extend(match given.name.as_str() {
            "volume" => Some(volumes::short(value, folder, &none)),
            "tmpfs" => Some(volumes::memory(value)),
            "mount" => long(value, folder),
            "volumes-from" => {
                Some(Mount::new(MountSource::Unknown(value.value().to_owned()), hole(value), value.span()))
            }
            _ => None,
        });
    }
    mounts.extend(
        line.holes
            .iter()
            .map(|text| Mount::new(MountSource::Unknown(text.value().to_owned()), text.clone(), text.span())),
    );
    for mount in &mut mounts {
        // Outside Compose, a name means the same volume in every project of the host.
        if let MountSource::Volume { external, .. } = &mut mount.source {
            *external = true;
        }
    }
    mounts
}

/// Reads `--mount type=bind,source=/a,target=/b,readonly`.
fn long(value: &Text, folder: &str) -> Option<Mount> {
    let parts: Vec<(Text, Option<Text>)> = value
        .split(',')
        .into_iter()
        .map(|part| match part.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (part, None),
        })
        .collect();
    let get = |names: &[&str]| {
        parts.iter().find(|(name, _)| names.contains(&name.value().trim())).and_then(|(_, value)| value.as_ref())
    };
    let is_on = |value: &Option<Text>| value.as_ref().is_none_or(|value| matches!(value.value(), "true" | "1"));
    let read_only = parts.iter().any(|(name, value)| matches!(name.value(), "readonly" | "ro") && is_on(value));
    let fields = Long {
        kind: get(&["type"]),
        source: get(&["source", "src"]),
        target: get(&["target", "destination", "dst"]),
        read_only,
    };
    volumes::long(&fields, value.span(), folder, &Volumes::new())
}

/// Networks and names.
fn join(line: &Line, unit: &mut Unit) {
    for network in line.all("network") {
        match network.known() {
            Some("host" | "none") => unit.network_mode = Some(network.clone()),
            Some(name) if name.starts_with("container:") => unit.network_mode = Some(network.clone()),
            Some("bridge" | "default") => {}
            Some(name) => unit.networks.push(name.to_owned()),
            None => unit.network_mode = Some(network.clone()),
        }
    }
    unit.names.extend(line.last("hostname").cloned());
    unit.names.extend(line.all("network-alias").cloned());
}

fn restart(text: &Text) -> Spanned<Restart> {
    let word = text.known().map(|known| known.split(':').next().unwrap_or_default());
    let value = match word {
        Some("no") => Restart::No,
        Some("on-failure") => Restart::OnFailure,
        Some("always") => Restart::Always,
        Some("unless-stopped") => Restart::UnlessStopped,
        _ => Restart::Unknown,
    };
    Spanned { value, span: text.span(), origin: text.origin() }
}

fn restart_policy(line: &Line) -> RestartPolicy {
    let attempts = line.last("restart").and_then(|text| text.split_once(':')).map(|(_, attempts)| attempts);
    let limit = attempts.and_then(|text| at(&text, |text| text.parse().ok()));
    RestartPolicy { limit, ..RestartPolicy::default() }
}

fn at(text: &Text, read: impl Fn(&str) -> Option<u64>) -> Option<Spanned<u64>> {
    let value = read(text.known()?.trim())?;
    Some(Spanned { value, span: text.span(), origin: text.origin() })
}
/// The image that a script names where nobody names another one (`${IMAGE:-…}`), as it is with variables of a manifest.
fn or_default(image: &Text) -> Text {
    let inner = image.value().trim_matches('"').strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    let word = inner.and_then(|inner| inner.split_once(":-")).map(|(_, word)| word.trim_matches('"'));
    match word.filter(|word| !image.is_known() && !word.is_empty() && !word.contains(['$', '{'])) {
        Some(word) => Text::inexact(word, image.span()),
        None => image.clone(),
    }
}
