//! The last lines of a report: what was checked, found, allowed and left out, and whether the gate holds.

use super::clean;
use super::model::Context;
use super::style::{Palette, Signs};
use super::voice;
pub(super) use crate::finding::thousands as number;
use crate::finding::{Outcome, Severity, Status};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use unicode_width::UnicodeWidthStr;

/// As many of the files that were not checked are named.
const NAMED: usize = 5;
/// As many rules and hosts are counted by name.
const RANKED: usize = 5;
/// Columns for the name of a line.
const NAME: usize = 11;
/// Allowances that run out within as many days are mentioned.
const SOON: i32 = 30;

/// Writes the summary: one line if nothing was found and everything was checked.
pub(super) fn write(outcome: &Outcome, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let palette = Palette::new(context.color);
    let took = context.took.map(|took| format!(" in {:.1} s", took.as_secs_f64())).unwrap_or_default();
    let is_clean = outcome.findings.is_empty() && outcome.not_checked.is_empty() && outcome.notices.is_empty();
    if is_clean && outcome.status() == Status::Passed {
        let good = palette.good();
        let rest = left_out(outcome).map(|rest| format!(" ({rest})")).unwrap_or_default();
        return writeln!(out, "{good}ok:{good:#} {}; nothing to report{rest}{took}", tree(outcome));
    }
    let strong = palette.strong();
    writeln!(out, "{strong}checked{strong:#} {}{took}", tree(outcome))?;
    let signs = Signs::new(context.ascii);
    line(out, palette, "found", &found(outcome, palette, signs))?;
    for (name, counts) in [("by rule", by_rule(outcome)), ("by host", by_host(outcome))] {
        if let Some(text) = ranked(counts, context) {
            line(out, palette, name, &text)?;
        }
    }
    let fixable = outcome.findings.iter().filter(|finding| finding.fix.is_some()).count();
    if fixable > 0 {
        line(out, palette, "fixable", &format!("{} (--fix mends them, --fix --diff shows how)", number(fixable)))?;
    }
    if !outcome.suppressed.is_empty() {
        line(out, palette, "suppressed", &suppressed(outcome))?;
    }
    if outcome.hidden > 0 {
        line(out, palette, "hidden", &format!("{} (--persona auditor shows all)", number(outcome.hidden)))?;
    }
    not_checked(outcome, context, palette, out)?;
    for notice in &outcome.notices {
        line(out, palette, "note", &clean::line(notice, context.ascii))?;
    }
    gate(outcome, palette, signs, out)
}

/// `3 files: 1 host, 2 units, 4 keys`
fn tree(outcome: &Outcome) -> String {
    let summary = &outcome.summary;
    let parts = [(summary.hosts, "host"), (summary.units, "unit"), (summary.keys, "key")];
    let parts: Vec<String> =
        parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| counted(count, word)).collect();
    let files = counted(summary.files, "file");
    if parts.is_empty() { files } else { format!("{files}: {}", parts.join(", ")) }
}

fn found(outcome: &Outcome, palette: Palette, signs: Signs) -> String {
    let counts = outcome.by_severity();
    let parts: Vec<String> = Severity::ALL
        .into_iter()
        .filter_map(|severity| Some((severity, *counts.get(&severity)?)).filter(|(_, count)| *count > 0))
        .map(|(severity, count)| {
            let style = palette.severity(severity);
            format!("{style}{} {}{style:#}", number(count), severity.word())
        })
        .collect();
    if parts.is_empty() { "nothing".into() } else { parts.join(&format!(" {} ", signs.dot)) }
}

fn by_rule(outcome: &Outcome) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    outcome.findings.iter().for_each(|finding| *counts.entry(finding.rule.as_str()).or_default() += 1);
    counts
}

/// Counts for each host the findings that concern it.
fn by_host(outcome: &Outcome) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for finding in &outcome.findings {
        let hosts = finding.owners.iter().filter_map(|owner| Some(owner.rsplit_once('/')?.0));
        hosts.collect::<BTreeSet<_>>().into_iter().for_each(|host| *counts.entry(host).or_default() += 1);
    }
    counts
}

