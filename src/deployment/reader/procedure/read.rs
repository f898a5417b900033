//! Finds scripts and playbooks, and takes what they do.

use super::book::Book;
use super::notify;
use super::pacemaker;
use super::page::page;
use super::script::{Setting, parts};
use super::walk;
use crate::deployment::reader::ansible::Roles;
use crate::deployment::reader::model::Reading;
use crate::deployment::{Procedure, Step, tree};
use crate::document::{Document, Kind, Syntax};
use crate::source::{FileId, Span, Text};
use crate::workspace::{FileKind, SourceFile, Workspace};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Folders of a project's own workshop: what lies there builds and tests, and touches no deployment.
const WORKSHOPS: [&str; 8] = [".ci", ".circleci", ".github", ".gitlab", "ci", "hack", "node_modules", "vendor"];

/// Takes the procedures of all scripts and playbooks that do something to units. Lists of tasks that others go on in are no procedures
/// of their own.
pub(in crate::deployment::reader) fn read(workspace: &Workspace, reading: &mut Reading) {
    let book = Book { workspace, roles: Roles::of(workspace), page: page() };
    let files: Vec<&SourceFile> = workspace.chosen(counts);
    let found: Vec<Found> = files.into_par_iter().map(|file| procedures(file, &book)).collect();
    let mut covered = BTreeSet::new();
    let others: BTreeSet<FileId> = found.iter().flat_map(|found| found.followed.iter().copied()).collect();
    for one in found.iter().filter(|found| !others.contains(&found.file)) {
        covered.extend(one.followed.iter().copied());
    }
    for one in found {
        // Of files that go on in one another, the first one speaks for all.
        if !covered.contains(&one.file) {
            covered.extend(one.followed);
            reading.inventory.procedures.extend(one.procedures);
        }
    }
}

/// What a file comes to.
struct Found {
    file: FileId,
    procedures: Vec<Procedure>,
    /// Lists of tasks that it goes on in.
    followed: BTreeSet<FileId>,
}

fn counts(file: &SourceFile) -> bool {
    let part = |name: &&str| file.folder().split('/').any(|part| part == *name);
    matches!(file.kind, FileKind::Shell | FileKind::Yaml | FileKind::Text | FileKind::Ini)
        && !tree::is_fixture(&file.path)
        && !tree::is_test_data(&file.path)
        && !WORKSHOPS.iter().any(part)
}

fn procedures(file: &SourceFile, book: &Book<'_>) -> Found {
    let name = file.name().to_owned();
    let mut followed = BTreeSet::new();
    let found = match (file.kind, file.document(), file.text()) {
        (FileKind::Shell, _, Some(text)) => {
            let script = Text::literal(text, Span::new(file.id, 0, text.len() as u32));
            parts(&script, &Setting::in_tree(file.folder()), book.page, &mut 0)
        }
        (_, Some(document), _) if document.syntax() == Syntax::Yaml => {
            let (steps, other) = tasks(file, document, book);
            followed = other;
            vec![(None, steps)]
        }
        _ => {
            let mut procedures = notify::procedures(file, book.workspace, book.page);
            procedures.extend(pacemaker::procedure(file));
            return Found { file: file.id, procedures, followed };
        }
    };
    let some = found.into_iter().filter(|(_, steps)| !steps.is_empty());
    let named = |(own, steps): (Option<String>, Vec<Step>)| Procedure {
        name: own.unwrap_or_else(|| name.clone()),
        file: file.id,
        steps,
    };
    Found { file: file.id, procedures: some.map(named).collect(), followed }
}

/// Handlers run when they are notified, and not one after the other.
fn tasks(file: &SourceFile, document: &Document, book: &Book<'_>) -> (Vec<Step>, BTreeSet<FileId>) {
    let handlers = tree::name(file.folder()) == "handlers";
    let any = document.roots().any(|root| root.kind() == Kind::Sequence);
    if any && !handlers { walk::steps(file, book) } else { Default::default() }
}

#[cfg(test)]
mod tests {
    use crate::deployment::{Step, read};
    use crate::source::{Sources, Span, Text};
    use crate::workspace::Workspace;
    use insta::assert_snapshot;

    fn show(path: &str, text: &str) -> String {
        show_all(&[(path, text)])
    }

