//! `stakelint check`: the linter.

use super::args::SettingsOptions;
use super::fix::{self, Left};
use super::progress::Progress;
use super::report::{ReportOptions, Reports};
use super::tree::roots;
use super::{Failure, baseline, foreign, pack, policy, say, settings, since};
use crate::config::Settings;
use crate::finding::{Finding, Outcome};
use crate::report::{Context, KeyStyle};
use crate::workspace::{self, Workspace};
use crate::{Checked, Request};
use clap::Args;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The options of `check`.
#[derive(Debug, Args)]
pub struct Options {
    /// Folders or files to check; `-` reads one file from standard input [default: the current folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The name of the file on standard input
    #[arg(long, value_name = "NAME", default_value = "compose.yml")]
    pub stdin_name: String,

    /// How to report
    #[command(flatten)]
    pub report: ReportOptions,
    /// Say where the time went
    #[arg(long, help_heading = "Report")]
    pub stats: bool,

    /// Run only these rules or groups
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',', help_heading = "Rules")]
    pub select: Vec<String>,
    /// Leave these rules or groups out
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',', help_heading = "Rules")]
    pub ignore: Vec<String>,
    /// Hold the fleet to a pack of demands, besides those of the settings file (lido, obol, …); can be given again
    #[arg(long, value_name = "NAME", help_heading = "Rules")]
    pub pack: Vec<String>,
    /// The network of units for which the tree doesn't say
    #[arg(long, value_name = "NAME", help_heading = "Rules")]
    pub network: Option<String>,
    /// The day to judge forks and allowances by [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", help_heading = "Rules")]
    pub fork_date: Option<jiff::civil::Date>,
    /// Judge every unit of a client as if it ran this release, to see what an upgrade would break
    #[arg(long, value_name = "CLIENT=VERSION", help_heading = "Rules")]
    pub assume: Vec<String>,

    /// What is known already
    #[command(flatten)]
    pub baseline: baseline::Options,

    /// The settings file
    #[command(flatten)]
    pub settings: SettingsOptions,
    /// Leave out what ignore files name; they are not honoured otherwise, since `.env` files and keystores are usually ignored
    #[arg(long, help_heading = "Settings")]
    pub respect_gitignore: bool,
    /// How many threads to use [default: the cores, at least 16 for reading]
    #[arg(long, value_name = "N", help_heading = "Settings")]
    pub threads: Option<std::num::NonZeroUsize>,
}

/// The options of `check`, and those that only make sense for the tree as it lies there.
#[derive(Debug, Args)]
pub struct Whole {
    /// What it has in common with `audit`
    #[command(flatten)]
    pub options: Options,
    /// What to report of it
    #[command(flatten)]
    pub since: since::Options,
    /// What to mend
    #[command(flatten)]
    pub fix: fix::Options,
}

/// Runs the linter.
///
/// # Errors
/// If an option, a path or the settings file cannot be used, or a report cannot be written.
pub fn run(Whole { options, since, fix }: &Whole) -> Result<ExitCode, Failure> {
    let began = Instant::now();
    let reports = Reports::new(&options.report)?;
    let roots = roots(&options.paths);
    let rulebook = crate::rulebook();
    let cards = rulebook.cards();
    let mut settings = settings::load(&options.settings, &roots[0], &cards)?;
    pack::choose(&options.pack, &mut settings)?;
    settings::assume(&mut settings, &options.assume)?;
    foreign::read(&mut settings, options.report.redact.as_deref())?;
    let today = options.fork_date.unwrap_or_else(today);
    if !options.report.quiet {
        pack::remarks(&settings, today).iter().for_each(|remark| say(&format!("note: {remark}")));
    }
    let mut workspace = open(options, &roots, &settings)?;
    let read = began.elapsed();
    let mut policy = policy::policy(options, &settings, &cards, &workspace, today)?;
    policy.baseline = options.baseline.read()?;
    let request = Request { settings: &settings, policy: &policy, network: options.network.as_deref() };
    let mut rulebook = Some(rulebook);
    let before = |commit: &str| earlier(commit, &roots, options, request);
    let scope = since.scope(&workspace, before)?;
    let mut look = |tree: &Workspace| {
        let mut checked = crate::check(tree, rulebook.take().unwrap_or_else(crate::rulebook), request);
        if let Some(scope) = &scope {
            scope.narrow(&mut checked.outcome);
        }
        checked
    };
    let checked = if fix.fix {
        match fix.run(&mut workspace, options.report.quiet, look)? {
            Left::Checked(checked) => *checked,
            Left::Done(code) => return Ok(code),
        }
    } else {
        look(&workspace)
    };
    let Checked { outcome, cards, fleet, catalogue } = checked;
    let judged = began.elapsed();
    if options.baseline.write(&outcome)? {
        return Ok(ExitCode::SUCCESS);
    }
    let figure = |findings: &[Finding], style: KeyStyle<'_>| crate::figure(&fleet, findings, style);
    let context = Context { took: Some(judged), figure: Some(&figure), ..Context::new(&workspace, &cards) };
    reports.write(&outcome, &context)?;
    if options.stats {
        let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
        say(&format!("read and parsed {:.1} ms", milliseconds(read)));
        say(&format!("surveyed and judged {:.1} ms", milliseconds(judged.saturating_sub(read))));
        say(&format!("reported {:.1} ms", milliseconds(began.elapsed().saturating_sub(judged))));
    }
    // The process ends here: giving back every tree of a large repository one by one would only cost time.
    std::mem::forget((workspace, fleet, catalogue));
    Ok(ExitCode::from(outcome.status().code()))
}

/// Checks the tree as it was at a commit, where it is one folder.
fn earlier(commit: &str, roots: &[PathBuf], options: &Options, request: Request<'_>) -> Option<Outcome> {
    let [folder] = roots else { return None };
    let how = workspace::Options { threads: options.threads.map(Into::into), ..workspace::Options::default() };
    let tree = workspace::at_revision(folder, commit, request.settings, &how).ok()?;
    Some(crate::check(&tree, crate::rulebook(), request).outcome)
}

/// The day in Greenwich, so that a gate judges alike wherever it runs.
pub(super) fn today() -> jiff::civil::Date {
    jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::now()).date()
}

fn open(options: &Options, roots: &[PathBuf], settings: &Settings) -> Result<Workspace, Failure> {
    if roots.iter().any(|root| root.as_os_str() == "-") {
        if roots.len() > 1 {
            return Err(Failure::new("`-` reads one file from standard input, no other path goes with it"));
        }
        let mut text = Vec::new();
        io::stdin().lock().read_to_end(&mut text).map_err(|error| Failure::new(format!("standard input: {error}")))?;
        return Ok(Workspace::of_bytes(&options.stdin_name, &text));
    }
    let progress = Progress::new(!options.report.quiet);
    let hear = |done: usize, of: usize| progress.hear(done, of);
    let how = workspace::Options {
        threads: options.threads.map(Into::into),
        respect_gitignore: options.respect_gitignore,
        progress: Some(&hear),
        ..workspace::Options::default()
    };
    let opened = workspace::open(roots, settings, &how).map_err(Failure::new);
    progress.end();
    opened
}
