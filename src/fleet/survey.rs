//! The survey: units become workloads, and workloads one fleet.

use super::dial::Directory;
use super::foreign::ForeignTree;
use super::keys::{self, Loaders};
use super::model::{Api, Fleet, Service, Signs, Target, Workload, WorkloadId};
use super::paths::Paths;
use super::reach::reach;
use super::{definitions, dvt, histories, network, service, signing, stores};
use crate::catalogue::Catalogue;
use crate::config::Settings;
use crate::deployment::{self, EmbeddedFile, Inventory, KeyForm, KeyPlace, Port, ProposerFile, Supervisor, Unit};
use crate::ethereum::PublicKey;
use crate::invocation;
use crate::source::{FileId, Sources, Span, Spanned};
use crate::workspace::{SourceFile, Workspace};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Reads the deployments of a workspace and joins them into one fleet.
///
/// `network` is the network of workloads for which neither the tree nor the settings name one.
#[must_use]
pub fn survey(workspace: &Workspace, catalogue: &Catalogue, settings: &Settings, network: Option<&str>) -> Fleet {
    let kept = || histories::histories(workspace, catalogue);
    let (mut inventory, histories) = rayon::join(|| deployment::read(workspace), kept);
    inventory.histories = histories;
    let mut units = std::mem::take(&mut inventory.units);
    let surroundings = Surroundings { workspace, settings, catalogue, network };
    units.iter_mut().for_each(|unit| surroundings.place(unit));
    let mut workloads: Vec<Workload> =
        units.into_par_iter().map(|unit| surroundings.understand(unit, &inventory)).collect();
    let dials = || -> Vec<_> {
        let directory = Directory::new(&workloads);
        (0..workloads.len()).into_par_iter().map(|id| directory.dials(id)).collect()
    };
    let held = || {
        let loaders = Loaders::new(&workloads);
        let holdings = hold(&mut inventory, &workloads, &loaders, &surroundings);
        (loaders, holdings)
    };
    let (dials, (loaders, holdings)) = rayon::join(dials, held);
    workloads.iter_mut().zip(dials).for_each(|(workload, dials)| workload.dials = dials);
    join(&mut workloads, &surroundings);
    let definitions = std::mem::take(&mut inventory.definitions);
    let definitions = definitions::survey(definitions, &workloads, &loaders, workspace, &inventory.embedded);
    for (at, file) in definitions.iter().enumerate() {
        file.owners.iter().for_each(|owner| workloads[*owner].definitions.push(at));
    }
    let paths = paths(&inventory, &workloads, workspace);
    let seats = dvt::seats(&workloads, &inventory);
    let proposers = std::mem::take(&mut inventory.proposers);
    let mut readers = proposer_readers(&proposers, &workloads, workspace);
    let with_readers = |file: ProposerFile| {
        let readers = readers.remove(&file.file).unwrap_or_default();
        (file, readers)
    };
    let proposers = proposers.into_iter().map(with_readers).collect();
    let ranges = super::ranges::ranges(&inventory, &workloads, catalogue);
    let foreign = super::foreign::foreign(&holdings, settings);
    let foreign_trees = foreign_trees(workspace, settings);
    let mut fleet =
        Fleet { workloads, holdings, ranges, foreign, foreign_trees, definitions, seats, proposers, paths, inventory };
    signing::decide(&mut fleet);
    fleet
}

fn foreign_trees(workspace: &Workspace, settings: &Settings) -> Vec<ForeignTree> {
    let tree = |kept: &crate::config::KeptInventory| {
        let span = |file: FileId| Span::new(file, kept.place.start as u32, kept.place.end as u32);
        ForeignTree { path: kept.file.to_string_lossy().into_owned(), place: workspace.settings_file().map(span) }
    };
    settings.inventories.iter().map(tree).collect()
}

