//! `stakelint init`: writes what a repository needs to begin with, and never over what is there.

use super::{Failure, print};
use clap::Args;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const SETTINGS: &str = include_str!("init/stakelint.toml");

/// The release that the files below name; the one that runs takes its place.
const WRITTEN: &str = "v0.1.0";

/// Files that run the stakelint that is installed, or one that is fetched from its repository.
const HOOK: [&str; 2] = [include_str!("init/pre-commit-config.yaml"), include_str!("init/pre-commit-fetched.yaml")];
const GITHUB: [&str; 2] = [include_str!("init/github.yml"), include_str!("init/github-fetched.yml")];
const GITLAB: [&str; 2] = [include_str!("init/gitlab-ci.yml"), include_str!("init/gitlab-fetched.yml")];

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
    /// Stakelint's repository on GitHub, for a hook and jobs that fetch this release from it; without it they run the
    /// stakelint that is installed
    #[arg(long, value_name = "OWNER/NAME", value_parser = repository)]
    pub repository: Option<String>,
}

/// Writes the files that are asked for. All of them are looked at before the first is written.
///
/// # Errors
/// If one of them is there already, or cannot be written.
pub fn run(options: &Options) -> Result<ExitCode, Failure> {
    let from = |[installed, fetched]: [&str; 2]| match &options.repository {
        Some(repository) => {
            fetched.replace("OWNER/NAME", repository).replace(WRITTEN, concat!("v", env!("CARGO_PKG_VERSION")))
        }
        None => installed.to_owned(),
    };
    let wanted = [
        (true, "stakelint.toml", SETTINGS.to_owned()),
        (options.pre_commit, ".pre-commit-config.yaml", from(HOOK)),
        (options.github, ".github/workflows/stakelint.yml", from(GITHUB)),
        (options.gitlab, ".gitlab-ci.yml", from(GITLAB)),
    ];
    let files: Vec<(PathBuf, String)> = wanted
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

/// Takes `owner/name`, in letters that a repository can have.
fn repository(text: &str) -> Result<String, String> {
    let sound = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    match text.split_once('/') {
        Some((owner, name)) if sound(owner) && sound(name) => Ok(text.to_owned()),
        _ => Err("a repository is written as `owner/name`".into()),
    }
}

fn create(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())
}
