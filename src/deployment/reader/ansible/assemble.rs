//! What was done to a host becomes its units: what is written, copied and stopped there is laid on them.

use super::brought::{Brought, bring, brought};
use super::deed::{Deed, What};
use super::install;
use super::play::Run;
use super::project;
use super::release::{Applied, applied};
use super::world::World;
use super::written;
use crate::deployment::reader::model::Installed;
use crate::deployment::{Activation, Condition, SettingsFile, Unit, Unseen, placeholder};
use crate::source::{FileId, Text};
use std::collections::BTreeSet;

/// No host fetches more.
const MOST_FETCHED: usize = 50;

/// What a host comes to.
#[derive(Default)]
pub(super) struct Assembled {
    pub units: Vec<Unit>,
    pub settings: Vec<SettingsFile>,
    /// The number of the play that starts each unit.
    pub plays: Vec<usize>,
    /// Files that were made units of.
    pub rendered: BTreeSet<FileId>,
    /// What is applied to clusters.
    pub applied: Vec<Applied>,
    /// Charts that are installed in clusters.
    pub charts: Vec<Installed>,
    /// What starts something, and nothing tells of.
    pub unseen: Vec<Unseen>,
    /// Files that could not be read as they came out for the host.
    pub unreadable: Vec<FileId>,
}

/// A unit, and the deed that started it.
struct Started<'d> {
    unit: Unit,
    at: usize,
    deed: &'d Deed,
}

/// Makes the units of a host.
pub(super) fn assemble(world: &World<'_>, run: &Run<'_>, host: &str) -> Assembled {
    let (applied, taken) = applied(&run.deeds);
    let (charts, unseen) = (install::installed(&run.deeds), install::unseen(&run.deeds));
    let rendered = taken.into_iter().collect();
    let mut assembled = Assembled { applied, charts, unseen, rendered, ..Assembled::default() };
    let brought = brought(&run.deeds);
    let mut started = started(world, &run.deeds, &brought, host, &mut assembled);
    let unseen = project::unseen(&run.deeds, |at| started.iter().any(|one| one.at == at));
    assembled.unseen.extend(unseen);
    replace(&mut started);
    for one in &mut started {
        stop(one, &run.deeds);
        serve(&mut one.unit, &run.deeds);
    }
    let fetched = fetched(&run.deeds);
    for Started { mut unit, at, deed } in started {
        if unit.image.is_none() {
            unit.fetched.clone_from(&fetched);
        }
        unit.host = host.to_owned();
        unit.project = host.to_owned();
        unit.alternative.clone_from(&deed.choice);
        if let Some(text) = deed.condition() {
            let stopped_otherwise =
                is_stopped_otherwise(&unit.name.value, deed, &run.deeds) || project::is_dropped(at, &run.deeds);
            unit.condition = Some(Condition { text, stopped_otherwise });
        }
        bring(&mut unit, &brought, host, &mut assembled.settings);
        let is_rendered = is_rendered(&unit, &assembled.rendered);
        unit.template =
            placeholder::holds_placeholder(&unit) || placeholder::is_to_fill_in(&unit, world.workspace) && !is_rendered;
        assembled.units.push(unit);
        assembled.plays.push(deed.play);
    }
    assembled
}

/// Answers what is fetched for a host, each address with the variables of the host.
fn fetched(deeds: &[Deed]) -> Vec<Text> {
    let fetched = deeds.iter().filter(|deed| !deed.is_avoided()).filter_map(|deed| match &deed.what {
        What::Fetch(address) if address.is_known() => Some(address.clone()),
        _ => None,
    });
    fetched.take(MOST_FETCHED).collect()
}

/// A template that was rendered for a host is one no longer.
fn is_rendered(unit: &Unit, rendered: &BTreeSet<FileId>) -> bool {
    unit.files.iter().all(|file| rendered.contains(file))
}

