//! Columns, rows and bands: which cell each box stands in, and where that is.

use super::model::{Line, Place, Rectangle, Sheet, Style};
use super::route::Routes;
use super::text::fit;
use super::track::Tracks;
use crate::picture::model::{Edge, Group, Hazard, Kind, Node, Picture, alarm};
use crate::picture::words;
use std::collections::{BTreeMap, BTreeSet};

/// The width of a box.
const WIDE: i32 = 196;
/// Between a box's side and its text.
const PAD: i32 = 10;
/// The height of a line of text.
const LEADING: i32 = 16;
/// Room for a hazard's sign.
const SIGN: i32 = 16;
/// Room for the name of a host.
const HEAD: i32 = 30;
/// Between rows, and between bands.
const GAP: i32 = 12;
/// Between two lines that run side by side.
pub(super) const LANE: i32 = 7;
/// The least room between columns.
const GUTTER: i32 = 26;
/// As many hazards are named in a box.
const NAMED: usize = 2;

/// The names of the columns.
const COLUMNS: [&str; 5] = ["Execution", "Beacon", "Validator", "Signer", "Signing history"];

/// The cell of each box.
#[derive(Debug)]
pub struct Grid {
    /// The columns that have boxes, by their place in [`COLUMNS`].
    pub columns: Vec<usize>,
    /// Column and row of each box.
    pub cells: Vec<(usize, usize)>,
    /// Cells that are taken, by group, row and column.
    taken: BTreeSet<(usize, usize, usize)>,
    /// How many rows each group has.
    rows: Vec<usize>,
}

/// Where bands and rows begin.
#[derive(Debug)]
pub struct Rows {
    /// The upper side of each box.
    pub tops: Vec<i32>,
    /// The upper side of each band.
    bands: Vec<i32>,
    /// The height of each band.
    heights: Vec<i32>,
    /// The first lane below the boxes of each band.
    pub lanes: Vec<i32>,
}

fn column(kind: Kind) -> usize {
    match kind {
        Kind::Relay | Kind::Execution => 0,
        Kind::Beacon | Kind::Middleware => 1,
        Kind::Validator => 2,
        Kind::Signer | Kind::Keys => 3,
        Kind::Database | Kind::Other => 4,
    }
}

/// Gives every box a cell: beside the boxes that it is joined to, where that is free.
pub fn place(picture: &Picture) -> Grid {
    let present: BTreeSet<usize> = picture.nodes.iter().map(|node| column(node.kind)).collect();
    let columns: Vec<usize> = present.into_iter().collect();
    let numbers: BTreeMap<usize, usize> = columns.iter().enumerate().map(|(at, column)| (*column, at)).collect();
    let of = |node: &Node| numbers.get(&column(node.kind)).copied().unwrap_or_default();
    let mut grid = Grid {
        columns,
        cells: picture.nodes.iter().map(|node| (of(node), 0)).collect(),
        taken: BTreeSet::new(),
        rows: vec![0; picture.groups.len()],
    };
    let mut joined: Vec<Vec<usize>> = vec![Vec::new(); picture.nodes.len()];
    for Edge { from, to, .. } in &picture.edges {
        if picture.nodes[*from].group == picture.nodes[*to].group {
            joined[*from].push(*to);
            joined[*to].push(*from);
        }
    }
    let mut order: Vec<usize> = (0..picture.nodes.len()).collect();
    let first = |node: &Node| (node.group, of(node), node.kind == Kind::Relay, node.kind == Kind::Middleware);
    order.sort_by_key(|at| (first(&picture.nodes[*at]), *at));
    let places: Vec<(usize, usize)> =
        picture.nodes.iter().zip(&grid.cells).map(|(node, (column, _))| (node.group, *column)).collect();
    for boxes in order.chunk_by(|one, other| places[*one] == places[*other]) {
        grid.fill(boxes, &joined, picture);
    }
    grid
}

