//! Who owned the numbers of a list before a change and who owns them after it, by their bounds: never number by number.

use super::home::{Home, Owned, Place, Process};
use super::model::Fleet;
use super::moves::{Indices, ways};
use super::ranges::HeldRange;
use std::collections::{BTreeMap, BTreeSet};

/// Owners of one number that are told from one another; more are one mistake.
const MOST_OWNERS: usize = 16;

/// Numbers that went from one owner to another.
pub type Way = (Option<Place>, Option<Place>, Indices);

/// The ranges of a list, before and after.
type Sides<'f> = [Vec<&'f HeldRange>; 2];

/// Answers what became of the numbers of all lists, in order of list and number. Owners bear the names that they have on their hosts
/// where `names` says so and both trees show all of them, else those that the tables have for them.
#[must_use]
pub fn moves(before: &Fleet, after: &Fleet, names: bool) -> Vec<Way> {
    let fleets = [before, after];
    let mut ways = Vec::new();
    for (list, sides) in lists(fleets) {
        let named = names
            && sides.iter().zip(fleets).all(|(side, fleet)| side.iter().all(|range| name(range, fleet).is_some()));
        sweep(&list, &sides, |range, side| place(range, fleets[side], named), &mut ways);
    }
    ways
}

/// Groups ranges by their lists. Layouts move between files, so a list is known by its network where a tree has one of it only.
fn lists<'f>(fleets: [&'f Fleet; 2]) -> BTreeMap<String, Sides<'f>> {
    let sources = fleets.map(sources);
    let mut lists: BTreeMap<String, Sides<'f>> = BTreeMap::new();
    for (side, fleet) in fleets.into_iter().enumerate() {
        for range in &fleet.ranges {
            lists.entry(list(range, &sources).to_owned()).or_default()[side].push(range);
        }
    }
    lists
}

/// The lists of each network of a tree.
type SourcesOf<'f> = BTreeMap<&'f str, BTreeSet<&'f str>>;

fn sources(fleet: &Fleet) -> SourcesOf<'_> {
    let mut sources = SourcesOf::new();
    for range in &fleet.ranges {
        sources.entry(range.network.as_deref().unwrap_or_default()).or_default().insert(&range.source);
    }
    sources
}

fn list<'f>(range: &'f HeldRange, sources: &[SourcesOf<'_>]) -> &'f str {
    let alone = |network: &str| sources.iter().all(|side| side.get(network).is_none_or(|sources| sources.len() == 1));
    range.network.as_deref().filter(|network| alone(network)).unwrap_or(&range.source)
}

/// Answers the ranges of a fleet, each with the name of its list, as moves and ledgers have it.
#[must_use]
pub fn listed(fleet: &Fleet) -> Vec<(&str, &HeldRange)> {
    let sources = [sources(fleet)];
    fleet.ranges.iter().map(|range| (list(range, &sources), range)).collect()
}

/// The name that an owner has on its host, where the tree shows it.
fn name<'f>(range: &HeldRange, fleet: &'f Fleet) -> Option<&'f str> {
    let stand = range.stand.and_then(|at| fleet.inventory.stands.get(at));
    let unit = || fleet.workloads.get(range.workload?).map(|workload| workload.unit.name.value.as_str());
    stand.map(|stand| stand.name.value.as_str()).or_else(unit)
}

fn place(range: &HeldRange, fleet: &Fleet, named: bool) -> Place {
    let unit = name(range, fleet).filter(|_| named).unwrap_or(&range.unit).to_owned();
    let home = Home { host: range.host.clone(), unit, process: range.process };
    Place { home, workload: range.workload, stand: range.stand, tabled: true, span: range.span }
}

/// A bound of a range: its place, the side, whether it begins there, and the range.
type Bound<'f> = (u64, usize, bool, &'f HeldRange);

/// Goes over the bounds of all ranges in order.
fn sweep(list: &str, sides: &Sides<'_>, place: impl Fn(&HeldRange, usize) -> Place, found: &mut Vec<Way>) {
    let mut bounds: Vec<Bound<'_>> = Vec::new();
    for (side, ranges) in sides.iter().enumerate() {
        for range in ranges {
            bounds.extend([(range.start, side, true, *range), (range.end, side, false, *range)]);
        }
    }
    bounds.sort_by_key(|(at, side, begins, range)| (*at, *begins, *side, range.span));
    let mut open: [BTreeMap<Home, (Place, usize)>; 2] = Default::default();
    let mut last = 0;
    for (at, side, begins, range) in bounds {
        if at > last && open.iter().any(|side| !side.is_empty()) {
            let owned = |side: &BTreeMap<Home, (Place, usize)>| -> Owned {
                side.iter().map(|(home, (place, _))| (home.clone(), place.clone())).collect()
            };
            let indices = || Indices { list: list.to_owned(), start: last, end: at, stage: range.stage };
            let ways = ways(owned(&open[0]), owned(&open[1])).into_iter().filter(|(from, to)| !is_same(from, to));
            found.extend(ways.map(|(from, to)| (from, to, indices())));
        }
        last = at;
        turn(&mut open[side], place(range, side), begins);
    }
}

fn turn(open: &mut BTreeMap<Home, (Place, usize)>, place: Place, begins: bool) {
    if begins {
        if open.len() < MOST_OWNERS || open.contains_key(&place.home) {
            open.entry(place.home.clone()).or_insert((place, 0)).1 += 1;
        }
    } else if let Some((_, count)) = open.get_mut(&place.home) {
        *count -= 1;
        if *count == 0 {
            open.remove(&place.home);
        }
    }
}

/// Tells whether two owners are one, of which a tree says more than the other: what no table calls a validator client is a node.
fn is_same(from: &Option<Place>, to: &Option<Place>) -> bool {
    let Some((from, to)) = from.as_ref().zip(to.as_ref()) else { return false };
    let bare = |process: Process| matches!(process, Process::Unknown | Process::BeaconNode);
    let (one, other) = (&from.home, &to.home);
    one.host == other.host && one.unit == other.unit && bare(one.process) && bare(other.process)
}
