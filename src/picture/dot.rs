//! For Graphviz: hosts as clusters.

use super::model::{EdgeKind, Group, Kind, Node, Picture};
use super::words;
use crate::finding::Severity;
use std::io::{self, Write};

/// Writes the picture in the language of Graphviz.
pub(super) fn write(picture: &Picture, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "digraph fleet {{")?;
    writeln!(out, "  graph [rankdir=LR, fontname=\"sans-serif\", label={}]", quoted(&words::totals(&picture.totals)))?;
    writeln!(out, "  node [shape=box, style=rounded, fontname=\"sans-serif\"]")?;
    writeln!(out, "  edge [fontname=\"sans-serif\", fontsize=10]")?;
    for (at, group) in picture.groups.iter().enumerate() {
        cluster(at, group, picture, out)?;
    }
    for edge in &picture.edges {
        let style = match edge.kind {
            EdgeKind::SharesKey => ", color=\"#cf222e\", penwidth=2, dir=both",
            EdgeKind::HistoryIn => ", style=dashed",
            EdgeKind::Engine | EdgeKind::Relay | EdgeKind::Beacon | EdgeKind::SignsWith => "",
        };
        writeln!(out, "  n{} -> n{} [label={}{style}]", edge.from, edge.to, quoted(&words::edge(edge)))?;
    }
    writeln!(out, "}}")
}

fn cluster(at: usize, group: &Group, picture: &Picture, out: &mut dyn Write) -> io::Result<()> {
    let color = if super::model::alarm(&group.hazards).is_some() { "#cf222e" } else { "#8c959f" };
    let mut label = vec![words::group(group)];
    label.extend(words::alarms(&group.hazards));
    writeln!(out, "  subgraph cluster_{at} {{")?;
    writeln!(out, "    label={}; color=\"{color}\"; style=rounded", lines(&label))?;
    let nodes = picture.nodes.iter().enumerate().filter(|(_, node)| node.group == at);
    for (number, node) in nodes {
        writeln!(out, "    n{number} [label={}{}]", lines(&words::node(node)), look(node))?;
    }
    writeln!(out, "  }}")
}

fn look(node: &Node) -> String {
    let shape = match node.kind {
        Kind::Database => ", shape=cylinder, style=solid",
        _ if node.spare || node.missing => ", style=\"rounded,dashed\"",
        _ => "",
    };
    let color = match node.alarm() {
        Some(Severity::Critical | Severity::High) => ", color=\"#cf222e\", penwidth=2",
        Some(_) => ", color=\"#9a6700\", penwidth=2",
        None => "",
    };
    format!("{shape}{color}")
}

fn lines(lines: &[String]) -> String {
    let escaped: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    format!("\"{}\"", escaped.join("\\n"))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// Inside of quotes only quotes and backslashes mean something; and an ampersand, which begins the name of a character.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('&', "&amp;")
}
