//! Which tree a command reads: the options that all commands on one tree share, and how the process ends where not all could be read.

use super::args::SettingsOptions;
use super::{Failure, settings};
use crate::config::Settings;
use crate::workspace::{self, Workspace};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// The tree, and what it does not say itself.
#[derive(Debug, Args)]
pub struct TreeOptions {
    /// Folders or files [default: the current folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// The network of units for which the tree doesn't say
    #[arg(long, value_name = "NAME")]
    pub network: Option<String>,
    /// The settings file
    #[command(flatten)]
    pub settings: SettingsOptions,
}

impl TreeOptions {
    /// Reads the settings and the tree.
    ///
    /// # Errors
    /// If a path or the settings file cannot be used.
    pub fn open(&self) -> Result<(Settings, Workspace), Failure> {
        let roots = roots(&self.paths);
        let settings = settings::load(&self.settings, &roots[0], &crate::rulebook().cards())?;
        let workspace = workspace::open(&roots, &settings, &workspace::Options::default()).map_err(Failure::new)?;
        Ok((settings, workspace))
    }
}

/// Answers the folders and files that a command was given, one at least: the current folder, if none.
#[must_use]
pub fn roots(paths: &[PathBuf]) -> Vec<PathBuf> {
    if paths.is_empty() { vec![PathBuf::from(".")] } else { paths.to_vec() }
}

/// Answers the status of a command that judges nothing: 3, if something was not read that should have been.
#[must_use]
pub fn status(gap: bool) -> ExitCode {
    ExitCode::from(if gap { 3 } else { 0 })
}