/// Answers the paths of the files that facts about the text point into.
fn paths(inventory: &Inventory, workloads: &[Workload], workspace: &Workspace) -> BTreeMap<FileId, Box<str>> {
    let secrets = inventory.secrets.iter().map(|secret| secret.span.file);
    let secrets = secrets.chain(inventory.misplaced.iter().map(|misplaced| misplaced.span.file));
    let keystores = inventory.keystore_passwords.iter().flat_map(|pair| [pair.keystore.file, pair.password.file]);
    let repeated = inventory.repeated.iter().map(|repeated| repeated.again.file);
    let numbers = inventory.unquoted_hex.iter().map(|hex| hex.file);
    let unreadable = inventory.unreadable.iter().map(|unreadable| unreadable.span.file);
    let committed = inventory.committed_keystores.iter().map(|kept| kept.span.file);
    let cheap = inventory.cheap_keystores.iter().map(|cheap| cheap.span.file);
    let modes = inventory.open_modes.iter().map(|mode| mode.file);
    let ranges = inventory.key_ranges.iter().map(|range| range.span.file);
    let files = secrets.chain(keystores).chain(repeated).chain(numbers).chain(unreadable);
    let lists = inventory.loose_key_lists.iter().map(|list| list.span.file);
    let steps = inventory.procedures.iter().flat_map(|procedure| &procedure.steps);
    let procedures =
        inventory.procedures.iter().map(|procedure| procedure.file).chain(steps.map(|step| step.place.file));
    let projects = workloads.iter().filter(|workload| workload.unit.supervisor == Supervisor::Compose);
    let projects = projects.flat_map(|workload| workload.unit.files.iter().copied().chain([workload.unit.place.file]));
    let plans = inventory.plans.iter().map(|plan| plan.file);
    let tried = tried(workspace);
    let files = files.chain(projects).chain(plans).chain(tried);
    let files = files.chain(procedures).chain(lists).chain(committed).chain(cheap).chain(modes).chain(ranges);
    files.map(|file| (file, workspace.path(file).into())).collect()
}

/// Answers the files that programs are tested with.
fn tried(workspace: &Workspace) -> Vec<FileId> {
    /// So many are asked by one thread at a time.
    const PART: usize = 4096;
    workspace.files().par_chunks(PART).flat_map_iter(tried_of).collect()
}

fn tried_of(files: &[SourceFile]) -> Vec<FileId> {
    let mut tried = Vec::new();
    // A hundred thousand keystores lie side by side: their folder is asked about once.
    let mut last = ("", false);
    for file in files {
        let folder = file.folder();
        if last.0 != folder {
            last = (folder, deployment::is_test_folder(folder));
        }
        if last.1 || deployment::is_test_data(file.name()) {
            tried.push(file.id);
        }
    }
    tried
}

/// What is known beside the units themselves.
struct Surroundings<'s> {
    workspace: &'s Workspace,
    settings: &'s Settings,
    catalogue: &'s Catalogue,
    network: Option<&'s str>,
}

impl Surroundings<'_> {
    /// Moves a unit to the host that the settings name for its folder.
    fn place(&self, unit: &mut Unit) {
        if let Some(host) = self.environment(unit.name.span.file, |found| found.host.clone()) {
            unit.host = host;
        }
    }

    /// Asks the environments of a file, the deciding one first.
    fn environment<T>(&self, file: FileId, ask: impl Fn(&crate::config::Environment) -> Option<T>) -> Option<T> {
        let path = self.workspace.seen_from_settings(self.workspace.path(file))?;
        self.settings.environments_of(&path).filter_map(ask).last()
    }

    fn understand(&self, unit: Unit, inventory: &Inventory) -> Workload {
        let invocation = invocation::interpret(&unit, inventory, self.catalogue);
        let stores = invocation.as_ref().map_or_else(Vec::new, |client| stores::stores(&unit, client));
        let named = self.environment(unit.name.span.file, |found| found.network.clone());
        let span = unit.name.span;
        let own = invocation.as_ref().and_then(|client| network::own(client, self.catalogue, span));
        let network = own.or_else(|| named.map(|name| Spanned::new(name, span)));
        let stage = super::model::Stage::Production;
        let (serves, dials) = (Vec::new(), Vec::new());
        let (signs, behind_dvt, definitions) = (Signs::No, false, Vec::new());
        Workload { unit, invocation, network, stage, signs, behind_dvt, stores, serves, dials, definitions }
    }
}

