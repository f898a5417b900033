//! Who keeps which keys, who shares some, and which relays blocks come from.

use super::hazard::Hazards;
use super::model::{EdgeKind, Kind, Node};
use super::sketch::Sketch;
use crate::catalogue::Role;
use crate::fleet::{Api, Fleet, HeldRange, Home, Owner, Process, Target, WorkloadId, endpoint};
use crate::source::Text;
use std::collections::{BTreeMap, BTreeSet};

/// Of a key with more owners, each is compared with the next one only.
const COMPARED: usize = 6;

impl<'f> Sketch<'f> {
    /// Counts the keys of every owner, and draws a line between those that can sign with the same ones at the same time.
    pub(super) fn keys(&mut self, hazards: &mut Hazards) {
        let mut kept: BTreeMap<&str, usize> = BTreeMap::new();
        let fleet = self.fleet;
        for key in fleet.keys() {
            let owners: Vec<Owner> = fleet.owners(key).into_iter().map(|(owner, _)| owner).collect();
            self.picture.totals.keys += usize::from(!owners.is_empty());
            let boxes: Vec<Option<usize>> =
                owners.iter().map(|owner| self.owner(owner, key.places, &mut kept)).collect();
            for node in boxes.iter().flatten() {
                self.picture.nodes[*node].keys += 1;
            }
            for one in 0..owners.len() {
                let last = if owners.len() <= COMPARED { owners.len() } else { (one + 2).min(owners.len()) };
                for other in one + 1..last {
                    let (Some(from), Some(to)) = (boxes[one], boxes[other]) else { continue };
                    if clash(fleet, &owners[one], &owners[other]) {
                        self.line(from, to, EdgeKind::SharesKey, 1);
                    }
                }
            }
        }
        self.numbers(&kept);
        for (host, node) in kept {
            self.picture.nodes[node].hazards = hazards.of_host.remove(host).unwrap_or_default();
        }
    }

    /// Counts the keys that are owned by their numbers in a list, and draws owners that are known from layouts only. A host's table of
    /// keys is the same keys written out: they are not counted twice.
    fn numbers(&mut self, kept: &BTreeMap<&str, usize>) {
        let fleet = self.fleet;
        let mut held: BTreeMap<usize, usize> = BTreeMap::new();
        let mut homes: BTreeMap<Home, usize> = BTreeMap::new();
        for range in &fleet.ranges {
            let count = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
            let node = match range.workload {
                Some(id) => self.units[id],
                None => Some(*homes.entry(range.home()).or_insert_with(|| self.holder(range))),
            };
            let Some(node) = node else { continue };
            let all = held.entry(node).or_default();
            *all = all.saturating_add(count);
            let written = self.picture.nodes[node].keys > 0 || kept.contains_key(range.host.as_str());
            let total = &mut self.picture.totals.keys;
            *total = if written { *total } else { total.saturating_add(count) };
        }
        for (node, count) in held {
            let keys = &mut self.picture.nodes[node].keys;
            *keys = if *keys == 0 { count } else { *keys };
        }
    }

    /// Draws the owner of a range that is no unit of the tree: a unit of a role from elsewhere, or a name in a table.
    fn holder(&mut self, range: &'f HeldRange) -> usize {
        let stand = range.stand.and_then(|at| self.fleet.inventory.stands.get(at));
        let (name, detail) = match stand {
            Some(stand) => (self.shown(&stand.name.value), self.shown(&format!("role {}", stand.role))),
            None if range.unit.is_empty() => (self.shown(&range.owner), "named by a table".to_owned()),
            None => (self.shown(&range.unit), "named by a table".to_owned()),
        };
        let kind = match range.process {
            Process::BeaconNode => Kind::Beacon,
            Process::Middleware => Kind::Middleware,
            Process::ValidatorClient => Kind::Validator,
            Process::Signer => Kind::Signer,
            Process::Unknown => Kind::Keys,
        };
        let network = range.network.as_ref().map(|network| self.shown(network));
        let group = self.group(&range.host);
        self.add(Node { kind, name, detail, network, ..Node::new(group) })
    }

    /// Answers the box of an owner: its unit, or the keystores of its host.
    fn owner(
        &mut self,
        owner: &Owner,
        places: &'f [crate::fleet::Holding],
        kept: &mut BTreeMap<&'f str, usize>,
    ) -> Option<usize> {
        match owner {
            Owner::Workload(id) => self.units[*id],
            Owner::Host(name) => {
                let host = places.iter().map(|place| place.lodging.host.as_str()).find(|host| host == name)?;
                if let Some(known) = kept.get(host) {
                    return Some(*known);
                }
                let group = self.group(host);
                let detail = "loaded by no unit of the tree".to_owned();
                let node =
                    self.add(Node { kind: Kind::Keys, name: "keystores".to_owned(), detail, ..Node::new(group) });
                kept.insert(host, node);
                Some(node)
            }
        }
    }

    /// Draws the relays behind each mev-boost; those with the same ones share a box.
    pub(super) fn relays(&mut self) {
        for (id, workload) in self.fleet.workloads.iter().enumerate() {
            let client = workload.invocation.as_ref().filter(|client| client.role == Role::Relay);
            let Some((client, from)) = client.zip(self.units[id]) else { continue };
            let Some(list) = client.set("relay.list") else { continue };
            let items = list.items();
            let hosts: BTreeSet<&str> = items.iter().filter_map(Text::known).filter_map(host).collect();
            let name = match hosts.len() {
                0 => continue,
                1 => "1 relay".to_owned(),
                count => format!("{count} relays"),
            };
            let detail = hosts.into_iter().collect::<Vec<_>>().join(", ");
            let to = self.relay_set(&name, &detail);
            self.line(from, to, EdgeKind::Relay, 1);
        }
    }

    fn relay_set(&mut self, name: &str, detail: &str) -> usize {
        // Sets of relays are told apart by what is in them, not by how many they are.
        let node = self.outsider(Kind::Relay, &format!("{name}: {detail}"), "");
        let shown = self.shown(detail);
        let drawn = &mut self.picture.nodes[node];
        (drawn.name, drawn.detail) = (name.to_owned(), shown);
        node
    }
}

fn host(url: &str) -> Option<&str> {
    endpoint(url).map(|found| found.host)
}

/// Tells whether two owners can sign with one key at the same time; a client and the signer that it asks are one.
fn clash(fleet: &Fleet, one: &Owner, other: &Owner) -> bool {
    match (one, other) {
        (Owner::Workload(first), Owner::Workload(second)) => {
            let (mine, others) = (signers(fleet, *first), signers(fleet, *second));
            let one_signer = mine.contains(second) || others.contains(first) || !mine.is_disjoint(&others);
            !one_signer && fleet.together(*first, *second).is_some()
        }
        (Owner::Workload(id), Owner::Host(host)) | (Owner::Host(host), Owner::Workload(id)) => {
            fleet.workloads[*id].unit.host != *host
        }
        (Owner::Host(first), Owner::Host(second)) => first != second,
    }
}

fn signers(fleet: &Fleet, id: WorkloadId) -> BTreeSet<WorkloadId> {
    let dials = fleet.workloads[id].dials.iter().filter(|dial| dial.api == Api::Signer);
    let units = dials.filter_map(|dial| match dial.target {
        Target::Workload(id) => Some(id),
        _ => None,
    });
    units.collect()
}
