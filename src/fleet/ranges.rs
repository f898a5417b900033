//! Keys that are owned by their numbers: ranges of layouts and inventories, and those that flags give to clients.

use super::home::{Home, Process};
use super::model::{Stage, Workload, WorkloadId};
use super::network;
use crate::catalogue::{Catalogue, NetworkKind, Role};
use crate::deployment::{Inventory, KeyRange, Stand};
use crate::invocation::Invocation;
use crate::source::{FileId, Span};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Keys that somebody owns by their numbers in a list.
#[derive(Debug, Clone)]
pub struct HeldRange {
    /// Names the list within the tree: ranges of other lists have nothing to do with it.
    pub source: String,
    /// The network whose keys are listed, where the tree says so.
    pub network: Option<String>,
    /// The first number.
    pub start: u64,
    /// The number after the last.
    pub end: u64,
    /// The text that gives the range.
    pub span: Span,
    /// The owner for people.
    pub owner: String,
    /// The host that it is on.
    pub host: String,
    /// What tells it apart from others of the host.
    pub unit: String,
    /// The kind of process that it is.
    pub process: Process,
    /// What is at stake.
    pub stage: Stage,
    /// The unit that it is, where the tree shows one.
    pub workload: Option<WorkloadId>,
    /// The unit of a role outside of the tree that it is (index into [`Inventory::stands`]).
    pub stand: Option<usize>,
}

impl HeldRange {
    /// Answers where its keys are at home, by the name that the table has for the owner.
    #[must_use]
    pub fn home(&self) -> Home {
        Home { host: self.host.clone(), unit: self.unit.clone(), process: self.process }
    }
}

/// Answers all ranges of a tree, those of its tables first.
#[must_use]
pub fn ranges(inventory: &Inventory, workloads: &[Workload], catalogue: &Catalogue) -> Vec<HeldRange> {
    let around = Around::new(inventory, workloads);
    let tables = inventory.key_ranges.iter().map(|range| around.tabled(range, catalogue));
    let mut ranges: Vec<HeldRange> = tables.collect();
    for (id, workload) in workloads.iter().enumerate() {
        for (list, (start, end, span)) in workload.invocation.iter().flat_map(given) {
            ranges.push(HeldRange {
                source: listed(&list, workload),
                network: None,
                start,
                end,
                span,
                owner: workload.name(),
                host: workload.unit.host.clone(),
                unit: workload.unit.name.value.clone(),
                process: Process::of(workload),
                stage: workload.stage,
                workload: Some(id),
                stand: None,
            });
        }
    }
    ranges
}

/// What the tree says of owners beside their ranges.
struct Around<'i> {
    inventory: &'i Inventory,
    /// Units of roles outside of the tree, by host and the file of the entry that they are brought for.
    stands: BTreeMap<(&'i str, FileId), Vec<usize>>,
    /// Units of the tree that can hold keys, by host.
    units: BTreeMap<&'i str, Vec<(WorkloadId, Process)>>,
}

impl<'i> Around<'i> {
    fn new(inventory: &'i Inventory, workloads: &'i [Workload]) -> Self {
        let (mut stands, mut units) = (BTreeMap::new(), BTreeMap::new());
        for (at, stand) in inventory.stands.iter().enumerate() {
            let of_file: &mut Vec<usize> = stands.entry((stand.host.as_str(), stand.item.file)).or_default();
            of_file.push(at);
        }
        let holds = |process: Process| matches!(process, Process::BeaconNode | Process::ValidatorClient);
        for (id, workload) in workloads.iter().enumerate() {
            let process = Process::of(workload);
            if holds(process) && !workload.unit.host.is_empty() {
                let of_host: &mut Vec<(WorkloadId, Process)> = units.entry(workload.unit.host.as_str()).or_default();
                of_host.push((id, process));
            }
        }
        Self { inventory, stands, units }
    }

