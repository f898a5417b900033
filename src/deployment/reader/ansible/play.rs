//! Plays: which hosts a playbook is for, and what it does to each.

use super::assign::vars_files;
use super::datum::Datum;
use super::deed::Deed;
use super::inventory::{self, Inventory};
use super::scope::{Rank, Scope, Site};
use super::task::{Frame, Walk};
use super::world::World;
use crate::deployment::tree;
use crate::source::{Span, Text};
use crate::workspace::SourceFile;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// Playbooks import one another no deeper.
const DEEPEST: usize = 8;
/// The steps that the templates of one host may take.
const STEPS: usize = 400_000;

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

/// The hosts that a playbook is for, in an inventory or, without one, by what its plays call them.
pub(super) fn hosts(world: &World<'_>, plays: &[Play], inventory: Option<&Inventory>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for play in plays {
        let pattern = pattern(world, play, inventory);
        match (inventory, pattern) {
            (Some(inventory), Some(pattern)) => {
                all.extend(inventory::hosts(&pattern, inventory).into_iter().map(str::to_owned))
            }
            (None, Some(pattern)) => all.extend(names_of(&pattern)),
            (_, None) => {}
        }
    }
    all.remove("localhost");
    all
}

/// A pattern without an inventory: each part is taken for a host.
fn names_of(pattern: &str) -> Vec<String> {
    let parts =
        pattern.split([',', ':']).map(str::trim).filter(|part| !part.is_empty() && !part.starts_with(['!', '&']));
    parts.map(str::to_owned).collect()
}

fn pattern(world: &World<'_>, play: &Play, inventory: Option<&Inventory>) -> Option<String> {
    let hosts = play.written.get("hosts")?;
    let site = site(world, inventory, "localhost", &play.folder);
    let mut scope = Scope::new(&site);
    if let Some(vars) = play.written.get("vars") {
        scope = scope.with(Rank::Play, vars);
    }
    let settled = scope.settle(hosts);
    let parts: Vec<&str> = settled.several().iter().filter_map(Datum::known).collect();
    (!parts.is_empty()).then(|| parts.join(","))
}

fn site<'w>(world: &'w World<'w>, inventory: Option<&'w Inventory>, host: &str, playbook: &str) -> Site<'w> {
    Site {
        world,
        inventory,
        host: host.to_owned(),
        playbook: playbook.to_owned(),
        facts: RefCell::new(BTreeMap::new()),
        steps: Cell::new(STEPS),
        depth: Cell::new(0),
    }
}

/// Runs the plays of a playbook on one host.
pub(super) fn run<'w>(world: &'w World<'w>, plays: &[Play], inventory: Option<&'w Inventory>, host: &str) -> Run<'w> {
    let mut walk = Walk::new();
    let folder = plays.first().map_or("", |play| play.folder.as_str());
    let site = site(world, inventory, host, folder);
    for (at, play) in plays.iter().enumerate() {
        let Some(pattern) = pattern(world, play, inventory) else { continue };
        let meant = match inventory {
            Some(inventory) => inventory::hosts(&pattern, inventory).contains(&host),
            None => names_of(&pattern).iter().any(|name| name == host),
        };
        if meant {
            walk.play = at;
            one(play, &site, &mut walk);
        }
    }
    Run { inventory, host: host.to_owned(), deeds: walk.deeds, roles: walk.roles }
}

fn one(play: &Play, site: &Site<'_>, walk: &mut Walk) {
    let written = &play.written;
    let mut scope = Scope::new(site);
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
    let frame = Frame { scope, given: Vec::new(), folder: play.folder.clone(), depth: 0, avoided: false };
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
    let site = site(world, None, &name, folder);
    let frame =
        Frame { scope: Scope::new(&site), given: Vec::new(), folder: folder.to_owned(), depth: 0, avoided: false };
    let mut walk = Walk::new();
    let place = world.workspace.under(folder).first().map(|file| Span::new(file.id, 0, 0));
    if let Some(place) = place {
        walk.listed_role(&Datum::text(literal(&name, place)), &frame);
    }
    Run { inventory: None, host: name, deeds: walk.deeds, roles: walk.roles }
}

fn literal(value: &str, place: Span) -> Text {
    let mut text = Text::empty(place);
    text.push_inexact(value, place);
    text
}
