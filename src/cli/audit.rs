//! `stakelint audit`: what a change does to keys and guards.

use super::check::{self, today};
use super::ledger::{self, LedgerOptions};
use super::progress::Progress;
use super::range::{self, Range};
use super::report::Reports;
use super::{Failure, foreign, pack, past, policy, settings};
use crate::config::Settings;
use crate::ethereum::PublicKey;
use crate::finding::Finding;
use crate::report::{Context, KeyStyle};
use crate::source::FileId;
use crate::workspace::{self, EARLIER, Workspace};
use crate::{Audited, Known, Request, TwoTrees, history};
use clap::Args;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// The options of `audit`.
#[derive(Debug, Args)]
#[group(skip)]
pub struct Options {
    /// The sides, and what `audit` has in common with `check`
    #[command(flatten)]
    pub check: check::Options,
    /// An interchange file (EIP-3076) that proves that the history of its keys moved; give it again for more
    #[arg(long, value_name = "FILE", help_heading = "Audit")]
    pub evidence: Vec<PathBuf>,
    /// The ledger of a line of commits, in place of an audit
    #[command(flatten)]
    pub ledger: LedgerOptions,
    /// The folder that git revisions are looked for in, and that is compared
    #[arg(short = 'C', long, value_name = "FOLDER", default_value = ".", help_heading = "Audit")]
    pub folder: PathBuf,
}

/// One of the two trees.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Side {
    Folder(PathBuf),
    Revision(String),
}

/// Compares two trees.
///
/// # Errors
/// If a side, an option, the settings file or an evidence file cannot be used, or a report cannot be written.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    if let Some(range) = &options.ledger.ledger {
        return ledger::run(range, options);
    }
    let began = Instant::now();
    let reports = Reports::new(&options.check.report)?;
    let rulebook = crate::rulebook();
    let (before, after) = sides(options)?;
    let root = match &after {
        Side::Folder(folder) => folder,
        Side::Revision(_) => &options.folder,
    };
    let mut settings = settings::load(&options.check.settings, root, &rulebook.cards())?;
    pack::choose(&options.check.pack, &mut settings)?;
    foreign::read(&mut settings, options.check.report.redact.as_deref())?;
    let evidence = evidence(&options.evidence)?;
    let mut earlier = open(&before, EARLIER, options, &settings)?;
    let mut later = open(&after, 0, options, &settings)?;
    if [&before, &after].iter().any(|side| matches!(side, Side::Revision(_))) {
        earlier.leave_submodules_out();
        later.leave_submodules_out();
    }
    let today = options.check.fork_date.unwrap_or_else(today);
    let mut policy = policy::policy(&options.check, &settings, &rulebook.cards(), &later, today)?;
    policy.baseline = options.check.baseline.read()?;
    let request = Request { settings: &settings, policy: &policy, network: options.check.network.as_deref() };
    let network = options.check.network.as_deref();
    let behind = || match &before {
        Side::Revision(revision) => past::losses(&options.folder, revision, &settings, network),
        Side::Folder(_) => Vec::new(),
    };
    let known = Known { evidence, past: Some(&behind) };
    let Audited { outcome, cards, before: was, after: is } = crate::audit(&earlier, &later, rulebook, request, known);
    let trees = TwoTrees { before: &earlier, after: &later };
    let side = |file: FileId| if file.0 < EARLIER { "after" } else { "before" };
    let took = Some(began.elapsed());
    let figure = |findings: &[Finding], style: KeyStyle<'_>| crate::figure(&is, findings, style);
    let context = Context { took, side: Some(&side), figure: Some(&figure), ..Context::new(&trees, &cards) };
    reports.write(&outcome, &context)?;
    std::mem::forget((was, is, earlier, later));
    Ok(ExitCode::from(outcome.status().code()))
}

/// Reads the sides: `BEFORE AFTER`, `BEFORE..AFTER`, `BEFORE...AFTER`, or `BEFORE` alone.
fn sides(options: &Options) -> Result<(Side, Side), Failure> {
    let side = |text: &Path| match text.is_dir() {
        true => Side::Folder(text.to_owned()),
        false => Side::Revision(text.to_string_lossy().into_owned()),
    };
    match options.check.paths.as_slice() {
        [before, after] => Ok((side(before), side(after))),
        [one] => {
            let text = one.to_string_lossy();
            if one.is_dir() {
                return Ok((side(one), Side::Folder(options.folder.clone())));
            }
            let Some(Range { from, to, fork }) = range::read(&text) else {
                return Ok((Side::Revision(text.into_owned()), Side::Folder(options.folder.clone())));
            };
            let mut before = from.unwrap_or("HEAD").to_owned();
            if fork {
                before = workspace::merge_base(&options.folder, &before, to).map_err(Failure::new)?;
            }
            Ok((Side::Revision(before), Side::Revision(to.to_owned())))
        }
        _ => Err(Failure::new(
            "audit compares two sides: BEFORE AFTER, BEFORE..AFTER, or BEFORE with the current folder",
        )),
    }
}

fn open(side: &Side, first: u32, options: &Options, settings: &Settings) -> Result<Workspace, Failure> {
    let progress = Progress::new(!options.check.report.quiet);
    let hear = |done: usize, of: usize| progress.hear(done, of);
    let how = workspace::Options {
        threads: options.check.threads.map(Into::into),
        respect_gitignore: options.check.respect_gitignore,
        first,
        progress: Some(&hear),
        ..workspace::Options::default()
    };
    let opened = match side {
        Side::Folder(folder) => workspace::open(std::slice::from_ref(folder), settings, &how),
        Side::Revision(revision) => workspace::at_revision(&options.folder, revision, settings, &how),
    };
    progress.end();
    opened.map_err(Failure::new)
}

/// Reads interchange files, and answers the keys that they tell the history of. A file that contradicts itself proves nothing.
fn evidence(files: &[PathBuf]) -> Result<BTreeSet<PublicKey>, Failure> {
    let mut keys = BTreeSet::new();
    for path in files {
        let fail = |why: &str| Failure::new(format!("{}: {why}", path.display()));
        let file = std::fs::File::open(path).map_err(|error| fail(&error.to_string()))?;
        let read = history::read(FileId(0), std::io::BufReader::new(file));
        if !read.flaws.is_empty() {
            return Err(fail("no sound interchange file; `stakelint history` says what is wrong with it"));
        }
        keys.extend(read.entries.iter().map(|entry| entry.key.value));
        let conflicts = history::conflicts(&[&read]);
        if !conflicts.is_empty() {
            return Err(fail("its own records are slashable; `stakelint history` says which"));
        }
    }
    Ok(keys)
}