impl Grid {
    /// Gives the boxes of one column of a band their rows.
    fn fill(&mut self, boxes: &[usize], joined: &[Vec<usize>], picture: &Picture) {
        let wish = |at: usize| -> Option<usize> {
            let left = joined[at].iter().filter(|other| self.cells[**other].0 < self.cells[at].0);
            left.map(|other| self.cells[*other].1).min()
        };
        let mut wishes: Vec<(usize, usize)> =
            boxes.iter().enumerate().map(|(turn, at)| (wish(*at).unwrap_or(turn), *at)).collect();
        // In the first column nothing is joined to the left yet, and the order stays as it is.
        wishes.sort_by_key(|(row, _)| *row);
        let mut next = 0;
        for (row, at) in wishes {
            let row = row.max(next);
            next = row + 1;
            let group = picture.nodes[at].group;
            self.cells[at].1 = row;
            self.taken.insert((group, row, self.cells[at].0));
            self.rows[group] = self.rows[group].max(next);
        }
    }

    /// Tells whether nothing stands in a row of a group between two columns.
    pub fn is_free(&self, group: usize, row: usize, between: (usize, usize)) -> bool {
        let (left, right) = (between.0.min(between.1) + 1, between.0.max(between.1));
        self.taken.range((group, row, left)..(group, row, right.max(left))).next().is_none()
    }
}

/// Answers the height of a box.
fn height(node: &Node) -> i32 {
    14 + LEADING * texts(node).len() as i32
}

/// Stacks rows and bands on each other.
pub fn stack(picture: &Picture, grid: &Grid, lanes: &[usize]) -> Rows {
    let mut tallest: Vec<Vec<i32>> = grid.rows.iter().map(|rows| vec![0; *rows]).collect();
    for (node, (_, row)) in picture.nodes.iter().zip(&grid.cells) {
        let known = &mut tallest[node.group][*row];
        *known = (*known).max(height(node));
    }
    let count = picture.groups.len();
    let mut rows = Rows { tops: Vec::new(), bands: vec![0; count], heights: vec![0; count], lanes: vec![0; count] };
    let mut starts: Vec<Vec<i32>> = Vec::new();
    let mut y = 0;
    for (group, heights) in tallest.iter().enumerate() {
        rows.bands[group] = y;
        let mut at = y + HEAD;
        starts.push(Vec::new());
        for height in heights {
            starts[group].push(at);
            at += height + GAP;
        }
        rows.lanes[group] = at - GAP / 2;
        at += LANE * lanes[group] as i32;
        rows.heights[group] = at - y;
        y = at + GAP;
    }
    rows.tops = picture.nodes.iter().zip(&grid.cells).map(|(node, (_, row))| starts[node.group][*row]).collect();
    rows
}

/// Puts everything on the sheet.
pub fn draw(picture: &Picture, grid: &Grid, rows: &Rows, tracks: &Tracks, routes: &Routes) -> Sheet {
    let mut x = 0;
    let mut gutters = Vec::new();
    let mut columns = Vec::new();
    for at in 0..=grid.columns.len() {
        let outer = at == 0 || at == grid.columns.len();
        let least = if outer { GAP + 2 } else { GUTTER };
        let count = tracks.counts.get(at).copied().unwrap_or_default() as i32;
        gutters.push(x + (least + LANE) / 2);
        x += least + LANE * count;
        columns.push(x);
        x += WIDE;
    }
    let right = columns.last().copied().unwrap_or_default();
    let boxes: Vec<Place> = picture
        .nodes
        .iter()
        .enumerate()
        .map(|(at, node)| {
            let area = Rectangle { x: columns[grid.cells[at].0], y: rows.tops[at], width: WIDE, height: height(node) };
            Place { area, lines: lines(node, area) }
        })
        .collect();
    let bands = picture.groups.iter().enumerate().map(|(at, group)| {
        let area = Rectangle { x: 0, y: rows.bands[at], width: right, height: rows.heights[at] };
        Place { area, lines: head(group, area, &columns) }
    });
    Sheet {
        width: right,
        height: rows.bands.last().zip(rows.heights.last()).map_or(0, |(top, height)| top + height),
        heads: grid.columns.iter().zip(&columns).map(|(column, x)| (*x, COLUMNS[*column])).collect(),
        bands: bands.collect(),
        paths: routes.paths(picture, &boxes, rows, |gutter, track| gutters[gutter] + LANE * track as i32, tracks),
        boxes,
    }
}

