//! A client's settings file that stands in the tree is read by somebody.

use crate::catalogue::{Catalogue, Client as Page};
use crate::deployment::{SettingsFile, is_example};
use crate::finding::Confidence;
use crate::fleet::Workload;
use crate::invocation::Invocation;
use crate::lint::fact::called;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::source::FileId;
use serde::Deserialize;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Fewer keys do not tell whose file it is.
const FEWEST: usize = 4;

/// More units beside a file tell a reader nothing new.
const MOST_UNITS: usize = 5;

/// What a card says of settings files that nobody reads: nothing.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadSettings {}

impl Check for DeadSettings {
    fn check(&self, scene: &mut Scene<'_>) {
        let pages = Pages::of(scene);
        let files = scene.fleet().inventory.settings_files.iter();
        let judged =
            files.filter(|file| file.entries.len() >= FEWEST && !is_example(&file.path) && !file.path.contains("//"));
        // Files of many hosts hold the same keys.
        let mut claims: BTreeMap<Vec<&str>, Option<Rc<Claim<'_>>>> = BTreeMap::new();
        let claimed = judged.filter_map(|file| {
            let keys = file.entries.iter().map(|entry| entry.name.value.as_str()).collect();
            let claim = claims.entry(keys).or_insert_with_key(|keys| pages.claim(keys).map(Rc::new));
            Some((file, Rc::clone(claim.as_ref()?)))
        });
        let claimed: Vec<(&SettingsFile, Rc<Claim<'_>>)> = claimed.collect();
        let readers = readers(scene, &claimed.iter().map(|(file, _)| last_name(&file.path)).collect());
        for (file, claim) in claimed {
            let page = claim.page;
            let Some(own) = readers.get(page.id.as_str()).filter(|own| !own.open && !own.take(file)) else { continue };
            if pages.dispute(&claim, file) {
                continue;
            }
            let Some(first) = file.entries.first() else { continue };
            let headline = format!("no unit of the tree reads the settings of {} in `{}`", page.name, file.path);
            let mut report =
                Report::at(first.name.span, headline).confidence(Confidence::Medium).subject(file.path.clone());
            for (workload, client) in own.nearest(&file.path) {
                report = report
                    .also(workload)
                    .related(client.named_at, format!("{} is told of no such file", called(workload)));
            }
            scene.report(report.cause("unread"));
        }
    }
}

/// What the units of one client are told when they start.
#[derive(Default)]
struct Readers<'f> {
    /// By project and their place in the fleet.
    units: BTreeMap<(&'f str, usize), (&'f Workload, &'f Invocation)>,
    files: BTreeSet<FileId>,
    /// The names of files in their commands, of those that are asked for.
    names: BTreeSet<&'f str>,
    /// Tells whether a unit may be told more than the tree shows: what may come from anywhere may come from this file.
    open: bool,
}

/// The units by client, and which of these names their commands hold.
fn readers<'f>(scene: &Scene<'f>, asked: &BTreeSet<&str>) -> BTreeMap<&'f str, Readers<'f>> {
    let mut all: BTreeMap<&str, Readers<'_>> = BTreeMap::new();
    if asked.is_empty() {
        return all;
    }
    for (at, workload) in scene.fleet().workloads.iter().enumerate() {
        let Some(client) = &workload.invocation else { continue };
        let own = all.entry(&client.client).or_default();
        let command = &workload.unit.command;
        let words = command.words.iter().chain(command.before.iter().flatten());
        let names = words.flat_map(|word| word.value().split(ends_a_name)).filter(|name| asked.contains(name));
        own.names.extend(names);
        own.open |= client.unseen.is_some();
        own.files.extend(client.settings.iter().chain(&client.overruled).map(|setting| setting.place.file));
        own.units.insert((&workload.unit.project, at), (workload, client));
    }
    all
}

/// What stands around a file's name in a command.
fn ends_a_name(letter: char) -> bool {
    !(letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-' | '+' | '@'))
}

fn last_name(path: &str) -> &str {
    path.rsplit(ends_a_name).next().unwrap_or_default()
}

impl<'f> Readers<'f> {
    /// Tells whether one of the units reads a file, or names one that is called the same.
    fn take(&self, file: &SettingsFile) -> bool {
        self.files.contains(&file.file) || self.names.contains(last_name(&file.path))
    }

    /// The units that a reader would look at first: a few whose project lies nearest to the file.
    fn nearest(&self, path: &str) -> Vec<(&'f Workload, &'f Invocation)> {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]).rev().chain([""]);
        let beside = folders.flat_map(|folder| {
            let below = self.units.range((folder, 0)..);
            below.take_while(move |((project, _), _)| project.starts_with(folder)).map(|(key, _)| *key).take(MOST_UNITS)
        });
        let mut nearest: Vec<(&str, usize)> = Vec::new();
        for unit in beside {
            if nearest.len() < MOST_UNITS && !nearest.contains(&unit) {
                nearest.push(unit);
            }
        }
        nearest.sort_unstable();
        nearest.iter().filter_map(|unit| self.units.get(unit).copied()).collect()
    }
}

/// A client, how many keys of some files it knows, and whether another one knows as many.
struct Claim<'c> {
    page: &'c Page,
    known: usize,
    disputed: OnceCell<bool>,
}

/// The pages of clients: those that the fleet runs, and a book of all that is opened where one of them claims a file.
struct Pages<'c> {
    met: Vec<&'c Page>,
    catalogue: &'c Catalogue,
}

impl<'c> Pages<'c> {
    fn of(scene: &Scene<'c>) -> Self {
        let met: BTreeSet<&str> = scene
            .fleet()
            .workloads
            .iter()
            .filter_map(|workload| Some(workload.invocation.as_ref()?.client.as_str()))
            .collect();
        let catalogue = scene.catalogue();
        Self { met: met.into_iter().filter_map(|id| catalogue.client(id)).collect(), catalogue }
    }

    /// The client of the fleet that knows nearly all keys of a file.
    fn claim(&self, keys: &[&str]) -> Option<Claim<'c>> {
        let known = self.met.iter().map(|page| (keys_known(keys, page), *page));
        let (known, page) = known.max_by_key(|(known, _)| *known).filter(|(known, _)| known * 5 >= keys.len() * 4)?;
        Some(Claim { page, known, disputed: OnceCell::new() })
    }

    /// Tells whether another client, of the fleet or not, knows about as many keys of a file. It opens the book of every client there
    /// is: to be asked last.
    fn dispute(&self, claim: &Claim<'_>, file: &SettingsFile) -> bool {
        *claim.disputed.get_or_init(|| {
            let keys: Vec<&str> = file.entries.iter().map(|entry| entry.name.value.as_str()).collect();
            let mut others = self.catalogue.clients().filter(|id| *id != claim.page.id);
            others.any(|id| self.catalogue.client(id).is_some_and(|other| keys_known(&keys, other) + 2 > claim.known))
        })
    }
}

fn keys_known(keys: &[&str], page: &Page) -> usize {
    let knows = |name: &str| {
        let mut ways = page.config_files.iter().flat_map(|config| page.roles.keys().map(move |role| (config, role)));
        ways.any(|(config, role)| page.flag_of_key(*role, config.keys, name).is_some())
    };
    keys.iter().filter(|key| knows(key)).count()
}
