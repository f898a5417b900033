//! Who keeps which keys, who shares some, and which relays blocks come from.

use super::hazard::Hazards;
use super::model::{EdgeKind, Kind, Node};
use super::sketch::Sketch;
use crate::catalogue::Role;
use crate::fleet::{Api, Fleet, Owner, Target, WorkloadId, endpoint};
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
        for (host, node) in kept {
            self.picture.nodes[node].hazards = hazards.of_host.remove(host).unwrap_or_default();
        }
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
