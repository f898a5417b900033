//! What a change replaces without showing it: the keys of a submodule, of a repository at another version, of a list at another address.

use super::home::Home;
use super::model::{Fleet, Workload};
use crate::deployment::{MountSource, Pin, PinKind, below};
use crate::finding::NotChecked;
use crate::source::{FileId, Sources};
use crate::workspace::Workspace;
use std::collections::{BTreeMap, BTreeSet};

/// A tree, and the fleet that it describes.
#[derive(Debug, Clone, Copy)]
pub struct Side<'s> {
    /// The tree.
    pub tree: &'s Workspace,
    /// Its fleet.
    pub fleet: &'s Fleet,
}

/// Answers what went from one version to another and cannot be looked into: which keys moved by that is not known.
#[must_use]
pub fn unseen(before: Side<'_>, after: Side<'_>) -> Vec<NotChecked> {
    let mut unseen = submodules(before, after);
    unseen.extend(pins(before, after));
    unseen.extend(lists(before, after));
    unseen.sort();
    unseen.dedup();
    unseen
}

fn submodules(before: Side<'_>, after: Side<'_>) -> Vec<NotChecked> {
    let (Some(was), Some(is)) = (before.tree.submodules(), after.tree.submodules()) else { return Vec::new() };
    let paths: BTreeSet<&str> = was.keys().chain(is.keys()).map(|path| &**path).collect();
    let moved = |path: &str| {
        let what = match (was.get(path), is.get(path)) {
            (Some(from), Some(to)) if from != to => format!("went from {} to {}", short(from), short(to)),
            (None, Some(to)) => format!("is new, at {}", short(to)),
            (Some(from), None) => format!("is gone, it was at {}", short(from)),
            _ => return None,
        };
        let gap = speaks_of_keys(path) || [before.fleet, after.fleet].iter().any(|fleet| is_used(fleet, path));
        let why = format!("not seen: the submodule {what}; {}", if gap { KEYS } else { "its files are not compared" });
        Some(NotChecked { path: path.to_owned(), why, gap })
    };
    paths.into_iter().filter_map(moved).collect()
}

const KEYS: &str = "which keys moved by that is not known";

/// A commit is told by its first digits, any other version as it is.
fn short(version: &str) -> &str {
    let commit = version.len() >= 40 && version.bytes().all(|byte| byte.is_ascii_hexdigit());
    if commit { version.get(..9).unwrap_or(version) } else { version }
}

fn speaks_of_keys(path: &str) -> bool {
    names_one_of(path, &["key", "keys", "keystore", "keystores", "validator", "validators", "secrets"])
}

fn names_one_of(name: &str, words: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    name.split(|sign: char| !sign.is_ascii_alphanumeric()).any(|word| words.contains(&word))
}

/// Tells whether a unit sees a folder, or a part of it.
fn is_used(fleet: &Fleet, folder: &str) -> bool {
    let mounts = fleet.workloads.iter().flat_map(|workload| &workload.unit.mounts);
    let sources =
        mounts.filter_map(|mount| if let MountSource::Tree(path) = &mount.source { Some(path) } else { None });
    let meets = |path: &String| below(folder, path).is_some() || !path.is_empty() && below(path, folder).is_some();
    sources.into_iter().any(meets)
}

fn pins(before: Side<'_>, after: Side<'_>) -> Vec<NotChecked> {
    let (was, is) = (versions(before.fleet), versions(after.fleet));
    let deals = |role: &str| [before.fleet, after.fleet].iter().any(|fleet| deals_keys(fleet, role));
    let moved = |((kind, name), (now, file)): (&(PinKind, &str), &(BTreeSet<&str>, FileId))| {
        let (then, _) = was.get(&(*kind, *name))?;
        if then == now || (*kind == PinKind::Role && !deals(name)) {
            return None;
        }
        let all = |versions: &BTreeSet<&str>| {
            let named =
                |version: &&str| if version.is_empty() { "its default branch" } else { short(version) }.to_owned();
            versions.iter().map(named).collect::<Vec<_>>().join(", ")
        };
        let what = match kind {
            PinKind::Repository => format!("the repository of keys `{name}`"),
            PinKind::Role => format!("the role `{name}`, which deals keys,"),
        };
        let why = format!("not seen: {what} went from {} to {}; {KEYS}", all(then), all(now));
        Some(NotChecked { path: after.tree.path(*file).to_owned(), why, gap: true })
    };
    is.iter().filter_map(moved).collect()
}

/// The versions at which something is taken, and a file that says so.
type Versions<'f> = BTreeMap<(PinKind, &'f str), (BTreeSet<&'f str>, FileId)>;

fn versions(fleet: &Fleet) -> Versions<'_> {
    let mut versions = Versions::new();
    for Pin { kind, name, version, span } in &fleet.inventory.pins {
        versions.entry((*kind, name)).or_insert_with(|| (BTreeSet::new(), span.file)).0.insert(version);
    }
    versions
}

/// Tells whether what a role brings owns ranges of keys, or its name says that it hands out what the ranges are of.
fn deals_keys(fleet: &Fleet, role: &str) -> bool {
    let stands = &fleet.inventory.stands;
    let brought =
        |range: &super::HeldRange| range.stand.and_then(|at| stands.get(at)).is_some_and(|it| it.role == role);
    fleet.ranges.iter().any(brought)
        || !fleet.ranges.is_empty() && names_one_of(role, &["keys", "keystores", "validators"])
}

