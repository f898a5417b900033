//! Units as a short text, for tests.

use super::{Activation, Inventory, MountSource, Unit, read};
use crate::source::{Span, Text};
use crate::workspace::Workspace;

/// Reads texts and shows their units.
pub(crate) fn units(texts: &[(&str, &str)]) -> String {
    let workspace = Workspace::of(texts);
    show(&read(&workspace))
}

/// Shows the units of an inventory; words are parted by ` | `, holes stand as written.
pub(crate) fn show(inventory: &Inventory) -> String {
    inventory.units.iter().map(unit).collect::<Vec<_>>().join("\n")
}

fn unit(unit: &Unit) -> String {
    let mut lines = vec![format!("{}/{} {}", unit.host, unit.name.value, unit.image.as_ref().map_or("-", Text::value))];
    let command = &unit.command;
    let words =
        |words: &[Text]| words.iter().map(|word| word.value().replace('\n', "\\n")).collect::<Vec<_>>().join(" | ");
    let mut line = |name: &str, text: String| {
        if !text.is_empty() {
            lines.push(format!("  {name}: {text}"));
        }
    };
    line("project", unit.project.clone());
    line("alternative", unit.alternative.clone().unwrap_or_default());
    line("template", if unit.template { "yes".into() } else { String::new() });
    line("wrappers", words(&command.wrappers));
    line("before", command.before.iter().map(|part| words(part)).collect::<Vec<_>>().join(" ; "));
    line(if command.entrypoint { "program" } else { "words" }, words(&command.words));
    line("open", command.open.as_ref().map_or_else(String::new, |open| format!("{open:?}")));
    let env = unit.env.iter().map(|variable| format!("{}={}", variable.name.value, variable.value.value()));
    line("env", env.collect::<Vec<_>>().join(" "));
    line("env open", if unit.env_open { "yes".into() } else { String::new() });
    let ports = unit.ports.iter().map(|port| {
        let ip = port.host_ip.as_ref().map_or("*", Text::value);
        let range = |range: Option<(u16, u16)>| range.map_or("?".to_owned(), |(first, _)| first.to_string());
        format!("{ip} {} {} {}", range(port.host), range(port.container), port.protocol)
    });
    line("ports", ports.collect::<Vec<_>>().join(", "));
    let mounts = unit.mounts.iter().map(|mount| {
        let (source, mode) = (source(&mount.source), if mount.read_only { " ro" } else { "" });
        let each = if mount.per_instance { " each" } else { "" };
        let shared = if mount.shared.is_some() { " shared" } else { "" };
        format!("{source} -> {}{mode}{each}{shared}", mount.target.value())
    });
    line("mounts", mounts.collect::<Vec<_>>().join(", "));
    line("replicas", unit.replicas.as_ref().map_or_else(String::new, |replicas| format!("{:?}", replicas.value)));
    line("restart", unit.restart.as_ref().map_or_else(String::new, |restart| format!("{:?}", restart.value)));
    line("rollout", unit.rollout.as_ref().map_or_else(String::new, |rollout| format!("{:?}", rollout.value)));
    line("ordinals", if unit.ordinals { "yes".into() } else { String::new() });
    line("stop grace", unit.stop_grace.as_ref().map_or_else(String::new, |seconds| format!("{} s", seconds.value)));
    line("memory", unit.memory_limit.as_ref().map_or_else(String::new, |bytes| format!("{} bytes", bytes.value)));
    line("when", unit.condition.as_ref().map_or("", |condition| condition.text.value()).to_owned());
    line("default", if unit.default { "yes".into() } else { String::new() });
    line("exposed", unit.exposures.iter().map(|exposure| exposure.words.clone()).collect::<Vec<_>>().join(", "));
    line("domain", unit.domain.clone());
    line("loopback", unit.loopback.clone());
    line("network", unit.network_mode.as_ref().map_or("", Text::value).to_owned());
    line("networks", unit.networks.join(" "));
    line("names", unit.names.iter().skip(1).map(Text::value).collect::<Vec<_>>().join(" "));
    let labels = unit.labels.iter().map(|label| format!("{}={}", label.name.value, label.value.value()));
    line("labels", labels.collect::<Vec<_>>().join(" "));
    line("after", unit.depends_on.iter().map(|name| name.value.clone()).collect::<Vec<_>>().join(" "));
    line("healthy", unit.waits_for_health.join(" "));
    line(
        "active",
        if unit.activation == Activation::Always { String::new() } else { format!("{:?}", unit.activation) },
    );
    lines.join("\n")
}

fn source(source: &MountSource) -> String {
    match source {
        MountSource::Tree(path) => format!("tree:{path}"),
        MountSource::Host(path) => format!("host:{path}"),
        MountSource::Volume { name, external } => format!("{}:{name}", if *external { "outside" } else { "volume" }),
        MountSource::Anonymous => "anonymous".into(),
        MountSource::Tmpfs => "tmpfs".into(),
        MountSource::Unknown(text) => format!("?{text}"),
    }
}

/// Reads texts and shows what was found beside units: each with its path and the bytes of its place.
pub(crate) fn facts(texts: &[(&str, &str)]) -> String {
    let workspace = Workspace::of(texts);
    let inventory = read(&workspace);
    let at = |span: Span| {
        let path = &*workspace.file(span.file).path;
        let text = texts.iter().find(|(name, _)| *name == path).map_or("", |(_, text)| *text);
        let slice = text.get(span.start as usize..span.end as usize).unwrap_or("?");
        let slice = if slice.len() > 40 { format!("{}…", &slice[..12]) } else { slice.to_owned() };
        format!("{path} `{slice}`")
    };
    let mut lines = Vec::new();
    for key in &inventory.keys {
        let enabled = if key.enabled { "" } else { " (off)" };
        lines.push(format!("{:?}{enabled} {} {}", key.form, key.key.short(), at(key.span)));
    }
    lines.extend(inventory.malformed_keys.iter().map(|key| format!("malformed {}", at(key.span))));
    for secret in &inventory.secrets {
        let mut line = format!("{:?} {} {}", secret.kind, secret.name, at(secret.span));
        for (name, holds) in [
            ("placeholder", secret.placeholder),
            ("fixture", secret.fixture),
            ("trial", secret.trial),
            ("template", secret.template),
        ] {
            line.push_str(&if holds { format!(" {name}") } else { String::new() });
        }
        lines.push(line);
    }
    for entry in inventory.proposers.iter().flat_map(|file| &file.entries) {
        let recipient = entry.fee_recipient.as_ref().map_or("-", Text::value);
        let builder = entry.builder.as_ref().map_or("-", Text::value);
        lines.push(format!("proposer {} pays {recipient}, builder {builder}", at(entry.place)));
    }
    let pairs = inventory.keystore_passwords.iter();
    lines.extend(pairs.map(|pair| format!("opens {} by {}", at(pair.keystore), at(pair.password))));
    lines.extend(inventory.repeated.iter().map(|key| format!("repeated {:?} {}", key.reader, at(key.again))));
    lines
        .extend(inventory.unquoted_hex.iter().map(|hex| format!("hex {:?} {} {}", hex.reader, hex.name, at(hex.span))));
    lines.extend(inventory.unreadable.iter().map(|file| format!("unreadable {}", workspace.file(file.span.file).path)));
    for file in &inventory.settings_files {
        let entries = file.entries.iter().map(|entry| format!("{}={}", entry.name.value, entry.value.value()));
        lines.push(format!("settings {}: {}", file.path, entries.collect::<Vec<_>>().join(" ")));
    }
    lines.join("\n")
}
