//! How a command reports what it found: the options that all of them share, and the writing of every report that was asked for.

use super::args::Color;
use super::foreign::salt;
use super::{Failure, print, print_beside};
use crate::finding::Outcome;
use crate::report::{Context, FORMATS, Format, KeyStyle};
use clap::{Args, ValueEnum};
use std::io::{self, IsTerminal};
use std::path::PathBuf;

/// The options of a command that reports findings.
#[derive(Debug, Args)]
pub struct ReportOptions {
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
    /// Write a digest in place of each public key, the same for the same key and salt; `env` takes the salt from `STAKELINT_SALT`
    #[arg(long, value_name = "SALT", help_heading = "Report", value_parser = salt, conflicts_with = "full_keys")]
    pub redact: Option<String>,
    /// Show every finding of one cause instead of folding them
    #[arg(long, help_heading = "Report")]
    pub expand: bool,
    /// Print findings only: no summary, no progress
    #[arg(short, long, help_heading = "Report")]
    pub quiet: bool,
}

impl ReportOptions {
    /// Answers how validator keys are shown.
    #[must_use]
    pub fn keys(&self) -> KeyStyle<'_> {
        match &self.redact {
            Some(salt) => KeyStyle::Hashed(salt),
            None if self.full_keys => KeyStyle::Full,
            None => KeyStyle::Short,
        }
    }
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

/// The reports that a run was asked for.
pub struct Reports<'o> {
    options: &'o ReportOptions,
    outputs: Vec<Output>,
}

impl<'o> Reports<'o> {
    /// Reads the options, before any work is done.
    ///
    /// # Errors
    /// If there is no such format, or two reports would run into one another.
    pub fn new(options: &'o ReportOptions) -> Result<Self, Failure> {
        Ok(Self { options, outputs: outputs(options)? })
    }

    /// Writes every report.
    ///
    /// # Errors
    /// If one of them cannot be written.
    pub fn write(&self, outcome: &Outcome, context: &Context<'_>) -> Result<(), Failure> {
        self.outputs.iter().try_for_each(|output| write(output, self.options, false, outcome, context))
    }

    /// Writes every report, and what has no file of its own to standard error, since standard output is taken.
    ///
    /// # Errors
    /// If one of them cannot be written.
    pub fn write_beside(&self, outcome: &Outcome, context: &Context<'_>) -> Result<(), Failure> {
        self.outputs.iter().try_for_each(|output| write(output, self.options, true, outcome, context))
    }
}

/// A report to write: its format, and the file that it goes to.
struct Output {
    format: Format,
    file: Option<PathBuf>,
}

fn outputs(options: &ReportOptions) -> Result<Vec<Output>, Failure> {
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
    names.iter().map(|name| Ok(Output { format: format(name)?, file: files.next() })).collect()
}

fn format(name: &str) -> Result<Format, Failure> {
    let found = FORMATS.iter().find(|(known, _)| *known == name).map(|(_, format)| *format);
    found.ok_or_else(|| {
        let known: Vec<&str> = FORMATS.iter().map(|(name, _)| *name).collect();
        Failure::new(format!("there is no format `{name}`; there are {}", known.join(", ")))
    })
}

fn write(
    output: &Output,
    options: &ReportOptions,
    beside: bool,
    outcome: &Outcome,
    context: &Context<'_>,
) -> Result<(), Failure> {
    let stream = if beside { io::stderr().is_terminal() } else { io::stdout().is_terminal() };
    let terminal = output.file.is_none() && stream;
    let color = match options.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    let context = Context {
        width: width(terminal),
        color,
        links: color && terminal,
        keys: options.keys(),
        expand: options.expand,
        quiet: options.quiet,
        ..*context
    };
    match &output.file {
        None if beside => print_beside(|out| (output.format)(outcome, &context, out)),
        None => print(|out| (output.format)(outcome, &context, out)),
        Some(path) => super::write(path, |out| (output.format)(outcome, &context, out)),
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
