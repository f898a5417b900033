//! The command line: the only room that prints, and the only one that decides how the process exits.

mod args;
mod audit;
mod baseline;
mod check;
mod completions;
mod explain;
mod fix;
mod foreign;
mod graph;
mod history;
mod init;
mod input;
mod inventory;
mod ledger;
mod lsp;
mod mend;
mod pack;
mod past;
mod policy;
mod progress;
mod range;
mod replace;
mod report;
mod rules;
mod runbook;
mod settings;
mod since;
mod tree;

use crate::report::one_line;
use args::{Cli, Command};
use clap::FromArgMatches;
use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

/// Why a run failed by itself; it ends with exit status 2.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    /// Makes a failure out of a sentence for the operator.
    #[must_use]
    pub fn new(sentence: impl fmt::Display) -> Self {
        Self(sentence.to_string())
    }
}

/// Runs the command line of this process.
#[must_use]
pub fn run() -> ExitCode {
    let matches = args::command().get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let ran = match cli.command {
        Command::Audit(options) => audit::run(&options),
        Command::Check(options) => check::run(&options),
        Command::History(options) => history::run(&options),
        Command::Init(options) => init::run(&options),
        Command::Completions(options) => completions::run(&options),
        Command::Man => completions::manual(),
        Command::Inventory(options) => inventory::run(&options),
        Command::Graph(options) => graph::run(&options),
        Command::Runbook(options) => runbook::run(&options),
        Command::Explain(options) => explain::run(&options),
        Command::Rules(options) => rules::run(&options),
        Command::Lsp(options) => lsp::run(&options),
    };
    ran.unwrap_or_else(|Failure(sentence)| {
        say(&format!("error: {sentence}"));
        ExitCode::from(2)
    })
}

/// Says something beside the report, on standard error; nobody may be listening, and that is no fault.
/// Nothing in it commands a terminal: paths come from whoever made the tree.
fn say(text: &str) {
    let lines: Vec<_> = text.lines().map(one_line).collect();
    let _ = writeln!(io::stderr().lock(), "{}", lines.join("\n"));
}

/// Writes to standard output as a whole; a reader that has gone is no fault.
fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    whole(io::stdout().lock(), "standard output", write)
}

/// Writes a report to standard error, where standard output is taken.
fn print_beside(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    whole(io::stderr().lock(), "standard error", write)
}

/// Writes a file, once all that it is to hold is there.
fn write(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut text = Vec::new();
    let written = write(&mut text).and_then(|()| std::fs::write(path, &text));
    written.map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

fn whole(to: impl Write, name: &str, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = io::BufWriter::new(to);
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(format!("{name}: {error}"))),
        _ => Ok(()),
    }
}
