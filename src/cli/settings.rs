//! Finds and reads the settings file of a run.

use super::Failure;
use super::args::SettingsOptions;
use crate::config::{Settings, find_upwards};
use crate::source::LineIndex;
use std::path::Path;

/// Reads the settings file that the options name, or the nearest one above the first path.
///
/// # Errors
/// If it cannot be read, or says something that cannot be meant: every such place, with its line.
pub fn load(options: &SettingsOptions, first: &Path) -> Result<Settings, Failure> {
    let found = match &options.config {
        Some(path) => Some(path.clone()),
        None if options.no_config => None,
        None => find_upwards(first),
    };
    let Some(path) = found else { return Ok(Settings::default()) };
    let text = std::fs::read_to_string(&path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    Settings::parse(&text, &path).map_err(|problems| {
        let lines = LineIndex::new(&text);
        let say = |problem: &crate::config::SettingsProblem| {
            let at = lines.position(&text, problem.span.start as u32);
            format!("{}:{}:{}: {}", path.display(), at.line, at.column, problem.message)
        };
        let problems: Vec<String> = problems.iter().map(say).collect();
        Failure::new(format!("the settings file cannot be used\n  {}", problems.join("\n  ")))
    })
}
