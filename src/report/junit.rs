//! For everything that reads JUnit: a test case a finding, failed if it fails the gate.

use super::clean;
use super::model::Context;
use super::texts::Texts;
use super::voice::{self, Voice};
use crate::finding::{Finding, Outcome};
use std::io::{self, Write};

/// Writes test suites: findings that fail the gate as failures, others as output, allowed ones as skipped, gaps as errors.
pub(super) fn write(outcome: &Outcome, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let texts = Texts::of(outcome, context);
    let failures = outcome.findings.iter().filter(|finding| outcome.fails(finding)).count();
    let gaps: Vec<_> = outcome.not_checked.iter().filter(|entry| entry.gap).collect();
    let skipped = outcome.suppressed.len();
    let tests = outcome.findings.len() + skipped + gaps.len() + 1;
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{}\" skipped=\"{skipped}\"", gaps.len());
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"stakelint\" {counts}>\n  <testsuite name=\"stakelint\" {counts}>")?;
    writeln!(out, "    <testcase classname=\"stakelint\" name=\"{} files\"/>", outcome.summary.files)?;
    for finding in &outcome.findings {
        let text = xml(&details(finding, context, &texts));
        let body = if outcome.fails(finding) {
            format!(
                "<failure type=\"{}\" message=\"{}\">{text}</failure>",
                finding.severity.word(),
                headline(finding, context)
            )
        } else {
            format!("<system-out>{text}</system-out>")
        };
        case(finding, &body, context, &texts, out)?;
    }
    for entry in &outcome.suppressed {
        case(&entry.finding, &format!("<skipped message=\"{}\"/>", xml(&entry.reason)), context, &texts, out)?;
    }
    for entry in gaps {
        let path = xml(&voice::shown_path(&entry.path, context.keys));
        let why = xml(&entry.why);
        writeln!(out, "    <testcase classname=\"{path}\" name=\"is checked\"><error message=\"{why}\"/></testcase>")?;
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}

fn case(finding: &Finding, body: &str, context: &Context, texts: &Texts, out: &mut dyn Write) -> io::Result<()> {
    let path = finding.labels.first().map(|label| texts.path(label.span.file)).unwrap_or_default();
    let name = format!("{}: {}", xml(&finding.rule), headline(finding, context));
    writeln!(out, "    <testcase classname=\"{}\" name=\"{name}\">{body}</testcase>", xml(&path))
}

fn headline(finding: &Finding, context: &Context) -> String {
    xml(&Voice::of(finding, context.keys).say(&finding.headline))
}

fn details(finding: &Finding, context: &Context, texts: &Texts) -> String {
    let voice = Voice::of(finding, context.keys);
    let places = finding.labels.iter().map(|label| format!("{} {}", texts.address(label.span), voice.say(&label.text)));
    let notes = [format!("why: {}", voice.say(&finding.why)), format!("next: {}", voice.say(&finding.help))];
    places.chain(notes).collect::<Vec<_>>().join("\n")
}

/// Escapes a text for XML; what XML cannot hold is shown as a sign.
fn xml(text: &str) -> String {
    let text = clean::lines(text, false);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\n', "&#10;")
}
