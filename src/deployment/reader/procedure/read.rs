//! Finds scripts and playbooks, and takes what they do.

use super::notify;
use super::page::{Page, page};
use super::script::{Setting, parts};
use super::task;
use crate::deployment::reader::model::Reading;
use crate::deployment::{Procedure, Step, tree};
use crate::document::{Document, Kind, Syntax};
use crate::source::{Span, Text};
use crate::workspace::{FileKind, SourceFile, Workspace};
use rayon::prelude::*;

/// Folders of a project's own workshop: what lies there builds and tests, and touches no deployment.
const WORKSHOPS: [&str; 8] = [".ci", ".circleci", ".github", ".gitlab", "ci", "hack", "node_modules", "vendor"];

/// Takes the procedures of all scripts and playbooks that do something to units.
pub(in crate::deployment::reader) fn read(workspace: &Workspace, reading: &mut Reading) {
    let page = page();
    let files: Vec<&SourceFile> = workspace.written().filter(|file| counts(file)).collect();
    let found: Vec<Vec<Procedure>> = files.into_par_iter().map(|file| procedures(file, workspace, page)).collect();
    reading.inventory.procedures.extend(found.into_iter().flatten());
}

fn counts(file: &SourceFile) -> bool {
    let workshop = || file.folder().split('/').any(|part| WORKSHOPS.contains(&part));
    matches!(file.kind, FileKind::Shell | FileKind::Yaml | FileKind::Text | FileKind::Ini)
        && !tree::is_fixture(&file.path)
        && !tree::is_test_data(&file.path)
        && !workshop()
}

fn procedures(file: &SourceFile, workspace: &Workspace, page: &Page) -> Vec<Procedure> {
    let name = file.name().to_owned();
    let found = match (file.kind, file.document(), file.text()) {
        (FileKind::Shell, _, Some(text)) => {
            let script = Text::literal(text, Span::new(file.id, 0, text.len() as u32));
            parts(&script, &Setting::default(), page, &mut 0)
        }
        (_, Some(document), _) if document.syntax() == Syntax::Yaml => tasks(document, page),
        _ => return notify::procedures(file, workspace, page),
    };
    let some = found.into_iter().filter(|(_, steps)| !steps.is_empty());
    some.map(|(own, steps)| Procedure { name: own.unwrap_or_else(|| name.clone()), file: file.id, steps }).collect()
}

fn tasks(document: &Document, page: &Page) -> Vec<(Option<String>, Vec<Step>)> {
    let lists = document.roots().filter(|root| root.kind() == Kind::Sequence);
    lists.map(|root| (None, task::steps(root, page))).collect()
}

#[cfg(test)]
mod tests {
    use crate::deployment::{Step, read};
    use crate::source::{Sources, Span, Text};
    use crate::workspace::Workspace;
    use insta::assert_snapshot;

