//! cloud-init: the files that it writes on a new machine, and the commands that it runs there.

use super::model::Reading;
use super::script::{Script, take};
use super::systemd::Machine;
use crate::catalogue::Catalogue;
use crate::deployment::shell;
use crate::deployment::tree;
use crate::document::{Kind, Node};
use crate::source::Text;
use crate::workspace::{SourceFile, Workspace};

/// Names of files that say nothing about the machine.
const PLAIN: [&str; 9] = [
    "cloud-config",
    "cloud-init",
    "cloud_config",
    "cloud_init",
    "cloudinit",
    "init",
    "user-data",
    "user_data",
    "userdata",
];

/// Takes every cloud-config document of the tree.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    let is_free = |file: &SourceFile| !reading.claimed.contains(&file.id);
    let found = workspace.found(|file| Some((file, config(file).filter(|_| is_free(file))?)));
    if found.is_empty() {
        return;
    }
    let catalogue = Catalogue::builtin();
    for (file, root) in found {
        let stem = tree::stem(file.name()).to_owned();
        let mut machine = Machine::of(workspace, &file.path, &stem);
        if !PLAIN.contains(&stem.as_str()) {
            machine.host = [machine.host.as_str(), &stem]
                .iter()
                .filter(|part| !part.is_empty())
                .copied()
                .collect::<Vec<_>>()
                .join("/");
            machine.project = file.path.to_string();
        }
        set_up(root, &Script { path: &file.path, name: &stem, catalogue: &catalogue }, &machine, reading);
        reading.claimed.insert(file.id);
    }
}

fn config(file: &SourceFile) -> Option<Node<'_>> {
    let root = file.document()?.root().filter(|root| root.kind() == Kind::Map)?;
    let named = file.text().is_some_and(|text| text.trim_start().starts_with("#cloud-config"));
    let shaped = || root.get("write_files").is_some_and(|files| files.items().any(|file| file.get("path").is_some()));
    (named || shaped()).then_some(root)
}

/// Takes the units that a cloud-config sets up on a machine.
pub(super) fn set_up(root: Node<'_>, script: &Script<'_>, machine: &Machine<'_>, reading: &mut Reading) {
    let mut written: Vec<shell::Written> = Vec::new();
    for file in root.get("write_files").into_iter().flat_map(Node::items) {
        let plain = file.get("encoding").and_then(Node::str).is_none_or(|encoding| encoding.starts_with("text"));
        let parts = file.get("path").and_then(Node::text).zip(file.get("content").and_then(Node::text));
        if let Some((path, content)) = parts.filter(|_| plain) {
            let appends = file.get("append").and_then(Node::str) == Some("true");
            written.push(shell::Written { path, content, appends });
        }
    }
    let script_at = |path: &str| {
        let file = written.iter().rev().find(|file| file.path.value() == path)?;
        Some(file.content.clone())
    };
    let mut launch =
        commands(root).map_or_else(shell::Launch::default, |text| shell::launch(&text, &script_at, shell::MOST_STEPS));
    launch.written = written.iter().cloned().chain(launch.written).collect();
    take(&launch, script, machine, reading);
}

/// The commands that are run once, as one script.
fn commands(root: Node<'_>) -> Option<Text> {
    let lists = ["bootcmd", "runcmd"].iter().filter_map(|key| root.get(key));
    let mut script: Option<Text> = None;
    for item in lists.flat_map(Node::items) {
        let words: Vec<Text> = item.items().filter_map(Node::text).collect();
        let script = script.get_or_insert_with(|| Text::empty(item.place()));
        match item.text() {
            Some(line) => script.append(&line),
            None => words.iter().for_each(|word| quoted(word, script)),
        }
        script.push_inexact("\n", item.place());
    }
    script
}

/// Adds a word that a shell will read as one.
fn quoted(word: &Text, script: &mut Text) {
    let plain = word.value().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_./=:,@%+".contains(&byte));
    let quote = match plain {
        true => "",
        false if word.value().contains('\'') => "\"",
        false => "'",
    };
    script.push_inexact(quote, word.span());
    script.append(word);
    script.push_inexact(quote, word.span());
    script.push_inexact(" ", word.span());
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::units;
    use insta::assert_snapshot;

    #[test]
    fn a_new_machine_gets_its_units() {
        let config = "#cloud-config\nwrite_files:\n  - path: /etc/systemd/system/vc.service\n    content: |\n      [Service]\n      User  = eth\n      ExecStart = /opt/start.sh --a\n      Restart = on-failure\n  - path: /opt/start.sh\n    content: |\n      #!/bin/sh\n      exec /usr/bin/lighthouse vc --network hoodi $1\nruncmd:\n  - systemctl enable vc\n  - [docker, run, -d, --name, bn, 'sigp/lighthouse:v8.0.0', lighthouse, bn, --graffiti, 'a b']\n";
        assert_snapshot!(units(&[("cloud/node-1.yaml", config)]), @r"
cloud/node-1/vc -
  project: cloud/node-1.yaml
  wrappers: /opt/start.sh
  program: /usr/bin/lighthouse | vc | --network | hoodi | --a
  mounts: host:/ -> /
  restart: OnFailure
  network: host
cloud/node-1/bn sigp/lighthouse:v8.0.0
  project: cloud/node-1.yaml
  words: lighthouse | bn | --graffiti | a b
");
    }
}
