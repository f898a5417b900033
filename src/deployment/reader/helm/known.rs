//! Charts that are none of the tree's, but known: `rules/charts/` says what they make of their values.

use crate::catalogue::shelf;
use crate::deployment::template::{Datum, Definition, Machine, Map, Placing, parse};
use crate::document::{Syntax, parse_rendered};
use crate::source::{Span, Text};
use serde::Deserialize;
use std::rc::Rc;
use std::sync::OnceLock;

/// The name of what stands for every chart that is not known; no chart can be called so.
const ANY: &str = "any chart";

/// A chart that is known.
#[derive(Debug)]
pub(super) struct Known {
    collection: Arc,
    chart: Entry,
}

type Arc = std::sync::Arc<Collection>;

/// The charts of one repository.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Collection {
    /// Parts of addresses that the repository is known by.
    repositories: Vec<String>,
    /// The oldest version of the charts of which all that is said here is known to hold.
    since: Option<semver::Version>,
    /// What the charts make, as a template.
    #[serde(default)]
    template: String,
    /// Values that the charts have in common, as YAML.
    #[serde(default)]
    values: String,
    /// The charts.
    #[serde(default)]
    chart: Vec<Entry>,
}

/// One chart.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Its name.
    name: String,
    /// Its own values, as YAML.
    #[serde(default)]
    values: String,
    /// What it makes, if not the same as the others.
    template: Option<String>,
    /// Charts that it brings along, and the value that switches each on.
    #[serde(default)]
    dependencies: Vec<(String, String)>,
}

/// Answers a chart by its name. A repository that nobody knows can be a mirror of one that is known; another one that is cannot.
pub(super) fn find(name: &str, repository: &str) -> Option<&'static Known> {
    static ALL: OnceLock<Vec<Known>> = OnceLock::new();
    let all = ALL.get_or_init(all);
    let fits = |known: &&Known| known.chart.name == name;
    let here = |known: &&Known| known.collection.repositories.iter().any(|part| repository.contains(part.as_str()));
    match all.iter().any(|known| here(&known)) {
        true => all.iter().filter(fits).find(here),
        false => all.iter().find(fits),
    }
}

/// Answers what is made of a chart that nobody knows: what the names of its values say to everybody.
pub(super) fn any() -> Option<&'static Known> {
    find(ANY, "")
}

fn all() -> Vec<Known> {
    let mut known = Vec::new();
    for (_, text) in shelf::below("charts") {
        let Ok(collection) = serde_json::from_str::<Collection>(text) else { continue };
        let collection = Arc::new(collection);
        let charts = collection.chart.iter().cloned();
        known.extend(charts.map(|chart| Known { collection: Arc::clone(&collection), chart }));
    }
    known
}

impl Known {
    /// Answers its name.
    pub fn name(&self) -> &str {
        &self.chart.name
    }

    /// Answers the repository that it is best known from.
    pub fn repository(&self) -> &str {
        self.collection.repositories.first().map_or("", String::as_str)
    }

    /// Answers the charts that it brings along, and the value that switches each on.
    pub fn dependencies(&self) -> impl Iterator<Item = (&str, &str)> {
        self.chart.dependencies.iter().map(|(name, condition)| (name.as_str(), condition.as_str()))
    }

    /// Tells whether a version is older than those that are known.
    pub fn is_older(&self, version: &str) -> bool {
        let version = semver::Version::parse(version.trim_start_matches('v')).ok();
        version.is_some_and(|version| self.collection.since.as_ref().is_some_and(|since| version < *since))
    }

    /// Makes its values, as if they stood where the chart is named.
    pub fn defaults(&self, machine: &mut Machine, place: Span) -> Datum {
        let values = machine.heap.map(Map::new());
        for text in [&self.collection.values, &self.chart.values] {
            let document = parse_rendered(&Text::inexact(text, place), Syntax::Yaml);
            if let Some(root) = document.root() {
                let own = machine.heap.load(root);
                machine.heap.overlay(&values, &own);
            }
        }
        values
    }

    /// Answers what it makes, as if that stood where the chart is named.
    pub fn template(&self, place: Span) -> Vec<(String, Rc<Definition>)> {
        let text = self.chart.template.as_ref().unwrap_or(&self.collection.template);
        parse("main", Rc::new(Text::inexact(text, place)), Placing::Value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chart_is_well_formed() {
        for (path, text) in shelf::below("charts") {
            let collection: Collection = serde_json::from_str(text).unwrap_or_else(|fault| panic!("{path}: {fault}"));
            let place = Span::new(crate::source::FileId(0), 0, 1);
            let values = collection.chart.iter().map(|chart| &chart.values).chain([&collection.values]);
            for text in values {
                let document = parse_rendered(&Text::inexact(text, place), Syntax::Yaml);
                assert!(document.problems().is_empty(), "{path}: {:?}", document.problems());
            }
        }
        assert!(find("lighthouse", "https://ethpandaops.github.io/ethereum-helm-charts").is_some());
        assert!(find("postgresql", "").is_none() && any().is_some());
        assert!(find("lighthouse", "https://charts.stakewise.io").is_none(), "another chart of the same name");
    }
}
