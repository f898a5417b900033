//! Projects of Compose on a host: the files that tasks bring to their folders, and which of them are started.

use super::brought::Brought;
use super::datum::Datum;
use super::deed::{Deed, What};
use super::module::{Shape, container};
use super::written::{take_environment, variables_of};
use crate::deployment::interpolate::{Scope, interpolate};
use crate::deployment::{MountSource, Unit, Unseen, UnseenKind, below, normalise, tree};
use crate::document::{Entry, Kind, Syntax, parse_rendered};
use crate::source::{FileId, Span, Text};
use crate::workspace::Workspace;
use std::collections::BTreeSet;

/// What Compose looks for in a folder where nobody names a file.
const USUAL: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/// Tells whether a path is one of a compose file.
pub(super) fn is_compose(path: &str) -> bool {
    let name = tree::name(path);
    (name.contains("compose") || name.contains("stack")) && (name.ends_with(".yml") || name.ends_with(".yaml"))
}

/// Tells whether a file of YAML is written to the folder of a project whose files are found while it runs.
pub(super) fn is_found(target: &Text, deeds: &[Deed]) -> bool {
    let Some(target) = target.known().and_then(normalise) else { return false };
    let is_yaml = target.ends_with(".yml") || target.ends_with(".yaml");
    let here = |folder: &Text| folder.known().and_then(normalise).is_some_and(|folder| folder == tree::folder(&target));
    is_yaml
        && deeds
            .iter()
            .any(|deed| matches!(&deed.what, What::Project { folder, open: true, stopped: false, .. } if here(folder)))
}

/// Tells whether the services of a file are taken away where its task is skipped: the files of its folder are cleared before, and the
/// project that is started of those that are found there afterwards takes away what is in none of them.
pub(super) fn is_dropped(at: usize, deeds: &[Deed]) -> bool {
    let Some((deed, (before, after))) = deeds.get(at).zip(deeds.split_at_checked(at)) else { return false };
    let What::Write { target, .. } = &deed.what else { return false };
    let Some(target) = target.known().and_then(normalise) else { return false };
    let folder = tree::folder(&target);
    // What is skipped together with the file is no help.
    let apart = |other: &Deed| {
        other.given.iter().all(|given| !deed.given.iter().any(|own| own.text.value() == given.text.value()))
    };
    let clears = |other: &&Deed| match &other.what {
        What::Clear(path) if path.is_known() => {
            path.known().and_then(normalise).is_some_and(|path| path == target || path == folder)
        }
        What::Clear(path) => path.value().strip_prefix(folder).is_some_and(|rest| rest.starts_with("/{{")),
        _ => false,
    };
    let drops = |other: &&Deed| match &other.what {
        What::Project { folder: at, open: true, stopped: false, orphans: true, .. } => {
            at.known().and_then(normalise).is_some_and(|at| at == folder)
        }
        _ => false,
    };
    before.iter().filter(clears).any(apart) && after.iter().filter(drops).any(apart)
}

/// Tells whether every task that starts the project of a folder names its files, and this is none of them.
pub(super) fn is_left_out(target: &Text, deeds: &[Deed]) -> bool {
    let Some(target) = target.known().and_then(normalise) else { return false };
    let mut lists = deeds.iter().filter_map(|deed| match &deed.what {
        What::Project { folder, files, stopped: false, .. } => {
            let folder = folder.known().and_then(normalise)?;
            (folder == tree::folder(&target)).then_some(files)
        }
        _ => None,
    });
    let name = tree::name(&target);
    let leaves = |files: &Vec<String>| !files.is_empty() && files.iter().all(|file| tree::name(file) != name);
    lists.next().is_some_and(leaves) && lists.all(leaves)
}

