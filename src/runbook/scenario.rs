//! Scenarios: what it looks like, what to do first, in which order to go on, and when to stop.

use super::chapter::tidy;
use super::draft::Draft;
use super::model::Refusal;
use super::page::{filled, names};
use super::transfer;
use crate::catalogue::shelf;
use serde::Deserialize;
use std::fmt::Write;

/// A scenario, as `rules/runbooks/<name>.toml` has it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Scenario {
    /// Its place among the scenarios: the most pressing first.
    rank: usize,
    /// Its title.
    title: String,
    /// What it begins with.
    trigger: String,
    /// How to tell it from what looks like it.
    tell_apart: String,
    /// What to do before anything else.
    first: String,
    /// What to do then, in order.
    steps: Vec<String>,
    /// When to go no further.
    stop_rule: String,
    /// Who leads.
    owner: String,
    /// Where it comes from.
    sources: Vec<String>,
}

fn named(name: &str) -> Option<Scenario> {
    serde_json::from_str(shelf::volume(&format!("runbooks/{name}.toml"))?).ok()
}

/// Writes one scenario with all that it needs.
pub fn alone(draft: &Draft<'_>, name: &str) -> Result<String, Refusal> {
    let known = || names().into_iter().map(str::to_owned).collect();
    let scenario = named(name).ok_or_else(|| Refusal::Scenario(name.to_owned(), known()))?;
    transfer::check(draft)?;
    let head = "# {title}\n\nWritten {today} by `stakelint runbook` from the tree: {keys} in {units} on {places} ({networks}).";
    let head = filled(draft, &head.replace("{title}", &scenario.title));
    Ok(tidy(&format!("{head}\n\n{}", body(draft, &scenario))))
}

fn in_order() -> Vec<Scenario> {
    let mut scenarios: Vec<Scenario> = names().into_iter().filter_map(named).collect();
    scenarios.sort_by_key(|scenario| scenario.rank);
    scenarios
}

/// Writes all scenarios, as sections of a plan.
pub fn all(draft: &Draft<'_>) -> String {
    let written =
        in_order().into_iter().map(|scenario| format!("### {}\n\n{}", scenario.title, body(draft, &scenario)));
    written.collect::<Vec<_>>().join("\n\n")
}

/// Lists what each scenario begins with, with a link.
pub fn list() -> String {
    let anchor = |title: &str| {
        let kept = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, ' ' | '-');
        title.to_ascii_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")
    };
    let line = |one: Scenario| format!("- {} → [{}](#{})", one.trigger.trim(), one.title, anchor(&one.title));
    in_order().into_iter().map(line).collect::<Vec<_>>().join("\n")
}

fn body(draft: &Draft<'_>, scenario: &Scenario) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "- **Trigger**: {}", filled(draft, &scenario.trigger));
    let _ = writeln!(out, "- **Tell apart**: {}", filled(draft, &scenario.tell_apart));
    let _ = writeln!(out, "- **First**: {}", filled(draft, &scenario.first));
    let _ = writeln!(out, "- **Stop rule**: {}", filled(draft, &scenario.stop_rule));
    let _ = writeln!(out, "- **Leads**: {}\n", filled(draft, &scenario.owner));
    for (number, step) in scenario.steps.iter().enumerate() {
        let text = filled(draft, step);
        let mut lines = text.lines();
        let head = format!("{}. ", number + 1);
        let _ = writeln!(out, "{head}{}", lines.next().unwrap_or_default());
        for line in lines {
            let _ = writeln!(out, "{}{line}", if line.is_empty() { "" } else { &"     "[..head.len().min(5)] });
        }
    }
    let sources: Vec<String> = scenario.sources.iter().map(|source| format!("<{source}>")).collect();
    if !sources.is_empty() {
        let _ = write!(out, "\nSources: {}", sources.join(" · "));
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scenario_fits_its_model_and_says_everything() {
        assert!(names().len() >= 12);
        for name in names() {
            let scenario = named(name).unwrap_or_else(|| panic!("{name} does not fit"));
            assert!(scenario.steps.len() >= 3 && !scenario.sources.is_empty(), "{name}");
            assert!(scenario.sources.iter().all(|source| source.starts_with("https://")), "{name}");
        }
    }
}
