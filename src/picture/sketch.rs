//! The fleet becomes boxes and lines, one for each thing, before any of them are folded.

use super::hazard::Hazards;
use super::model::{Edge, EdgeKind, Group, Kind, Node, Picture, Totals};
use super::words::shown;
use crate::catalogue::Role;
use crate::deployment::Activation;
use crate::finding::Finding;
use crate::fleet::{Api, Dial, Durability, Fleet, Location, Purpose, Store, Target, Workload, WorkloadId, endpoint};
use crate::report::KeyStyle;
use std::collections::{BTreeMap, BTreeSet};

/// No name of a picture is longer, in characters.
const LONGEST: usize = 160;

/// Where there are more hosts than this, the worst come first.
const MANY_HOSTS: usize = 12;

/// A picture in the making.
pub(super) struct Sketch<'f> {
    pub(super) fleet: &'f Fleet,
    pub(super) style: KeyStyle<'f>,
    pub(super) picture: Picture,
    /// The group of each host.
    hosts: BTreeMap<&'f str, usize>,
    /// The box of each unit, where it has one.
    pub(super) units: Vec<Option<usize>>,
    /// The boxes of histories that lie in one place.
    histories: BTreeMap<Location, usize>,
    /// The boxes of what lies outside.
    outside: BTreeMap<(Kind, String), usize>,
    /// The boxes of what a host lacks.
    missing: BTreeMap<(usize, Kind, String), usize>,
    lines: BTreeMap<(usize, usize, EdgeKind), usize>,
}

/// Draws every unit by itself.
pub(super) fn sketch<'f>(fleet: &'f Fleet, findings: &[Finding], style: KeyStyle<'f>) -> Picture {
    let mut hazards = Hazards::of(fleet, findings, style);
    let mut sketch = Sketch {
        fleet,
        style,
        picture: Picture::default(),
        hosts: BTreeMap::new(),
        units: vec![None; fleet.workloads.len()],
        histories: BTreeMap::new(),
        outside: BTreeMap::new(),
        missing: BTreeMap::new(),
        lines: BTreeMap::new(),
    };
    sketch.hosts();
    sketch.units(&hazards);
    sketch.histories();
    sketch.dials();
    sketch.relays();
    sketch.keys(&mut hazards);
    sketch.finish(hazards, findings)
}

impl<'f> Sketch<'f> {
    fn hosts(&mut self) {
        let hosts: BTreeSet<&str> = self.fleet.workloads.iter().map(|workload| workload.unit.host.as_str()).collect();
        hosts.into_iter().for_each(|host| _ = self.group(host));
    }

    /// Answers the group of a host.
    pub(super) fn group(&mut self, host: &'f str) -> usize {
        if let Some(known) = self.hosts.get(host) {
            return *known;
        }
        let name = if host.is_empty() { "(no host named)".to_owned() } else { self.shown(host) };
        self.picture.groups.push(Group { name: name.clone(), hosts: vec![name], ..Group::default() });
        self.hosts.insert(host, self.picture.groups.len() - 1);
        self.picture.groups.len() - 1
    }

    /// Answers a text of the tree as it may stand in a picture.
    pub(super) fn shown(&self, text: &str) -> String {
        shown(text, LONGEST, self.style)
    }

    pub(super) fn add(&mut self, node: Node) -> usize {
        self.picture.nodes.push(node);
        self.picture.nodes.len() - 1
    }

    pub(super) fn line(&mut self, from: usize, to: usize, kind: EdgeKind, count: usize) {
        if from != to {
            *self.lines.entry((from, to, kind)).or_default() += count;
        }
    }

    fn units(&mut self, hazards: &Hazards) {
        let dials = self.fleet.workloads.iter().flat_map(|workload| &workload.dials);
        let databases: BTreeSet<WorkloadId> = dials
            .filter(|dial| dial.api == Api::Database)
            .filter_map(|dial| match dial.target {
                Target::Workload(id) => Some(id),
                _ => None,
            })
            .collect();
        // Units of one name in several projects of a host are told apart by the project.
        let mut namesakes: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
        for Workload { unit, .. } in &self.fleet.workloads {
            namesakes.entry((&unit.host, &unit.name.value)).or_default().insert(&unit.project);
        }
        for (id, workload) in self.fleet.workloads.iter().enumerate() {
            let group = self.group(&workload.unit.host);
            let hazards = hazards.of_unit.get(&id).cloned().unwrap_or_default();
            let is_alarming = super::model::alarm(&hazards).is_some();
            let kind = if databases.contains(&id) { Some(Kind::Database) } else { kind(workload) };
            let Some(kind) = kind.or(is_alarming.then_some(Kind::Other)) else {
                self.picture.groups[group].left_out += 1;
                continue;
            };
            let name = match namesakes.get(&(workload.unit.host.as_str(), workload.unit.name.value.as_str())) {
                Some(projects) if projects.len() > 1 => {
                    let project = workload.unit.project.rsplit('/').next().unwrap_or_default();
                    format!("{project}/{}", workload.unit.name.value).trim_start_matches('/').to_owned()
                }
                _ => workload.unit.name.value.clone(),
            };
            let node = Node {
                kind,
                name: self.shown(&name),
                detail: self.detail(workload),
                network: workload.network.as_ref().map(|network| self.shown(&network.value)),
                spare: workload.unit.activation != Activation::Always,
                hazards,
                ..Node::new(group)
            };
            self.units[id] = Some(self.add(node));
        }
    }