/// Decides what needs more than one workload: networks, stages, who reaches whom, who stands behind a middleware.
fn join(workloads: &mut [Workload], surroundings: &Surroundings<'_>) {
    network::yield_defaults(workloads, surroundings.catalogue);
    network::inherit(workloads);
    let shared = shared_ports(workloads);
    let all = &*workloads;
    let behind: Vec<bool> = all.par_iter().map(|workload| is_behind_dvt(workload, all, surroundings)).collect();
    workloads.par_iter_mut().zip(shared).zip(behind).for_each(|((workload, sharing), behind_dvt)| {
        if workload.network.is_none() {
            let span = workload.unit.name.span;
            workload.network = surroundings.network.map(|name| Spanned::new(name.to_owned(), span));
        }
        let named = surroundings.environment(workload.unit.name.span.file, |found| found.stage);
        workload.stage = named.map_or_else(|| network::stage(workload, surroundings.catalogue), network::named);
        workload.behind_dvt = behind_dvt;
        workload.serves = service::services(workload, &sharing);
    });
    let named =
        |workload: &Workload| surroundings.environment(workload.unit.name.span.file, |found| found.stage).is_some();
    network::accompany(workloads, named);
    serve_databases(workloads);
}

/// Answers for each unit the ports of the one whose network it uses (`network_mode: service:x`).
fn shared_ports(workloads: &[Workload]) -> Vec<Vec<Port>> {
    let mut owners: BTreeMap<(&str, &str), &Workload> = BTreeMap::new();
    for workload in workloads {
        owners.entry((&workload.unit.project, &workload.unit.name.value)).or_insert(workload);
    }
    let shared = |workload: &Workload| {
        let mode = workload.unit.network_mode.as_ref()?.known()?.strip_prefix("service:")?;
        Some(owners.get(&(workload.unit.project.as_str(), mode))?.unit.ports.clone())
    };
    workloads.iter().map(|workload| shared(workload).unwrap_or_default()).collect()
}

fn is_behind_dvt(workload: &Workload, workloads: &[Workload], surroundings: &Surroundings<'_>) -> bool {
    let Some(client) = &workload.invocation else { return false };
    let distributed = client.set("validator.distributed").and_then(|setting| setting.is_on()) == Some(true);
    let mut beacons = workload.dials.iter().filter(|dial| dial.api == Api::Beacon);
    distributed || beacons.any(|dial| dvt::is_middleware(dial, workloads, surroundings.catalogue) == Some(true))
}

/// A database that a signer dials serves its history.
fn serve_databases(workloads: &mut [Workload]) {
    let dialled: Vec<(WorkloadId, Option<u16>)> = workloads
        .iter()
        .flat_map(|workload| &workload.dials)
        .filter(|dial| dial.api == Api::Database)
        .filter_map(|dial| match dial.target {
            Target::Workload(id) => {
                Some((id, dial.url.known().and_then(super::dial::endpoint).and_then(|url| url.port)))
            }
            _ => None,
        })
        .collect();
    for (id, port) in dialled {
        let unit = &workloads[id].unit;
        let port = port.unwrap_or(POSTGRESQL);
        let reach = reach(unit, &[], None, Some(port));
        let service = Service { api: Api::Database, port: Some(port), place: unit.name.span, reach };
        if !workloads[id].serves.iter().any(|known| known.api == Api::Database) {
            workloads[id].serves.push(service);
        }
    }
}

/// The port of PostgreSQL (IANA service name registry).
const POSTGRESQL: u16 = 5432;

