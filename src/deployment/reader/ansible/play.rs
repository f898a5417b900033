//! Plays: which hosts a playbook is for, and what it does to each.

use super::assign::vars_files;
use super::datum::Datum;
use super::deed::{Deed, What};
use super::inventory::{self, Inventory};
use super::scope::{Rank, Scope, Site};
use super::task::{Frame, Walk};
use super::world::World;
use crate::deployment::tree;
use crate::source::{Sources, Span, Text};
use crate::workspace::SourceFile;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Playbooks import one another no deeper.
const DEEPEST: usize = 8;
/// No playbook has more plays times hosts.
const MOST_TIMES: usize = 100_000;

/// A play as it is written, and the folder of its playbook.
#[derive(Clone)]
pub(super) struct Play {
    pub written: Datum,
    pub folder: String,
}

/// What a playbook does to one host.
pub(super) struct Run<'w> {
    pub inventory: Option<&'w Inventory>,
    pub host: String,
    pub deeds: Vec<Deed>,
    /// The roles that were met, by their folders.
    pub roles: Vec<String>,
}

/// Answers the plays of a playbook, with those of the playbooks that it imports.
pub(super) fn plays(world: &World<'_>, playbook: &SourceFile) -> Vec<Play> {
    let mut plays = Vec::new();
    collect(world, playbook, 0, &mut plays);
    plays
}

fn collect(world: &World<'_>, playbook: &SourceFile, depth: usize, plays: &mut Vec<Play>) {
    let Some(written) = world.file(playbook).filter(|_| depth < DEEPEST && plays.len() < 500) else { return };
    for play in written.items() {
        match imported(world, play, playbook) {
            Some(file) => collect(world, file, depth + 1, plays),
            None => plays.push(Play { written: play.clone(), folder: playbook.folder().to_owned() }),
        }
    }
}

/// Answers the playbook that a play is replaced by.
fn imported<'w>(world: &World<'w>, play: &Datum, from: &SourceFile) -> Option<&'w SourceFile> {
    let names = ["import_playbook", "ansible.builtin.import_playbook", "include"];
    let path = names.iter().find_map(|name| play.get(name)?.known())?;
    world.workspace.find(&tree::join(from.folder(), path)?)
}

/// Answers the playbooks that others import.
pub(super) fn parts(world: &World<'_>) -> BTreeSet<String> {
    let mut parts = BTreeSet::new();
    for playbook in &world.playbooks {
        let written = world.file(playbook);
        let plays = written.iter().flat_map(|written| written.items().to_vec()).collect::<Vec<_>>();
        let others =
            plays.iter().filter_map(|play| imported(world, play, playbook)).filter(|file| file.id != playbook.id);
        parts.extend(others.map(|file| file.path.to_string()));
    }
    parts
}

/// The plays of a playbook, with one of the inventories that it is run with, or without any.
pub(super) struct Staged {
    pub plays: Arc<Vec<Play>>,
    /// The number of the inventory.
    pub inventory: Option<usize>,
    /// The plays that are for each host, by their numbers, as far as that is known: the host's name is that of its inventory or, without
    /// one, what plays call it.
    hosts: BTreeMap<String, Vec<usize>>,
    /// There are more plays times hosts than are played.
    pub cut: bool,
}

impl Staged {
    pub fn new(world: &World<'_>, plays: &Arc<Vec<Play>>, inventory: Option<usize>) -> Self {
        let found = inventory.and_then(|at| world.inventories.get(at));
        let (mut hosts, mut left): (BTreeMap<String, Vec<usize>>, _) = (BTreeMap::new(), MOST_TIMES);
        for (at, play) in plays.iter().enumerate() {
            let Some(pattern) = pattern(world, play, found) else { continue };
            let mut meant: BTreeSet<String> = match found {
                Some(inventory) => inventory::hosts(&pattern, inventory).into_iter().map(str::to_owned).collect(),
                None => names_of(&pattern).into_iter().collect(),
            };
            if is_own(&pattern) {
                meant.insert(OWN.to_owned());
            }
            left = left.saturating_sub(meant.len());
            if left == 0 {
                break;
            }
            meant.into_iter().for_each(|host| hosts.entry(host).or_default().push(at));
        }
        Self { plays: Arc::clone(plays), inventory, hosts, cut: left == 0 }
    }

