//! What a script starts and writes becomes units of its machine.

use crate::catalogue::{Catalogue, Role};
use crate::deployment::docker::{self, Caller};
use crate::deployment::naming::naming;
use crate::deployment::reader::model::Reading;
use crate::deployment::reader::systemd::{Machine, unit, units};
use crate::deployment::shell::{Launch, Started, Written};
use crate::deployment::{Command, Mount, MountSource, Supervisor, Unit, environment, placeholder, tree};
use crate::source::{Spanned, Text};

/// A script, as it is told apart from others.
pub(in crate::deployment::reader) struct Script<'a> {
    /// The path of the file of the tree that it stands in.
    pub path: &'a str,
    /// What it is called: the stem of its file, the name of the machine that it sets up.
    pub name: &'a str,
    pub catalogue: &'a Catalogue,
}

/// Takes the units that a script writes and those that it starts.
pub(in crate::deployment::reader) fn take(
    launch: &Launch,
    script: &Script<'_>,
    machine: &Machine<'_>,
    reading: &mut Reading,
) {
    let mut machine = machine.clone();
    for file in &launch.written {
        if let Some(path) = file.path.known() {
            reading.inventory.settings_files.extend(machine.write(path, &file.content, file.appends, script.path));
        }
    }
    let mut found: Vec<Unit> = Vec::new();
    for file in &launch.written {
        if let Some(name) = service(&file.path).map(str::to_owned).or_else(|| unnamed(file)) {
            let text = std::slice::from_ref(&file.content);
            match name.contains("@.") {
                true => found.extend(units(&name, text, &machine)),
                false => found.extend(unit(&name, text, &machine)),
            }
        }
    }
    let mut started: Vec<Unit> = Vec::new();
    for (at, one) in launch.started.iter().enumerate() {
        let unit = container(one, launch, &machine).or_else(|| process(one, launch, script, &machine));
        let alternative = one.conditional.then(|| format!("{}:{at}", script.name));
        let lost = |unit: Unit| Command { lost: unit.command.lost.clone().or(one.lost.clone()), ..unit.command };
        started.extend(unit.map(|unit| Unit { alternative, command: lost(unit.clone()), ..unit }));
    }
    name_apart(&mut started, script.name);
    found.append(&mut started);
    reading.inventory.units.extend(found);
}

/// The name of a unit file, wherever it is written.
fn service(path: &Text) -> Option<&str> {
    let value = path.value();
    let from = value.rfind('/').map_or(0, |at| at + 1);
    path.is_known_in(from..value.len()).then(|| tree::name(value)).filter(|name| name.ends_with(".service"))
}

/// The name of a text that is a unit file, and is written to a path that nobody knows: what the path is called.
fn unnamed(file: &Written) -> Option<String> {
    let is_unit = ["[Service]", "ExecStart="].iter().all(|part| file.content.value().contains(part));
    let path = file.path.value();
    let known = file.path.is_known_in(path.rfind('/').map_or(0, |at| at + 1)..path.len());
    if known || !is_unit || file.appends {
        return None;
    }
    let signs = path.chars().filter(|sign| sign.is_ascii_alphanumeric() || "_-".contains(*sign));
    let name: String = signs.take(64).collect();
    (!name.is_empty()).then(|| format!("{name}.service"))
}

fn container(one: &Started, launch: &Launch, machine: &Machine<'_>) -> Option<Unit> {
    let env: Vec<_> = launch.exported.iter().chain(&one.env).cloned().collect();
    let caller = Caller {
        workspace: machine.workspace,
        folder: &machine.folder,
        host: &machine.host,
        project: &machine.project,
        env: &env,
    };
    docker::unit(&one.words, &caller)
}

/// A process of the machine, if its program is one that the catalogue knows and not just a tool at work.
fn process(one: &Started, launch: &Launch, script: &Script<'_>, machine: &Machine<'_>) -> Option<Unit> {
    let named = naming(&one.words)?;
    let (id, _) = script.catalogue.by_binary(program(named)?)?;
    let behind = one.words.iter().skip_while(|word| word.span() != named.span()).skip(1);
    let words: Vec<&str> = behind.map(Text::value).collect();
    let tells = ["--version", "-version", "-V", "--help", "-help", "-h", "version", "help"];
    let role =
        script.catalogue.client(id).and_then(|client| client.command(words.iter().copied())).map(|(role, _)| role);
    if role == Some(Role::Tool) || words.iter().take(2).any(|word| tells.contains(word)) {
        return None;
    }
    let name = Spanned { value: tree::name(named.value()).to_owned(), span: named.span(), origin: named.origin() };
    let place =
        one.words.iter().map(Text::span).filter(|span| span.file == name.span.file && span.start >= name.span.start);
    let place = place.fold(name.span, crate::source::Span::to);
    let whole = Mount::new(MountSource::Host("/".into()), Text::literal("/", name.span), name.span);
    let env = launch.exported.iter().chain(&one.env).cloned().collect();
    let mut unit = Unit {
        host: machine.host.clone(),
        project: machine.project.clone(),
        network_mode: Some(Text::literal("host", name.span)),
        mounts: std::iter::once(whole).chain(machine.files.iter().cloned()).collect(),
        env: environment::settle(env),
        env_open: launch.open,
        command: Command { words: one.words.clone(), entrypoint: true, place: Some(place), ..Command::default() },
        ..Unit::new(name, Supervisor::Script, place)
    };
    unit.template = placeholder::is_to_fill_in(&unit, machine.workspace);
    Some(unit)
}

/// Answers the file name of a program, if that much of it is known.
fn program(word: &Text) -> Option<&str> {
    let value = word.value();
    let from = value.rfind('/').map_or(0, |at| at + 1);
    let name = word.is_known_in(from..value.len()).then(|| tree::name(value))?;
    Some([".jar", ".js", ".dll", ".exe"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name))
}

/// A process that is the only one of its script is called like the script; of several, each is called like its program, too.
fn name_apart(units: &mut [Unit], script: &str) {
    let processes = units.iter().filter(|unit| unit.supervisor == Supervisor::Script).count();
    let processes_of = |unit: &&mut Unit| unit.supervisor == Supervisor::Script;
    for (at, unit) in units.iter_mut().filter(processes_of).enumerate() {
        let program = unit.name.value.clone();
        unit.name.value = match (processes, at) {
            (1, _) => script.to_owned(),
            (_, at) => format!("{script}:{program}-{}", at + 1),
        };
        unit.names = vec![Text::literal(&unit.name.value, unit.name.span)];
    }
}
