//! `stakelint init`: writes what a repository needs to begin with, and never over what is there.

use super::{Failure, print};
use clap::Args;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const SETTINGS: &str = include_str!("init/stakelint.toml");
const HOOK: &str = include_str!("init/pre-commit-config.yaml");
const GITHUB: &str = include_str!("init/github.yml");
const GITLAB: &str = include_str!("init/gitlab-ci.yml");

/// The options of `init`.
#[derive(Debug, Args)]
pub struct Options {
    /// The folder of the repository
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub folder: PathBuf,
    /// Write `.pre-commit-config.yaml` as well
    #[arg(long)]
    pub pre_commit: bool,
    /// Write `.github/workflows/stakelint.yml` as well
    #[arg(long)]
    pub github: bool,
    /// Write `.gitlab-ci.yml` as well
    #[arg(long)]
    pub gitlab: bool,
}

/// Writes the files that are asked for. All of them are looked at before the first is written.
///
/// # Errors
/// If one of them is there already, or cannot be written.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let wanted = [
        (true, "stakelint.toml", SETTINGS),
        (options.pre_commit, ".pre-commit-config.yaml", HOOK),
        (options.github, ".github/workflows/stakelint.yml", GITHUB),
        (options.gitlab, ".gitlab-ci.yml", GITLAB),
    ];
    let files: Vec<(PathBuf, &str)> = wanted
        .into_iter()
        .filter(|(wanted, ..)| *wanted)
        .map(|(_, name, text)| (options.folder.join(name), text))
        .collect();
    if let Some((path, text)) = files.iter().find(|(path, _)| path.exists()) {
        let hint =
            format!("{} is there already, and nothing was written; it would have been:\n\n{text}", path.display());
        return Err(Failure::new(hint));
    }
    for (path, text) in &files {
        create(path, text).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
        print(|out| writeln!(out, "wrote {}", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn create(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}
