//! The findings by rule, the worst rule first: what holds for all of them is said once.

use super::head::Hosts;
use super::{finding, prose};
use crate::finding::{Card, Finding, Outcome, Severity};
use crate::report::markup;
use crate::report::model::Context;
use crate::report::summary::number;
use crate::report::texts::Texts;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// As many findings of one rule are told with excerpts; the rest with their addresses.
const TOLD: usize = 60;

/// Writes a section for each rule that found something.
pub fn sections(outcome: &Outcome, context: &Context, texts: &Texts, hosts: &Hosts) -> String {
    let mut rules: BTreeMap<&str, Vec<(usize, &Finding)>> = BTreeMap::new();
    for (number, finding) in outcome.findings.iter().enumerate() {
        rules.entry(&finding.rule).or_default().push((number, finding));
    }
    let mut order: Vec<(&str, Vec<(usize, &Finding)>)> = rules.into_iter().collect();
    for (_, findings) in &mut order {
        findings.sort_by_key(|(_, finding)| Reverse(finding.severity));
    }
    order.sort_by_key(|(_, findings)| Reverse(findings.first().map(|(_, finding)| finding.severity)));
    let mut text = String::new();
    for (rule, findings) in order {
        let card = context.cards.get(rule);
        let worst = findings.first().map(|(_, finding)| finding.severity);
        text += "<section class=\"rule\">\n";
        text += &head(rule, card, &findings);
        for (turn, (number, finding)) in findings.iter().enumerate() {
            let told = finding::Telling {
                number: *number,
                card,
                is_worst: Some(finding.severity) == worst,
                is_brief: turn >= TOLD,
                hosts: hosts.numbers(finding),
            };
            text += &finding::article(finding, &told, context, texts);
        }
        text += &foot(card, &findings);
        text += "</section>\n";
    }
    text
}

fn head(rule: &str, card: Option<&Card>, findings: &[(usize, &Finding)]) -> String {
    let worst = findings.first().map_or(Severity::Info, |(_, finding)| finding.severity).word();
    let title = card.map_or(rule, |card| card.title.as_str());
    let count = if findings.len() > 1 {
        format!(" <span class=\"quiet\">×{}</span>", number(findings.len()))
    } else {
        String::new()
    };
    let why = card.map(|card| prose::html(&card.why)).unwrap_or_default();
    format!(
        "<h3><span class=\"badge {worst}\">{worst}</span> {} <code class=\"quiet\">{}</code>{count}</h3>\n<div class=\"why\">{why}</div>\n",
        markup(title),
        markup(rule)
    )
}

/// What to do, once for all findings of the rule; a rule without a card is spoken for by its first finding.
fn foot(card: Option<&Card>, findings: &[(usize, &Finding)]) -> String {
    let help =
        card.map(|card| card.help.as_str()).or_else(|| Some(findings.first()?.1.help.as_str())).unwrap_or_default();
    let mut text = format!("<div class=\"next\"><h4>What to do</h4>{}", prose::html(help));
    if let Some(emergency) = card.and_then(|card| card.emergency.as_deref()) {
        text += &format!("<h4>If it has happened already</h4>{}", prose::html(emergency));
    }
    let links = card.map(|card| card.links.as_slice()).unwrap_or_default();
    let links: Vec<String> = links
        .iter()
        .filter(|link| link.starts_with("https://"))
        .map(|link| format!("<a href=\"{0}\" rel=\"noreferrer noopener\">{0}</a>", markup(link)))
        .collect();
    if !links.is_empty() {
        text += &format!("<p class=\"quiet\">More: {}</p>", links.join(" · "));
    }
    let controls = card.map(|card| card.valos.join(", ")).filter(|controls| !controls.is_empty());
    if let Some(controls) = controls {
        text += &format!("<p class=\"quiet\">ValOS: {}</p>", markup(&controls));
    }
    text + "</div>\n"
}
