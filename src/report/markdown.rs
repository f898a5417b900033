//! For job summaries and comments: a table of the findings, the worst first, then each with its places.

use super::clean;
use super::model::Context;
use super::moves::{self, Item, Told};
use super::summary::{counted, number};
use super::texts::Texts;
use super::voice::{self, Voice};
use crate::finding::{Finding, Outcome, Status};
use std::io::{self, Write};

/// As many findings are told in full; job summaries hold a megabyte.
const TOLD: usize = 100;
/// As many places of a finding are listed.
const LISTED: usize = 10;

/// Writes the report as GitHub and GitLab show it.
pub(super) fn write(outcome: &Outcome, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let texts = Texts::of(outcome, context);
    head(outcome, out)?;
    moved(outcome, context, out)?;
    let findings = outcome.worst_first();
    if !findings.is_empty() {
        writeln!(out, "\n| severity | rule | finding | place |\n|---|---|---|---|")?;
    }
    for finding in &findings {
        row(finding, context, &texts, out)?;
    }
    for finding in findings.iter().take(TOLD) {
        section(finding, context, &texts, out)?;
    }
    if findings.len() > TOLD {
        writeln!(out, "\n{} more are in the table alone.", number(findings.len() - TOLD))?;
    }
    if !outcome.not_checked.is_empty() {
        writeln!(out, "\n### Not checked\n")?;
    }
    for entry in &outcome.not_checked {
        writeln!(out, "- {}: {}", code(&voice::shown_path(&entry.path, context.keys)), plain(&entry.why))?;
    }
    Ok(())
}

/// Writes what a change does to keys, what has to be stopped first, and what is not proven.
fn moved(outcome: &Outcome, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let Some(Told { moves, order, unproven }) = moves::told(outcome, context.ascii) else { return Ok(()) };
    writeln!(out, "\n### Keys that moved\n")?;
    for Item { text, below } in &moves {
        writeln!(out, "- {}", ticked(text))?;
        below.iter().try_for_each(|line| writeln!(out, "  - {}", ticked(line)))?;
    }
    if !order.is_empty() {
        writeln!(out, "\n### Before this is deployed\n")?;
        for (Item { text, below }, number) in order.iter().zip(1..) {
            writeln!(out, "{number}. {}", plain(text))?;
            below.iter().try_for_each(|line| writeln!(out, "   - {}", ticked(line)))?;
        }
    }
    if !unproven.is_empty() {
        writeln!(out, "\n### Not proven\n")?;
        unproven.iter().try_for_each(|line| writeln!(out, "- {}", ticked(line)))?;
    }
    Ok(())
}

fn head(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let word = match outcome.status() {
        Status::Passed if outcome.findings.is_empty() => "nothing to report",
        Status::Passed => "passed",
        Status::Failed => "failed",
        Status::Incomplete => "not all was checked",
    };
    let gate = outcome.fail_on.map_or("never fails".into(), |least| format!("fails on {} and above", least.word()));
    let found = outcome.by_severity().into_iter().rev().filter(|(_, count)| *count > 0);
    let found = found.map(|(severity, count)| format!("{} {}", number(count), severity.word()));
    let found: Vec<String> = found.collect();
    let found = if found.is_empty() { "nothing".into() } else { found.join(", ") };
    let summary = &outcome.summary;
    writeln!(out, "## stakelint: {word}\n")?;
    write!(out, "Found {found} in {}", counted(summary.files, "file"))?;
    write!(
        out,
        " ({}, {}, {})",
        counted(summary.hosts, "host"),
        counted(summary.units, "unit"),
        counted(summary.keys, "key")
    )?;
    writeln!(
        out,
        ", {} suppressed, {} not checked. The gate {gate}.",
        outcome.suppressed.len(),
        outcome.not_checked.len()
    )
}

fn row(finding: &Finding, context: &Context, texts: &Texts, out: &mut dyn Write) -> io::Result<()> {
    let page = context.cards.get(&finding.rule).and_then(|card| card.page());
    let rule = page.map_or(finding.rule.clone(), |page| format!("[{}]({page})", finding.rule));
    let address = finding.labels.first().map(|label| code(&texts.address(label.span))).unwrap_or_default();
    let more = finding.labels.len().saturating_sub(1);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let headline = plain(&Voice::of(finding, context.keys).say(&finding.headline));
    writeln!(out, "| {} | {rule} | {headline} | {address}{more} |", finding.severity.word())
}

fn section(finding: &Finding, context: &Context, texts: &Texts, out: &mut dyn Write) -> io::Result<()> {
    let voice = Voice::of(finding, context.keys);
    writeln!(out, "\n### {}: {}\n", finding.severity.word(), plain(&voice.say(&finding.headline)))?;
    for label in finding.labels.iter().take(LISTED) {
        writeln!(out, "- {} {}", code(&texts.address(label.span)), plain(&voice.say(&label.text)))?;
    }
    if finding.labels.len() > LISTED {
        writeln!(out, "- and {} more places", finding.labels.len() - LISTED)?;
    }
    writeln!(out, "\n**Why.** {}\n\n**Next.** {}", plain(&voice.say(&finding.why)), plain(&voice.say(&finding.help)))?;
    writeln!(out, "\n`stakelint explain {}`", finding.rule)
}

/// Text in a line, with nothing that Markdown would take for a mark.
fn plain(text: &str) -> String {
    let text = clean::line(&text.replace('\n', " "), false).into_owned();
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => plain.push_str("&lt;"),
            // A mention would call people by name.
            '@' => plain.push_str("&#64;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '~' => plain.extend(['\\', letter]),
            letter => plain.push(letter),
        }
    }
    plain
}

/// Text in a line in which our own sentences set names in back quotes: those become code, all else is plain.
fn ticked(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return plain(text);
    }
    let part = |(at, part): (usize, &&str)| match (at % 2, part.is_empty()) {
        (1, false) => code(part),
        _ => plain(part),
    };
    parts.iter().enumerate().map(part).collect()
}

/// Text as code, whatever back quotes it holds; a table ends a cell at a bar even there.
fn code(text: &str) -> String {
    let text = clean::line(text, false).replace('|', "\\|");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}
