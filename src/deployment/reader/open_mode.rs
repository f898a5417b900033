//! Scripts and tasks that open files of keys to everybody.

use super::model::Reading;
use crate::deployment::modes::{holds_keys, opened, opens_octal};
use crate::deployment::{OpenMode, tree};
use crate::document::{Kind, Node, Syntax};
use crate::source::Span;
use crate::workspace::{FileKind, SourceFile, Workspace};

const DEEPEST: usize = 16;

/// Takes the modes of all scripts and tasks.
pub(super) fn read(workspace: &Workspace, reading: &mut Reading) {
    for file in workspace.chosen(may_open) {
        let found = &mut reading.inventory.open_modes;
        match (file.kind, file.document()) {
            (FileKind::Shell, _) => file.text().into_iter().for_each(|text| in_script(file, text, found)),
            (_, Some(document)) => {
                document.roots().for_each(|root| in_tasks(file, root, 0, found));
            }
            _ => {}
        }
    }
}

/// Tells whether a file may set the mode of others.
fn may_open(file: &SourceFile) -> bool {
    let worth = match (file.kind, file.document()) {
        (FileKind::Shell, _) => true,
        (FileKind::Yaml, Some(document)) => document.syntax() == Syntax::Yaml && document.text().contains("mode:"),
        _ => false,
    };
    worth && !tree::is_test_data(&file.path)
}

fn in_script(file: &SourceFile, text: &str, found: &mut Vec<OpenMode>) {
    for line in text.lines() {
        if line.trim_start().starts_with('#')
            || !(line.contains("chmod") || line.contains("install") || line.contains("umask"))
        {
            continue;
        }
        for command in line.split(['\n', ';', '|', '&']) {
            let words: Vec<&str> = command.split_whitespace().collect();
            let span = |word: &str| Span::of_part(file.id, text, word);
            if let Some(opened) = opened(&words) {
                let path = opened.path.trim_matches(['"', '\'']).to_owned();
                found.extend(words.get(opened.word).map(|mode| OpenMode { file: file.id, span: span(mode), path }));
            }
            if let ["umask", mode, ..] = words.as_slice()
                && mode.bytes().all(|byte| byte == b'0')
                && text.split_whitespace().any(holds_keys)
            {
                found.push(OpenMode { file: file.id, span: span(mode), path: "what it makes".into() });
            }
        }
    }
}

/// A task that gives a file a mode (`dest`, `path` and `mode` side by side).
fn in_tasks(file: &SourceFile, node: Node<'_>, depth: usize, found: &mut Vec<OpenMode>) {
    if depth > DEEPEST {
        return;
    }
    match node.kind() {
        Kind::Map => {
            found.extend(task(file, node));
            node.entries().for_each(|entry| in_tasks(file, entry.value, depth + 1, found));
        }
        Kind::Sequence => node.items().for_each(|item| in_tasks(file, item, depth + 1, found)),
        Kind::Scalar => {}
    }
}

fn task(file: &SourceFile, node: Node<'_>) -> Option<OpenMode> {
    let scalar = |name: &str| node.get(name).filter(|value| value.kind() == Kind::Scalar).and_then(Node::text);
    let mode = scalar("mode")?;
    let path = scalar("dest").or_else(|| scalar("path"))?;
    let is = |name: &str, wanted: &str| scalar(name).is_some_and(|text| text.value() == wanted);
    let deep = is("recurse", "true") || is("recurse", "yes");
    let opens = opens_octal(mode.known()?.trim(), deep)? && holds_keys(path.value());
    opens.then(|| OpenMode { file: file.id, span: mode.span(), path: path.value().to_owned() })
}

#[cfg(test)]
mod tests {
    use crate::deployment::read;
    use crate::workspace::Workspace;

    #[test]
    fn scripts_and_tasks_are_read() {
        let script = "#!/bin/sh\n# chmod 777 keys\nmkdir keys && chmod -R 777 \"$DIR/keys\"; umask 000\n";
        let tasks = "- name: keys\n  copy: { src: a, dest: /data/keys/password.txt, mode: '0644' }\n- file: { path: '{{ dir }}/validators', mode: '0755', state: directory }\n";
        let inventory = read(&Workspace::of(&[("a.sh", script), ("tasks/main.yml", tasks)]));
        let found: Vec<(&str, u32)> =
            inventory.open_modes.iter().map(|mode| (mode.path.as_str(), mode.span.len())).collect();
        assert_eq!(found, [("$DIR/keys", 3), ("what it makes", 3), ("/data/keys/password.txt", 4)]);
    }
}
