//! Goes through the playbooks of a tree, inventory by inventory and host by host.

use super::assemble::{Assembled, assemble};
use super::described::{Used, described};
use super::install::Installs;
use super::inventory::Inventory;
use super::play::{self, Play, Run, Staged};
use super::release::{For, Releases};
use super::roster;
use super::stand;
use super::world::World;
use crate::deployment::reader::model::Reading;
use crate::deployment::{self, ReaderKind, Stand, Start, Unit, Unreadable, tree};
use crate::source::{FileId, Span};
use crate::workspace::{SourceFile, Workspace};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// No tree has more hosts times playbooks.
const MOST_RUNS: usize = 20_000;

/// What is wrong with a template of which nothing comes out.
const TORN: &str = "what comes out of it for a host is no sound compose file";

/// What a run comes to: the host, its units, the roles that it met, and what else it showed.
type Done = (String, Assembled, (Vec<String>, Vec<Stand>));

/// A playbook with an inventory, and a host.
type Job = (Arc<Staged>, String);

/// Reads every playbook of the tree.
pub(crate) fn read(workspace: &Workspace, reading: &mut Reading) {
    let mut world = World::of(workspace);
    let is_variables = |file: &SourceFile| file.folder().split('/').any(|part| part == "vars");
    let any = workspace.written().any(is_variables);
    if world.playbooks.is_empty() && world.roles.is_empty() && world.inventories.is_empty() && !any {
        return;
    }
    let parts = play::parts(&world);
    let mut order: Vec<&SourceFile> = world.playbooks.clone();
    order.sort_by_key(|file| (rank(file), file.id));
    let mut jobs: Vec<Job> = Vec::new();
    for playbook in order.into_iter().filter(|file| !parts.contains(&*file.path) && !tree::is_test_data(&file.path)) {
        let plays = Arc::new(play::plays(&world, playbook));
        let numbers: Vec<Option<usize>> = world.inventories_of(&playbook.path).into_iter().map(Some).collect();
        for inventory in if numbers.is_empty() { vec![None] } else { numbers } {
            let staged = Arc::new(Staged::new(&world, &plays, inventory));
            if staged.cut || jobs.len() > MOST_RUNS {
                reading.cut(playbook, "plays and hosts");
            }
            jobs.extend(staged.hosts().map(|host| (Arc::clone(&staged), host.clone())));
        }
    }
    jobs.truncate(MOST_RUNS);
    world.share(jobs.len());
    let (done, is_whole) = all_played(&world, &jobs, reading.room());
    let used: BTreeSet<String> = done.iter().flat_map(|(_, _, (roles, _))| roles.iter().cloned()).collect();
    let mut gathered = Gathered::default();
    for ((staged, _), (host, mut assembled, (_, stands))) in jobs.iter().zip(done) {
        reading.inventory.stands.extend(stands);
        let owner = owner(&staged.plays, staged.inventory(&world), &host);
        gathered.releases.take(std::mem::take(&mut assembled.applied), &owner);
        gathered.installs.take(std::mem::take(&mut assembled.charts), &owner);
        gathered.installs.note(std::mem::take(&mut assembled.unseen));
        gathered.note(staged, &host, &assembled);
        gathered.take(assembled, &host, reading);
    }
    // Where not all was played, any role may be used.
    let alone: Vec<&String> = world.roles.folders().filter(|folder| is_whole && !used.contains(*folder)).collect();
    for (owner, mut assembled) in alone.par_iter().map(|folder| by_default(&world, folder)).collect::<Vec<_>>() {
        gathered.releases.take(std::mem::take(&mut assembled.applied), &owner);
        gathered.installs.take(std::mem::take(&mut assembled.charts), &owner);
        gathered.take(assembled, &owner.host, reading);
    }
    reading.inventory.units.retain(|unit| !gathered.rendered.contains(&unit.name.span.file));
    reading.claimed.extend(&gathered.rendered);
    gathered.releases.deploy(workspace, reading);
    for file in gathered.unreadable.iter().map(|file| workspace.file(*file)) {
        let (why, fixture) = (TORN.to_owned(), tree::is_fixture(&file.path));
        reading.inventory.unreadable.push(Unreadable { span: Span::new(file.id, 0, 0), why, fixture });
    }
    let unseen;
    (reading.charts, unseen) = gathered.installs.done();
    reading.inventory.unseen.extend(unseen);
    let mut used = Used::default();
    gathered.hosts.values().flatten().for_each(|unit| used.note(unit));
    let described =
        workspace.written().collect::<Vec<_>>().into_par_iter().flat_map_iter(|file| described(&world, file, &used));
    reading.inventory.units.extend(described.collect::<Vec<_>>());
    reading.inventory.units.extend(gathered.hosts.into_values().flatten());
    reading.inventory.plays.extend(gathered.plays.into_values());
    reading.inventory.hosts.extend(roster::hosts(&world));
    reading.kinds.extend(world.seen().into_iter().map(|file| (file, ReaderKind::Ansible)));
}

