//! Hosts that look alike become one box, so that a large fleet stays legible; no hazard disappears by that.

use super::hazard::join;
use super::model::{Edge, EdgeKind, Group, Kind, Node, Picture};
use crate::finding::Severity;
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{Hash, Hasher};

/// As many hosts are drawn one by one, whatever they look like.
const FEW_HOSTS: usize = 12;
/// As many boxes of one kind of a host are drawn one by one.
const FEW_NODES: usize = 8;
/// With more groups than this, hosts are folded that are alike in kind and danger only.
const MANY_GROUPS: usize = 80;
/// How often hosts are told apart by the hosts that they lean on.
const ROUNDS: usize = 3;

/// Folds what looks alike.
///
/// Hosts are alike if they run the same releases with the same hazards, and lean on hosts that are alike. A host that shares keys
/// with another one stands alone. Only where that leaves too many boxes, hosts are folded by kind of client and worst hazard.
pub(super) fn fold(picture: Picture) -> Picture {
    let hosts = picture.groups.iter().filter(|group| !group.is_outside()).count();
    let picture = within_hosts(picture);
    if hosts <= FEW_HOSTS {
        return picture;
    }
    let looks = looks(&picture);
    let picture = merge(picture, &looks);
    if picture.groups.len() <= MANY_GROUPS {
        return picture;
    }
    let rough: Vec<u64> = (0..picture.groups.len()).map(|group| rough_look(&picture, group)).collect();
    let into = firsts(&rough);
    let boxes = picture.nodes.iter().map(|node| digest(&(into[node.group], node.kind, node.alarm())));
    let boxes: Vec<u64> = boxes.collect();
    gather(picture, &into, &boxes)
}

/// Folds the boxes of each host that are alike, where a host has many of a kind.
fn within_hosts(picture: Picture) -> Picture {
    let mut counts: BTreeMap<(usize, Kind), usize> = BTreeMap::new();
    for node in &picture.nodes {
        *counts.entry((node.group, node.kind)).or_default() += 1;
    }
    if counts.values().all(|count| *count <= FEW_NODES) {
        return picture;
    }
    let alike = |(at, node): (usize, &Node)| {
        let is_many = counts[&(node.group, node.kind)] > FEW_NODES;
        let own = if is_many { 0 } else { at + 1 };
        digest(&(node.group, own, shape(node)))
    };
    let sharing = sharing(&picture.edges);
    let looks: Vec<u64> = picture
        .nodes
        .iter()
        .enumerate()
        .map(|(at, node)| if sharing.contains(&at) { digest(&("alone", at)) } else { alike((at, node)) })
        .collect();
    let groups: Vec<usize> = (0..picture.groups.len()).collect();
    gather(picture, &groups, &looks)
}

/// Boxes that share keys with others.
fn sharing(edges: &[Edge]) -> BTreeSet<usize> {
    let shared = edges.iter().filter(|edge| edge.kind == EdgeKind::SharesKey);
    shared.flat_map(|edge| [edge.from, edge.to]).collect()
}

/// What makes a box look like another one; neither its name nor its keys.
fn shape(node: &Node) -> impl Hash {
    let alarms: Vec<(Severity, String)> = node.alarms().map(|hazard| (hazard.severity, hazard.rule.clone())).collect();
    // A history lies elsewhere on each host.
    let detail = if node.kind == Kind::Database { String::new() } else { node.detail.clone() };
    (node.kind, detail, node.network.clone(), node.spare, node.missing, alarms)
}

/// Answers for each group what it looks like.
fn looks(picture: &Picture) -> Vec<u64> {
    let sharing = sharing(&picture.edges);
    let mut looks: Vec<u64> = vec![0; picture.groups.len()];
    let mut members: Vec<Vec<u64>> = vec![Vec::new(); picture.groups.len()];
    let mut alone = BTreeSet::new();
    let shapes: Vec<u64> = picture.nodes.iter().map(|node| digest(&shape(node))).collect();
    for (at, node) in picture.nodes.iter().enumerate() {
        members[node.group].push(shapes[at]);
        if sharing.contains(&at) {
            alone.insert(node.group);
        }
    }
    for (at, group) in picture.groups.iter().enumerate() {
        members[at].sort_unstable();
        let alarms: Vec<_> =
            group.hazards.iter().filter(|hazard| hazard.is_alarm()).map(|hazard| &hazard.rule).collect();
        let own = if alone.contains(&at) || group.is_outside() { at + 1 } else { 0 };
        looks[at] = digest(&(own, &members[at], alarms));
    }
    for _ in 0..ROUNDS {
        let mut leaning: Vec<Vec<u64>> = vec![Vec::new(); picture.groups.len()];
        for edge in &picture.edges {
            let (from, to) = (&picture.nodes[edge.from], &picture.nodes[edge.to]);
            // What lies outside has a name that counts.
            let other = if picture.groups[to.group].is_outside() { edge.to as u64 } else { looks[to.group] };
            let is_own = from.group == to.group;
            leaning[from.group].push(digest(&(edge.kind, shapes[edge.from], shapes[edge.to], is_own, other)));
        }
        leaning.iter_mut().for_each(|lines| lines.sort_unstable());
        looks = looks.iter().zip(&leaning).map(digest_of).collect();
    }
    looks
}

