//! For GitHub Actions: one annotation a finding, the worst first, since only the first ten of a step are shown.

use super::clean;
use super::model::Context;
use super::texts::Texts;
use super::voice::{self, Voice};
use crate::finding::{Finding, Outcome, Severity};
use std::io::{self, Write};

/// As many further places are named in an annotation.
const NAMED: usize = 5;

/// Writes workflow commands: findings, then what was not checked.
pub(super) fn write(outcome: &Outcome, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let texts = Texts::of(outcome, context);
    for finding in outcome.worst_first() {
        let level = match finding.severity {
            Severity::Critical | Severity::High => "error",
            Severity::Medium => "warning",
            Severity::Low | Severity::Info => "notice",
        };
        let title = property(&format!("{}[{}]", finding.severity.word(), finding.rule));
        writeln!(
            out,
            "::{level} {}title={title}::{}",
            place(finding, &texts),
            data(&message(finding, context, &texts))
        )?;
    }
    for entry in &outcome.not_checked {
        let level = if entry.gap { "warning" } else { "notice" };
        let path = voice::shown_path(&entry.path, context.keys);
        writeln!(
            out,
            "::{level} file={},title=not checked::{}",
            property(&path),
            data(&clean::line(&entry.why, false))
        )?;
    }
    Ok(())
}

/// `file=…,line=…,endLine=…,col=…,endColumn=…,`; columns only where the place lies in one line, as the format asks.
fn place(finding: &Finding, texts: &Texts) -> String {
    let Some(label) = finding.labels.first() else { return String::new() };
    let file = format!("file={},", property(&texts.path(label.span.file)));
    match texts.place(label.span) {
        None => file,
        Some((start, end)) if start.line == end.line => {
            format!("{file}line={},col={},endColumn={},", start.line, start.column, end.column)
        }
        Some((start, end)) => format!("{file}line={},endLine={},", start.line, end.line),
    }
}

fn message(finding: &Finding, context: &Context, texts: &Texts) -> String {
    let voice = Voice::of(finding, context.keys);
    let mut lines = vec![voice.say(&finding.headline)];
    for label in finding.labels.iter().skip(1).take(NAMED) {
        lines.push(format!("{} {}", texts.address(label.span), voice.say(&label.text)));
    }
    if finding.labels.len() > NAMED + 1 {
        lines.push(format!("and {} more places", finding.labels.len() - NAMED - 1));
    }
    lines.push(format!("next: {}", voice.say(&finding.help)));
    clean::lines(&lines.join("\n"), false)
}

/// Escapes the text of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property of a workflow command.
fn property(text: &str) -> String {
    data(&clean::line(text, false)).replace(':', "%3A").replace(',', "%2C")
}
