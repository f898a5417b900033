//! `check --fix`: makes the safe edits on the disk, or shows them.

use super::mend::{Mended, mend};
use super::replace::replace;
use super::{Failure, print, say};
use crate::Checked;
use crate::report;
use crate::source::Sources;
use crate::workspace::{Workspace, read_file};
use clap::Args;
use std::process::ExitCode;

/// The options of fixes.
#[derive(Debug, Args)]
#[group(skip)]
pub struct Options {
    /// Make the safe edits: renamed flags, quotes, checksums, doubled relays, known tags; never near keys, histories and guards
    #[arg(long, help_heading = "Fixes", conflicts_with = "write_baseline")]
    pub fix: bool,
    /// Show the edits as a unified diff instead, and write nothing; the exit status is 1 if there are some
    #[arg(long, help_heading = "Fixes", requires = "fix", conflicts_with = "redact")]
    pub diff: bool,
}

/// What is left of a run once everything is mended: the rest to report, or the end of it.
pub enum Left {
    /// What the tree is like now.
    Checked(Box<Checked>),
    /// All was said.
    Done(ExitCode),
}

impl Options {
    /// Mends a tree, on the disk unless only the diff is asked for.
    ///
    /// # Errors
    /// If a file has changed meanwhile or cannot be written; it is then as it was.
    pub fn run(
        &self,
        workspace: &mut Workspace,
        quiet: bool,
        check: impl FnMut(&Workspace) -> Checked,
    ) -> Result<Left, Failure> {
        let mended = mend(workspace, check);
        mended.refused.iter().for_each(|refusal| say(&format!("note: {refusal}")));
        if self.diff {
            return show(workspace, &mended, quiet).map(Left::Done);
        }
        write(workspace, &mended)?;
        if mended.fixed > 0 && !quiet {
            say(&format!("fixed {}", told(&mended)));
        }
        Ok(Left::Checked(Box::new(mended.checked)))
    }
}

/// `3 findings in 2 files`
fn told(mended: &Mended) -> String {
    let counted = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    format!("{} in {}", counted(mended.fixed, "finding"), counted(mended.before.len(), "file"))
}

/// Writes every file that is another one now. All of them are looked at before the first is written.
fn write(workspace: &Workspace, mended: &Mended) -> Result<(), Failure> {
    let mut files = Vec::new();
    for (file, before) in &mended.before {
        let (path, text) = (workspace.path(*file), workspace.text(*file));
        let disk = workspace.lies(*file).filter(|disk| read_file(disk).is_ok_and(|now| now == before.as_bytes()));
        let (Some(disk), Some(text)) = (disk, text) else {
            return Err(Failure::new(format!("{path} has changed while it was checked; no file was written")));
        };
        files.push((path, disk, text));
    }
    for (done, (path, disk, text)) in files.iter().enumerate() {
        replace(disk, text.as_bytes()).map_err(|error| {
            let rest =
                if done > 0 { format!("; {done} of {} files were written before", files.len()) } else { String::new() };
            Failure::new(format!("{path}: {error}; the file is as it was{rest}"))
        })?;
    }
    Ok(())
}

/// Prints the edits as a unified diff.
fn show(workspace: &Workspace, mended: &Mended, quiet: bool) -> Result<ExitCode, Failure> {
    let mut hidden = false;
    print(|out| {
        for (file, before) in &mended.before {
            let after = workspace.text(*file).unwrap_or_default();
            let change =
                report::Change { path: workspace.path(*file), quoting: workspace.kind(*file), before, after: &after };
            hidden |= report::write_diff(&change, out)?;
        }
        Ok(())
    })?;
    if hidden {
        say("note: values that may be secrets are not shown, so that this diff cannot be applied; --fix can");
    }
    if !quiet {
        say(&match mended.fixed {
            0 => "nothing would be fixed".to_owned(),
            _ => format!("would fix {}", told(mended)),
        });
    }
    Ok(ExitCode::from(u8::from(mended.fixed > 0)))
}