fn digest_of((look, lines): (&u64, &Vec<u64>)) -> u64 {
    digest(&(look, lines))
}

/// What a group looks like from afar: the kinds of its clients, and how bad the worst of it is.
fn rough_look(picture: &Picture, group: usize) -> u64 {
    let drawn = &picture.groups[group];
    if drawn.is_outside() {
        return digest(&("outside", group));
    }
    let from = picture.nodes.partition_point(|node| node.group < group);
    let nodes = picture.nodes[from..].iter().take_while(|node| node.group == group);
    let (mut kinds, mut worst) = (BTreeSet::new(), super::model::alarm(&drawn.hazards));
    for node in nodes {
        kinds.insert(node.kind);
        worst = worst.max(node.alarm());
    }
    digest(&(kinds, worst))
}

/// Makes one group of those that look alike; their boxes are matched by what they are.
fn merge(picture: Picture, looks: &[u64]) -> Picture {
    let into = firsts(looks);
    let mut turns: BTreeMap<(usize, u64), usize> = BTreeMap::new();
    let ours = picture.nodes.iter().map(|node| {
        let shape = digest(&shape(node));
        // The second box of a shape of one host goes with the second ones of the others.
        let turn = turns.entry((node.group, shape)).or_default();
        *turn += 1;
        digest(&(into[node.group], shape, *turn))
    });
    let ours: Vec<u64> = ours.collect();
    gather(picture, &into, &ours)
}

/// Answers for each group the first one that looks like it.
fn firsts(looks: &[u64]) -> Vec<usize> {
    let mut first: BTreeMap<u64, usize> = BTreeMap::new();
    looks.iter().enumerate().map(|(at, look)| *first.entry(*look).or_insert(at)).collect()
}

/// Makes one group of those with one number, and one box of those with one look.
fn gather(picture: Picture, into: &[usize], looks: &[u64]) -> Picture {
    let Picture { groups, nodes, edges, elsewhere, totals } = picture;
    let mut places = vec![usize::MAX; groups.len()];
    let mut folded: Vec<Group> = Vec::new();
    for (at, group) in groups.into_iter().enumerate() {
        if into[at] == at {
            places[at] = folded.len();
            folded.push(group);
        } else {
            places[at] = places[into[at]];
            let known = &mut folded[places[at]];
            known.name = shared_name(&known.name, &group.name);
            known.hosts.extend(group.hosts);
            known.hazards.extend(group.hazards);
            known.left_out += group.left_out;
        }
    }
    folded.iter_mut().for_each(|group| join(&mut group.hazards));
    let mut known: BTreeMap<u64, usize> = BTreeMap::new();
    let mut boxes: Vec<Node> = Vec::new();
    let mut moved = Vec::with_capacity(nodes.len());
    for (node, look) in nodes.into_iter().zip(looks) {
        let at = *known.entry(*look).or_insert(boxes.len());
        moved.push(at);
        match boxes.get_mut(at) {
            None => boxes.push(Node { group: places[node.group], ..node }),
            Some(first) => take_in(first, node),
        }
    }
    boxes.iter_mut().filter(|node| node.count > 1).for_each(|node| join(&mut node.hazards));
    let mut lines: BTreeMap<(usize, usize, EdgeKind), usize> = BTreeMap::new();
    for edge in edges.iter().filter(|edge| moved[edge.from] != moved[edge.to]) {
        *lines.entry((moved[edge.from], moved[edge.to], edge.kind)).or_default() += edge.count;
    }
    let edges = lines.into_iter().map(|((from, to, kind), count)| Edge { from, to, kind, count }).collect();
    Picture { groups: folded, nodes: boxes, edges, elsewhere, totals }.in_order()
}

/// Takes a box into another one that looks like it.
fn take_in(first: &mut Node, node: Node) {
    first.count += node.count;
    first.keys = first.keys.saturating_add(node.keys);
    first.hazards.extend(node.hazards);
    first.name = shared_name(&first.name, &node.name);
    if first.detail != node.detail {
        first.detail = String::new();
    }
}

