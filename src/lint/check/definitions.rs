//! Definitions files and the keystores beside them name the same keys.

use crate::fleet::{DefinitionsFile, Fleet, Link, Listed};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::source::Span;
use serde::Deserialize;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Definitions {}

/// Keystores without an entry that are shown by themselves; the rest is counted.
const SHOWN: usize = 8;

impl Check for Definitions {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        for file in &fleet.definitions {
            let of_entries = file.entries.iter().filter_map(|listed| entry(fleet, file, listed));
            of_entries.chain(unlisted(fleet, file)).for_each(|report| scene.report(report));
        }
    }
}

fn entry(fleet: &Fleet, file: &DefinitionsFile, listed: &Listed) -> Option<Report> {
    let Listed { entry, link } = listed;
    let path = entry.keystore.as_ref().map(crate::source::Text::span);
    let key = entry.key.as_ref();
    let name = key.map_or_else(|| "an entry".to_owned(), |key| format!("key {}", key.value.short()));
    match link {
        // An entry that is switched off loads nothing: what it names may have been moved away.
        Link::Missing if entry.enabled => {
            let headline = format!("the definitions name a keystore for {name} that is not there");
            let report = Report::at(path?, headline).label("no such file in the tree, though others of its folder are");
            Some(with_owners(fleet, file, report, "missing", key.map(|key| key.value.to_string())))
        }
        Link::Keystore(Some(found)) if key.is_some_and(|key| key.value != found.value) => {
            let key = key?;
            let headline =
                format!("the definitions list {name}, but the keystore that they name holds {}", found.value.short());
            let report =
                Report::at(key.span, headline).label("listed here").related(found.span, "what the keystore holds");
            Some(with_owners(fleet, file, report, "differs", Some(key.value.to_string())))
        }
        Link::Missing | Link::Keystore(_) | Link::Unknown => None,
    }
}

fn unlisted(fleet: &Fleet, file: &DefinitionsFile) -> Option<Report> {
    let (first, rest) = file.unlisted.split_first()?;
    let count = file.unlisted.len();
    let headline = match count {
        1 => format!("a keystore with key {} lies beside definitions that don't list it", first.1.short()),
        _ => format!("{count} keystores lie beside definitions that don't list them"),
    };
    let listed = file.entries.first().map_or(Span::new(file.file, 0, 0), |listed| listed.entry.place);
    let mut report = Report::at(first.0, headline).label("not listed").related(listed, "the list begins here");
    for (span, _) in rest.iter().take(SHOWN) {
        report = report.related(*span, "not listed either");
    }
    let keys: Vec<String> = file.unlisted.iter().map(|(_, key)| key.to_string()).collect();
    let because = "The client finds such a keystore by itself at its next start, and signs with it from then on.";
    let report = with_owners(fleet, file, report.because(because).keys(keys.iter().skip(1).cloned()), "unlisted", None);
    Some(report.keys(keys.into_iter().take(1)))
}

fn with_owners(fleet: &Fleet, file: &DefinitionsFile, report: Report, what: &str, key: Option<String>) -> Report {
    let names: Vec<String> = file.owners.iter().map(|id| fleet.name(*id)).collect();
    let report = file.owners.iter().fold(report, |report, id| report.also(&fleet.workloads[*id]));
    let subject = format!("{what} {} {}", names.join(" "), key.as_deref().unwrap_or_default());
    report.cause(what).subject(subject).keys(key)
}
