//! Finds and reads the settings file of a run.

use super::args::SettingsOptions;
use super::{Failure, input, pack, policy};
use crate::catalogue::{Catalogue, Version};
use crate::config::{Own, OwnTable, Settings, SettingsProblem, find_upwards};
use crate::finding::Cards;
use crate::report::one_line;
use crate::source::{LineIndex, Position};
use std::ops::Range;
use std::path::Path;
use unicode_width::UnicodeWidthStr;

/// A line of more bytes is not shown.
const LONGEST: usize = 160;

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
    let text = input::text(&path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    let settings = parse(&text, &path, cards).map_err(|problems| unusable(&said(&path, &text, &problems)))?;
    with_tables(settings, &path, &text)
}

/// Reads the text of a settings file.
///
/// # Errors
/// Every place that says something that cannot be meant, or asks for what this version cannot do.
pub fn parse(text: &str, path: &Path, cards: &Cards) -> Result<Settings, Vec<SettingsProblem>> {
    let settings = Settings::parse(text, path)?;
    let problems = unknown(&settings, cards);
    if problems.is_empty() { Ok(settings) } else { Err(problems) }
}

fn unusable(problems: &[String]) -> Failure {
    Failure::new(format!("the settings file cannot be used\n  {}", problems.join("\n  ")))
}

/// Says where each problem of a file is, and shows it.
fn said(path: &Path, text: &str, problems: &[SettingsProblem]) -> Vec<String> {
    let lines = LineIndex::new(text);
    let say = |problem: &SettingsProblem| {
        let at = lines.position(text, problem.span.start as u32);
        // What was taken for a settings file by mistake may hold anything (`--config .env`).
        let shown = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("stakelint"));
        let excerpt = if shown { excerpt(text, &lines, at, &problem.span) } else { String::new() };
        format!("{}:{}:{}: {}{excerpt}", path.display(), at.line, at.column, problem.message)
    };
    problems.iter().map(say).collect()
}

/// Draws the line of a problem, with its place marked; nothing where the line is longer than anybody writes.
fn excerpt(text: &str, lines: &LineIndex, at: Position, place: &Range<usize>) -> String {
    let line = lines
        .line(text, at.line)
        .and_then(|(start, end)| Some((start as usize, text.get(start as usize..end as usize)?)));
    let Some((start, line)) = line.filter(|(_, line)| line.len() <= LONGEST) else { return String::new() };
    let marked = place.end.min(start + line.len()).saturating_sub(place.start);
    let width = text.get(place.start..place.start + marked).map_or(1, |marked| marked.width().max(1));
    let before = one_line(line.get(..place.start.saturating_sub(start)).unwrap_or_default()).width();
    let number = at.line.to_string();
    let margin = " ".repeat(number.len());
    format!(
        "\n    {margin} │\n    {number} │ {}\n    {margin} │ {}{}",
        one_line(line),
        " ".repeat(before),
        "━".repeat(width)
    )
}

/// Lays the operator's own tables over those that are baked in.
///
/// # Errors
/// If one of them cannot be read, or says something that cannot be meant.
pub fn with_tables(mut settings: Settings, path: &Path, text: &str) -> Result<Settings, Failure> {
    let mut problems = Vec::new();
    let mut laid = Vec::new();
    for (kind, file, place) in &settings.table_files {
        let read = input::file(file).map_err(|error| {
            let problem = SettingsProblem { span: place.clone(), message: format!("{}: {error}", file.display()) };
            said(path, text, &[problem])
        });
        let id = file.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let own = read.and_then(|table| {
            let own = OwnTable::parse(&table, *kind, &id).and_then(|own| own.lay());
            own.map_err(|problems| said(file, &table, &problems))
        });
        own.map_or_else(|wrong| problems.extend(wrong), |own| laid.push(own));
    }
    for table in &settings.tables {
        table.lay().map_or_else(|wrong| problems.extend(said(path, text, &wrong)), |own| laid.push(own));
    }
    for own in laid {
        match own {
            Own::Client(client) => settings.overrides.clients.push(*client),
            Own::Wrapper(wrapper) => settings.overrides.wrappers.push(*wrapper),
        }
    }
    if problems.is_empty() { Ok(settings) } else { Err(unusable(&problems)) }
}

/// Takes every unit of a client for one of a release, as the operator asks (`lighthouse=v8.0.0`).
///
/// # Errors
/// If there is no such client, or the release is none.
pub fn assume(settings: &mut Settings, asked: &[String]) -> Result<(), Failure> {
    let catalogue = Catalogue::builtin().with(settings.overrides.clone());
    for text in asked {
        let (client, release) = text.split_once('=').unwrap_or((text, ""));
        if catalogue.client(client).is_none() {
            let known: Vec<&str> = catalogue.clients().collect();
            return Err(Failure::new(format!(
                "--assume: there is no client `{client}`; there are {}",
                known.join(", ")
            )));
        }
        let version = Version::parse(release);
        let version = version.ok_or_else(|| Failure::new(format!("--assume: write `{client}=1.2.3`, not `{text}`")))?;
        settings.overrides.assumed.insert(client.to_owned(), version);
    }
    Ok(())
}

/// Answers what names something that this version does not know, in order of place.
fn unknown(settings: &Settings, cards: &Cards) -> Vec<SettingsProblem> {
    let problem = |place: &Range<usize>, message: String| SettingsProblem { span: place.clone(), message };
    let there = settings.environments.iter().flat_map(|environment| &environment.rules);
    let rules = settings.rules.iter().chain(there).map(|(id, rule)| (id, &rule.place));
    let allowed = settings.allows.iter().map(|allow| (&allow.rule, &allow.place));
    let ids = rules.chain(allowed).filter_map(|(id, place)| Some(problem(place, policy::known(id, cards).err()?)));
    let packs = settings.packs.iter().filter_map(|(name, place)| Some(problem(place, pack::known(name).err()?)));
    let mut problems: Vec<SettingsProblem> = ids.chain(packs).collect();
    problems.sort_by_key(|problem| problem.span.start);
    problems
}
