//! For GitLab: a Code Quality report.

use super::escape;
use super::model::Context;
use super::texts::Texts;
use super::voice::{self, Voice};
use crate::finding::{Finding, Outcome, Severity};
use serde::Serialize;
use std::borrow::Cow;
use std::io::{self, Write};

/// An issue, with the members that GitLab asks for.
#[derive(Debug, Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Debug, Serialize)]
struct Location<'a> {
    path: Cow<'a, str>,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// Writes a list of issues, the worst first.
pub(super) fn write(outcome: &Outcome, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let texts = Texts::of(outcome, context);
    let issues: Vec<Issue> =
        outcome.worst_first().into_iter().filter_map(|finding| issue(finding, context, &texts)).collect();
    escape::write_json(out, &issues)
}

fn issue<'a>(finding: &'a Finding, context: &Context<'a>, texts: &Texts<'a>) -> Option<Issue<'a>> {
    let label = finding.labels.first()?;
    let lines = texts.place(label.span).map_or((1, 1), |(start, end)| (start.line, end.line));
    let also: Vec<String> = finding.labels.iter().skip(1).take(3).map(|label| texts.address(label.span)).collect();
    let also = if also.is_empty() { String::new() } else { format!(" (also {})", also.join(", ")) };
    Some(Issue {
        description: format!("{}{also}", Voice::of(finding, context.keys).say(&finding.headline)),
        check_name: &finding.rule,
        fingerprint: voice::fingerprint(finding, context.keys),
        severity: match finding.severity {
            Severity::Critical => "blocker",
            Severity::High => "critical",
            Severity::Medium => "major",
            Severity::Low => "minor",
            Severity::Info => "info",
        },
        location: Location { path: texts.path(label.span.file), lines: Lines { begin: lines.0, end: lines.1 } },
    })
}
