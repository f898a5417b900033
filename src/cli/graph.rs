//! `stakelint graph`: the fleet as a picture.

use super::args::SettingsOptions;
use super::check::today;
use super::{Failure, policy, print, settings};
use crate::picture::{self, FORMATS};
use crate::report::KeyStyle;
use crate::workspace;
use crate::{Checked, Request};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// The options of `graph`.
#[derive(Debug, Args)]
pub struct Options {
    /// Folders or files [default: the current folder]
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// `svg` for documents, `html` to search in, `dot` for Graphviz, `mermaid` for Markdown
    #[arg(long, value_name = "FORMAT", default_value = "svg", value_parser = ["svg", "html", "dot", "mermaid"])]
    pub format: String,
    /// The file to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write a digest in place of each public key that is part of a name
    #[arg(long, value_name = "SALT")]
    pub redact: Option<String>,
    /// The network of units for which the tree doesn't say
    #[arg(long, value_name = "NAME")]
    pub network: Option<String>,
    /// The settings file
    #[command(flatten)]
    pub settings: SettingsOptions,
}

/// Draws the fleet, with what a check would find.
///
/// # Errors
/// If a path or the settings file cannot be used, or the picture cannot be written.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let roots = if options.paths.is_empty() { vec![PathBuf::from(".")] } else { options.paths.clone() };
    let rulebook = crate::rulebook();
    let cards = rulebook.cards();
    let settings = settings::load(&options.settings, &roots[0], &cards)?;
    let workspace = workspace::open(&roots, &settings, &workspace::Options::default()).map_err(Failure::new)?;
    let policy = policy::of_settings(&settings, &cards, &workspace, today());
    let request = Request { settings: &settings, policy: &policy, network: options.network.as_deref() };
    let Checked { outcome, fleet, .. } = crate::check(&workspace, rulebook, request);
    let style = options.redact.as_deref().map_or(KeyStyle::Short, KeyStyle::Hashed);
    let picture = picture::picture(&fleet, &outcome.findings, style);
    let format = FORMATS.iter().find(|(name, _)| *name == options.format).map(|(_, format)| *format);
    let format = format.ok_or_else(|| Failure::new(format!("there is no format `{}`", options.format)))?;
    match &options.output {
        None => print(|out| format(&picture, out))?,
        Some(path) => {
            let mut text = Vec::new();
            let written = format(&picture, &mut text).and_then(|()| std::fs::write(path, &text));
            written.map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
        }
    }
    let gap = outcome.not_checked.iter().any(|entry| entry.gap);
    std::mem::forget((workspace, fleet));
    Ok(ExitCode::from(if gap || outcome.summary.files == 0 { 3 } else { 0 }))
}
