//! As an image: hosts as bands, columns by role, and a legend; for light and dark pages.

use super::layout::{self, Line, Place, Sheet, Style};
use super::model::{Edge, EdgeKind, Kind, Node, Picture};
use super::{sign, words};
use crate::finding::Severity;
use crate::report::markup;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// How it looks; an element in a page needs it in the page.
pub const STYLE: &str = include_str!("svg.css");

/// Around the sheet.
const MARGIN: i32 = 16;
/// Above the bands: name, numbers, and the heads of the columns.
const TOP: i32 = 76;
/// The width of a picture with hardly anything in it.
const LEAST: i32 = 560;
/// The height of a row of the legend.
const ROW: i32 = 22;
/// How round the corners of lines are.
const ROUND: i32 = 5;

/// What the boxes of an element in a page lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// Nowhere.
    Nothing,
    /// `#unit-…`, by the number of the box.
    Units,
    /// `#finding-…`, by the number of its worst finding; a box without one leads nowhere.
    Findings,
}

/// Writes an image that stands for itself.
pub(super) fn write(picture: &Picture, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(image(picture, Links::Nothing, true).as_bytes())
}

/// Answers the image as an element of a page, without its style.
#[must_use]
pub fn element(picture: &Picture, links: Links) -> String {
    image(picture, links, false)
}

fn image(picture: &Picture, links: Links, alone: bool) -> String {
    let sheet = layout::lay(picture);
    let width = (sheet.width + 2 * MARGIN).max(LEAST);
    let legend = legend(picture, width - 2 * MARGIN);
    let notes = notes(picture);
    // A page has its own head.
    let top = if alone { TOP } else { TOP - 40 };
    let below = top + sheet.height + 18;
    let height = below + ROW * (legend.1 + i32::from(!notes.is_empty())) + MARGIN;
    let totals = words::totals(&picture.totals);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"fleet\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"{}\" aria-label=\"The fleet: {}\">\n",
        if links == Links::Nothing { "img" } else { "group" },
        markup(&totals),
    );
    if alone {
        text += &format!("<title>The fleet: {}</title>\n<style>\n{STYLE}</style>\n", markup(&totals));
        text += "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n";
        text += &format!("<text class=\"name\" x=\"{MARGIN}\" y=\"30\">Fleet</text>\n");
        text += &format!("<text class=\"total\" x=\"{}\" y=\"30\">{}</text>\n", MARGIN + 52, markup(&totals));
    }
    text += &format!("<g transform=\"translate({MARGIN} {top})\">\n{}</g>\n", body(picture, &sheet, links));
    let mut y = below;
    if !notes.is_empty() {
        text += &format!("<text class=\"total\" x=\"{MARGIN}\" y=\"{}\">{}</text>\n", y + 14, markup(&notes));
        y += ROW;
    }
    text += &format!("<g class=\"legend\" transform=\"translate({MARGIN} {y})\">\n{}</g>\n</svg>\n", legend.0);
    text
}

/// Says what is not drawn.
fn notes(picture: &Picture) -> String {
    let elsewhere: usize = picture.elsewhere.iter().filter(|hazard| hazard.is_alarm()).map(|hazard| hazard.count).sum();
    if elsewhere == 0 {
        return String::new();
    }
    let verb = if elsewhere == 1 { "concerns" } else { "concern" };
    format!("{} {verb} no single unit: stakelint check tells more.", words::counted(elsewhere, "hazard"))
}

fn body(picture: &Picture, sheet: &Sheet, links: Links) -> String {
    let mut text = String::new();
    for (x, head) in &sheet.heads {
        text += &format!("<text class=\"head\" x=\"{x}\" y=\"-10\">{head}</text>\n");
    }
    for (group, band) in picture.groups.iter().zip(&sheet.bands) {
        let class = if group.is_outside() { " class=\"out\"" } else { "" };
        let title = if group.hosts.len() > 1 { group.hosts.join(", ") } else { group.name.clone() };
        text += &format!("<g{class}><title>{}</title>{}", markup(&cut(&title)), rectangle(band, "band", 8));
        text += &format!("{}</g>\n", lines(&band.lines));
    }
    // Shared keys lie above all other lines.
    for (at, edge) in picture.edges.iter().enumerate() {
        text += &line(edge, &sheet.paths[at], picture);
    }
    for (at, (node, place)) in picture.nodes.iter().zip(&sheet.boxes).enumerate() {
        text += &linked(&bx(at, node, place), at, node, links);
    }
    text
}

/// Of a list of thousands of hosts, the first ones.
fn cut(text: &str) -> String {
    match text.char_indices().nth(2000) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn linked(drawn: &str, at: usize, node: &Node, links: Links) -> String {
    let to = match links {
        Links::Nothing => None,
        Links::Units => Some(format!("unit-{at}")),
        Links::Findings => node.alarms().next().map(|hazard| format!("finding-{}", hazard.finding)),
    };
    to.map_or_else(|| drawn.to_owned(), |to| format!("<a href=\"#{to}\">{drawn}</a>\n"))
}

fn bx(at: usize, node: &Node, place: &Place) -> String {
    let mut class = vec!["node", column(node.kind)];
    class.extend(match node.alarm() {
        Some(Severity::Critical | Severity::High) => Some("danger"),
        Some(_) => Some("warning"),
        None => None,
    });
    class.extend(node.spare.then_some("spare"));
    class.extend(node.missing.then_some("missing"));
    let area = place.area;
    let bar = format!(
        "<rect class=\"bar\" x=\"{}\" y=\"{}\" width=\"4\" height=\"{}\" rx=\"2\"/>",
        area.x,
        area.y + 4,
        area.height - 8
    );
    format!(
        "<g class=\"{}\" data-node=\"{at}\"><title>{}</title>{}{bar}{}</g>\n",
        class.join(" "),
        markup(&words::story(node)),
        rectangle(place, "box", if node.kind == Kind::Database { 12 } else { 5 }),
        lines(&place.lines)
    )
}

fn column(kind: Kind) -> &'static str {
    match kind {
        Kind::Execution => "execution",
        Kind::Beacon => "beacon",
        Kind::Validator => "validator",
        Kind::Signer | Kind::Keys => "signer",
        Kind::Database => "history",
        Kind::Relay | Kind::Middleware | Kind::Other => "else",
    }
}

