//! Makes a unit of a unit file.

use super::environment::environment;
use super::exec::command;
use super::expand::Names;
use super::instance::instances;
use super::limits;
use super::machine::{self, Machine};
use super::mounts::mounts;
use super::section::Sections;
use super::words;
use crate::deployment::docker::{self, Caller};
use crate::deployment::naming::naming;
use crate::deployment::{Command, Mount, MountSource, Supervisor, Unit, Variable, placeholder, start, tree};
use crate::source::{Span, Spanned, Text};
use crate::workspace::Workspace;

/// Files that a client may be told to read.
const ENDINGS: [&str; 6] = [".toml", ".yaml", ".yml", ".json", ".conf", ".cfg"];

/// Makes a unit of texts that stand in no file as they are (rendered, embedded, written by a script): the unit file, then its
/// drop-ins. `name` is the file's name, with the instance of a template (`validator@1.service`). Nothing if it starts nothing.
pub(in crate::deployment) fn unit(name: &str, texts: &[Text], machine: &Machine<'_>) -> Option<Unit> {
    assemble(name, &Sections::of_texts(texts), machine)
}

/// Makes the units of a file: one, or one for each instance that the tree names of a template.
pub(in crate::deployment) fn units(name: &str, texts: &[Text], machine: &Machine<'_>) -> Vec<Unit> {
    let sections = Sections::of_texts(texts);
    let named = names(name, &sections, machine.workspace);
    named.iter().filter_map(|name| assemble(name, &sections, machine)).collect()
}

/// Answers the names of the units that a file stands for.
pub(super) fn names(name: &str, sections: &Sections, workspace: &Workspace) -> Vec<String> {
    let bare = name.strip_suffix(".service").unwrap_or(name);
    let Some(stem) = bare.strip_suffix('@') else { return vec![bare.to_owned()] };
    let named = instances(stem, sections, workspace);
    let all = named.iter().map(|instance| format!("{stem}@{instance}"));
    if named.is_empty() { vec![bare.to_owned()] } else { all.collect() }
}

/// Makes a unit of its sections.
pub(super) fn assemble(name: &str, sections: &Sections, machine: &Machine<'_>) -> Option<Unit> {
    let bare = name.strip_suffix(".service").unwrap_or(name);
    let (instance, template) = match bare.split_once('@') {
        Some((_, instance)) => (Some(instance.to_owned()).filter(|instance| !instance.is_empty()), true),
        None => (None, false),
    };
    let user = machine.folder.split('/').any(|part| part == "user");
    let names = Names { full: format!("{bare}.service"), instance, template, user };
    let (env, env_open) = environment(sections, &names, machine);
    let command = command(sections, &names, &env)?;
    let named = naming(&command.words)?;
    let place = sections.place().unwrap_or(named.span());
    let name = Spanned { value: bare.to_owned(), span: named.span(), origin: named.origin() };
    let mounts = mounts(sections, &names, machine, name.span);
    let started = Started { command, env, env_open, mounts };
    let mut unit = run(name, place, started, machine);
    unit.files = sections.files();
    unit.restart = limits::restart(sections);
    unit.restart_policy = limits::restart_policy(sections);
    unit.stop_grace = limits::stop_grace(sections).or(unit.stop_grace);
    unit.memory_limit = limits::memory(sections).or(unit.memory_limit);
    unit.depends_on = depends_on(sections);
    unit.template = placeholder::is_to_fill_in(&unit, machine.workspace);
    Some(unit)
}

/// What a unit starts, before scripts are followed.
struct Started {
    command: Command,
    env: Vec<Variable>,
    env_open: bool,
    mounts: Vec<Mount>,
}

/// Follows the command to the program that it comes to: a process of the machine, or a container.
fn run(name: Spanned<String>, place: Span, started: Started, machine: &Machine<'_>) -> Unit {
    let Started { mut command, mut env, env_open, mounts } = started;
    let mut unit = Unit {
        host: machine.host.clone(),
        project: machine.project.clone(),
        network_mode: Some(Text::literal("host", name.span)),
        mounts,
        env_open,
        ..Unit::new(name, Supervisor::Systemd, place)
    };
    machine.take_in(&mut command);
    let find = |path: &str| machine.find(path);
    start::follow(&mut command, &mut env, &start::Surroundings { env_open, find: &find });
    let caller = Caller {
        workspace: machine.workspace,
        folder: &machine.folder,
        host: &machine.host,
        project: &machine.project,
        env: &env,
    };
    if let Some(container) = docker::unit(&command.words, &caller) {
        let image = container.image.as_ref().map_or(unit.name.span, Text::span);
        let names = container.names.iter().skip(1).cloned();
        let called = Text::literal(&container.name.value, container.name.span);
        unit.names.extend(std::iter::once(called).chain(names));
        let before = command.before.into_iter().chain(container.command.before).collect();
        let lost = container.command.lost.clone().or(command.lost);
        let command = Command { before, lost, ..container.command };
        let name = Spanned { span: image, ..unit.name };
        return Unit { name, names: unit.names, supervisor: Supervisor::Systemd, place, command, ..container };
    }
    bring_named_files(&mut unit, &command, machine);
    Unit { command, env, ..unit }
}

