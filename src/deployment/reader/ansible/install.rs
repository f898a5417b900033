//! What tasks leave behind them besides units: charts in clusters, and what nobody has seen.

use super::deed::{Deed, What};
use super::release::For;
use crate::deployment::reader::model::Installed;
use crate::deployment::{Condition, Unseen, UnseenKind};
use crate::source::{Span, Text};
use std::collections::BTreeMap;

/// Answers the charts that the tasks of a host install and leave.
pub(super) fn installed(deeds: &[Deed]) -> Vec<Installed> {
    let mut left: BTreeMap<(String, String, String), Installed> = BTreeMap::new();
    for deed in deeds.iter().filter(|deed| !deed.is_avoided()) {
        match &deed.what {
            What::Install(one) => {
                let condition = deed.condition().map(|text| {
                    let stopped_otherwise = is_uninstalled(one, deed, deeds);
                    Condition { text, stopped_otherwise }
                });
                left.insert(identity(one), Installed { condition, ..(**one).clone() });
            }
            What::Uninstall(name) if deed.is_certain() => left.retain(|(_, _, known), _| known != name.value()),
            _ => {}
        }
    }
    left.into_values().collect()
}

/// Tells whether a task takes a release away under other conditions than those that it is installed under.
fn is_uninstalled(one: &Installed, deed: &Deed, deeds: &[Deed]) -> bool {
    let conditions = |deed: &Deed| deed.given.iter().map(|given| given.text.value().to_owned()).collect::<Vec<_>>();
    let same = |name: &Text| name.value() == one.name.value();
    deeds.iter().any(|other| {
        matches!(&other.what, What::Uninstall(name) if same(name)) && conditions(other) != conditions(deed)
    })
}

fn identity(one: &Installed) -> (String, String, String) {
    let namespace = one.namespace.as_ref().map_or("", |namespace| namespace.value());
    (one.host.clone(), namespace.to_owned(), one.name.value().to_owned())
}

/// Answers what the tasks of a host start and nothing tells of.
pub(super) fn unseen(deeds: &[Deed]) -> Vec<Unseen> {
    let unseen = deeds.iter().filter_map(|deed| match &deed.what {
        What::Unseen(kind, name) => Some(Unseen { place: deed.place, kind: *kind, name: name.clone() }),
        _ => None,
    });
    unseen.collect()
}

/// What all hosts install, and use without a trace.
#[derive(Default)]
pub(super) struct Installs {
    charts: BTreeMap<(String, String, String), Installed>,
    unseen: BTreeMap<(UnseenKind, String), Span>,
}

impl Installs {
    /// Takes what is installed for one host. Hosts that would install one and the same release differently have a cluster each.
    pub fn take(&mut self, found: Vec<Installed>, owner: &For) {
        for mut one in found {
            let parts = [owner.environment.as_str(), &one.host].into_iter().filter(|part| !part.is_empty());
            one.host = parts.collect::<Vec<_>>().join("/");
            (one.template, one.default) = (owner.template, owner.default);
            if self.charts.get(&identity(&one)).is_some_and(|known| content(known) != content(&one)) {
                one.host = owner.host.clone();
            }
            self.charts.entry(identity(&one)).or_insert(one);
        }
    }

    /// Notes what nothing tells of, each where it is met first.
    pub fn note(&mut self, unseen: Vec<Unseen>) {
        for one in unseen {
            self.unseen.entry((one.kind, one.name)).or_insert(one.place);
        }
    }

    /// Answers all charts, and all that nothing tells of.
    pub fn done(self) -> (Vec<Installed>, Vec<Unseen>) {
        let unseen = self.unseen.into_iter().map(|((kind, name), place)| Unseen { place, kind, name });
        (self.charts.into_values().collect(), unseen.collect())
    }
}

fn content(one: &Installed) -> String {
    format!("{:?} {:?} {:?}", one.chart.value(), one.values, one.set)
}