/// `duplicate-key 9 · unpinned-image 3 · 2 more`, the most frequent first, as many as fit; nothing if that says nothing new.
fn ranked(counts: BTreeMap<&str, usize>, context: &Context) -> Option<String> {
    if counts.len() < 2 || counts.values().all(|count| *count == 1) {
        return None;
    }
    let mut ranked: Vec<(&str, usize)> = counts.into_iter().collect();
    ranked.sort_by_key(|(_, count)| Reverse(*count));
    let dot = format!(" {} ", Signs::new(context.ascii).dot);
    let room = context.width.max(40).saturating_sub(NAME + 3 + " · 10 more".width());
    let mut line = String::new();
    for (at, (name, count)) in ranked.iter().enumerate() {
        let part = format!("{}{} {}", if at > 0 { &dot } else { "" }, clean::line(name, context.ascii), number(*count));
        if at > 0 && (at == RANKED || *count == 1 || line.width() + part.width() > room) {
            return Some(format!("{line}{dot}{} more", ranked.len() - at));
        }
        line += &part;
    }
    Some(line)
}

/// What a clean run left out, in a few words.
fn left_out(outcome: &Outcome) -> Option<String> {
    let suppressed = (!outcome.suppressed.is_empty()).then(|| format!("suppressed {}", suppressed(outcome)));
    let hidden = (outcome.hidden > 0).then(|| format!("hidden {}", number(outcome.hidden)));
    let parts: Vec<String> = [suppressed, hidden].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// `4`, and which of them run out soon.
fn suppressed(outcome: &Outcome) -> String {
    let days = |entry: &crate::finding::Suppressed| {
        let until = entry.until?;
        outcome.today.until(until).ok().map(|span| span.get_days()).filter(|days| (0..=SOON).contains(days))
    };
    let days: Vec<i32> = outcome.suppressed.iter().filter_map(days).collect();
    let soon: Vec<i32> = days.iter().filter(|left| Some(*left) == days.iter().min()).copied().collect();
    let count = number(outcome.suppressed.len());
    match soon.iter().min() {
        None => count,
        Some(0) => format!("{count} ({} expires today)", number(soon.len())),
        Some(days) => format!("{count} ({} expires in {})", number(soon.len()), counted(*days as usize, "day")),
    }
}

fn not_checked(outcome: &Outcome, context: &Context, palette: Palette, out: &mut dyn Write) -> io::Result<()> {
    if outcome.not_checked.is_empty() {
        return Ok(());
    }
    line(out, palette, "not checked", &counted(outcome.not_checked.len(), "file"))?;
    for entry in outcome.not_checked.iter().take(NAMED) {
        line(
            out,
            palette,
            "",
            &clean::line(&format!("{}: {}", voice::shown_path(&entry.path, context.keys), entry.why), context.ascii),
        )?;
    }
    match outcome.not_checked.len().saturating_sub(NAMED) {
        0 => Ok(()),
        more => line(out, palette, "", &format!("and {} more (--format json names all)", number(more))),
    }
}

fn gate(outcome: &Outcome, palette: Palette, signs: Signs, out: &mut dyn Write) -> io::Result<()> {
    let gate = outcome.fail_on.map_or("never fail".into(), |least| format!("fail on {}", least.word()));
    let status = outcome.status();
    let (style, word) = match status {
        Status::Passed => (palette.good(), "passed"),
        Status::Failed => (palette.severity(Severity::Critical), "failed"),
        Status::Incomplete if outcome.summary.files == 0 => (palette.severity(Severity::Medium), "nothing to check"),
        Status::Incomplete => (palette.severity(Severity::Medium), "passed, but not all was checked"),
    };
    writeln!(out, "gate: {gate} {} {style}{word}{style:#} (exit {})", signs.arrow, status.code())
}

fn line(out: &mut dyn Write, palette: Palette, name: &str, text: &str) -> io::Result<()> {
    let quiet = palette.quiet();
    let text = if name.is_empty() { clean::uncommanding(text.to_owned()) } else { text.to_owned() };
    writeln!(out, "  {quiet}{name:<NAME$}{quiet:#} {text}")
}

/// `1 file`, `2,000 files`
pub(super) fn counted(count: usize, word: &str) -> String {
    format!("{} {word}{}", number(count), if count == 1 { "" } else { "s" })
}
