//! Finds and reads the settings file of a run.

use super::args::SettingsOptions;
use super::{Failure, pack, policy};
use crate::config::{Settings, SettingsProblem, find_upwards};
use crate::finding::Cards;
use crate::source::LineIndex;
use std::ops::Range;
use std::path::Path;

/// Reads the settings file that the options name, or the nearest one above the first path.
///
/// # Errors
/// If it cannot be read, says something that cannot be meant, or asks for what this version cannot do: every such place,
/// with its line. What is asked for and left out in silence would look like an answer.
pub fn load(options: &SettingsOptions, first: &Path, cards: &Cards) -> Result<Settings, Failure> {
    let found = match &options.config {
        Some(path) => Some(path.clone()),
        None if options.no_config => None,
        None => find_upwards(first),
    };
    let Some(path) = found else { return Ok(Settings::default()) };
    let text = std::fs::read_to_string(&path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    let settings = Settings::parse(&text, &path).and_then(|settings| match unknown(&settings, cards) {
        problems if problems.is_empty() => Ok(settings),
        problems => Err(problems),
    });
    settings.map_err(|problems| {
        let lines = LineIndex::new(&text);
        let say = |problem: &SettingsProblem| {
            let at = lines.position(&text, problem.span.start as u32);
            format!("{}:{}:{}: {}", path.display(), at.line, at.column, problem.message)
        };
        let problems: Vec<String> = problems.iter().map(say).collect();
        Failure::new(format!("the settings file cannot be used\n  {}", problems.join("\n  ")))
    })
}

/// Answers what names something that this version does not know, in order of place.
fn unknown(settings: &Settings, cards: &Cards) -> Vec<SettingsProblem> {
    let problem = |place: &Range<usize>, message: String| SettingsProblem { span: place.clone(), message };
    let rules = settings.rules.iter().map(|(id, rule)| (id, &rule.place));
    let allowed = settings.allows.iter().map(|allow| (&allow.rule, &allow.place));
    let ids = rules.chain(allowed).filter_map(|(id, place)| Some(problem(place, policy::known(id, cards).err()?)));
    let packs = settings.packs.iter().filter_map(|(name, place)| Some(problem(place, pack::known(name).err()?)));
    let foreign = settings.inventories.iter();
    let foreign = foreign.map(|kept| problem(&kept.place, "keys of other trees cannot be compared yet".to_owned()));
    let mut problems: Vec<SettingsProblem> = ids.chain(packs).chain(foreign).collect();
    problems.sort_by_key(|problem| problem.span.start);
    problems
}