/// Plays jobs until there are more units than there is room for; answers what they come to, and whether those are all.
fn all_played(world: &World<'_>, jobs: &[Job], room: usize) -> (Vec<Done>, bool) {
    const MOST_AT_ONCE: usize = 256;
    let (mut done, mut units, mut most): (Vec<Done>, usize, usize) = (Vec::new(), 0, room);
    while done.len() < jobs.len() && units <= room {
        // Nobody knows beforehand how many units a host has.
        let many = (room / most.max(1)).clamp(1, MOST_AT_ONCE).min(jobs.len() - done.len());
        let next: Vec<Done> = jobs[done.len()..done.len() + many].par_iter().map(|job| played(world, job)).collect();
        most = next.iter().map(|(_, assembled, _)| assembled.units.len()).max().unwrap_or_default();
        units += next.iter().map(|(_, assembled, _)| assembled.units.len()).sum::<usize>();
        done.extend(next);
    }
    let is_whole = done.len() == jobs.len();
    (done, is_whole)
}

/// Plays one job.
fn played(world: &World<'_>, (staged, host): &Job) -> Done {
    let run = play::run(world, staged, host);
    let name = name(&run);
    let mut assembled = assemble(world, &run, &name);
    let sample = run.inventory.is_some_and(|inventory| tree::is_example(&inventory.path));
    assembled.units.iter_mut().for_each(|unit| unit.template |= sample);
    let stands = if sample { Vec::new() } else { stand::stands(&run.deeds, &name) };
    (name, assembled, (run.roles, stands))
}

/// Whom a playbook is run for.
fn owner(plays: &[Play], inventory: Option<&Inventory>, host: &str) -> For {
    For {
        environment: inventory.map_or_else(String::new, |inventory| inventory.environment.clone()),
        host: host.to_owned(),
        folder: plays.first().map_or_else(String::new, |play| play.folder.clone()),
        template: inventory.is_some_and(|inventory| tree::is_example(&inventory.path)),
        default: false,
    }
}

/// What a role starts that no playbook of the tree uses.
fn by_default(world: &World<'_>, folder: &str) -> (For, Assembled) {
    let run = play::run_role(world, folder);
    let mut assembled = assemble(world, &run, &run.host);
    assembled.units.iter_mut().for_each(|unit| unit.default = true);
    let (environment, host, folder) = (run.host.clone(), run.host, folder.to_owned());
    (For { environment, host, folder, template: false, default: true }, assembled)
}

/// What all hosts come to.
#[derive(Default)]
struct Gathered {
    hosts: BTreeMap<String, Vec<Unit>>,
    rendered: BTreeSet<FileId>,
    plays: BTreeMap<(Span, Option<usize>), deployment::Play>,
    settings: BTreeSet<String>,
    releases: Releases,
    installs: Installs,
    unreadable: BTreeSet<FileId>,
}

impl Gathered {
    /// Notes which plays start the units of a host.
    fn note(&mut self, staged: &Staged, host: &str, assembled: &Assembled) {
        for (unit, at) in assembled.units.iter().zip(&assembled.plays) {
            let Some(fact) = staged.plays.get(*at).and_then(roster::play) else { continue };
            let known = self.plays.entry((fact.hosts.span, staged.inventory)).or_insert(fact);
            known.starts.push(Start { host: host.to_owned(), unit: unit.name.value.clone(), place: unit.place });
        }
    }

    /// Takes the units of a host. Several playbooks start the same one: the first counts.
    fn take(&mut self, assembled: Assembled, host: &str, reading: &mut Reading) {
        let known = self.hosts.entry(host.to_owned()).or_default();
        let key = |unit: &Unit| (unit.name.value.clone(), unit.alternative.clone());
        let before: BTreeSet<_> = known.iter().map(key).collect();
        known.extend(assembled.units.into_iter().filter(|unit| !before.contains(&key(unit))));
        self.rendered.extend(assembled.rendered);
        let new = assembled.settings.into_iter().filter(|file| self.settings.insert(file.path.clone()));
        reading.inventory.settings_files.extend(new);
        self.unreadable.extend(assembled.unreadable);
    }
}

/// The playbook for all comes first: what others start again is the same.
fn rank(file: &SourceFile) -> usize {
    const FIRST: [&str; 4] = ["site", "main", "playbook", "deploy"];
    let stem = tree::stem(&file.path);
    FIRST.iter().position(|name| *name == stem).unwrap_or(FIRST.len())
}

/// A host by its name in the fleet.
fn name(run: &Run<'_>) -> String {
    run.inventory.map_or_else(|| run.host.clone(), |inventory| inventory.name_of(&run.host))
}
