//! What has to be halted before anything is stopped, since it would start it again.

use super::fill::{Values, fill, quoted};
use super::post::Post;
use super::table::{self, Halt};
use crate::catalogue::{Catalogue, CompanionKind, ImageName};
use crate::deployment::{Automation, Supervisor};
use crate::fleet::{Fleet, Workload};
use crate::source::{Sources, Span};
use std::collections::BTreeMap;

/// Deliveries of deliveries are followed no deeper.
const DEEPEST: usize = 6;

/// Something to halt.
#[derive(Debug)]
pub struct Halted {
    /// What it is called, for people.
    pub name: String,
    /// What it does.
    pub says: String,
    /// Where the commands are given: a host, the cluster, the code host.
    pub place: String,
    /// It acts on units that can sign.
    pub touches: bool,
    /// The commands that halt it.
    pub freeze: Vec<String>,
    /// The commands that let it go on.
    pub thaw: Vec<String>,
}

/// Finds everything that acts by itself: what undoes the halting of others first, what touches units that sign before what does not.
pub fn find(fleet: &Fleet, sources: &dyn Sources, catalogue: &Catalogue, posts: &[Post<'_>]) -> Vec<Halted> {
    let automations = &fleet.inventory.automations;
    let touching = touching(automations, sources, posts);
    let known = automations.iter().enumerate().filter_map(|(at, one)| Some((at, one, table::halt(&one.kind)?)));
    let mut found: Vec<(usize, Halted)> = known
        .map(|(at, one, halt)| {
            let rank = touching.iter().position(|other| *other == at);
            // Whether a pipeline or a timer reaches a unit that signs cannot be told: it is taken to.
            let touches = rank.is_some() || halt.place != "cluster";
            (rank.unwrap_or(usize::MAX), halted(one, halt, touches))
        })
        .collect();
    found.sort_by(|one, other| (!one.1.touches, one.0, &one.1.name).cmp(&(!other.1.touches, other.0, &other.1.name)));
    let mut halted: Vec<Halted> = companions(fleet, sources, catalogue, posts);
    halted.extend(found.into_iter().map(|(_, halted)| halted));
    halted.sort_by_key(|halted| !halted.touches);
    halted
}

/// The automations that deliver a post, and those that deliver these, the outermost first.
fn touching(automations: &[Automation], sources: &dyn Sources, posts: &[Post<'_>]) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    let applies = |one: &Automation, path: &str| {
        let folder = one.applies.as_deref();
        folder.is_some_and(|folder| {
            folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        })
    };
    let pods = posts.iter().filter(|post| post.workload.unit.supervisor == Supervisor::Kubernetes);
    for post in pods {
        let unit = &post.workload.unit;
        let released = unit.released_by.map(|place: Span| (place, sources.path(place.file)));
        for (at, one) in automations.iter().enumerate() {
            let names = released.is_some_and(|(place, path)| one.place.contains(place) || applies(one, path));
            if (names || applies(one, &post.path)) && !found.contains(&at) {
                found.push(at);
            }
        }
    }
    // What makes deliveries, and does not say of what, is taken to make those that matter.
    let makes = |one: &Automation| one.applies.is_none() && table::halt(&one.kind).is_some_and(|halt| halt.makes);
    let makers = automations.iter().enumerate().filter(|(at, one)| makes(one) && !found.contains(at));
    let makers: Vec<usize> = makers.filter(|_| in_cluster(posts)).map(|(at, _)| at).collect();
    found.extend(makers);
    let mut next = 0;
    while let Some(child) = found.get(next).and_then(|at| automations.get(*at)) {
        let above = automations.iter().enumerate().filter(|(_, one)| applies(one, &child.path));
        let new: Vec<usize> = above.map(|(at, _)| at).filter(|at| !found.contains(at)).collect();
        found.extend(new);
        next += 1;
    }
    let deep = depths(&found, |above, below| above != below && applies(&automations[above], &automations[below].path));
    found.sort_by_key(|at| (deep.get(at).copied().unwrap_or_default(), *at));
    found
}

fn in_cluster(posts: &[Post<'_>]) -> bool {
    posts.iter().any(|post| post.workload.unit.supervisor == Supervisor::Kubernetes)
}

/// How many deliveries stand above each, one over the other; those that deliver each other in a circle stand level after some rounds.
fn depths(found: &[usize], above: impl Fn(usize, usize) -> bool) -> BTreeMap<usize, usize> {
    let mut depths: BTreeMap<usize, usize> = found.iter().map(|at| (*at, 0)).collect();
    for _ in 0..DEEPEST {
        for below in found {
            let deepest = found.iter().filter(|at| above(**at, *below)).filter_map(|at| depths.get(at)).max().copied();
            depths.insert(*below, deepest.map_or(0, |depth| (depth + 1).min(DEEPEST)));
        }
    }
    depths
}

fn halted(one: &Automation, halt: &Halt, touches: bool) -> Halted {
    let group = if one.group.is_empty() { &halt.namespace } else { &one.group };
    let file = one.path.rsplit('/').next().unwrap_or_default();
    let values = Values::from([
        ("name", quoted(&one.name).into_owned()),
        ("namespace", quoted(group).into_owned()),
        ("path", quoted(&one.path).into_owned()),
        ("file", quoted(file).into_owned()),
    ]);
    let lines = |templates: &[String]| templates.iter().map(|template| fill(template, &values)).collect();
    let place = match halt.place.as_str() {
        "cluster" => "the cluster".to_owned(),
        "forge" => "the code host".to_owned(),
        _ => "every host that has it".to_owned(),
    };
    let name = if one.name == one.path { one.path.clone() } else { format!("{} ({})", one.name, one.path) };
    Halted { name, says: halt.says.clone(), place, touches, freeze: lines(&halt.freeze), thaw: lines(&halt.thaw) }
}

/// Updaters and restarters that run beside the posts.
fn companions(fleet: &Fleet, sources: &dyn Sources, catalogue: &Catalogue, posts: &[Post<'_>]) -> Vec<Halted> {
    let mut found = Vec::new();
    for (id, workload) in fleet.workloads.iter().enumerate().filter(|(_, workload)| workload.is_hot()) {
        let Some(page) = repository(workload).and_then(|name| catalogue.companion(name)) else { continue };
        let says = match page.kind {
            CompanionKind::Updater => "replaces containers by newer ones",
            CompanionKind::Restarter => "starts containers again",
            _ => continue,
        };
        let touches = posts.iter().any(|post| post.workload.unit.host == workload.unit.host);
        let Some(post) = Post::new(id, fleet, sources, catalogue, Vec::new()) else { continue };
        found.push(Halted {
            name: format!("{} ({})", post.name, page.name),
            says: says.to_owned(),
            place: if workload.unit.host.is_empty() { "the machine".to_owned() } else { workload.unit.host.clone() },
            touches,
            freeze: post.fill(&post.way.stop),
            thaw: post.fill(&post.way.start),
        });
    }
    found
}

fn repository(workload: &Workload) -> Option<&str> {
    let image = workload.unit.image.as_ref()?;
    let end = ImageName::parse(image.value()).repository.end;
    image.is_known_in(0..end).then(|| image.value().get(..end)).flatten()
}
