//! `stakelint graph`: the fleet as a picture.

use super::check::today;
use super::foreign::salt;
use super::tree::{TreeOptions, status};
use super::{Failure, policy, print, write};
use crate::picture::{self, FORMATS};
use crate::report::KeyStyle;
use crate::{Checked, Request};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// The options of `graph`.
#[derive(Debug, Args)]
pub struct Options {
    /// The tree
    #[command(flatten)]
    pub tree: TreeOptions,
    /// `svg` for documents, `html` to search in, `dot` for Graphviz, `mermaid` for Markdown
    #[arg(long, value_name = "FORMAT", default_value = "svg", value_parser = ["svg", "html", "dot", "mermaid"])]
    pub format: String,
    /// The file to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write a digest in place of each public key that is part of a name; `env` takes the salt from `STAKELINT_SALT`
    #[arg(long, value_name = "SALT", value_parser = salt)]
    pub redact: Option<String>,
}

/// Draws the fleet, with what a check would find.
///
/// # Errors
/// If a path or the settings file cannot be used, or the picture cannot be written.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let (settings, workspace) = options.tree.open()?;
    let rulebook = crate::rulebook();
    let policy = policy::of_settings(&settings, &rulebook.cards(), &workspace, today());
    let request = Request { settings: &settings, policy: &policy, network: options.tree.network.as_deref() };
    let Checked { outcome, fleet, .. } = crate::check(&workspace, rulebook, request);
    let style = options.redact.as_deref().map_or(KeyStyle::Short, KeyStyle::Hashed);
    let picture = picture::picture(&fleet, &outcome.findings, style);
    let format = FORMATS.iter().find(|(name, _)| *name == options.format).map(|(_, format)| *format);
    let format = format.ok_or_else(|| Failure::new(format!("there is no format `{}`", options.format)))?;
    match &options.output {
        None => print(|out| format(&picture, out))?,
        Some(path) => write(path, |out| format(&picture, out))?,
    }
    let gap = outcome.not_checked.iter().any(|entry| entry.gap);
    std::mem::forget((workspace, fleet));
    Ok(status(gap || outcome.summary.files == 0))
}
