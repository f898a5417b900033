//! Nomad: the tasks of a job become units.

use super::model::Reading;
use super::terraform::field::{self, count, multiply, spanned};
use crate::deployment::hcl::{Block, Scope, parse};
use crate::deployment::quantity::milliseconds;
use crate::deployment::reader::settings_file;
use crate::deployment::value::{Body, Entry, Tag, Value};
use crate::deployment::volumes::{self, Long, Volumes};
use crate::deployment::words;
use crate::deployment::{
    Command, Handle, Mount, MountSource, Open, Port, Restart, RestartPolicy, Rollout, Supervisor, Unit, environment,
    placeholder, tree,
};
use crate::source::{Span, Spanned, Text};
use crate::workspace::{FileKind, SourceFile, Workspace};
use std::collections::BTreeMap;

/// Longer files are no jobs.
const LONGEST: usize = 1 << 20;
/// Endings of settings files that a client may find where a template puts them.
const SETTINGS: [&str; 4] = [".toml", ".yaml", ".yml", ".json"];

/// Takes the tasks of every job of the tree.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    let files = workspace.written().filter(|file| file.kind == FileKind::Hcl && !file.name().ends_with(".tf"));
    for (file, text) in files.filter_map(|file| Some((file, file.text()?))) {
        if text.len() <= LONGEST && text.contains("task") && text.contains("job") {
            job(file, &Text::literal(text, Span::new(file.id, 0, text.len() as u32)), workspace, reading);
        }
    }
}

fn job(file: &SourceFile, text: &Text, workspace: &Workspace, reading: &mut Reading) {
    let body = parse(text);
    let find = |path: &str| {
        let other = workspace.find(&tree::join(file.folder(), path)?)?;
        Some(Text::literal(other.text()?, Span::new(other.id, 0, other.text()?.len() as u32)))
    };
    let mut scope = Scope::new(BTreeMap::new(), &find);
    let defaults = body.all("variable").filter_map(|block| {
        let value = scope.value(block.body.get("default")?);
        Some(Entry { key: block.labels.first()?.clone(), value })
    });
    let variables = Value { place: text.span(), tag: Tag::None, body: Body::Map(defaults.collect()) };
    scope.names.insert("var".into(), variables);
    for job in body.all("job") {
        for group in job.body.all("group") {
            for task in group.body.all("task") {
                let ground = Ground { file, workspace, scope: &scope, job, group };
                let unit = unit(task, &ground, reading);
                reading.inventory.units.extend(unit);
            }
        }
    }
}

struct Ground<'a> {
    file: &'a SourceFile,
    workspace: &'a Workspace,
    scope: &'a Scope<'a>,
    job: &'a Block,
    group: &'a Block,
}

fn unit(task: &Block, ground: &Ground<'_>, reading: &mut Reading) -> Option<Unit> {
    let scope = ground.scope;
    let config = task.body.block("config")?;
    let name = task.labels.first()?.clone();
    let driver = field::text(task, "driver", scope);
    let containers = driver.as_ref().and_then(Text::known).is_some_and(|driver| matches!(driver, "docker" | "podman"));
    let host = tree::host(ground.file.folder());
    let job = ground.job.label(0);
    let mut env = Vec::new();
    for block in task.body.all("env") {
        let entries =
            block.body.attributes.iter().map(|one| Entry { key: one.name.clone(), value: scope.value(&one.value) });
        let whole = Value { place: block.place, tag: Tag::None, body: Body::Map(entries.collect()) };
        env.extend(field::variables(&whole));
    }
    env.extend(task.body.get("env").map(|value| field::variables(&scope.value(value))).unwrap_or_default());
    let mut unit = Unit {
        host: [host.as_str(), job].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/"),
        project: format!("{}#{job}/{}", ground.file.path, ground.group.label(0)),
        image: field::text(config, "image", scope).filter(|_| containers),
        command: command(config, containers, scope),
        env,
        loopback: ground.group.label(0).to_owned(),
        ports: ports(config, ground),
        handle: Handle { kind: "Job".into(), name: job.to_owned(), ..Handle::default() },
        ..Unit::new(name, Supervisor::Scheduler, task.place)
    };
    mounts(&mut unit, task, config, ground);
    templates(&mut unit, task, ground, reading);
    unit.env = environment::settle(std::mem::take(&mut unit.env));
    unit.network_mode = field::text(config, "network_mode", scope).filter(|mode| mode.known() != Some("bridge"));
    if driver.as_ref().and_then(Text::known) == Some("raw_exec") {
        let place = unit.name.span;
        unit.mounts.insert(0, Mount::new(MountSource::Host("/".into()), Text::literal("/", place), place));
        unit.network_mode = Some(Text::literal("host", place));
    }
    restart(&mut unit, task, ground);
    unit.stop_grace = field::text(task, "kill_timeout", scope).and_then(|text| {
        let seconds = milliseconds(text.known()?)? / 1000;
        Some(spanned(&text).map(|_| seconds))
    });
    multiply(&mut unit, count(ground.group, "count", scope));
    unit.rollout = rollout(ground);
    unit.template = placeholder::is_to_fill_in(&unit, ground.workspace);
    Some(unit)
}

