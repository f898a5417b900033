//! For people: each finding drawn with its places, the worst at the end next to the prompt, then the summary.

use super::clean;
use super::diagnosis::{Diagnosis, Telling};
use super::drawing::{Drawing, Drawn};
use super::model::Context;
use super::moves::{self, Item, Told};
use super::style::Palette;
use super::summary;
use super::texts::Texts;
use crate::finding::{Finding, Outcome, Severity};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// More findings than these with one rule and cause are drawn as one.
const UNFOLDED: usize = 3;
/// As many of the folded ones are listed.
const LISTED: usize = 5;

/// Writes the findings and the summary; of a clean run, one line.
pub(super) fn write(outcome: &Outcome, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let texts = Texts::of(outcome, context);
    let drawing = Drawing::new(context);
    let mut known = BTreeSet::new();
    for group in groups(&outcome.findings, context.expand) {
        let Some((first, others)) = group.split_first() else { continue };
        let telling = Telling {
            also: folded(others, context, &texts),
            is_known: !known.insert((&first.rule, &first.why, &first.help)),
            is_brief: first.severity < Severity::Critical && !context.expand,
        };
        writeln!(out, "{}", Drawn(&drawing, &Diagnosis::of(first, context, &texts, telling)))?;
    }
    if context.quiet {
        return Ok(());
    }
    moved(outcome, context, out)?;
    summary::write(outcome, context, out)
}

/// Writes what a change does to keys, and in which order it has to be carried out.
fn moved(outcome: &Outcome, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let Some(Told { moves, order, .. }) = moves::told(outcome, context.ascii) else { return Ok(()) };
    let palette = Palette::new(context.color);
    let strong = palette.strong();
    writeln!(out, "{strong}keys that moved{strong:#}")?;
    for Item { text, below } in &moves {
        writeln!(out, "  {text}")?;
        below.iter().try_for_each(|line| writeln!(out, "    {line}"))?;
    }
    if !order.is_empty() {
        writeln!(out, "{strong}before this is deployed{strong:#}")?;
        for (Item { text, below }, number) in order.iter().zip(1..) {
            writeln!(out, "  {number}. {text}")?;
            below.iter().try_for_each(|line| writeln!(out, "       {line}"))?;
        }
    }
    writeln!(out)
}

/// Groups what is drawn as one, the worst finding of each group first, the worst group last.
fn groups(findings: &[Finding], expand: bool) -> Vec<Vec<&Finding>> {
    let mut causes: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for finding in findings {
        *causes.entry((&finding.rule, &finding.cause)).or_default() += 1;
    }
    let mut at: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut groups: Vec<Vec<&Finding>> = Vec::new();
    for finding in findings {
        let cause = (finding.rule.as_str(), finding.cause.as_str());
        let folds = !expand && !finding.cause.is_empty() && causes.get(&cause).is_some_and(|count| *count > UNFOLDED);
        match at.get(&cause).filter(|_| folds).and_then(|at| groups.get_mut(*at)) {
            Some(group) => group.push(finding),
            None => {
                at.insert(cause, groups.len());
                groups.push(vec![finding]);
            }
        }
    }
    groups.iter_mut().for_each(|group| group.sort_by_key(|finding| Reverse(finding.severity)));
    groups.sort_by_key(|group| group.first().map(|finding| finding.severity));
    groups
}

/// Says what was folded into a finding, and where the first of it are.
fn folded(others: &[&Finding], context: &Context, texts: &Texts) -> Option<String> {
    if others.is_empty() {
        return None;
    }
    let mut lines = vec![format!("{} more with the same cause", summary::number(others.len()))];
    for other in others.iter().take(LISTED) {
        let address = other.labels.first().map(|label| texts.address(label.span)).unwrap_or_default();
        let owners = if other.owners.is_empty() { String::new() } else { format!(" ({})", other.owners.join(", ")) };
        lines.push(clean::line(&format!("{address}{owners}"), context.ascii).into_owned());
    }
    if others.len() > LISTED {
        lines.push(format!("and {} more (--expand draws each)", summary::number(others.len() - LISTED)));
    }
    Some(lines.join("\n"))
}