/// Joins keys with the workloads that load them.
fn hold(
    inventory: &mut Inventory,
    workloads: &[Workload],
    loaders: &Loaders,
    surroundings: &Surroundings<'_>,
) -> Vec<super::model::Holding> {
    let workspace = surroundings.workspace;
    let mut places = std::mem::take(&mut inventory.keys);
    let given = given_keys(&mut places, workloads, workspace, &inventory.embedded);
    let Surroundings { workspace, settings, catalogue, .. } = *surroundings;
    let guide = Paths::new(workspace, settings, catalogue, workloads, &inventory.embedded);
    let assigned = std::mem::take(&mut inventory.assigned);
    keys::survey(&places, (given, assigned), loaders, &guide)
}

/// Keys that a workload's own settings give it: written out, or in a file of the tree that they name.
fn given_keys(
    places: &mut Vec<KeyPlace>,
    workloads: &[Workload],
    workspace: &Workspace,
    embedded: &[EmbeddedFile],
) -> Vec<(KeyPlace, WorkloadId)> {
    let mut given = Vec::new();
    // Of several at one path, the first counts.
    let embedded: BTreeMap<&str, Span> = embedded.iter().rev().map(|file| (file.path.as_str(), file.span)).collect();
    for (id, workload) in workloads.iter().enumerate() {
        let setting = workload.invocation.as_ref().and_then(|client| client.set("remote-signer.keys"));
        for item in setting.into_iter().flat_map(|setting| setting.items()) {
            let Some(text) = item.known() else { continue };
            if let Ok(key) = PublicKey::parse(text) {
                let form = KeyForm::PublicKeyList;
                given.push((KeyPlace { key, span: item.span(), form, enabled: true }, id));
            } else if let Some(named) = named_file(workload, workspace, &embedded, text) {
                let from = places.partition_point(|place| place.span.file < named.file);
                let to = places.partition_point(|place| place.span.file <= named.file);
                // What a unit is given to sign with is no list to watch, whatever its name.
                let form = |place: &KeyPlace| match place.form {
                    KeyForm::WatchList => KeyForm::PublicKeyList,
                    form => form,
                };
                let of_file = places[from..to].iter().filter(|place| named.contains(place.span));
                given.extend(of_file.map(|place| (KeyPlace { form: form(place), ..*place }, id)));
            }
        }
    }
    let taken: std::collections::BTreeSet<_> = given.iter().map(|(place, _)| place.span).collect();
    if !taken.is_empty() {
        places.retain(|place| !taken.contains(&place.span));
    }
    given
}

/// Answers the workloads that are told to read proposer settings, by the file.
fn proposer_readers(
    files: &[ProposerFile],
    workloads: &[Workload],
    workspace: &Workspace,
) -> BTreeMap<FileId, Vec<WorkloadId>> {
    let mut readers: BTreeMap<FileId, Vec<WorkloadId>> = BTreeMap::new();
    for (id, workload) in workloads.iter().enumerate().filter(|_| !files.is_empty()) {
        let setting = workload.invocation.as_ref().and_then(|client| client.set("validator.proposer-config"));
        let path = setting.and_then(|setting| setting.known()).map(|path| path.trim_start_matches("file://"));
        let named = path.and_then(|path| named_file(workload, workspace, &BTreeMap::new(), path));
        named.into_iter().for_each(|named| readers.entry(named.file).or_default().push(id));
    }
    readers
}

/// Answers the bytes of the file that a path inside a workload leads to: a file of the tree, or one that stands inside another.
fn named_file(workload: &Workload, workspace: &Workspace, embedded: &BTreeMap<&str, Span>, path: &str) -> Option<Span> {
    let place = super::location::locate(&workload.unit, path).outside.filter(|place| place.base == "tree")?;
    let inner = embedded.get(place.path.as_str()).filter(|_| place.path.contains("//")).copied();
    let whole = || workspace.find(&place.path).map(|file| Span::new(file.id, 0, u32::MAX));
    inner.or_else(whole)
}
