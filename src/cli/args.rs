//! The command line: commands, and the options that several of them share.

use super::{check, explain, history, rules};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Finds what can get Ethereum validators slashed, before it is deployed.
///
/// Reads the repository that validators are deployed from (compose files, client settings, keystores), builds one
/// model of the fleet and reports each hazard with every place that takes part. It never uses the network and never
/// runs anything of the tree.
#[derive(Debug, Parser)]
#[command(name = "stakelint", version, max_term_width = 100, after_help = EXIT_STATUS)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_STATUS: &str = "\
Exit status:
  0  nothing at or above --fail-on, and all was checked
  1  findings at or above --fail-on
  2  the run itself failed: bad option, unreadable path, broken settings file
  3  no such finding, but something that should have been checked was not";

/// What stakelint can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Checks a tree.
    Check(Box<check::Options>),
    /// Verifies signing histories (EIP-3076) and merges them.
    History(Box<history::Options>),
    /// Prints all there is to say about a rule.
    Explain(explain::Options),
    /// Lists the rules.
    Rules(rules::Options),
}

/// Where the settings come from.
#[derive(Debug, Clone, Args)]
pub struct SettingsOptions {
    /// The settings file; by default `stakelint.toml`, looked for upwards from the path
    #[arg(long, value_name = "FILE", help_heading = "Settings", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,
    /// Look for no settings file
    #[arg(long, help_heading = "Settings")]
    pub no_config: bool,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