    fn show_all(files: &[(&str, &str)]) -> String {
        let workspace = Workspace::of(files);
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

    #[test]
    fn playbooks_go_on_in_roles_lists_and_other_playbooks() {
        let shown = show_all(&[
            ("site.yml", "- import_playbook: plays/vc.yml\n"),
            (
                "plays/vc.yml",
                "- hosts: vcs\n  roles:\n  - { role: client, when: wanted }\n  tasks:\n  - include_tasks: '{{ item }}.yml'\n    loop: [x]\n  - import_tasks: more.yml\n  - include_role: name=client tasks_from=down\n",
            ),
            ("plays/more.yml", "- shell: docker stop other\n"),
            ("roles/client/meta/main.yml", "dependencies: [base]\n"),
            ("roles/base/tasks/main.yml", "- service: { name: base, state: started }\n"),
            ("roles/client/tasks/main.yml", "- import_tasks: up.yml\n"),
            ("roles/client/tasks/up.yml", "- service: { name: vc, state: started }\n- import_tasks: main.yml\n"),
            ("roles/client/tasks/down.yml", "- service: { name: vc, state: stopped }\n"),
            ("roles/unused/tasks/main.yml", "- service: { name: unused, state: started }\n"),
        ]);
        assert_snapshot!(shown, @r"
        [vc.yml]
        Start base @ vcs `started`
        Start vc @ vcs `started`
        Stop other @ vcs `docker stop other`
        Start base @ vcs `started`
        Stop vc @ vcs `stopped`
        [main.yml]
        Start unused @ - `started`
        [site.yml]
        Start base @ vcs `started`
        Start vc @ vcs `started`
        Stop other @ vcs `docker stop other`
        Start base @ vcs `started`
        Stop vc @ vcs `stopped`
        ");
    }

    #[test]
    fn handlers_run_once_at_the_end_and_only_if_they_are_notified() {
        let shown = show_all(&[
            (
                "site.yml",
                "- hosts: a\n  handlers:\n  - name: never heard of\n    service: { name: x, state: stopped }\n  roles: [vc]\n  tasks:\n  - service: { name: bn, state: started }\n    notify: [all clients]\n  post_tasks:\n  - pause: { seconds: 5 }\n",
            ),
            ("roles/vc/tasks/main.yml", "- template: { src: a, dest: /b }\n  notify: 'vc : Restart vc'\n"),
            (
                "roles/vc/handlers/main.yml",
                "- name: Restart vc\n  listen: all clients\n  service: { name: vc, state: restarted }\n",
            ),
        ]);
        assert_snapshot!(shown, @r"
        [site.yml]
        Start bn @ a `started`
        Stop vc @ a `restarted`
        Start vc @ a `restarted`
        Wait { seconds: Some(5) } - @ a `{ seconds: 5 }`
        ");
    }

    #[test]
    fn conditions_keep_steps_apart_that_differ_and_hold_within_one_another() {
        let files = [
            ("a.yml", "- hosts: a\n  roles:\n  - { role: one, when: x }\n  - { role: two, when: y }\n"),
            (
                "roles/one/tasks/main.yml",
                "- shell: systemctl start a\n- shell: systemctl start b\n  when: z\n- shell: systemctl start c\n  when: z\n- shell: systemctl start d\n  when: w\n- shell: systemctl start e\n  tags: never\n",
            ),
            ("roles/two/tasks/main.yml", "- shell: systemctl start f\n"),
        ];
        let inventory = read(&Workspace::of(&files));
        let steps = &inventory.procedures[0].steps;
        let meeting: Vec<String> = steps
            .iter()
            .map(|one| steps.iter().map(|other| if one.meets(other) { 'x' } else { '.' }).collect())
            .collect();
        assert_eq!(meeting, ["xxxx..", "xxx...", "xxx...", "x..x..", "....x.", ".....x"]);
    }

    #[test]
    fn files_that_go_on_in_one_another_come_to_an_end() {
        let shown = show_all(&[
            ("a.yml", "- import_tasks: b.yml\n- import_tasks: b.yml\n- shell: docker stop a\n"),
            ("b.yml", "- import_tasks: a.yml\n- import_tasks: c.yml\n- shell: docker stop b\n"),
            ("c.yml", "- import_tasks: b.yml\n- import_role: { name: r }\n"),
            ("roles/r/meta/main.yml", "dependencies: [r, r]\n"),
            ("roles/r/tasks/main.yml", "- import_role: { name: r }\n- include_role: { name: r }\n"),
        ]);
        assert_snapshot!(shown, @r"
        [a.yml]
        Stop b @ - `docker stop b`
        Stop a @ - `docker stop a`
        ");
    }
}