fn lists(before: Side<'_>, after: Side<'_>) -> Vec<NotChecked> {
    let was: BTreeMap<Home, Vec<Address>> = before.fleet.workloads.iter().filter_map(addresses).collect();
    let moved = |workload: &Workload| {
        let (home, now) = addresses(workload)?;
        let then = was.get(&home).filter(|then| then.iter().ne(&now))?;
        let shown = |addresses: &[Address]| addresses.iter().map(|one| one.shown()).collect::<Vec<_>>().join(", ");
        let (from, to) = (shown(then), shown(&now));
        let what = if from == to { "has another address".to_owned() } else { format!("went from {from} to {to}") };
        let path = after.tree.path(workload.unit.name.span.file).to_owned();
        Some(NotChecked { path, why: format!("not seen: the list of keys of {home} {what}; {KEYS}"), gap: true })
    };
    after.fleet.workloads.iter().filter_map(moved).collect()
}

/// The address of a list of keys.
#[derive(Debug, PartialEq, Eq)]
struct Address(String);

impl Address {
    /// Answers it without what may be a secret: user, password and query.
    fn shown(&self) -> String {
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("", &self.0));
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        format!("{scheme}://{}{path}", host.rsplit('@').next().unwrap_or_default())
    }
}

/// Answers where a unit fetches the list of its keys, if it does.
fn addresses(workload: &Workload) -> Option<(Home, Vec<Address>)> {
    let setting = workload.invocation.as_ref()?.set("remote-signer.keys")?;
    let known = setting.items().into_iter().filter_map(|item| item.known().map(str::to_owned));
    let addresses: Vec<Address> = known.filter(|text| text.contains("://")).map(Address).collect();
    (!addresses.is_empty()).then(|| (Home::of(workload), addresses))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;
    use crate::config::Settings;
    use crate::fleet::survey;

    fn told(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<String> {
        let trees = [before, after].map(Workspace::of);
        let catalogue = Catalogue::builtin();
        let fleets = trees.each_ref().map(|tree| survey(tree, &catalogue, &Settings::default(), None));
        let side = |at: usize| Side { tree: &trees[at], fleet: &fleets[at] };
        let told = |entry: NotChecked| format!("{}: {} ({})", entry.path, entry.why, entry.gap);
        unseen(side(0), side(1)).into_iter().map(told).collect()
    }

    #[test]
    fn a_repository_of_keys_at_another_version_hides_what_moved() {
        let tasks =
            |version: &str| format!("- git: {{ repo: 'git@example.org:ops/validator-keys.git', dest: /k{version} }}\n");
        let (one, other) = (tasks(", version: v1"), tasks(", version: 0123456789012345678901234567890123456789"));
        assert_eq!(told(&[("tasks/main.yml", &one)], &[("tasks/main.yml", &one)]), [""; 0]);
        let moved = told(&[("tasks/main.yml", &one)], &[("tasks/main.yml", &other)]);
        let why = "not seen: the repository of keys `validator-keys` went from v1 to 012345678; which keys moved by that is not known";
        assert_eq!(moved, [format!("tasks/main.yml: {why} (true)")]);
        assert!(told(&[("tasks/main.yml", &tasks(""))], &[("tasks/main.yml", &one)])[0].contains("its default branch"));
    }

    #[test]
    fn a_role_at_another_version_is_told_where_it_deals_keys() {
        let roles = |version: &str| {
            let role = |name: &str| format!("- {{ name: {name}, version: {version} }}\n");
            ["infra-role-beacon-node", "other-node", "dist-validators"].map(role).concat()
        };
        let looped = |role: &str| {
            format!(
                "    - include_role: name={role}\n      with_items: '{{{{ nodes_layout[hostname] }}}}'\n      loop_control: {{ loop_var: node }}\n"
            )
        };
        let play = format!(
            "- hosts: fleet\n  vars_files: vars/layout.yml\n  tasks:\n{}{}",
            looped("infra-role-beacon-node"),
            looped("other-node")
        );
        let names = "beacon_node_service_name: 'beacon-{{ node.branch }}'\nother_node_service_name: 'other-{{ node.branch }}'\n";
        let layout = "nodes_layout:\n  a.fleet:\n    - { branch: fast, start: 0, end: 10, vc: false }\n  b.fleet:\n    - { branch: slow, start: 10, end: 20, vc: false }\n";
        let (was, is) = (roles("v1"), roles("v2"));
        let tree = |roles| {
            [
                ("requirements.yml", roles),
                ("hosts", "[fleet]\na.fleet hostname=a.fleet\nb.fleet hostname=b.fleet\n"),
                ("fleet.yml", play.as_str()),
                ("group_vars/all.yml", names),
                ("vars/layout.yml", layout),
            ]
        };
        let told = told(&tree(was.as_str()), &tree(is.as_str()));
        let why = |role: &str| {
            format!(
                "requirements.yml: not seen: the role `{role}`, which deals keys, went from v1 to v2; which keys moved by that is not known (true)"
            )
        };
        assert_eq!(told, [why("dist-validators"), why("infra-role-beacon-node")]);
    }

    #[test]
    fn a_list_at_another_address_hides_what_moved_and_its_password() {
        let tree = |url: &str| {
            format!(
                "services:\n  vc:\n    image: consensys/teku:25.1.0\n    command: validator-client --network=mainnet --validators-external-signer-public-keys={url}\n"
            )
        };
        let (one, other) =
            (tree("https://me:secret@keys.example.org/v1?token=secret"), tree("https://keys.example.org/v2"));
        let why = "not seen: the list of keys of validator client `vc` went from https://keys.example.org/v1 to https://keys.example.org/v2; which keys moved by that is not known";
        assert_eq!(told(&[("compose.yml", &one)], &[("compose.yml", &other)]), [format!("compose.yml: {why} (true)")]);
        let again = tree("https://keys.example.org/v1");
        assert!(told(&[("compose.yml", &one)], &[("compose.yml", &again)])[0].contains("has another address"));
    }
}