fn command(config: &Block, containers: bool, scope: &Scope<'_>) -> Command {
    let entrypoint = field::texts(config, "entrypoint", scope);
    let replaced = !entrypoint.is_empty() || !containers;
    let command = field::text(config, "command", scope);
    let args = field::texts(config, "args", scope);
    // One string is split as a shell would.
    let args = if args.len() == 1 && args[0].value().contains(' ') { words::split(&args[0]).words } else { args };
    let words: Vec<Text> = entrypoint.into_iter().chain(command).chain(args).collect();
    let place = words.first().zip(words.last()).map(|(first, last)| first.span().to(last.span()));
    let open = words.is_empty().then_some(Open::Image);
    Command { words, entrypoint: replaced, place, open, ..Command::default() }
}

/// Ports of the group's network that the task publishes.
fn ports(config: &Block, ground: &Ground<'_>) -> Vec<Port> {
    let published = field::texts(config, "ports", ground.scope);
    let networks = ground.group.body.all("network");
    let declared = networks.flat_map(|network| network.body.all("port"));
    let port = |block: &Block| {
        let label = block.labels.first()?;
        let used = published.iter().find(|name| name.value() == label.value)?;
        let number = |name: &str| {
            let text = field::text(block, name, ground.scope)?;
            let port = text.known()?.parse::<u16>().ok()?;
            Some((port, port))
        };
        let (host, container) = (number("static"), number("to"));
        let container = container.or(host);
        // Without a fixed number the machine is still reached, on a port that the scheduler chooses.
        Some(Port { text: used.clone(), host_ip: None, host, container, protocol: "tcp".to_owned() })
    };
    declared.filter_map(port).collect()
}

fn mounts(unit: &mut Unit, task: &Block, config: &Block, ground: &Ground<'_>) {
    let scope = ground.scope;
    let get = |block: &Block, name: &str| field::text(block, name, scope);
    for text in field::texts(config, "volumes", scope) {
        let mut mount = volumes::short(&text, "", &Volumes::new());
        // A relative path lies in the folder of the allocation, which goes with it.
        if matches!(mount.source, MountSource::Tree(_)) {
            mount.source = MountSource::Anonymous;
        }
        unit.mounts.push(mount);
    }
    for mount in config.body.all("mount").chain(config.body.all("mounts")) {
        let (kind, source, target) = (get(mount, "type"), get(mount, "source"), get(mount, "target"));
        let read_only = get(mount, "readonly").is_some_and(|text| text.known() == Some("true"));
        let fields = Long { kind: kind.as_ref(), source: source.as_ref(), target: target.as_ref(), read_only };
        unit.mounts.extend(volumes::long(&fields, mount.place, "", &Volumes::new()));
    }
    for volume in task.body.all("volume_mount") {
        let (Some(name), Some(target)) = (get(volume, "volume"), get(volume, "destination")) else { continue };
        let declared = ground.group.body.all("volume").find(|block| block.label(0) == name.value());
        let source = declared.and_then(|block| get(block, "source")).unwrap_or(name);
        let access = declared.and_then(|block| get(block, "access_mode"));
        let shared = access.filter(|mode| mode.value().starts_with("multi-node-multi")).map(|mode| mode.span());
        let per_instance =
            declared.is_some_and(|block| get(block, "per_alloc").is_some_and(|text| text.known() == Some("true")));
        let source = MountSource::Volume { name: source.value().to_owned(), external: true };
        unit.mounts.push(Mount { shared, per_instance, ..Mount::new(source, target, volume.place) });
    }
}

