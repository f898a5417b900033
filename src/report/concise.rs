//! One line a finding with its first places in it, for `grep`, editors and short logs.

use super::clean;
use super::model::Context;
use super::style::Palette;
use super::texts::Texts;
use super::voice::Voice;
use crate::finding::{Finding, Outcome};
use std::io::{self, Write};

/// As many places are named besides the first.
const NAMED: usize = 3;

/// Writes one line a finding, in order of file and place, and nothing else.
pub(super) fn write(outcome: &Outcome, context: &Context, out: &mut dyn Write) -> io::Result<()> {
    let texts = Texts::of(outcome, context);
    let palette = Palette::new(context.color);
    for finding in &outcome.findings {
        let mark = palette.severity(finding.severity);
        let address = finding.labels.first().map(|label| texts.address(label.span)).unwrap_or_default();
        let headline = Voice::of(finding, context.keys).say(&finding.headline);
        let line = |text: &str| clean::line(text, context.ascii).into_owned();
        write!(
            out,
            "{}: {mark}{}[{}]{mark:#}: ",
            clean::uncommanding(line(&address)),
            finding.severity.word(),
            finding.rule
        )?;
        writeln!(out, "{}{}", line(&headline), line(&also(finding, &texts)))?;
    }
    Ok(())
}

/// ` (also path:line:column, path:line:column, 3 more)`
fn also(finding: &Finding, texts: &Texts) -> String {
    let Some((_, others)) = finding.labels.split_first().filter(|(_, others)| !others.is_empty()) else {
        return String::new();
    };
    let mut places: Vec<String> = others.iter().take(NAMED).map(|label| texts.address(label.span)).collect();
    if others.len() > NAMED {
        places.push(format!("{} more", others.len() - NAMED));
    }
    format!(" (also {})", places.join(", "))
}