/// The texts of a box, and how they look.
fn texts(node: &Node) -> Vec<(String, Style)> {
    let mut texts = vec![(words::title(node), Style::Title), (words::subtitle(node), Style::Plain)];
    texts.extend(words::keys(node).map(|keys| (keys, Style::Plain)));
    texts.extend(alarms(&node.hazards));
    texts
}

/// The worst hazards by name, and how many more there are.
fn alarms(hazards: &[Hazard]) -> Vec<(String, Style)> {
    let alarms: Vec<&Hazard> = hazards.iter().filter(|hazard| hazard.is_alarm()).collect();
    let named = if alarms.len() > NAMED + 1 { NAMED } else { alarms.len() };
    let mut texts: Vec<(String, Style)> = alarms[..named]
        .iter()
        .map(|hazard| {
            let times = if hazard.count > 1 { format!(" ×{}", hazard.count) } else { String::new() };
            (format!("{}{times}", hazard.rule), Style::Alarm(hazard.severity))
        })
        .collect();
    if let Some(next) = alarms.get(named) {
        texts.push((format!("{} more", alarms.len() - named), Style::Alarm(next.severity)));
    }
    texts
}

fn lines(node: &Node, area: Rectangle) -> Vec<Line> {
    let is_path = node.kind == Kind::Database && !node.missing;
    let texts = texts(node).into_iter().enumerate();
    texts
        .map(|(at, (text, style))| {
            let y = area.y + 19 + LEADING * at as i32;
            fitted(&text, style, area.x + PAD, y, area.width - 2 * PAD, is_path && at == 1)
        })
        .collect()
}

fn fitted(text: &str, style: Style, x: i32, y: i32, room: i32, keep_end: bool) -> Line {
    let sign = if matches!(style, Style::Alarm(_)) { SIGN } else { 0 };
    let text = fit(text, style.size(), style.is_bold(), room - sign, keep_end);
    Line { x: x + sign, y, text, style }
}

/// The name of a host above its first column, what is wrong with it as a whole above the second, what is left out above the last.
fn head(group: &Group, area: Rectangle, columns: &[i32]) -> Vec<Line> {
    let y = area.y + 20;
    let boxes = columns.len().saturating_sub(1);
    let worst = alarm(&group.hazards).zip(columns.get(1).filter(|_| boxes > 1));
    let last = columns.get(boxes.wrapping_sub(1)).filter(|_| group.left_out > 0 && boxes > 2);
    // The name may reach as far as the next text.
    let end = worst.map(|(_, x)| *x).or(last.copied()).unwrap_or(area.x + area.width);
    let room = (end - columns[0] - PAD).max(WIDE);
    let mut lines = vec![fitted(&words::group(group), Style::Host, columns[0], y, room, false)];
    if let Some((severity, x)) = worst {
        let texts = alarms(&group.hazards);
        let more = texts.len().saturating_sub(1);
        let more = if more > 0 { format!(" +{more}") } else { String::new() };
        lines.push(fitted(&format!("{}{more}", texts[0].0), Style::Alarm(severity), *x, y, WIDE, false));
    }
    if let Some(x) = last {
        let text = format!("and {}", words::counted(group.left_out, "other unit"));
        lines.push(fitted(&text, Style::Plain, *x, y, WIDE, false));
    }
    lines
}