fn rectangle(place: &Place, class: &str, round: i32) -> String {
    let layout::Rectangle { x, y, width, height } = place.area;
    format!("<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\"/>")
}

fn lines(lines: &[Line]) -> String {
    let line = |line: &Line| {
        let (class, sign) = match line.style {
            Style::Host => ("host", String::new()),
            Style::Title => ("title", String::new()),
            Style::Plain => ("plain", String::new()),
            Style::Alarm(severity) => (severity.word(), sign::of(severity, line.x - 16, line.y - 10)),
        };
        format!("{sign}<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>", line.x, line.y, markup(&line.text))
    };
    lines.iter().map(line).collect()
}

fn line(edge: &Edge, path: &[(i32, i32)], picture: &Picture) -> String {
    let (from, to) = (&picture.nodes[edge.from], &picture.nodes[edge.to]);
    let id = edge.kind.id();
    let says = format!("{} → {}: {}", words::title(from), words::title(to), words::edge(edge));
    let mut tips = tip(path, id);
    if edge.kind == EdgeKind::SharesKey {
        let back: Vec<(i32, i32)> = path.iter().rev().copied().collect();
        tips += &tip(&back, id);
    }
    format!(
        "<g class=\"edge\" data-from=\"{}\" data-to=\"{}\"><title>{}</title><path class=\"line {id}\" d=\"{}\"/>{tips}</g>\n",
        edge.from,
        edge.to,
        markup(&says),
        rounded(path)
    )
}

/// The line through some corners, each of them rounded.
fn rounded(path: &[(i32, i32)]) -> String {
    let Some((x, y)) = path.first() else { return String::new() };
    let mut drawn = format!("M{x} {y}");
    for corner in path.windows(3) {
        let (before, at, after) = (corner[0], corner[1], corner[2]);
        let round = ROUND.min(distance(before, at) / 2).min(distance(at, after) / 2);
        let (from, to) = (towards(at, before, round), towards(at, after, round));
        drawn += &format!("L{} {}Q{} {} {} {}", from.0, from.1, at.0, at.1, to.0, to.1);
    }
    if let Some((x, y)) = path.last() {
        drawn += &format!("L{x} {y}");
    }
    drawn
}

fn distance(one: (i32, i32), other: (i32, i32)) -> i32 {
    (one.0 - other.0).abs() + (one.1 - other.1).abs()
}

/// Answers the point so far from one towards another one, which is straight above, below or beside it.
fn towards(from: (i32, i32), to: (i32, i32), far: i32) -> (i32, i32) {
    (from.0 + (to.0 - from.0).signum() * far, from.1 + (to.1 - from.1).signum() * far)
}

/// The tip of a line at its end.
fn tip(path: &[(i32, i32)], id: &str) -> String {
    let [.., before, (x, y)] = path else { return String::new() };
    let back = x + (before.0 - x).signum() * 7;
    format!("<path class=\"tip {id}\" d=\"M{x} {y}L{back} {}L{back} {}Z\"/>", y - 4, y + 4)
}

/// The legend of what is there, and how many rows it takes.
fn legend(picture: &Picture, room: i32) -> (String, i32) {
    let lines: BTreeSet<EdgeKind> = picture.edges.iter().map(|edge| edge.kind).collect();
    let of_groups = picture.groups.iter().flat_map(|group| &group.hazards).filter(|hazard| hazard.is_alarm());
    let alarms = picture.nodes.iter().flat_map(Node::alarms).chain(of_groups);
    let signs: BTreeSet<Severity> = alarms.map(|hazard| hazard.severity).collect();
    let mut items: Vec<(String, &str)> = lines.into_iter().map(|kind| (sample(kind), kind.word())).collect();
    items.extend(signs.into_iter().rev().map(|severity| (sign::of(severity, 18, 1), severity.word())));
    if picture.nodes.iter().any(|node| node.spare) {
        let shape = "<g class=\"spare\"><rect class=\"box\" x=\"8\" y=\"0\" width=\"22\" height=\"14\" rx=\"3\"/></g>";
        items.push((shape.to_owned(), "spare: a plain start leaves it down"));
    }
    let (mut text, mut x, mut y) = (String::new(), 0, 0);
    for (drawn, word) in &items {
        let width = 36 + layout::width(word, 11, false) + 10;
        if x > 0 && x + width > room {
            (x, y) = (0, y + ROW);
        }
        text += &format!(
            "<g transform=\"translate({x} {y})\">{drawn}<text class=\"key\" x=\"36\" y=\"11\">{word}</text></g>\n"
        );
        x += width;
    }
    (text, y / ROW + 1)
}

fn sample(kind: EdgeKind) -> String {
    let id = kind.id();
    let back = if kind == EdgeKind::SharesKey { tip(&[(30, 7), (0, 7)], id) } else { String::new() };
    format!("<path class=\"line {id}\" d=\"M0 7L30 7\"/>{}{back}", tip(&[(0, 7), (30, 7)], id))
}
