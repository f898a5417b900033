//! An interface answers to the names it is called by, not to every name.

use crate::catalogue::Version;
use crate::finding::Severity;
use crate::fleet::{Api, Reach, Workload};
use crate::lint::fact::identity;
use crate::lint::gather::{Others, Said, gather};
use crate::lint::model::{Check, Client, Scene};
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
    /// Words of its own that stand for everybody, and what they are of.
    #[serde(default)]
    own: Option<OwnWords>,
}

/// What stands for everybody in a list that is not one of names.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct OwnWords {
    /// The words.
    words: Vec<String>,
    /// What a list with one of them answers to: "every address".
    says: String,
    /// The last release that did not understand them.
    after: String,
    /// What such a list is for.
    why: String,
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
                let words = list.own.as_ref().map_or(&self.words, |own| &own.words);
                let is_wild = |word: &str| words.iter().any(|wild| wild.eq_ignore_ascii_case(word));
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
                if let Some(own) = &list.own {
                    report = report.because(&own.why);
                }
                if let Some(last) = list.own.as_ref().map(|own| &own.after).filter(|last| is_by(last, &client)) {
                    report = report.severity(Severity::Low).because(format!(
                        "Releases up to {last} understand no such entry, and answer to nobody; a later one will."
                    ));
                }
                let subject = format!("{} {}", identity(client.workload), list.setting);
                let says = list.own.as_ref().map_or(&self.says, |own| &own.says);
                let (before, after) = (format!("{} of ", list.called), format!(" answers to {says}"));
                let report = report.subject(subject).cause(&list.setting);
                said.push(Said { report, workload: client.workload, before, after, others: Others::Do });
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

/// Tells whether a client is known to be at most of a release.
fn is_by(last: &str, client: &Client<'_>) -> bool {
    Version::parse(last).zip(client.invocation.version.as_ref()).is_some_and(|(last, own)| *own <= last)
}

fn rank(reach: &Reach) -> Option<Audience> {
    match reach {
        Reach::Public(..) => Some(Audience::Everybody),
        Reach::Host => Some(Audience::Host),
        Reach::Units => Some(Audience::Units),
        Reach::Itself | Reach::Unknown => None,
    }
}
