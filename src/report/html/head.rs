//! The head of the page: the verdict, the numbers, and what can be filtered by.

use crate::finding::{Finding, Outcome, Severity, Status};
use crate::report::clean;
use crate::report::markup;
use crate::report::summary::{counted, number};
use std::collections::{BTreeMap, BTreeSet};

/// The hosts that findings concern, numbered in order of name.
pub struct Hosts<'o>(BTreeMap<&'o str, usize>);

impl<'o> Hosts<'o> {
    /// Numbers the hosts of an outcome.
    pub fn of(outcome: &'o Outcome) -> Self {
        let names: BTreeSet<&str> = outcome.findings.iter().flat_map(hosts).collect();
        Self(names.into_iter().zip(0..).collect())
    }

    /// Answers the numbers of the hosts that a finding concerns.
    pub fn numbers(&self, finding: &Finding) -> String {
        let numbers: BTreeSet<usize> = hosts(finding).filter_map(|host| self.0.get(host).copied()).collect();
        numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

fn hosts(finding: &Finding) -> impl Iterator<Item = &str> {
    finding.owners.iter().map(|owner| owner.rsplit_once('/').map_or(owner.as_str(), |(host, _)| host))
}

/// Answers how the run ended, in a few words.
pub fn word(outcome: &Outcome) -> &'static str {
    match outcome.status() {
        Status::Passed if outcome.findings.is_empty() => "nothing to report",
        Status::Passed => "passed",
        Status::Failed => "failed",
        Status::Incomplete if outcome.summary.files == 0 => "nothing to check",
        Status::Incomplete => "not all was checked",
    }
}

/// Writes the verdict, the numbers, and the way to each part.
pub fn header(outcome: &Outcome, has_figure: bool) -> String {
    let gate = outcome.fail_on.map_or("never fails".into(), |least| format!("fails on {} and above", least.word()));
    let summary = &outcome.summary;
    let parts =
        [(summary.files, "file"), (summary.hosts, "host"), (summary.units, "unit"), (summary.keys, "validator key")];
    let tree = parts.map(|(count, word)| counted(count, word)).join(", ");
    let class = match outcome.status() {
        Status::Passed => "good",
        Status::Failed => "critical",
        Status::Incomplete => "medium",
    };
    let mut text = String::from("<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n<header>\n");
    text += &format!("<h1>stakelint <span class=\"verdict {class}\">{}</span></h1>\n", word(outcome));
    text += &format!(
        "<p class=\"quiet\">Checked {tree}, as of {}. The gate {gate}.</p>\n<ul class=\"counts\">\n",
        outcome.today
    );
    let counts = outcome.by_severity();
    for severity in Severity::ALL {
        let (word, count) = (severity.word(), counts.get(&severity).copied().unwrap_or_default());
        let none = if count == 0 { " none" } else { "" };
        text += &format!("<li class=\"{word}{none}\"><strong>{}</strong> {word}</li>\n", number(count));
    }
    text += "</ul>\n<nav aria-label=\"Parts of this page\">";
    let moved = outcome.moves.as_ref().is_some_and(|moves| !moves.is_empty());
    let links = [
        (moved, "moves", "Keys that moved".to_owned()),
        (has_figure, "fleet", "Fleet".to_owned()),
        (true, "findings", format!("Findings ({})", number(outcome.findings.len()))),
        (true, "suppressed", format!("Suppressed ({})", number(outcome.suppressed.len()))),
        (true, "not-checked", format!("Not checked ({})", number(outcome.not_checked.len()))),
    ];
    let links = links.iter().filter(|(is_there, ..)| *is_there);
    links.for_each(|(_, id, name)| text += &format!("<a href=\"#{id}\">{name}</a> "));
    text += "</nav>\n";
    if outcome.hidden > 0 {
        let hidden = counted(outcome.hidden, "finding");
        text += &format!("<p class=\"quiet\">{hidden} only an auditor sees (<code>--persona auditor</code>).</p>\n");
    }
    for notice in &outcome.notices {
        text += &format!("<p class=\"quiet\">Note: {}</p>\n", markup(&clean::line(notice, false)));
    }
    text + "</header>\n"
}

/// Writes what the findings can be filtered by; it appears where scripts run.
pub fn filters(outcome: &Outcome, hosts: &Hosts) -> String {
    if outcome.findings.is_empty() {
        return "<p>Nothing was found.</p>\n".to_owned();
    }
    let counts = outcome.by_severity();
    let mut text = String::from(
        "<form class=\"tools\" id=\"tools\" hidden role=\"search\">\n<fieldset><legend>Severity</legend>\n",
    );
    for severity in Severity::ALL.into_iter().filter(|severity| counts.get(severity).is_some_and(|count| *count > 0)) {
        let word = severity.word();
        text +=
            &format!("<label><input type=\"checkbox\" name=\"severity\" value=\"{word}\" checked> {word}</label>\n");
    }
    text += "</fieldset>\n<label>Host <select name=\"host\"><option value=\"\">all</option>";
    for (name, at) in &hosts.0 {
        let name = if name.is_empty() { "(no host named)" } else { name };
        text += &format!("<option value=\"{at}\">{}</option>", markup(&clean::line(name, false)));
    }
    text += "</select></label>\n<label>Rule <select name=\"rule\"><option value=\"\">all</option>";
    let rules: BTreeSet<&str> = outcome.findings.iter().map(|finding| finding.rule.as_str()).collect();
    rules.into_iter().for_each(|rule| text += &format!("<option>{}</option>", markup(rule)));
    text += "</select></label>\n<label>Search <input type=\"search\" name=\"text\" placeholder=\"press /\"></label>\n";
    text += "<button type=\"reset\">Show all</button>\n<output id=\"told\" aria-live=\"polite\"></output>\n</form>\n";
    text
}