/// Answers what two names begin with, up to the number that tells them apart.
fn shared_name(one: &str, other: &str) -> String {
    if one == other {
        return one.to_owned();
    }
    let letters = one.chars().zip(other.chars()).take_while(|(one, other)| one == other && *one != '…');
    let shared: String = letters.map(|(letter, _)| letter).collect();
    format!("{}…", shared.trim_end_matches(|letter: char| letter.is_ascii_digit()))
}

/// Answers a number that is the same for the same value in every run.
fn digest(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::model::Hazard;

    fn hazard(rule: String) -> Hazard {
        Hazard { severity: Severity::High, headline: rule.clone(), rule, finding: 0, count: 1 }
    }

    /// So many hosts with a beacon node and a validator client that has five keys.
    fn fleet(hosts: usize, wrong: impl Fn(usize) -> Option<String>) -> Picture {
        let mut picture = Picture::default();
        for host in 0..hosts {
            let name = format!("val-{host:05}");
            picture.groups.push(Group { name: name.clone(), hosts: vec![name], ..Group::default() });
            let of = |kind, name: &str| Node { kind, name: name.into(), ..Node::new(host) };
            picture.nodes.push(of(Kind::Beacon, "bn"));
            let hazards = wrong(host).map(hazard).into_iter().collect();
            picture.nodes.push(Node { keys: 5, hazards, ..of(Kind::Validator, "vc") });
            picture.edges.push(Edge { from: 2 * host + 1, to: 2 * host, kind: EdgeKind::Beacon, count: 1 });
        }
        picture.in_order()
    }

    fn sums(picture: &Picture) -> (usize, usize, usize, usize) {
        let hosts = picture.groups.iter().map(|group| group.hosts.len()).sum();
        let hazards = picture.nodes.iter().flat_map(|node| &node.hazards).map(|hazard| hazard.count).sum();
        let nodes = picture.nodes.iter();
        (hosts, nodes.clone().map(|node| node.count).sum(), nodes.map(|node| node.keys).sum(), hazards)
    }

    #[test]
    fn more_keys_than_can_be_counted_are_the_most_that_can_be() {
        let mut picture = fleet(200, |_| None);
        picture.nodes.iter_mut().for_each(|node| node.keys = usize::MAX - 7);
        assert!(fold(picture).nodes.iter().any(|node| node.keys == usize::MAX));
    }

    #[test]
    fn few_hosts_stay_as_they_are() {
        let picture = fleet(FEW_HOSTS, |_| None);
        assert_eq!(fold(picture.clone()), picture);
    }

    #[test]
    fn hosts_with_hazards_of_their_own_stand_alone_and_the_rest_is_one_box() {
        let folded = fold(fleet(200, |host| (host % 50 == 7).then(|| format!("rule-{host}"))));
        let hosts: Vec<(&str, usize)> =
            folded.groups.iter().map(|group| (group.name.as_str(), group.hosts.len())).collect();
        assert_eq!(hosts, [("val-00007", 1), ("val-00057", 1), ("val-00107", 1), ("val-00157", 1), ("val-…", 196)]);
        assert_eq!(sums(&folded), (200, 400, 1000, 4));
        let last = folded.edges.last().expect("is there");
        assert_eq!((last.kind, last.count), (EdgeKind::Beacon, 196));
    }

    #[test]
    fn hosts_that_share_keys_stand_alone() {
        let mut picture = fleet(200, |_| None);
        picture.edges.push(Edge { from: 1, to: 101, kind: EdgeKind::SharesKey, count: 3 });
        let folded = fold(picture);
        assert_eq!(folded.groups.len(), 3);
        assert!(folded.edges.iter().any(|edge| edge.kind == EdgeKind::SharesKey && edge.count == 3));
    }

    #[test]
    fn hosts_that_lean_on_different_hosts_are_not_alike() {
        let mut picture = fleet(60, |host| (host == 0).then(|| "rule".into()));
        // Hosts 30 to 59 ask the beacon node of host 0, which is not like the others.
        for edge in picture.edges.iter_mut().filter(|edge| edge.from >= 60) {
            edge.to = 0;
        }
        let hosts: Vec<usize> = fold(picture).groups.iter().map(|group| group.hosts.len()).collect();
        assert_eq!(hosts, [1, 29, 30]);
    }

    #[test]
    fn ten_thousand_hosts_are_still_a_picture_and_no_hazard_is_lost() {
        let folded = fold(fleet(10_000, |host| (host % 20 == 0).then(|| format!("rule-{host}"))));
        assert!(folded.groups.len() <= MANY_GROUPS && folded.nodes.len() <= 4 * MANY_GROUPS);
        assert_eq!(sums(&folded), (10_000, 20_000, 50_000, 500));
    }
}
