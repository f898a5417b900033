//! Secret stores from which signers load every key that they find there, and where two of them find the same.

use super::database::Database;
use super::fact::{called, identity};
use super::model::{Client, Scene};
use super::report::Report;
use crate::invocation::Setting;
use std::collections::BTreeSet;

/// A signer, and the store that it loads keys from.
struct Loading<'a> {
    client: Client<'a>,
    store: &'a Setting,
    place: &'a Setting,
    filter: BTreeSet<String>,
    tags: BTreeSet<String>,
}

/// Reports signers that load the same keys from one store and do not share one history.
pub fn report(scene: &mut Scene<'_>) {
    let loading: Vec<Loading<'_>> = scene.clients().filter_map(Loading::of).collect();
    for (at, one) in loading.iter().enumerate() {
        for other in loading[at + 1..].iter().filter(|other| one.meets(other)) {
            let databases = [one, other].map(|loading| Database::of(loading.client.workload));
            let [first, second] = databases;
            // A database that is not known may be the same one.
            let one_history = match (&first, &second) {
                (Some(first), Some(second)) => first.is(second),
                _ => one.has_unknown_history() || other.has_unknown_history(),
            };
            let Some(why) = scene.fleet().together(one.client.id, other.client.id).filter(|_| !one_history) else {
                continue;
            };
            let (a, b) = (one.client.workload, other.client.workload);
            let headline = format!("{} and {} load keys from one secret store", called(a), called(b));
            let report = Report::on(a, one.place, headline)
                .label(format!("the store of `{}`", a.name()))
                .also(b)
                .related(other.place, format!("and of `{}`", b.name()))
                .related(one.store, "every key that is found there is loaded")
                .because(format!("They can be at work together: {why}. And they do not share one signing history."))
                .subject(format!("{} {}", identity(a), identity(b)));
            scene.report(report);
        }
    }
}

impl<'a> Loading<'a> {
    fn of(client: Client<'a>) -> Option<Self> {
        let set = |name: &str| client.invocation.set(name);
        let items = |name: &str| -> Option<BTreeSet<String>> {
            let items = set(name).map(Setting::items).unwrap_or_default();
            items.iter().map(|item| item.known().map(str::to_owned)).collect()
        };
        let store = set("keys.vault").filter(|store| store.known().is_some_and(|store| store != "false"))?;
        let place = set("keys.vault-place").filter(|place| place.known().is_some())?;
        let (filter, tags) = (items("keys.vault-filter")?, items("keys.vault-tags")?);
        Some(Self { client, store, place, filter, tags })
    }

    /// One store, and neither names nor tags that keep the two apart.
    fn meets(&self, other: &Self) -> bool {
        let prefix = |one: &String| {
            other.filter.iter().any(|other| one.starts_with(other.as_str()) || other.starts_with(one.as_str()))
        };
        let names = self.filter.is_empty() || other.filter.is_empty() || self.filter.iter().any(prefix);
        let tags = self.tags.is_empty() || other.tags.is_empty() || !self.tags.is_disjoint(&other.tags);
        self.store.known() == other.store.known() && self.place.known() == other.place.known() && names && tags
    }

    fn has_unknown_history(&self) -> bool {
        let database = self.client.workload.dials.iter().any(|dial| dial.api == crate::fleet::Api::Database);
        database || matches!(self.client.invocation.setting("signer.database-url"), crate::invocation::Answer::Unknown)
    }
}