/// Mounts the settings files that the command names and that are kept beside the unit until they are copied to the machine.
fn bring_named_files(unit: &mut Unit, command: &Command, machine: &Machine<'_>) {
    for word in &command.words {
        let Some(path) = word.known().and_then(|word| word.find('/').and_then(|at| word.get(at..))) else { continue };
        let named = ENDINGS.iter().any(|ending| path.ends_with(ending));
        if !named || machine.is_brought(path) || !machine::is_held_by_host(unit, path) {
            continue;
        }
        if let Some(source) = machine.beside(path) {
            let target = Text::literal(path, word.span());
            unit.mounts.push(Mount::new(MountSource::Tree(source), target, word.span()));
        }
    }
}

/// Answers the services that it waits for.
fn depends_on(sections: &Sections) -> Vec<Spanned<String>> {
    let mut found: Vec<Spanned<String>> = Vec::new();
    for key in ["After", "Requires", "BindsTo", "Wants", "Requisite"] {
        for word in sections.list("Unit", key).into_iter().flat_map(words::split) {
            let service = word.known().and_then(|name| name.strip_suffix(".service").map(tree::name));
            let new = service.filter(|name| !found.iter().any(|known| known.value == *name));
            found.extend(new.map(|name| Spanned { value: name.to_owned(), span: word.span(), origin: word.origin() }));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::units;
    use insta::assert_snapshot;

    #[test]
    fn a_unit_is_a_process_of_its_machine() {
        let service = "[Unit]\nAfter=network.target geth.service\n[Service]\nEnvironment=\"A=1 2\" NET=hoodi\nEnvironmentFile=/etc/default/vc\nExecStartPre=-/bin/rm -rf /x\nExecStart = @/usr/local/bin/lighthouse lh vc \\\n  --network=${NET} \\\n  # why\n  $ARGS \"--graffiti=a b\"\nRestart=on-failure\nRestartSec=5\nSuccessExitStatus=143\nRestartPreventExitStatus=129 198 SIGKILL\nTimeoutStopSec=5min\nMemoryMax=8G\nProtectSystem=strict\nStateDirectory=lighthouse\n";
        let texts = [("hosts/a/systemd/validator.service", service), ("hosts/a/env/vc", "ARGS=--http --x 'y z'\n")];
        assert_snapshot!(units(&texts), @r"
a/validator -
  project: hosts/a
  before: /bin/rm | -rf | /x
  program: /usr/local/bin/lighthouse | vc | --network=hoodi | --http | --x | y z | --graffiti=a b
  env: A=1 2 NET=hoodi ARGS=--http --x 'y z'
  mounts: host:/ -> / ro, host:/var/lib/lighthouse -> /var/lib/lighthouse
  restart: OnFailure
  stop grace: 300 s
  memory: 8589934592 bytes
  network: host
  after: geth
");
    }

    #[test]
    fn drop_ins_and_instances_make_units() {
        let texts = [
            (
                "etc/systemd/system/v@.service",
                "[Service]\nExecStart=/usr/bin/lighthouse vc --datadir %S/%i\nExecStart=/bin/false\n",
            ),
            (
                "etc/systemd/system/v@.service.d/10-a.conf",
                "[Service]\nExecStart=\nExecStart=:/usr/bin/lighthouse vc --datadir ${HOME}/%i\n",
            ),
            ("etc/systemd/system/v@2.service.d/20.conf", "[Service]\nExecStart=\nExecStart=/opt/run.sh two\n"),
            ("opt/run.sh", "#!/bin/sh\nexec lighthouse vc --name $1\n"),
            ("install.sh", "systemctl enable --now v@{1..2}\nmail v@example.com\n"),
        ];
        assert_snapshot!(units(&texts), @r"
/v@1 -
  program: /usr/bin/lighthouse | vc | --datadir | ${HOME}/1
  mounts: host:/ -> /, tree:etc -> /etc, tree:opt -> /opt
  network: host
/v@2 -
  wrappers: /opt/run.sh
  program: lighthouse | vc | --name | two
  mounts: host:/ -> /, tree:etc -> /etc, tree:opt -> /opt
  network: host
");
    }

    #[test]
    fn a_unit_can_start_a_container() {
        let service = "[Service]\nExecStartPre=-/usr/bin/docker rm -f vc\nExecStart=/usr/bin/docker run --rm --name vc -p 127.0.0.1:5062:5062 -v /var/lib/vc:/data --env-file ./vc.env sigp/lighthouse:v8.0.0 lighthouse vc --datadir /data\nRestart=always\n";
        assert_snapshot!(units(&[("a/vc.service", service), ("a/vc.env", "X=1")]), @r"
a/vc sigp/lighthouse:v8.0.0
  project: a
  before: /usr/bin/docker | rm | -f | vc
  words: lighthouse | vc | --datadir | /data
  env: X=1
  ports: 127.0.0.1 5062 5062 tcp
  mounts: host:/var/lib/vc -> /data
  restart: Always
  names: vc
");
    }

    #[test]
    fn templates_are_units_with_holes() {
        let service = "[Service]\n{% if x %}\nUser=a\n{% endif %}\nExecStart={{ bin }}/lighthouse vc --network {{ net | default('a b') }}\n";
        assert_snapshot!(units(&[("roles/v/templates/vc.service.j2", service)]), @r"
roles/v/templates/vc -
  project: roles/v/templates
  template: yes
  program: {{ bin }}/lighthouse | vc | --network | {{ net | default('a b') }}
  mounts: host:/ -> /
  network: host
");
    }

    #[test]
    fn odd_files_do_no_harm() {
        for odd in [
            "[Service]",
            "[Service]\nExecStart=",
            "[Service]\nExecStart=%",
            "[Service]\nExecStart=\"\\",
            "[Service]\nExecStart=;;\n",
        ] {
            units(&[("a.service", odd), ("b@.service", odd)]);
        }
    }
}