/// Answers the services of the files of a project that no task writes one by one: they lie in a folder that is copied as a
/// whole, or are called as compose files usually are not. Files that are copied with them and not started are answered, too.
pub(super) fn of_folder(
    folder: &Text,
    files: &[String],
    brought: &[Brought<'_>],
    workspace: &Workspace,
) -> (Services, Vec<FileId>) {
    let Some(folder) = folder.known().and_then(normalise) else { return Default::default() };
    let usual = || USUAL.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let names = if files.is_empty() { usual() } else { files.to_vec() };
    let mut all = Services::default();
    for path in names.iter().filter_map(|name| normalise(&in_folder(&folder, name))) {
        let written = brought.iter().rev().find(|file| file.target == path && file.content.is_some());
        let content = match written {
            Some(_) if is_compose(&path) => continue,
            Some(file) => file.content.cloned(),
            None => copied(&path, brought, workspace),
        };
        if let Some(content) = content {
            let place = content.span();
            let Services { units, torn } = services(&content, &Text::inexact(&path, place), brought, workspace);
            all.units.extend(units);
            all.torn.extend(torn);
        }
    }
    let unused = USUAL.iter().filter(|name| !names.iter().any(|named| tree::name(named) == **name));
    let unused = unused.filter_map(|name| Some(copied(&in_folder(&folder, name), brought, workspace)?.file()));
    (all, if files.is_empty() { Vec::new() } else { unused.collect() })
}

fn in_folder(folder: &str, name: &str) -> String {
    if name.starts_with('/') { name.to_owned() } else { format!("{}/{name}", folder.trim_end_matches('/')) }
}

/// The text of a file that lies in a folder which was copied as a whole.
fn copied(path: &str, brought: &[Brought<'_>], workspace: &Workspace) -> Option<Text> {
    let mut sources = brought.iter().rev().filter(|file| file.content.is_none()).filter_map(|file| {
        let rest = below(&file.target, path).filter(|rest| !rest.is_empty())?;
        workspace.find(&tree::join(file.source, rest)?)
    });
    let file = sources.next()?;
    let text = file.text()?;
    Some(Text::literal(text, Span::new(file.id, 0, text.len() as u32)))
}

/// What comes of a compose file.
#[derive(Default)]
pub(super) struct Services {
    pub units: Vec<Unit>,
    /// The file, where not all of it can be read.
    pub torn: Vec<FileId>,
}

/// The services of a compose file on the host, with the variables that lie beside it.
pub(super) fn services(content: &Text, target: &Text, brought: &[Brought<'_>], workspace: &Workspace) -> Services {
    let base = target.known().and_then(normalise);
    let base = base.as_deref().map(tree::folder);
    let scope = base.map(|base| surroundings(base, brought, workspace)).unwrap_or_default();
    let document = parse_rendered(&interpolate(content, &scope, &mut Vec::new()), Syntax::Yaml);
    let is_compose = content.value().lines().any(|line| line.starts_with("services:"));
    let torn = (is_compose && !document.problems().is_empty()).then(|| content.file()).into_iter().collect();
    let Some(services) = document.root().and_then(|root| root.get("services")).filter(|node| node.kind() == Kind::Map)
    else {
        return Services { torn, ..Services::default() };
    };
    let mut units = Vec::new();
    for entry in services.entries() {
        let mut budget = 50_000;
        let fields = Datum::of(entry.value, &mut budget);
        let Some(name) = entry.key.text() else { continue };
        let Some(mut unit) = container(&fields, &name, entry.span(), &Shape::COMPOSE) else { continue };
        // A line that nobody knows can say anything of the service.
        let is_open = |field: Entry<'_>| field.key.text().is_some_and(|key| !key.is_known());
        unit.env_open |= entry.value.entries().any(is_open);
        for mount in &mut unit.mounts {
            // Beside the file, on the host.
            if let MountSource::Tree(path) = &mount.source {
                mount.source = match base.and_then(|base| normalise(&format!("{base}/{path}"))) {
                    Some(path) => MountSource::Host(path),
                    None => MountSource::Unknown(path.clone()),
                };
            }
        }
        for file in fields.get("env_file").map_or(&[] as &[Datum], Datum::several).iter().rev() {
            if let Some((base, named)) = base.zip(file.known()) {
                let path = Text::inexact(&in_folder(base, named), file.place);
                take_environment(&mut unit, &path, brought);
            }
        }
        units.push(unit);
    }
    Services { units, torn }
}

/// Answers the projects that are started and of which no task brings a file; `is_used` tells whether a deed started something.
pub(super) fn unseen(deeds: &[Deed], is_used: impl Fn(usize) -> bool) -> Vec<Unseen> {
    let path = |text: &Text| text.known().and_then(normalise).unwrap_or_else(|| text.value().to_owned());
    let written = deeds.iter().enumerate().filter_map(|(at, deed)| match &deed.what {
        What::Write { target, .. } if is_used(at) => Some(tree::folder(&path(target)).to_owned()),
        _ => None,
    });
    let written: BTreeSet<String> = written.collect();
    let unseen = deeds.iter().enumerate().filter_map(|(at, deed)| match &deed.what {
        What::Project { folder, stopped: false, .. } if !is_used(at) && !written.contains(&path(folder)) => {
            Some(Unseen { place: deed.place, kind: UnseenKind::Project, name: path(folder) })
        }
        _ => None,
    });
    unseen.collect()
}

/// The variables of the project's own `.env`. A value that could be more than a word to the reader of the file is not taken.
fn surroundings(folder: &str, brought: &[Brought<'_>], workspace: &Workspace) -> Scope {
    let mut scope = Scope::default();
    let path = in_folder(folder, ".env");
    let copied = copied(&path, brought, workspace);
    let document = variables_of(&path, brought).or_else(|| Some(parse_rendered(&copied?, Syntax::Dotenv)));
    let plain = |text: &str| text.chars().all(|sign| sign.is_ascii_alphanumeric() || "._-/:@=+".contains(sign));
    for entry in document.iter().filter_map(|document| document.root()).flat_map(|root| root.entries()) {
        let value =
            entry.value.text().filter(|text| text.known().is_some_and(|text| plain(text) && !text.ends_with(':')));
        scope.values.extend(value.map(|value| (entry.name().to_owned(), value)));
    }
    scope
}

#[cfg(test)]
mod tests {
    use crate::deployment::{Inventory, UnseenKind, read};
    use crate::source::Sources;
    use crate::workspace::Workspace;

    const SERVICE: &str =
        "services:\n  vc:\n    image: sigp/lighthouse:v8.0.0\n    command: lighthouse vc --network hoodi\n";

    /// What the tasks of a play come to, with a template of this text.
    fn told(tasks: &str, template: &str) -> (Workspace, Inventory) {
        let play = format!("- hosts: a\n  tasks:\n{tasks}");
        let tree = Workspace::of(&[("site.yml", play.as_str()), ("templates/vc.yml.j2", template)]);
        let inventory = read(&tree);
        (tree, inventory)
    }

    const WRITE: &str = "    - template: { src: vc.yml.j2, dest: /opt/eth/compose.yml }\n";

    #[test]
    fn what_comes_out_of_a_template_and_cannot_be_read_is_said() {
        let (tree, torn) = told(WRITE, &format!("{SERVICE}  - {{{{ more }}}}: [\n  bn: {{}}\n"));
        let paths: Vec<&str> = torn.unreadable.iter().map(|one| tree.path(one.span.file)).collect();
        assert_eq!((torn.units.len(), paths), (1, vec!["templates/vc.yml.j2"]));
        let (_, whole) = told(WRITE, &format!("{{{{ head }}}}\n{SERVICE}"));
        assert_eq!((whole.units.len(), whole.unreadable.len()), (1, 0));
    }

    #[test]
    fn of_a_template_in_words_that_nobody_knows_the_lines_are_read_and_the_branches_are_holes() {
        let strange = "{% if a ??? b %}{% endif %}";
        let (_, inventory) = told(
            WRITE,
            &format!(
                "{strange}\n{{# x #}}{SERVICE}{{% for x in y ? %}}\n      --init\n{{% endfor %}}\n      --graffiti {{{{ 1 + 1 }}}}\n"
            ),
        );
        let words: Vec<&str> =
            inventory.units.first().expect("is there").command.words.iter().map(|word| word.value()).collect();
        assert_eq!(words, ["lighthouse", "vc", "--network", "hoodi", "--init", "--graffiti", "2"]);
        let unknown =
            inventory.units.first().expect("is there").command.words.get(4).is_some_and(|word| !word.is_known());
        assert!(unknown);
    }

    #[test]
    fn a_project_in_a_folder_that_nobody_writes_to_is_said() {
        let up = "    - community.docker.docker_compose_v2: { project_src: /opt/eth }\n";
        let unseen = |tasks: &str| {
            let (_, inventory) = told(tasks, SERVICE);
            inventory.unseen.iter().map(|one| (one.kind, one.name.clone())).collect::<Vec<_>>()
        };
        assert_eq!(unseen(up), [(UnseenKind::Project, "/opt/eth".to_owned())]);
        assert_eq!(unseen(&format!("{WRITE}{up}")), []);
    }

    #[test]
    fn a_file_that_is_cleared_before_it_is_written_takes_its_services_with_it() {
        let clear = "    - find: { paths: /opt/eth }\n      register: old\n    - file: { path: '{{ item.path }}', state: absent }\n      loop: '{{ old.files }}'\n";
        let write = "    - template: { src: vc.yml.j2, dest: /opt/eth/vc.yml }\n      when: validate\n";
        let up = |orphans: &str| {
            format!(
                "    - find: {{ paths: /opt/eth }}\n      register: now\n    - docker_compose_v2:\n        project_src: /opt/eth\n        files: \"{{{{ now.files | map(attribute='path') | list }}}}\"\n        remove_orphans: {orphans}\n"
            )
        };
        let guarded = |tasks: &str| {
            let (_, inventory) = told(tasks, SERVICE);
            let unit = inventory.units.first().expect("is there");
            unit.condition.as_ref().expect("is there").stopped_otherwise
        };
        assert!(guarded(&format!("{clear}{write}{}", up("true"))));
        assert!(!guarded(&format!("{clear}{write}{}", up("false"))));
        assert!(!guarded(&format!("{write}{}", up("true"))));
    }
}