    fn tabled(&self, range: &KeyRange, catalogue: &Catalogue) -> HeldRange {
        let KeyRange { source, start, end, span, owner, host, unit, role } = range.clone();
        let words = |text: &str| -> Vec<String> {
            text.split(|sign: char| !sign.is_ascii_alphanumeric()).map(str::to_owned).collect()
        };
        let words = words(&host).into_iter().chain(words(&source));
        let lasting = |word: String| catalogue.network(&word).filter(|found| found.kind != NetworkKind::Development);
        let network = words.filter(|word| word.len() > 3).filter_map(lasting).next();
        let said = role.map_or(Process::Unknown, of_role);
        let stand = self.stand(span, &host, said);
        let brought = stand.and_then(|at| self.inventory.stands.get(at)).map_or(Process::Unknown, process_of);
        let process = if said == Process::Unknown { brought } else { said };
        let workload = self.unit(&host, process);
        let stage = network.map_or(Stage::Production, |network| network::of_kind(network.kind));
        let network = network.map(|network| network.name.clone());
        HeldRange { source, network, start, end, span, owner, host, unit, process, stage, workload, stand }
    }

    /// The one unit of a process that is brought to a host for the entry that a range stands in.
    fn stand(&self, span: Span, host: &str, process: Process) -> Option<usize> {
        let known = |at: &&usize| {
            let stand = self.inventory.stands.get(**at);
            stand.is_some_and(|stand| {
                let brought = process_of(stand);
                let fits = if process == Process::Unknown { stand.runs } else { brought == process };
                stand.item.contains(span) && brought != Process::Unknown && fits
            })
        };
        let mut found = self.stands.get(&(host, span.file))?.iter().filter(known);
        let first = found.next()?;
        // One unit that two tasks bring is one.
        let name = |at: &usize| self.inventory.stands.get(*at).map(|stand| &stand.name.value);
        found.all(|other| name(other) == name(first)).then_some(*first)
    }

    /// The one unit of a process on a host.
    fn unit(&self, host: &str, process: Process) -> Option<WorkloadId> {
        let mut units = self.units.get(host)?.iter().filter(|(_, known)| *known == process);
        units.next().filter(|_| units.next().is_none()).map(|(id, _)| *id)
    }
}

fn of_role(role: Role) -> Process {
    match role {
        Role::Beacon => Process::BeaconNode,
        Role::Validator => Process::ValidatorClient,
        _ => Process::Unknown,
    }
}

/// The kind of process that a role outside of the tree is named after.
#[must_use]
pub fn process_of(stand: &Stand) -> Process {
    let named = |word: &str| stand.role.split(['-', '_', '.']).any(|part| part == word);
    match (named("validator"), named("beacon")) {
        (true, false) => Process::ValidatorClient,
        (false, true) => Process::BeaconNode,
        _ => Process::Unknown,
    }
}

/// Names the list that flags of a unit take keys from.
fn listed(list: &str, workload: &Workload) -> String {
    let place = match workload.stage {
        // Each development network has keys of its own, though they are made alike.
        Stage::Development => format!("{}/{}", workload.unit.host, workload.unit.project),
        _ => String::new(),
    };
    let network = workload.network.as_ref().map_or("", |network| &network.value);
    format!("{list} {network} {place}").trim_end().to_owned()
}

type Given = (u64, u64, Span);

/// The ranges that flags give to a client: of a mnemonic, or of the keys that everybody can derive.
fn given(client: &Invocation) -> Vec<(String, Given)> {
    let range = |name: &str| {
        let setting = client.set(name)?;
        let (from, to) = setting.known()?.split_once("..")?;
        let (from, to): (u64, u64) = (from.trim().parse().ok()?, to.trim().parse().ok()?);
        Some((from, to.checked_add(1)?, setting.value.span())).filter(|(from, to, _)| from < to)
    };
    let number = |name: &str| {
        let setting = client.set(name)?;
        Some((setting.known()?.trim().parse::<u64>().ok()?, setting.value.span()))
    };
    let counted = || {
        let (count, place) = number("keys.test-count").filter(|(count, _)| *count > 0)?;
        let (start, span) = match client.set("keys.test-start") {
            Some(_) => number("keys.test-start")?,
            None => (0, place),
        };
        Some((start, start.checked_add(count)?, span))
    };
    let mnemonic = client.set("keys.mnemonic").and_then(|setting| setting.known()).map(digest);
    let own = range("keys.range").zip(mnemonic).map(|(range, digest)| (format!("mnemonic {digest:x}"), range));
    let test = range("keys.test-range").or_else(counted).map(|range| ("test keys".to_owned(), range));
    own.into_iter().chain(test).collect()
}

/// Tells two mnemonics apart without keeping them.
fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.split_whitespace().for_each(|word| word.hash(&mut hasher));
    hasher.finish() & 0xffff
}