    fn show(path: &str, text: &str) -> String {
        let workspace = Workspace::of(&[(path, text)]);
        let inventory = read(&workspace);
        let quote = |span: Span| {
            let text = workspace.text(span.file).expect("is there");
            text[span.start as usize..span.end as usize].replace('\n', " ")
        };
        let line = |step: &Step| {
            let text = |text: &Option<Text>| text.as_ref().map_or("-", Text::value).to_owned();
            let ignores = step.ignores.map_or_else(String::new, |span| format!(" ~{}", quote(span)));
            let (subject, target) = (text(&step.subject), text(&step.target));
            format!("{:?} {subject} @ {target} `{}`{ignores}", step.act, quote(step.place))
        };
        let procedures = inventory.procedures.iter().flat_map(|procedure| {
            std::iter::once(format!("[{}]", procedure.name)).chain(procedure.steps.iter().map(line)).collect::<Vec<_>>()
        });
        procedures.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn commands_of_scripts_are_steps() {
        let script = "#!/bin/bash\nsudo systemctl stop validator.service || true\ndocker compose -f a.yml up -d vc\ndocker rm -f vc1 vc2\nkubectl -n eth delete pod validator-0 --force --grace-period 0\nkubectl scale sts/vc --replicas=0\nssh -i k eth@new 'systemctl enable --now vc && sleep 13m'\nssh old <<EOF\ndocker stop vc\nEOF\nservice vc start\n";
        assert_snapshot!(show("a.sh", script), @r"
        [a.sh]
        Stop validator.service @ - `sudo systemctl stop validator.service` ~true
        Start vc @ - `docker compose -f a.yml up -d vc`
        Stop vc1 @ - `docker rm -f vc1 vc2`
        Stop vc2 @ - `docker rm -f vc1 vc2`
        ForceDelete validator-0 @ eth `kubectl -n eth delete pod validator-0 --force --grace-period 0`
        Stop vc @ - `kubectl scale sts/vc --replicas=0`
        Start vc @ eth@new `systemctl enable --now vc`
        Wait { seconds: Some(780) } - @ eth@new `sleep 13m`
        Stop vc @ old `docker stop vc`
        Start vc @ - `service vc start`
        ");
    }

    #[test]
    fn keys_histories_and_downloads_are_steps() {
        let script = "#!/bin/bash\nV=1\nwget -q https://h.example/sigp/lighthouse/releases/download/v$V/lighthouse.tar.gz\n[ \"$(sha256sum a)\" = b ]\ndocker exec vc lighthouse --network hoodi account validator import --directory /k\nlighthouse account validator slashing-protection import h.json\ncurl -X POST http://vc/eth/v1/keystores -d '{\"keystores\":[\"x\"],\"passwords\":[\"y\"],\"slashing_protection\":null}'\ncurl -X POST http://vc/eth/v1/keystores -d @body.json\ncurl -X DELETE http://vc/eth/v1/keystores -d '{\"keystores\":[]}'\necho lighthouse account validator import\n";
        assert_snapshot!(show("a.sh", script), @r#"
        [a.sh]
        Download { checked: false } https://h.example/sigp/lighthouse/releases/download/v1/lighthouse.tar.gz @ - `wget -q https://h.example/sigp/lighthouse/releases/download/v$V/lighthouse.tar.gz`
        Verify - @ - `[ "$(sha256sum a)" = b ]`
        ImportKeys { with_history: false } - @ - `docker exec vc lighthouse --network hoodi account validator import --directory /k`
        ImportHistory - @ - `lighthouse account validator slashing-protection import h.json`
        ImportKeys { with_history: false } - @ - `curl -X POST http://vc/eth/v1/keystores -d '{"keystores":["x"],"passwords":["y"],"slashing_protection":null}'`
        ImportKeys { with_history: true } - @ - `curl -X POST http://vc/eth/v1/keystores -d @body.json`
        "#);
    }

    #[test]
    fn tasks_of_playbooks_are_steps() {
        let book = "- hosts: new\n  tasks:\n  - ansible.builtin.systemd: { name: '{{ item }}', state: started }\n    loop: [vc1, vc2]\n  - community.docker.docker_container:\n      name: vc\n      image: x\n- hosts: old\n  tasks:\n  - service: { name: vc, state: stopped, enabled: false }\n    ignore_errors: yes\n  - shell: docker rm -f vc || true\n  - pause: { minutes: 13 }\n  - get_url:\n      url: https://h.example/releases/download/v1/teku.tar.gz\n      dest: /opt\n      checksum: sha256:00\n";
        assert_snapshot!(show("book.yml", book), @r"
        [book.yml]
        Start vc1 @ new `started`
        Start vc2 @ new `started`
        Start vc @ new `vc`
        Stop vc @ old `stopped` ~yes
        Remove vc @ old `false` ~yes
        Stop vc @ old `docker rm -f vc` ~true
        Wait { seconds: Some(780) } - @ old `{ minutes: 13 }`
        Download { checked: true } https://h.example/releases/download/v1/teku.tar.gz @ old `https://h.example/releases/download/v1/teku.tar.gz`
        ");
    }
}
