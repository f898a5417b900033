//! `stakelint lsp`: a language server on standard input and output.

mod actions;
mod address;
mod client;
mod completion;
mod definition;
mod diagnostics;
mod documents;
mod flag;
mod hover;
mod model;
mod place;
mod position;
mod requests;
mod session;
mod settings;
mod start;
mod survey;
mod wire;

use super::Failure;
use super::args::SettingsOptions;
use clap::Args;
use std::process::ExitCode;

/// The options of `lsp`.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// The settings file
    #[command(flatten)]
    pub settings: SettingsOptions,
    /// What many editors add; there is no other way
    #[arg(long, hide = true)]
    pub stdio: bool,
}

/// Serves an editor until it has had enough.
///
/// # Errors
/// If the system grants no thread.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    session::serve(options)
}
