//! Reads and writes baseline files.

use super::input;
use super::replace::replace;
use super::{Failure, say};
use crate::finding::{Baseline, Outcome};
use clap::Args;
use std::path::PathBuf;

/// The options of a baseline.
#[derive(Debug, Args)]
#[group(skip)]
pub struct Options {
    /// A file with findings that are known: they are counted, and fail nothing
    #[arg(long, value_name = "FILE", help_heading = "Adoption")]
    pub baseline: Option<PathBuf>,
    /// Write all that is found to a baseline file, and pass
    #[arg(long, value_name = "FILE", help_heading = "Adoption")]
    pub write_baseline: Option<PathBuf>,
}

impl Options {
    /// Reads the baseline, if one is named. One that is to be written and is there already is read as well.
    ///
    /// # Errors
    /// If the file cannot be read, or is none.
    pub fn read(&self) -> Result<Option<Baseline>, Failure> {
        let again = self.write_baseline.as_ref().filter(|path| path.exists());
        let Some(path) = self.baseline.as_ref().or(again) else { return Ok(None) };
        let fail = |why: String| Failure::new(format!("{}: {why}", path.display()));
        let text = input::text(path).map_err(|error| fail(error.to_string()))?;
        Baseline::parse(&text).map(Some).map_err(fail)
    }

    /// Writes what was found, if that was asked for; answers whether it was.
    ///
    /// # Errors
    /// If the file cannot be written. The one that was there is then as it was.
    pub fn write(&self, outcome: &Outcome) -> Result<bool, Failure> {
        let Some(path) = &self.write_baseline else { return Ok(false) };
        let baseline = Baseline::of(outcome);
        replace(path, baseline.text().as_bytes())
            .map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
        say(&format!("{}: {} findings are known from now on", path.display(), baseline.len()));
        Ok(true)
    }
}