    /// `Lighthouse 8.3.3`, or the image of what is no client.
    fn detail(&self, workload: &Workload) -> String {
        match &workload.invocation {
            Some(client) => match &client.version {
                Some(version) => self.shown(&format!("{} {version}", client.client_name)),
                None => self.shown(&client.client_name),
            },
            None => workload.unit.image.as_ref().map(|image| self.shown(image.value())).unwrap_or_default(),
        }
    }

    fn histories(&mut self) {
        for (id, workload) in self.fleet.workloads.iter().enumerate() {
            let Some(unit) = self.units[id] else { continue };
            let is_signer = workload.invocation.as_ref().is_some_and(|client| client.role == Role::Signer);
            let stores = workload.stores.iter().filter(|store| store.purpose == Purpose::History);
            for store in stores.filter(|_| workload.is_validator() || is_signer) {
                let node = self.history(store, self.picture.nodes[unit].group);
                self.line(unit, node, EdgeKind::HistoryIn, 1);
            }
        }
    }

    fn history(&mut self, store: &Store, group: usize) -> usize {
        if let Some(known) = store.outside.as_ref().and_then(|place| self.histories.get(place)) {
            return *known;
        }
        let detail = match (&store.durability, &store.outside) {
            (Durability::Volatile(_), _) => "goes with the container".to_owned(),
            (_, Some(place)) => self.shown(&lodging(place)),
            (_, None) => self.shown(&store.path),
        };
        let node = self.add(Node { kind: Kind::Database, name: "history".to_owned(), detail, ..Node::new(group) });
        if let Some(place) = &store.outside {
            self.histories.insert(place.clone(), node);
        }
        node
    }

    fn dials(&mut self) {
        for (id, workload) in self.fleet.workloads.iter().enumerate() {
            let Some(from) = self.units[id] else { continue };
            for dial in &workload.dials {
                let Some((line, kind)) = wanted(dial.api) else { continue };
                if let Some(to) = self.target(dial, kind, self.picture.nodes[from].group) {
                    self.line(from, to, line, 1);
                }
            }
        }
    }

    fn target(&mut self, dial: &Dial, kind: Kind, group: usize) -> Option<usize> {
        match &dial.target {
            Target::Workload(id) => self.units[*id],
            Target::Missing(name) => {
                let key = (group, kind, self.shown(name));
                if let Some(known) = self.missing.get(&key) {
                    return Some(*known);
                }
                let detail = "no unit of this name".to_owned();
                let node = Node { kind, name: key.2.clone(), detail, missing: true, ..Node::new(group) };
                let node = self.add(node);
                self.missing.insert(key, node);
                Some(node)
            }
            Target::Outside => {
                let found = endpoint(dial.url.known()?)?;
                let name = found.port.map_or(found.host.to_owned(), |port| format!("{}:{port}", found.host));
                Some(self.outsider(kind, &name, "outside of the tree"))
            }
            Target::Unknown => None,
        }
    }

    /// Answers the box of something that the tree does not hold; its group comes last, and has no number yet.
    pub(super) fn outsider(&mut self, kind: Kind, name: &str, detail: &str) -> usize {
        let name = self.shown(name);
        if let Some(known) = self.outside.get(&(kind, name.clone())) {
            return *known;
        }
        let node = Node { kind, name: name.clone(), detail: detail.to_owned(), ..Node::new(usize::MAX) };
        let node = self.add(node);
        self.outside.insert((kind, name), node);
        node
    }

