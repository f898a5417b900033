//! As a page to search in: the image, and below it the same as a list.

use super::model::{Edge, Group, Hazard, Node, Picture};
use super::svg::{self, Links};
use super::{SCRIPT, words};
use crate::report::{Page, markup, sentence};
use std::collections::BTreeMap;
use std::io::{self, Write};

const TOOLS: &str = "<form class=\"tools\" id=\"tools\" hidden role=\"search\">\
<label>Search <input type=\"search\" id=\"search\" placeholder=\"name or rule (press /)\"></label>\
<output id=\"told\" aria-live=\"polite\"></output></form>\n";

/// Writes one page that needs nothing else.
pub(super) fn write(picture: &Picture, out: &mut dyn Write) -> io::Result<()> {
    let totals = markup(&words::totals(&picture.totals));
    let mut body = format!(
        "<a class=\"skip\" href=\"#list\">Skip the picture</a>\n<header><h1>Fleet</h1><p class=\"quiet\">{totals}</p></header>\n<main>\n{TOOLS}"
    );
    body += "<div class=\"picture whole\" tabindex=\"0\" role=\"region\" aria-label=\"Picture of the fleet\">\n";
    body += &svg::element(picture, Links::Units);
    body += "</div>\n<h2 id=\"list\">Hosts and units</h2>\n";
    let joined = joined(picture);
    let mut at = 0;
    for (number, group) in picture.groups.iter().enumerate() {
        let nodes = picture.nodes[at..].iter().take_while(|node| node.group == number).count();
        section(group, &picture.nodes[at..at + nodes], at, &joined, &mut body);
        at += nodes;
    }
    if !picture.elsewhere.is_empty() {
        body += &format!("<section><h3>Of no single unit</h3>{}</section>\n", hazards(&picture.elsewhere));
    }
    body += "</main>\n<footer>Made by stakelint. This page loads nothing and sends nothing.</footer>\n";
    let page = Page { title: "Fleet", styles: &[svg::STYLE], scripts: &[SCRIPT, include_str!("page.js")] };
    out.write_all(page.around(&body).as_bytes())
}

/// Says for each box what it is joined to, and on which host that is, if on another one.
fn joined(picture: &Picture) -> BTreeMap<usize, Vec<String>> {
    let mut joined: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let named = |at: usize, seen_from: usize| {
        let node = &picture.nodes[at];
        let is_near = picture.nodes[seen_from].group == node.group;
        let place = if is_near { String::new() } else { format!(" ({})", words::group(&picture.groups[node.group])) };
        format!("<a href=\"#unit-{at}\">{}</a>{}", markup(&words::title(node)), markup(&place))
    };
    for edge in &picture.edges {
        let Edge { from, to, .. } = *edge;
        let word = words::edge(edge);
        joined.entry(from).or_default().push(format!("{word} → {}", named(to, from)));
        joined.entry(to).or_default().push(format!("{word} ← {}", named(from, to)));
    }
    joined
}

fn section(group: &Group, nodes: &[Node], first: usize, joined: &BTreeMap<usize, Vec<String>>, body: &mut String) {
    *body += &format!("<section class=\"group\">\n<h3>{}</h3>\n", markup(&words::group(group)));
    if group.hosts.len() > 1 {
        *body += &format!(
            "<details><summary>{}</summary><p class=\"hosts\">{}</p></details>\n",
            words::counted(group.hosts.len(), "host"),
            markup(&group.hosts.join(", "))
        );
    }
    *body += &hazards(&group.hazards);
    if !nodes.is_empty() {
        *body += "<table><thead><tr><th>unit</th><th>what it is</th><th>keys</th><th>joined to</th><th>hazards</th></tr></thead><tbody>\n";
    }
    for (at, node) in nodes.iter().enumerate() {
        let at = first + at;
        let network = node.network.as_ref().map(|network| format!(", {network}")).unwrap_or_default();
        let detail = if node.detail.is_empty() { String::new() } else { format!(": {}", words::subtitle(node)) };
        let what = format!("{}{detail}{network}", node.kind.word());
        let links: String = joined.get(&at).into_iter().flatten().map(|line| format!("<li>{line}</li>")).collect();
        *body += &format!(
            "<tr id=\"unit-{at}\" data-unit=\"{at}\"><td><strong>{}</strong></td><td>{}</td><td class=\"keys\">{}</td><td class=\"joined\"><ul>{links}</ul></td><td>{}</td></tr>\n",
            markup(&words::title(node)),
            markup(&what),
            words::keys(node).unwrap_or_default(),
            hazards(&node.hazards)
        );
    }
    if !nodes.is_empty() {
        *body += "</tbody></table>\n";
    }
    if group.left_out > 0 {
        *body += &format!(
            "<p class=\"quiet\">and {} that take no part in staking</p>\n",
            words::counted(group.left_out, "unit")
        );
    }
    *body += "</section>\n";
}

fn hazards(hazards: &[Hazard]) -> String {
    if hazards.is_empty() {
        return String::new();
    }
    let item = |hazard: &Hazard| {
        let word = hazard.severity.word();
        let more = if hazard.count > 1 { format!(" (and {} more)", hazard.count - 1) } else { String::new() };
        format!(
            "<li><span class=\"badge {word}\">{word}</span> <code>{}</code> {}{more}</li>",
            markup(&hazard.rule),
            sentence(&hazard.headline)
        )
    };
    format!("<ul>{}</ul>", hazards.iter().map(item).collect::<String>())
}
