//! For Markdown on code hosts: a Mermaid flow chart.

use super::model::{EdgeKind, Kind, Node, Picture};
use super::words;
use crate::finding::Severity;
use std::io::{self, Write};

/// Writes the picture as a flow chart.
pub(super) fn write(picture: &Picture, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for (at, group) in picture.groups.iter().enumerate() {
        let mut label = vec![words::group(group)];
        label.extend(words::alarms(&group.hazards));
        writeln!(out, "  subgraph g{at}[{}]", quoted(&label))?;
        let nodes = picture.nodes.iter().enumerate().filter(|(_, node)| node.group == at);
        for (number, node) in nodes {
            let label = quoted(&words::node(node));
            let (open, close) = if node.kind == Kind::Database { ("[(", ")]") } else { ("[", "]") };
            writeln!(out, "    n{number}{open}{label}{close}{}", class(node))?;
        }
        writeln!(out, "  end")?;
    }
    for edge in &picture.edges {
        let line = match edge.kind {
            EdgeKind::SharesKey => "<==>",
            EdgeKind::HistoryIn => "-.->",
            EdgeKind::Engine | EdgeKind::Relay | EdgeKind::Beacon | EdgeKind::SignsWith => "-->",
        };
        writeln!(out, "  n{} {line}|{}| n{}", edge.from, quoted(&[words::edge(edge)]), edge.to)?;
    }
    for (at, _) in picture.edges.iter().enumerate().filter(|(_, edge)| edge.kind == EdgeKind::SharesKey) {
        writeln!(out, "  linkStyle {at} stroke:#cf222e,stroke-width:3px")?;
    }
    writeln!(out, "  classDef danger stroke:#cf222e,stroke-width:3px")?;
    writeln!(out, "  classDef warning stroke:#9a6700,stroke-width:2px")?;
    writeln!(out, "  classDef spare stroke-dasharray:4 3")
}

fn class(node: &Node) -> &'static str {
    match node.alarm() {
        Some(Severity::Critical | Severity::High) => ":::danger",
        Some(_) => ":::warning",
        None if node.spare || node.missing => ":::spare",
        None => "",
    }
}

fn quoted(lines: &[String]) -> String {
    let escaped: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    format!("\"{}\"", escaped.join("<br/>"))
}

/// Anything but words becomes the number of its character: Mermaid reads Markdown, HTML and its own marks in quotes, too.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_alphanumeric() || " .,:/_()@-×…·".contains(letter) {
            escaped.push(letter);
        } else {
            escaped.push_str(&format!("#{};", letter as u32));
        }
    }
    escaped
}
