//! `stakelint audit --ledger`: which key was in whose hands, over a whole line of commits.

use super::audit::Options;
use super::progress::Progress;
use super::{Failure, print, range, settings};
use crate::catalogue::Catalogue;
use crate::config::Settings;
use crate::finding::{Ledger, Point};
use crate::fleet::{self, Book, Fleet};
use crate::report::LedgerView;
use crate::workspace::{self, Line, Workspace};
use clap::Args;
use jiff::{Timestamp, civil, tz::TimeZone};
use rayon::prelude::*;
use std::process::ExitCode;

/// So many trees are surveyed at once, and held in memory, at most.
const WIDEST: usize = 8;

/// The options of a ledger.
#[derive(Debug, Args)]
#[group(skip)]
pub struct LedgerOptions {
    /// Walk the commits of a range (`HEAD`, `v1..main`) along first parents, and print every assignment of every key
    #[arg(long, value_name = "RANGE", help_heading = "Ledger")]
    pub ledger: Option<String>,
    /// Show only this key: its 96 digits, or the number of one that a layout numbers, as `hoodi:1234`
    #[arg(long, value_name = "KEY", requires = "ledger", help_heading = "Ledger")]
    pub key: Option<String>,
    /// Show who owned what at this time: a day (its end, UTC) or a date and time (`2024-01-25T12:00:00Z`); committer dates count
    #[arg(long, value_name = "DATE", requires = "ledger", help_heading = "Ledger")]
    pub at: Option<String>,
}

/// Prints the ledger of a range.
///
/// # Errors
/// If the range, the key, the date or the settings file cannot be used, or no such format is there.
pub fn run(range: &str, options: &Options) -> Result<ExitCode, Failure> {
    let format = match options.check.report.format.as_slice() {
        [] => "human",
        [one] => one.as_str(),
        _ => return Err(Failure::new("a ledger is printed in one --format")),
    };
    if !["human", "json"].contains(&format) || !options.check.report.output.is_empty() {
        return Err(Failure::new("a ledger goes to standard output, with --format human or json"));
    }
    let key = options.ledger.key.as_deref().map(asked).transpose()?;
    let at = options.ledger.at.as_deref().map(seconds).transpose()?;
    let settings = settings::load(&options.check.settings, &options.folder, &crate::rulebook().cards())?;
    let ledger = read(range, options, &settings)?;
    let at = at
        .map(|at| ledger.at(at).ok_or_else(|| Failure::new("no commit of the range is as old as --at")))
        .transpose()?;
    let mut ledger = key.into_iter().fold(ledger, |ledger, key| ledger.of(&key));
    if let Some(at) = at {
        ledger.stays.retain(|stay| stay.holds_at(at));
    }
    let view = LedgerView { ledger: &ledger, at, keys: options.check.report.keys(), time: &time };
    print(|out| if format == "json" { view.json(out) } else { view.human(out) })?;
    Ok(ExitCode::SUCCESS)
}

/// Reads a key as it is asked for.
fn asked(text: &str) -> Result<String, Failure> {
    if text.rsplit_once(':').is_some_and(|(list, number)| !list.is_empty() && number.parse::<u64>().is_ok()) {
        return Ok(text.to_owned());
    }
    let key = crate::ethereum::PublicKey::parse(text);
    key.map(|key| key.to_string())
        .map_err(|_| Failure::new("--key: neither a public key of 96 digits nor `LIST:NUMBER`"))
}

/// Reads a day, whose end counts, or a date and time, which is one of Greenwich unless it says otherwise.
fn seconds(text: &str) -> Result<i64, Failure> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time.as_second());
    }
    let local = |time: civil::DateTime| TimeZone::UTC.to_timestamp(time).map(Timestamp::as_second);
    let day = text.parse::<civil::Date>().ok().filter(|_| !text.contains([':', 'T', ' ']));
    let moment = match day {
        Some(day) => Ok(day.at(23, 59, 59, 0)),
        None => text.parse::<civil::DateTime>(),
    };
    let fail =
        |_| Failure::new(format!("--at: `{text}` is no date (2024-01-25) and no date and time (2024-01-25T12:00:00Z)"));
    moment.and_then(local).map_err(fail)
}

fn time(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |time| time.to_string())
}

/// Surveys some trees at once, and enters their fleets in their order.
fn enter(book: &mut Book, trees: &mut Vec<(usize, Workspace)>, survey: impl Fn(&Workspace) -> Fleet + Sync) {
    let fleets: Vec<(usize, Fleet)> = trees.par_drain(..).map(|(at, tree)| (at, survey(&tree))).collect();
    fleets.into_iter().for_each(|(at, fleet)| book.survey(at, fleet));
}

/// Walks the line from its oldest commit on.
fn read(range: &str, options: &Options, settings: &Settings) -> Result<Ledger, Failure> {
    let (from, to) = range::read(range).map_or((None, range), |range| (range.from, range.to));
    let line = Line::open(&options.folder, from, to, settings).map_err(Failure::new)?;
    let progress = Progress::new(!options.check.report.quiet);
    let catalogue = Catalogue::builtin().with(settings.overrides.clone());
    let threads = options.check.threads.map(Into::into);
    let how = workspace::Options { threads, ..workspace::Options::default() };
    let width = threads.unwrap_or_else(rayon::current_num_threads).clamp(1, WIDEST);
    let survey = |tree: &Workspace| fleet::survey(tree, &catalogue, settings, options.check.network.as_deref());
    let (all, mut last, mut unchanged) = (line.commits().len(), None, 0);
    let (mut book, mut trees) = (Book::default(), Vec::new());
    for at in 0..all {
        progress.hear(at, all);
        let tree = line.fingerprint(at).map_err(Failure::new)?;
        if last == Some(tree) {
            unchanged += 1;
            continue;
        }
        last = Some(tree);
        trees.push((at, line.workspace(at, &how).map_err(Failure::new)?));
        if trees.len() >= width {
            enter(&mut book, &mut trees, survey);
        }
    }
    enter(&mut book, &mut trees, survey);
    progress.end();
    let points = line.commits().iter().map(|commit| Point {
        commit: commit.id.clone(),
        seconds: commit.seconds,
        title: commit.title.clone(),
    });
    Ok(Ledger { points: points.collect(), stays: book.close(), unchanged })
}