    /// Numbers the group outside, and puts everything in order.
    fn finish(mut self, mut hazards: Hazards, findings: &[Finding]) -> Picture {
        for (host, found) in std::mem::take(&mut hazards.of_host) {
            if let Some(group) = self.hosts.get(host.as_str()) {
                self.picture.groups[*group].hazards.extend(found);
            }
        }
        let mut picture = self.picture;
        let hosts = picture.groups.len();
        if !self.outside.is_empty() {
            picture.groups.push(Group { name: "outside".to_owned(), ..Group::default() });
        }
        picture.nodes.iter_mut().for_each(|node| node.group = node.group.min(hosts));
        picture.edges =
            self.lines.into_iter().map(|((from, to, kind), count)| Edge { from, to, kind, count }).collect();
        picture.elsewhere = hazards.elsewhere;
        picture.totals = Totals {
            hosts,
            units: self.fleet.workloads.len(),
            keys: picture.totals.keys,
            hazards: findings.iter().filter(|finding| finding.severity >= crate::finding::Severity::Medium).count(),
        };
        picture.in_order()
    }
}

impl Node {
    /// Makes a box of which nothing but its group is known.
    pub(super) fn new(group: usize) -> Self {
        Self {
            group,
            kind: Kind::Other,
            name: String::new(),
            detail: String::new(),
            network: None,
            keys: 0,
            count: 1,
            spare: false,
            missing: false,
            hazards: Vec::new(),
        }
    }
}

impl Picture {
    /// Puts groups, boxes and lines in order: groups by name, of many the worst first, and the outside last.
    pub(super) fn in_order(mut self) -> Self {
        let mut worst: Vec<_> = self.groups.iter().map(|group| super::model::alarm(&group.hazards)).collect();
        for node in &self.nodes {
            if let Some(known) = worst.get_mut(node.group) {
                *known = (*known).max(node.alarm());
            }
        }
        let are_many = self.totals.hosts > MANY_HOSTS;
        let group_key = |at: &usize| {
            let danger = std::cmp::Reverse(worst[*at].filter(|_| are_many));
            (self.groups[*at].is_outside(), danger, &self.groups[*at].name, *at)
        };
        let mut order: Vec<usize> = (0..self.groups.len()).collect();
        order.sort_by(|one, other| group_key(one).cmp(&group_key(other)));
        let groups = places(&order);
        self.groups = order.iter().map(|at| std::mem::take(&mut self.groups[*at])).collect();
        self.nodes.iter_mut().for_each(|node| node.group = groups.get(node.group).copied().unwrap_or_default());
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        order.sort_by(|one, other| {
            let key = |at: usize| {
                let node = &self.nodes[at];
                (node.group, node.kind, node.spare, &node.name, &node.detail, at)
            };
            key(*one).cmp(&key(*other))
        });
        let nodes = places(&order);
        self.nodes = order.iter().map(|at| self.nodes[*at].clone()).collect();
        for edge in &mut self.edges {
            (edge.from, edge.to) = (nodes[edge.from], nodes[edge.to]);
        }
        self.edges.sort();
        self
    }
}

/// Answers, for each old number, the new one.
fn places(order: &[usize]) -> Vec<usize> {
    let mut places = vec![0; order.len()];
    order.iter().enumerate().for_each(|(new, old)| places[*old] = new);
    places
}

/// Answers the kind of a unit that takes part in staking.
fn kind(workload: &Workload) -> Option<Kind> {
    match workload.invocation.as_ref()?.role {
        Role::Relay => Some(Kind::Relay),
        Role::Execution => Some(Kind::Execution),
        Role::Beacon => Some(Kind::Beacon),
        Role::Middleware => Some(Kind::Middleware),
        Role::Validator => Some(Kind::Validator),
        Role::Signer => Some(Kind::Signer),
        Role::Tool => None,
    }
}

/// Answers the line for an endpoint of an interface, and what is at its other end.
fn wanted(api: Api) -> Option<(EdgeKind, Kind)> {
    Some(match api {
        Api::Engine | Api::Execution => (EdgeKind::Engine, Kind::Execution),
        Api::Beacon | Api::Sidecar => (EdgeKind::Beacon, Kind::Beacon),
        Api::Builder => (EdgeKind::Relay, Kind::Relay),
        Api::Signer => (EdgeKind::SignsWith, Kind::Signer),
        Api::Database => (EdgeKind::HistoryIn, Kind::Database),
        Api::KeyManager | Api::Metrics => return None,
    })
}

/// Says where a history lies, as short as can be: its volume or folder, and the path in it.
fn lodging(place: &Location) -> String {
    let base = match place.base.split_once(':') {
        Some(("volume", name)) => name.rsplit('/').next().unwrap_or(name),
        Some(("host", _)) => "",
        _ => return place.path.clone(),
    };
    match (base, place.path.trim_start_matches('/')) {
        ("", _) => place.path.clone(),
        (base, "") => base.to_owned(),
        (base, path) => format!("{base}/{path}"),
    }
}
