//! One line a finding, every place in it, for `grep` and editors.

use super::model::Context;
use crate::finding::Outcome;
use std::io::{self, Write};

/// Writes one line a finding.
pub(super) fn write(outcome: &Outcome, _context: &Context, out: &mut dyn Write) -> io::Result<()> {
    for finding in &outcome.findings {
        writeln!(out, "{}[{}]: {}", finding.severity.word(), finding.rule, finding.headline)?;
    }
    Ok(())
}
