//! Keys that somebody signs with and the monitoring does not watch, and watched keys that nobody signs with.

use crate::deployment::KeyForm;
use crate::finding::thousands;
use crate::fleet::Key;
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use crate::lint::scrape;
use crate::source::Span;
use serde::Deserialize;

/// As many keys stand in a finding by themselves.
const NAMED: usize = 100;

/// The check has no parameters.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct WatchList {}

impl Check for WatchList {
    fn check(&self, scene: &mut Scene<'_>) {
        scrape::unscraped(scene);
        let fleet = scene.fleet();
        let is_watched = |key: &Key<'_>| key.places.iter().any(|place| place.form == KeyForm::WatchList);
        let Some(list) = fleet.keys().filter(is_watched).map(|key| watched_at(&key)).min() else { return };
        let keys: Vec<Key<'_>> = fleet.keys().collect();
        let owned = |key: &Key<'_>| !fleet.owners(*key).is_empty();
        let unwatched: Vec<&Key<'_>> = keys.iter().filter(|key| !is_watched(key) && owned(key)).collect();
        let unowned: Vec<&Key<'_>> = keys.iter().filter(|key| is_watched(key) && !owned(key)).collect();
        if let Some(first) = unwatched.first() {
            let headline =
                format!("{} that this fleet signs with {} in no watch list", counted(&unwatched), are(&unwatched));
            let place = first.places.iter().find(|place| place.form.makes_owner()).unwrap_or(&first.places[0]);
            let report = Report::at(place.span, headline).related(list, "the watch list begins here");
            scene.report(report.keys(named(&unwatched)).subject("unwatched"));
        }
        // A tree without owners, a repository of the monitoring alone, says nothing of who signs.
        if let Some(first) = unowned.first().filter(|_| keys.iter().any(owned)) {
            let headline =
                format!("{} {} watched, and nobody in this fleet signs with it", counted(&unowned), are(&unowned));
            scene.report(Report::at(watched_at(first), headline).keys(named(&unowned)).subject("unowned"));
        }
    }
}

fn watched_at(key: &Key<'_>) -> Span {
    let watched = key.places.iter().find(|place| place.form == KeyForm::WatchList);
    watched.unwrap_or(&key.places[0]).span
}

fn counted(keys: &[&Key<'_>]) -> String {
    match keys {
        [key] => format!("validator key {}", key.key.short()),
        keys => format!("{} validator keys", thousands(keys.len())),
    }
}

fn are(keys: &[&Key<'_>]) -> &'static str {
    if keys.len() == 1 { "is" } else { "are" }
}

fn named(keys: &[&Key<'_>]) -> Vec<String> {
    keys.iter().take(NAMED).map(|key| key.key.to_string()).collect()
}