    /// Answers the inventory.
    pub fn inventory<'w>(&self, world: &'w World<'w>) -> Option<&'w Inventory> {
        world.inventories.get(self.inventory?)
    }

    /// Answers the hosts that the playbook is for.
    pub fn hosts(&self) -> impl Iterator<Item = &String> {
        self.hosts.keys()
    }
}

/// The machine that runs Ansible.
pub(super) const OWN: &str = "localhost";

/// Tells whether a pattern names the machine that runs Ansible: it needs no inventory.
fn is_own(pattern: &str) -> bool {
    pattern == OWN || pattern == "127.0.0.1"
}

/// A pattern without an inventory: each part is taken for a host.
fn names_of(pattern: &str) -> Vec<String> {
    let parts =
        pattern.split([',', ':']).map(str::trim).filter(|part| !part.is_empty() && !part.starts_with(['!', '&']));
    parts.map(str::to_owned).collect()
}

fn pattern(world: &World<'_>, play: &Play, inventory: Option<&Inventory>) -> Option<String> {
    let hosts = play.written.get("hosts")?;
    let site = Site::new(world, inventory, "localhost", &play.folder);
    let mut scope = Scope::new(&site);
    if let Some(vars) = play.written.get("vars") {
        scope = scope.with(Rank::Play, vars);
    }
    let settled = scope.settle(hosts);
    let text = |part: &Datum| match inventory {
        Some(_) => part.shown().and_then(starred),
        None => part.known().map(str::to_owned),
    };
    let parts: Vec<String> = settled.several().iter().filter_map(text).collect();
    (!parts.is_empty()).then(|| parts.join(","))
}

/// A pattern of which a part is given when the playbook is run (`{{ network }}_beacon`): any group that fits may be meant.
fn starred(pattern: &Text) -> Option<String> {
    let mut starred = String::new();
    for piece in pattern.segments() {
        let written = pattern.value().get(piece.at as usize..(piece.at + piece.len) as usize)?;
        starred.push_str(if piece.hole { "*" } else { written });
    }
    starred.contains(|sign: char| sign.is_alphanumeric()).then_some(starred)
}

/// Runs the plays of a playbook on one host.
pub(super) fn run<'w>(world: &'w World<'w>, staged: &Staged, host: &str) -> Run<'w> {
    let mut walk = Walk { elsewhere: host == OWN, ..Walk::new() };
    let folder = staged.plays.first().map_or("", |play| play.folder.as_str());
    let inventory = staged.inventory(world);
    let site = Site::new(world, inventory, host, folder);
    let scope = Scope::new(&site);
    for at in staged.hosts.get(host).into_iter().flatten() {
        if let Some(play) = staged.plays.get(*at) {
            walk.play = *at;
            one(play, scope.clone(), &mut walk);
        }
    }
    if host == OWN {
        // What its tasks do to that machine itself is nobody's business.
        walk.roles.retain(|role| has_applied(world, role, &walk.deeds));
    }
    Run { inventory, host: host.to_owned(), deeds: walk.deeds, roles: walk.roles }
}

/// Tells whether a role has applied something to a cluster.
fn has_applied(world: &World<'_>, role: &str, deeds: &[Deed]) -> bool {
    let of_role = |deed: &Deed| world.workspace.path(deed.place.file).starts_with(&format!("{role}/"));
    deeds.iter().any(|deed| matches!(deed.what, What::Apply { .. }) && of_role(deed))
}