/// Files that the scheduler writes for a task: settings of the client, or variables.
fn templates(unit: &mut Unit, task: &Block, ground: &Ground<'_>, reading: &mut Reading) {
    for template in task.body.all("template") {
        let get = |name: &str| field::text(template, name, ground.scope);
        let source = get("source").and_then(|path| (ground.scope.file)(path.known()?));
        let (Some(data), Some(destination)) = (get("data").or(source), get("destination")) else { continue };
        if get("env").is_some_and(|text| text.known() == Some("true")) {
            unit.env_open |= !data.is_known();
            let document = crate::document::parse_rendered(&data, crate::document::Syntax::Dotenv);
            let entries = document.root().into_iter().flat_map(crate::document::Node::entries);
            unit.env.extend(entries.filter_map(|entry| {
                let name = Spanned::new(entry.name().to_owned(), entry.key.place());
                Some(crate::deployment::Variable { name, value: entry.value.text()? })
            }));
            continue;
        }
        let Some(path) = destination.known().filter(|path| SETTINGS.iter().any(|ending| path.ends_with(ending))) else {
            continue;
        };
        let inner = format!("{}//{}", ground.file.path, tree::name(path));
        if let Some(file) = settings_file::embedded(&data, &inner) {
            reading.inventory.settings_files.push(file);
            let target = Text::literal(&format!("/{}", path.trim_start_matches('/')), destination.span());
            unit.mounts.push(Mount::new(MountSource::Tree(inner), target, destination.span()));
        }
    }
}

/// A task that ends is started again by its own or its group's policy; without one, too.
fn restart(unit: &mut Unit, task: &Block, ground: &Ground<'_>) {
    let Some(block) = task.body.block("restart").or_else(|| ground.group.body.block("restart")) else { return };
    let attempts = field::text(block, "attempts", ground.scope);
    let number = attempts.as_ref().and_then(|text| Some((text, text.known()?.parse::<u64>().ok()?)));
    let mode = field::text(block, "mode", ground.scope);
    let ends = mode.as_ref().is_some_and(|mode| mode.known() == Some("fail"));
    if let Some((text, count)) = number {
        let value = if count == 0 && ends { Restart::No } else { Restart::Always };
        unit.restart = Some(spanned(text).map(|_| value));
        let limit = ends.then(|| spanned(text).map(|_| count));
        unit.restart_policy = RestartPolicy { limit, ..RestartPolicy::default() };
    }
    unit.restart_policy.delay = field::text(block, "delay", ground.scope).and_then(|text| {
        let delay = milliseconds(text.known()?)?;
        Some(spanned(&text).map(|_| delay))
    });
}

/// Canaries run beside what they replace.
fn rollout(ground: &Ground<'_>) -> Option<Spanned<Rollout>> {
    let update = ground.group.body.block("update").or_else(|| ground.job.body.block("update"))?;
    let text = field::text(update, "canary", ground.scope)?;
    let rollout = match text.known().map(str::parse::<u64>) {
        Some(Ok(0)) => Rollout::StopFirst,
        Some(Ok(_)) => Rollout::Overlapping,
        _ => Rollout::Unknown,
    };
    Some(spanned(&text).map(|_| rollout))
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::{facts, units};
    use insta::assert_snapshot;

    const JOB: &str = r#"
variable "tag" { default = "v8.0.0" }
job "validators" {
  group "vc" {
    count = 2
    update { canary = 1 }
    network {
      mode = "bridge"
      port "api" { static = 5062 }
    }
    volume "keys" {
      type   = "host"
      source = "vc-data"
    }
    task "lighthouse" {
      driver = "docker"
      kill_timeout = "5m"
      config {
        image   = "sigp/lighthouse:${var.tag}"
        args    = ["lighthouse", "vc", "--datadir", "/data", "--x=${NOMAD_PORT_api}"]
        ports   = ["api"]
        volumes = ["local/x:/x", "/srv/y:/y:ro"]
      }
      env { A = "b" }
      volume_mount {
        volume      = "keys"
        destination = "/data"
      }
      template {
        data        = <<-EOF
          network: mainnet
        EOF
        destination = "local/teku.yaml"
      }
      restart {
        attempts = 3
        delay    = "15s"
        mode     = "fail"
      }
    }
  }
}
"#;

    #[test]
    fn a_task_is_a_unit() {
        assert_snapshot!(units(&[("jobs/vc.nomad", JOB)]), @r"
jobs/validators/lighthouse sigp/lighthouse:v8.0.0
  project: jobs/vc.nomad#validators/vc
  words: lighthouse | vc | --datadir | /data | --x=${NOMAD_PORT_api}
  env: A=b
  ports: * 5062 5062 tcp
  mounts: volume:local/x -> /x, host:/srv/y -> /y ro, outside:vc-data -> /data, tree:jobs/vc.nomad//teku.yaml -> /local/teku.yaml
  replicas: Count(2)
  restart: Always
  rollout: Overlapping
  stop grace: 300 s
  loopback: vc
");
        assert_snapshot!(facts(&[("jobs/vc.nomad", JOB)]), @r"
settings jobs/vc.nomad//teku.yaml: network=mainnet
");
    }
}
