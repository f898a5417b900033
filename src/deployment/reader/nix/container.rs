//! `virtualisation.oci-containers`: a container is what `docker run` would start.

use super::read::Source;
use crate::deployment::docker::{self, Caller};
use crate::deployment::value::{Entry, Value};
use crate::deployment::{Restart, Supervisor, Unit};
use crate::source::{Spanned, Text};

/// Answers the containers of a file.
pub(super) fn units(source: &Source<'_>) -> Vec<Unit> {
    let paths: [&[&str]; 2] = [
        &["virtualisation", "oci-containers", "containers"],
        &["config", "virtualisation", "oci-containers", "containers"],
    ];
    let containers = paths.iter().find_map(|path| source.module.value.path(path));
    containers.map_or(&[] as &[Entry], Value::entries).iter().filter_map(|entry| unit(entry, source)).collect()
}

fn unit(entry: &Entry, source: &Source<'_>) -> Option<Unit> {
    let Entry { key, value } = entry;
    let image = value.text_of("image")?;
    let caller = Caller {
        workspace: source.machine.workspace,
        folder: source.file.folder(),
        host: &source.machine.host,
        project: &source.machine.project,
        env: &[],
    };
    let container = docker::unit(&words(key, value, image), &caller)?;
    // Its service starts it again whenever it ends.
    let restart = container.restart.or_else(|| Some(Spanned::new(Restart::Always, key.span)));
    let name = Spanned::new(key.value.clone(), key.span);
    Some(Unit { name, place: value.place, supervisor: Supervisor::Systemd, restart, named: true, ..container })
}

/// The command line that the container's service runs.
fn words(key: &Spanned<String>, value: &Value, image: &Text) -> Vec<Text> {
    let literal = |text: &str| Text::literal(text, key.span);
    let mut words = vec![literal("docker"), literal("run"), literal("--name"), literal(&key.value)];
    let all = |key: &str| value.get(key).map_or(&[] as &[Value], Value::list).iter().filter_map(Value::text).cloned();
    for (key, option) in
        [("ports", "-p"), ("volumes", "-v"), ("environmentFiles", "--env-file"), ("networks", "--network")]
    {
        for text in all(key) {
            words.extend([Text::literal(option, text.span()), text]);
        }
    }
    for entry in value.get("environment").map_or(&[] as &[Entry], Value::entries) {
        if let Some(text) = entry.value.text() {
            let mut pair = Text::literal(&format!("{}=", entry.key.value), entry.key.span);
            pair.append(text);
            words.extend([Text::literal("-e", entry.key.span), pair]);
        }
    }
    if let Some(entrypoint) = value.text_of("entrypoint") {
        words.extend([Text::literal("--entrypoint", entrypoint.span()), entrypoint.clone()]);
    }
    words.extend(all("extraOptions"));
    words.push(image.clone());
    words.extend(all("cmd"));
    words
}