fn started<'d>(
    world: &World<'_>,
    deeds: &'d [Deed],
    brought: &[Brought<'d>],
    host: &str,
    assembled: &mut Assembled,
) -> Vec<Started<'d>> {
    let mut started = Vec::new();
    let machine = written::Machines { world, host, brought, deeds };
    for (at, deed) in deeds.iter().enumerate() {
        match &deed.what {
            What::Write { source, target, content } if target.value().ends_with(".service") => {
                let units = machine.service(source, target, content, &mut assembled.settings);
                if !units.is_empty() {
                    assembled.rendered.insert(content.file());
                }
                started.extend(units.into_iter().map(|unit| Started { unit, at, deed }));
            }
            What::Command { words, script } => {
                let units = machine.command(words, script.as_ref(), deed.place);
                started.extend(units.into_iter().map(|unit| Started { unit, at, deed }));
            }
            What::Run(unit, env_file) => {
                let mut unit = (**unit).clone();
                if let Some(path) = env_file {
                    written::take_environment(&mut unit, path, brought);
                }
                started.push(Started { unit, at, deed });
            }
            What::Write { target, content, .. }
                if project::is_compose(target.value()) && !project::is_left_out(target, deeds)
                    || project::is_found(target, deeds) =>
            {
                let project::Services { units, torn } = project::services(content, target, brought, world.workspace);
                assembled.unreadable.extend(torn);
                if !units.is_empty() {
                    assembled.rendered.insert(content.file());
                }
                started.extend(units.into_iter().map(|unit| Started { unit, at, deed }));
            }
            What::Project { folder, files, stopped: false, .. } => {
                let (project::Services { units, torn }, unused) =
                    project::of_folder(folder, files, brought, world.workspace);
                assembled.unreadable.extend(torn);
                assembled.rendered.extend(unused);
                assembled.rendered.extend(units.iter().map(|unit| unit.name.span.file));
                started.extend(units.into_iter().map(|unit| Started { unit, at, deed }));
            }
            _ => {}
        }
    }
    started
}

/// Of one that is started again under the same name, the last one that is certain holds.
fn replace(started: &mut Vec<Started<'_>>) {
    let mut kept: Vec<Started<'_>> = Vec::new();
    for one in started.drain(..) {
        if one.deed.is_certain() {
            let other = |known: &Started<'_>| known.deed.choice != one.deed.choice;
            kept.retain(|known| known.unit.name.value != one.unit.name.value || other(known));
        }
        kept.push(one);
    }
    *started = kept;
}

fn is_named(unit: &str, name: &Text) -> bool {
    let bare = |name: &str| name.trim_end_matches(".service").to_owned();
    name.known().is_some_and(|name| bare(name) == bare(unit))
}

/// What is stopped afterwards, whatever else, does not run.
fn stop(one: &mut Started<'_>, deeds: &[Deed]) {
    let later = deeds.get(one.at + 1..).unwrap_or_default();
    let here = |deed: &Deed| deed.choice.is_none() || deed.choice == one.deed.choice;
    let stops =
        |deed: &&Deed| matches!(&deed.what, What::Stop(name) if here(deed) && is_named(&one.unit.name.value, name));
    // The switch that may start it is the one under which it is taken away otherwise.
    let open = one.deed.given.iter().filter(|given| given.holds.is_none());
    let open: BTreeSet<&String> = open.flat_map(|given| &given.names).collect();
    let by_switch = |deed: &Deed| deed.given.iter().flat_map(|given| &given.names).any(|name| open.contains(name));
    if later.iter().filter(stops).any(|deed| deed.is_certain() && !by_switch(deed)) {
        one.unit.activation = Activation::Off;
    }
}

fn serve(unit: &mut Unit, deeds: &[Deed]) {
    let of = |deed: &Deed| match &deed.what {
        What::Serve { name, enabled, started } if is_named(&unit.name.value, name) && deed.is_certain() => {
            Some((*enabled, *started))
        }
        _ => None,
    };
    let (mut enabled, mut started) = (None, None);
    for (on, up) in deeds.iter().filter_map(of) {
        enabled = on.or(enabled);
        started = up.or(started);
    }
    match (enabled, started) {
        (Some(false), up) if up != Some(true) => unit.activation = Activation::Off,
        (on, Some(false)) if on != Some(true) => unit.activation = Activation::Off,
        _ => {}
    }
}

/// Tells whether something stops the unit where its condition does not hold: always before it starts, or under another
/// condition on the same variable.
pub(super) fn is_stopped_otherwise(unit: &str, deed: &Deed, deeds: &[Deed]) -> bool {
    let names: BTreeSet<&str> = deed
        .given
        .iter()
        .filter(|given| given.is_chosen())
        .flat_map(|given| &given.names)
        .map(String::as_str)
        .collect();
    let stops = deeds.iter().filter(|other| matches!(&other.what, What::Stop(name) if is_named(unit, name)));
    stops.into_iter().any(|stop| {
        let same = |text: &str| deed.given.iter().any(|given| given.text.value() == text);
        let others: Vec<_> = stop.given.iter().filter(|given| !same(given.text.value())).collect();
        others.is_empty() && stop.given.len() < deed.given.len()
            || others.iter().any(|given| given.names.iter().any(|name| names.contains(name.as_str())))
    })
}
