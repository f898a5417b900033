//! Which way a line takes: through the gaps between columns, across empty cells, and in lanes below the boxes of a band.

use super::model::Place;
use super::place::{Grid, LANE, Rows};
use super::track::{Run, Tracks};
use crate::picture::model::{Edge, EdgeKind, Picture};
use std::collections::BTreeMap;

/// The ways of all lines.
#[derive(Debug)]
pub struct Routes {
    /// The way of each line.
    ways: Vec<Way>,
    /// How many lanes each band needs.
    pub lanes: Vec<usize>,
}

/// The way of a line.
#[derive(Debug, Clone, Copy)]
struct Way {
    /// It leaves its first box to the right.
    leaves_right: bool,
    /// It comes to its last box from the right.
    comes_right: bool,
    /// The gap beside the first box.
    out: usize,
    /// The gap beside the last box.
    into: usize,
    /// Where it crosses what lies between the two gaps.
    cross: Cross,
}

/// Where a line crosses columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cross {
    /// Both boxes stand at one gap.
    Nowhere,
    /// In one row from box to box.
    Straight,
    /// In the row of the first box.
    AtFirst,
    /// In the row of the last box.
    AtLast,
    /// In a lane of the first box's band.
    Lane(usize),
}

/// Decides how every line goes.
pub fn choose(picture: &Picture, grid: &Grid) -> Routes {
    let mut lanes: BTreeMap<(usize, EdgeKind, usize), usize> = BTreeMap::new();
    let mut counts = vec![0; picture.groups.len()];
    let mut lane = |group: usize, edge: &Edge| {
        *lanes.entry((group, edge.kind, edge.to)).or_insert_with(|| {
            counts[group] += 1;
            counts[group] - 1
        })
    };
    let ways = picture.edges.iter().map(|edge| {
        let [(from, from_row), (to, to_row)] = [grid.cells[edge.from], grid.cells[edge.to]];
        let [group, other] = [edge.from, edge.to].map(|node| picture.nodes[node].group);
        if from == to {
            // Boxes of one column: signers and shared keys to the right, what is dialled to the left.
            let right = matches!(edge.kind, EdgeKind::SharesKey | EdgeKind::SignsWith | EdgeKind::HistoryIn);
            let gap = from + usize::from(right);
            return Way { leaves_right: right, comes_right: right, out: gap, into: gap, cross: Cross::Nowhere };
        }
        let right = to > from;
        let (out, into) = if right { (from + 1, to) } else { (from, to + 1) };
        let is_free = |group, row| grid.is_free(group, row, (from, to));
        let cross = match () {
            () if group == other && from_row == to_row && is_free(group, from_row) => Cross::Straight,
            () if out == into => Cross::Nowhere,
            () if is_free(group, from_row) => Cross::AtFirst,
            () if is_free(other, to_row) => Cross::AtLast,
            () => Cross::Lane(lane(group, edge)),
        };
        Way { leaves_right: right, comes_right: !right, out, into, cross }
    });
    let ways = ways.collect();
    Routes { ways, lanes: counts }
}

/// Where a line of a kind leaves a box, or comes to one: pixels below its upper side.
fn port(kind: EdgeKind, is_end: bool) -> i32 {
    let base = match kind {
        EdgeKind::Engine | EdgeKind::Beacon | EdgeKind::SignsWith => 14,
        EdgeKind::Relay | EdgeKind::HistoryIn => 25,
        EdgeKind::SharesKey => 36,
    };
    base + if is_end { 5 } else { 0 }
}

impl Routes {
    /// Answers, for each line, the heights between which it runs in the gaps beside its ends.
    pub fn runs(&self, picture: &Picture, rows: &Rows) -> Vec<Run> {
        let mut runs = Vec::new();
        for (edge, way) in picture.edges.iter().zip(&self.ways) {
            let [first, last] = heights(edge, way, rows);
            let key = |gutter| (gutter, edge.kind, edge.to);
            match way.cross {
                Cross::Straight => {}
                Cross::Nowhere => runs.push(Run::new(key(way.out), first, last)),
                Cross::AtFirst => runs.push(Run::new(key(way.into), first, last)),
                Cross::AtLast => runs.push(Run::new(key(way.out), first, last)),
                Cross::Lane(lane) => {
                    let y = lane_height(picture, edge, rows, lane);
                    runs.push(Run::new(key(way.out), first, y));
                    runs.push(Run::new(key(way.into), y, last));
                }
            }
        }
        runs
    }

    /// Answers the corners of every line.
    pub fn paths(
        &self,
        picture: &Picture,
        boxes: &[Place],
        rows: &Rows,
        x_of: impl Fn(usize, usize) -> i32,
        tracks: &Tracks,
    ) -> Vec<Vec<(i32, i32)>> {
        let ways = picture.edges.iter().zip(&self.ways);
        let path = |(edge, way): (&Edge, &Way)| {
            let [first, last] = heights(edge, way, rows);
            let side = |node: usize, right: bool| if right { boxes[node].area.right() } else { boxes[node].area.x };
            let (start, end) = ((side(edge.from, way.leaves_right), first), (side(edge.to, way.comes_right), last));
            let x = |gutter| x_of(gutter, tracks.of((gutter, edge.kind, edge.to)));
            match way.cross {
                Cross::Straight => vec![start, end],
                Cross::Nowhere | Cross::AtLast => vec![start, (x(way.out), first), (x(way.out), last), end],
                Cross::AtFirst => vec![start, (x(way.into), first), (x(way.into), last), end],
                Cross::Lane(lane) => {
                    let y = lane_height(picture, edge, rows, lane);
                    let (out, into) = (x(way.out), x(way.into));
                    vec![start, (out, first), (out, y), (into, y), (into, last), end]
                }
            }
        };
        ways.map(path).collect()
    }
}

/// The heights at which a line leaves its first box and comes to its last one.
fn heights(edge: &Edge, way: &Way, rows: &Rows) -> [i32; 2] {
    let is_straight = way.cross == Cross::Straight;
    [rows.tops[edge.from] + port(edge.kind, false), rows.tops[edge.to] + port(edge.kind, !is_straight)]
}

fn lane_height(picture: &Picture, edge: &Edge, rows: &Rows, lane: usize) -> i32 {
    rows.lanes[picture.nodes[edge.from].group] + LANE * lane as i32
}
