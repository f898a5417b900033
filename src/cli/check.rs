//! `stakelint check`: the linter.

use super::args::{Color, SettingsOptions};
use super::progress::Progress;
use super::{Failure, policy, print, say, settings};
use crate::config::Settings;
use crate::finding::Outcome;
use crate::report::{Context, FORMATS, Format, KeyStyle};
use crate::workspace::{self, Workspace};
use crate::{Checked, Request};
use clap::{Args, ValueEnum};
use std::io::{self, IsTerminal, Read};
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

    /// How to report; give it again, each followed by its own --output, to write several reports in one run
    #[arg(long, value_name = "FORMAT", help_heading = "Report")]
    pub format: Vec<String>,
    /// The file for the report of the --format in the same place; reports without one go to standard output
    #[arg(long, value_name = "FILE", help_heading = "Report")]
    pub output: Vec<PathBuf>,
    /// The least severity that fails the run
    #[arg(long, value_name = "SEVERITY", help_heading = "Report")]
    pub fail_on: Option<Gate>,
    /// Who reads the report: each persona sees more
    #[arg(long, value_name = "PERSONA", help_heading = "Report")]
    pub persona: Option<Reader>,
    /// When to use colour; `NO_COLOR` is honoured
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Report")]
    pub color: Color,
    /// Write public keys in full
    #[arg(long, help_heading = "Report")]
    pub full_keys: bool,
    /// Write a digest in place of each public key, the same for the same key and salt
    #[arg(long, value_name = "SALT", help_heading = "Report", conflicts_with = "full_keys")]
    pub redact: Option<String>,
    /// Show every finding of one cause instead of folding them
    #[arg(long, help_heading = "Report")]
    pub expand: bool,
    /// Print findings only: no summary, no progress
    #[arg(short, long, help_heading = "Report")]
    pub quiet: bool,
    /// Say where the time went
    #[arg(long, help_heading = "Report")]
    pub stats: bool,

    /// Run only these rules or groups
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',', help_heading = "Rules")]
    pub select: Vec<String>,
    /// Leave these rules or groups out
    #[arg(long, value_name = "RULE|GROUP", value_delimiter = ',', help_heading = "Rules")]
    pub ignore: Vec<String>,
    /// The network of units for which the tree doesn't say
    #[arg(long, value_name = "NAME", help_heading = "Rules")]
    pub network: Option<String>,
    /// The day to judge forks and allowances by [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", help_heading = "Rules")]
    pub fork_date: Option<jiff::civil::Date>,

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

/// A severity, or never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Gate {
    /// Only what can get a validator slashed as it stands.
    Critical,
    /// A safety layer is gone.
    High,
    /// Lost rewards, downtime.
    Medium,
    /// Hygiene.
    Low,
    /// Anything.
    Info,
    /// Nothing fails the run.
    Never,
}

/// A persona.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Reader {
    /// What should block a change.
    Regular,
    /// Hygiene, too.
    Pedantic,
    /// Everything, low confidence too.
    Auditor,
}

/// Runs the linter.
///
/// # Errors
/// If an option, a path or the settings file cannot be used, or a report cannot be written.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let began = Instant::now();
    let formats = outputs(options)?;
    let roots = if options.paths.is_empty() { vec![PathBuf::from(".")] } else { options.paths.clone() };
    let rulebook = crate::rulebook();
    let settings = settings::load(&options.settings, &roots[0], &rulebook.cards())?;
    let today = options.fork_date.unwrap_or_else(today);
    let workspace = open(options, &roots, &settings)?;
    let read = began.elapsed();
    let policy = policy::policy(options, &settings, &rulebook.cards(), &workspace, today)?;
    let request = Request { settings: &settings, policy: &policy, network: options.network.as_deref() };
    let Checked { outcome, cards, fleet } = crate::check(&workspace, rulebook, request);
    let judged = began.elapsed();
    for output in &formats {
        write(output, options, &outcome, &Context { took: Some(judged), ..Context::new(&workspace, &cards) })?;
    }
    if options.stats {
        let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
        say(&format!("read and parsed {:.1} ms", milliseconds(read)));
        say(&format!("surveyed and judged {:.1} ms", milliseconds(judged.saturating_sub(read))));
        say(&format!("reported {:.1} ms", milliseconds(began.elapsed().saturating_sub(judged))));
    }
    // The process ends here: giving back every tree of a large repository one by one would only cost time.
    std::mem::forget((workspace, fleet));
    Ok(ExitCode::from(outcome.status().code()))
}

/// The day in Greenwich, so that a gate judges alike wherever it runs.
fn today() -> jiff::civil::Date {
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
    let progress = Progress::new(!options.quiet);
    let hear = |done: usize, of: usize| progress.hear(done, of);
    let how = workspace::Options {
        threads: options.threads.map(Into::into),
        respect_gitignore: options.respect_gitignore,
        progress: Some(&hear),
    };
    let opened = workspace::open(roots, settings, &how).map_err(Failure::new);
    progress.end();
    opened
}

/// A report to write: its format, and the file that it goes to.
struct Output {
    name: String,
    format: Format,
    file: Option<PathBuf>,
}

fn outputs(options: &Options) -> Result<Vec<Output>, Failure> {
    let human = ["human".to_owned()];
    let names = if options.format.is_empty() { &human } else { options.format.as_slice() };
    if options.output.len() > names.len() {
        return Err(Failure::new("there are more --output files than --format names; give a --format for each"));
    }
    // Reports without a file of their own would run into one another on standard output.
    if names.len() > options.output.len() + 1 {
        return Err(Failure::new(
            "only one report can go to standard output; give each other --format an --output FILE",
        ));
    }
    let mut files = options.output.iter().cloned();
    names.iter().map(|name| Ok(Output { name: name.clone(), format: format(name)?, file: files.next() })).collect()
}

fn format(name: &str) -> Result<Format, Failure> {
    let found = FORMATS.iter().find(|(known, _)| *known == name).map(|(_, format)| *format);
    found.ok_or_else(|| {
        let known: Vec<&str> = FORMATS.iter().map(|(name, _)| *name).collect();
        Failure::new(format!("there is no format `{name}`; there are {}", known.join(", ")))
    })
}

fn write(output: &Output, options: &Options, outcome: &Outcome, context: &Context<'_>) -> Result<(), Failure> {
    let terminal = output.file.is_none() && io::stdout().is_terminal();
    let color = match options.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    let context = Context {
        width: width(terminal),
        color,
        links: color && terminal,
        keys: match &options.redact {
            Some(salt) => KeyStyle::Hashed(salt),
            None if options.full_keys => KeyStyle::Full,
            None => context.keys,
        },
        expand: options.expand,
        quiet: options.quiet,
        ..*context
    };
    match &output.file {
        None => print(|out| (output.format)(outcome, &context, out)),
        Some(path) => {
            let mut text = Vec::new();
            let written = (output.format)(outcome, &context, &mut text).and_then(|()| std::fs::write(path, &text));
            written.map_err(|error| Failure::new(format!("{}: {error} ({} report)", path.display(), output.name)))
        }
    }
}

/// The columns to write for: the terminal's, but no line so long that the eye gets lost; 80 where there is none.
fn width(terminal: bool) -> usize {
    const PLAIN: usize = 80;
    const WIDEST: usize = 120;
    if !terminal {
        return PLAIN;
    }
    let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let columns = asked.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)));
    columns.unwrap_or(PLAIN).clamp(40, WIDEST)
}
