//! Files that tasks name by a word which whoever runs the playbook gives: each one that fits is a choice.

use super::world::World;
use crate::source::Text;
use std::collections::BTreeSet;

/// No task leaves more choices.
const MOST: usize = 16;

/// Answers the paths of task files beside a folder's, or in it, that a path with holes may mean.
pub(super) fn files(pattern: &Text, folder: &str, world: &World<'_>) -> Vec<String> {
    let known: usize = pattern.segments().iter().filter(|piece| !piece.hole).map(|piece| piece.len as usize).sum();
    let ending = pattern.value().rsplit_once('.').map_or(0, |(_, ending)| ending.len() + 1);
    // A mere `{{ x }}.yml` may be any file, the one at work too.
    if is_found_out(pattern) || known <= ending {
        return Vec::new();
    }
    let mut found: Vec<String> = below(folder, world).filter(|name| fits(pattern, name)).map(str::to_owned).collect();
    found.sort();
    found.truncate(MOST);
    found
}

/// Answers the names of the parts of a role (files without ending, folders) that a name with holes may mean.
pub(super) fn parts(pattern: &Text, folder: &str, world: &World<'_>) -> Vec<String> {
    if is_found_out(pattern) {
        return Vec::new();
    }
    let firsts: BTreeSet<&str> = below(folder, world)
        .map(|name| name.split('/').next().unwrap_or(name))
        .map(|name| name.trim_end_matches(".yml").trim_end_matches(".yaml"))
        .collect();
    firsts.into_iter().filter(|name| *name != "main" && fits(pattern, name)).take(MOST).map(str::to_owned).collect()
}

/// The paths of the files of a folder, as seen from there.
fn below<'w>(folder: &str, world: &'w World<'_>) -> impl Iterator<Item = &'w str> {
    let skip = if folder.is_empty() { 0 } else { folder.len() + 1 };
    world.workspace.under(folder).iter().filter_map(move |file| file.path.get(skip..))
}

/// What the machine itself answers (its system, its architecture) is no choice.
fn is_found_out(pattern: &Text) -> bool {
    pattern.value().contains("ansible_")
}

/// Tells whether a name has the known pieces of a pattern in their order, and something for each hole.
fn fits(pattern: &Text, name: &str) -> bool {
    let mut rest = name;
    let mut hole = false;
    for piece in pattern.segments() {
        if piece.hole {
            hole = true;
            continue;
        }
        let part = pattern.value().get(piece.at as usize..(piece.at + piece.len) as usize).unwrap_or_default();
        let at = if hole {
            rest.get(1..).and_then(|rest| rest.find(part)).map(|at| at + 1)
        } else {
            rest.find(part).filter(|at| *at == 0)
        };
        let Some(at) = at.filter(|at| !rest[..*at].contains('/')) else { return false };
        rest = &rest[at + part.len()..];
        hole = false;
    }
    if hole { !rest.is_empty() && !rest.contains('/') } else { rest.is_empty() }
}

#[cfg(test)]
mod tests {
    use crate::deployment::show::units;

    fn heads(texts: &[(&str, &str)]) -> Vec<String> {
        units(texts).lines().filter(|line| !line.starts_with(' ')).map(str::to_owned).collect()
    }

    const START: &str = "- docker_container: { name: bn, image: '{{ image }}', command: '{{ command }}' }\n";

    #[test]
    fn defaults_that_whoever_runs_the_playbook_picks_are_choices() {
        let play = "- hosts: nodes\n  tasks:\n    - include_role: { name: cl, tasks_from: start, defaults_from: '{{ item }}' }\n      loop: ['{{ client }}']\n";
        let one = |text: &'static str| text;
        let texts = [
            ("site.yml", play),
            ("roles/cl/tasks/start.yml", START),
            ("roles/cl/defaults/teku/main.yml", one("image: consensys/teku:26.8.0\ncommand: --network=hoodi\n")),
            ("roles/cl/defaults/lighthouse/main.yml", one("image: sigp/lighthouse:v8.0.1\ncommand: lighthouse bn\n")),
        ];
        assert_eq!(heads(&texts), ["nodes/bn sigp/lighthouse:v8.0.1", "nodes/bn consensys/teku:26.8.0"]);
        let given = [texts[0], texts[1], texts[2], texts[3], ("group_vars/nodes.yml", "client: teku\n")];
        assert_eq!(heads(&given), ["nodes/bn consensys/teku:26.8.0"]);
    }

    #[test]
    fn task_files_that_whoever_runs_the_playbook_picks_are_choices_and_those_of_a_system_are_not() {
        let play = |name: &str| format!("- hosts: nodes\n  tasks:\n    - include_tasks: '{name}.yml'\n");
        let start = |image: &str| START.replace("{{ image }}", image);
        let heads = |name: &str| {
            let (play, teku, geth) = (play(name), start("consensys/teku:26.8.0"), start("ethereum/client-go:v1.16.5"));
            heads(&[
                ("site.yml", play.as_str()),
                ("start-teku.yml", teku.as_str()),
                ("other/start-geth.yml", geth.as_str()),
            ])
        };
        assert_eq!(heads("start-{{ client }}"), ["nodes/bn consensys/teku:26.8.0"]);
        assert_eq!(heads("other/{{ client }}"), ["nodes/bn ethereum/client-go:v1.16.5"]);
        assert!(heads("{{ client }}").is_empty() && heads("start-{{ ansible_system }}").is_empty());
    }

    #[test]
    fn what_a_role_asks_for_may_be_set_by_whoever_uses_it() {
        let tasks = "- docker_container:\n    name: vc\n    image: sigp/lighthouse:v8.0.1\n    command: >-\n      lighthouse vc\n      {% if fee is defined %}--suggested-fee-recipient {{ fee }}{% endif %}\n";
        let role = ("roles/vc/tasks/main.yml", tasks);
        let alone = units(&[role]);
        assert!(alone.contains("lighthouse | vc | {{") || alone.contains("lighthouse | vc | --suggested"), "{alone}");
        let used = units(&[role, ("site.yml", "- hosts: a\n  roles: [vc]\n")]);
        assert!(!used.contains("fee"), "{used}");
    }
}