fn one(play: &Play, mut scope: Scope<'_>, walk: &mut Walk) {
    let written = &play.written;
    if let Some(vars) = written.get("vars") {
        scope = scope.with(Rank::Play, vars);
    }
    for prompt in written.get("vars_prompt").map_or(&[] as &[Datum], Datum::items) {
        if let Some(name) = prompt.get("name").and_then(Datum::known) {
            let answer = Datum::unknown(&format!("{{{{ {name} }}}}"), prompt.place);
            scope = scope.with_one(Rank::Play, name, answer);
        }
    }
    if let Some(files) = written.get("vars_files") {
        vars_files(files, &mut scope);
    }
    let roles = written.get("roles").map_or(&[] as &[Datum], Datum::items);
    share(roles, &mut scope);
    let elsewhere = walk.elsewhere;
    let (given, folder) = (Vec::new(), play.folder.clone());
    let frame = Frame { scope, given, folder, depth: 0, avoided: false, choice: None, elsewhere };
    let part = |name: &str| written.get(name).cloned();
    if let Some(tasks) = part("pre_tasks") {
        walk.tasks(&tasks, &frame);
    }
    for role in roles {
        walk.listed_role(role, &frame);
    }
    for name in ["tasks", "post_tasks"] {
        if let Some(tasks) = part(name) {
            walk.tasks(&tasks, &frame);
        }
    }
}

/// What the roles of a play set by default, every task of the play sees.
fn share(roles: &[Datum], scope: &mut Scope<'_>) {
    let world = scope.site.world;
    for role in roles {
        let named = role.get("role").or_else(|| role.get("name")).unwrap_or(role);
        let settled = scope.settle(named);
        let Some(folder) = settled.known().and_then(|name| world.role(name, &scope.site.playbook)) else { continue };
        for (kind, rank) in [("defaults", Rank::Default), ("vars", Rank::Role)] {
            if let Some(path) = tree::join(folder, &format!("{kind}/main")) {
                world.variables.under(&path).into_iter().for_each(|layer| scope.push(rank, layer));
            }
        }
    }
}

/// Runs a role that no playbook of the tree uses, as its defaults have it.
pub(super) fn run_role<'w>(world: &'w World<'w>, folder: &str) -> Run<'w> {
    let name = tree::name(folder).to_owned();
    let site = Site { alone: true, ..Site::new(world, None, &name, folder) };
    let (scope, given, folder) = (Scope::new(&site), Vec::new(), folder.to_owned());
    let frame = Frame { scope, given, folder, depth: 0, avoided: false, choice: None, elsewhere: false };
    let mut walk = Walk { alone: true, ..Walk::new() };
    let place = world.workspace.under(&frame.folder).first().map(|file| Span::new(file.id, 0, 0));
    if let Some(place) = place {
        walk.listed_role(&Datum::text(Text::inexact(&name, place)), &frame);
    }
    Run { inventory: None, host: name, deeds: walk.deeds, roles: walk.roles }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;

    fn tree(plays: usize, hosts: usize) -> Workspace {
        let playbook: String =
            (0..plays).map(|at| format!("- hosts: all\n  tasks: [{{debug: {{msg: x{at}}}}}]\n")).collect();
        let inventory: String = (0..hosts).map(|at| format!("h{at}\n")).collect();
        let texts = [("hosts.ini", format!("[v]\n{inventory}")), ("site.yml", playbook)];
        Workspace::of(&texts.each_ref().map(|(path, text)| (*path, text.as_str())))
    }

    /// How many times the plays of a playbook are played for hosts.
    fn times(plays: usize, hosts: usize) -> usize {
        let workspace = tree(plays, hosts);
        let world = World::of(&workspace);
        let plays = Arc::new(world.playbooks.first().map_or_else(Vec::new, |playbook| super::plays(&world, playbook)));
        Staged::new(&world, &plays, Some(0)).hosts.values().map(Vec::len).sum()
    }

    #[test]
    fn plays_times_hosts_come_to_an_end() {
        assert_eq!(times(20, 30), 600);
        let many = times(400, 500);
        assert!((50_000..=100_000).contains(&many), "{many}");
        let told =
            |plays| crate::deployment::read(&tree(plays, 500)).unreadable.iter().any(|cut| cut.why.contains("hosts"));
        assert!(told(400) && !told(20));
    }
}
