//! An interface answers to the names it is called by, not to every name.

use crate::finding::Severity;
use crate::fleet::{Api, Reach, Workload};
use crate::lint::fact::identity;
use crate::lint::gather::{Said, gather};
use crate::lint::model::{Check, Scene};
use crate::lint::report::Report;
use serde::Deserialize;

/// What a card says of lists of allowed names.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Wildcard {
    /// The words that stand for every name.
    words: Vec<String>,
    /// The lists.
    lists: Vec<List>,
    /// What a list is of: "every host name".
    says: String,
}

/// A list of names that an interface answers to.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct List {
    /// The setting.
    setting: String,
    /// The interface that it guards.
    api: Guarded,
    /// What it is called in a sentence: "the key manager".
    called: String,
}

/// An interface that a list of names guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Guarded {
    /// Other units that reach it can already move keys or ask for signatures: a star matters there, too.
    KeyManager,
    /// As the key manager.
    Signer,
    /// Its secret keeps other units out: a star matters where strangers reach it.
    Engine,
}

/// Who can make use of a star.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Audience {
    Units,
    Host,
    Everybody,
}

impl Check for Wildcard {
    fn check(&self, scene: &mut Scene<'_>) {
        let mut said = Vec::new();
        for client in scene.clients() {
            for list in &self.lists {
                let Some(setting) = client.invocation.set(&list.setting) else { continue };
                let items = setting.items();
                let is_wild = |word: &str| self.words.iter().any(|wild| wild.eq_ignore_ascii_case(word));
                let Some(item) = items.iter().find(|item| item.known().is_some_and(is_wild)) else { continue };
                let Some(audience) = list.api.audience(client.workload) else { continue };
                let mut report = Report::on(client.workload, item, "");
                if let Some(Reach::Public(place, how)) =
                    list.api.reaches(client.workload).max_by_key(|reach| rank(reach))
                {
                    report = report.related(*place, how.as_str());
                }
                if audience == Audience::Units {
                    report = report
                        .severity(Severity::Low)
                        .because("Only units on its own networks reach it: judged as hygiene for that.");
                }
                let subject = format!("{} {}", identity(client.workload), list.setting);
                let (before, after) = (format!("{} of ", list.called), format!(" answers to {}", self.says));
                let report = report.subject(subject).cause(&list.setting);
                said.push(Said { report, workload: client.workload, before, after });
            }
        }
        gather(said).into_iter().for_each(|report| scene.report(report));
    }
}

impl Guarded {
    fn reaches(self, workload: &Workload) -> impl Iterator<Item = &Reach> {
        let api = match self {
            Self::KeyManager => Api::KeyManager,
            Self::Signer => Api::Signer,
            Self::Engine => Api::Engine,
        };
        workload.serves.iter().filter(move |service| service.api == api).map(|service| &service.reach)
    }

    /// Answers who can make use of a star, if anybody is known to.
    fn audience(self, workload: &Workload) -> Option<Audience> {
        let widest = self.reaches(workload).filter_map(rank).max()?;
        (self != Self::Engine || widest == Audience::Everybody).then_some(widest)
    }
}

fn rank(reach: &Reach) -> Option<Audience> {
    match reach {
        Reach::Public(..) => Some(Audience::Everybody),
        Reach::Host => Some(Audience::Host),
        Reach::Units => Some(Audience::Units),
        Reach::Itself | Reach::Unknown => None,
    }
}
