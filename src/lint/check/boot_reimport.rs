//! What a key manager deletes does not come back with the next start.

use crate::deployment::Activation;
use crate::fleet::{Fleet, Location, Purpose, Workload};
use crate::lint::fact::identity;
use crate::lint::gather::{Others, Said, gather};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::source::Text;
use serde::Deserialize;
use std::collections::BTreeMap;

/// No more units of a project are taken for ones that import keys.
const MOST: usize = 256;

/// What is said of a unit, behind its name.
const AFTER: &str = " imports keys at every start while its key manager is on";

/// What a card says of imports at every start.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct BootReimport {
    /// The setting that switches the key manager on.
    setting: String,
    /// Words one of which stands beside `import` in a command that imports keys.
    nouns: Vec<String>,
}

/// A project on a host, and which of several it is.
type Home<'f> = (&'f str, &'f str, Option<&'f str>);

/// A unit that imports keys when it starts.
struct Helper<'f> {
    workload: &'f Workload,
    /// The word that says so.
    word: &'f Text,
    places: Vec<&'f Location>,
}

impl Check for BootReimport {
    fn check(&self, scene: &mut Scene<'_>) {
        let helpers = self.helpers(scene.fleet());
        let mut said = Vec::new();
        for client in scene.validators().collect::<Vec<_>>() {
            let switch = client.invocation.set(&self.setting).filter(|setting| setting.is_on() == Some(true));
            let Some(switch) = switch else { continue };
            let own = client.workload.unit.command.before.iter().find_map(|words| self.import(words));
            let Some((place, helper)) = own.map(|place| (place, None)).or_else(|| beside(&client, &helpers)) else {
                continue;
            };
            let report = Report::on(client.workload, place, "")
                .label("whatever was deleted comes back")
                .related(switch.place, "keys are deleted by calls to it");
            let report = helper.into_iter().fold(report, |report, helper: &Workload| report.also(helper));
            let (report, after) = (report.subject(identity(client.workload)), AFTER.to_owned());
            said.push(Said { report, workload: client.workload, before: String::new(), after, others: Others::Do });
        }
        gather(said).into_iter().for_each(|report| scene.report(report));
    }
}

impl BootReimport {
    /// The word of a command that is sure to run and to import keys.
    fn import<'w>(&self, words: &'w [Text]) -> Option<&'w Text> {
        let says = |word: &Text, wanted: &str| word.known().is_some_and(|word| word == wanted);
        let at = words.iter().position(|word| says(word, "import"))?;
        let noun = words[..at].iter().any(|word| self.nouns.iter().any(|noun| says(word, noun)));
        let history = words[..at].iter().any(|word| word.value().contains("slashing"));
        (noun && !history && words.first()?.is_known()).then(|| &words[at])
    }

    /// The units that start with their projects and import keys, by these.
    fn helpers<'f>(&self, fleet: &'f Fleet) -> BTreeMap<Home<'f>, Vec<Helper<'f>>> {
        let mut helpers: BTreeMap<Home<'f>, Vec<Helper<'f>>> = BTreeMap::new();
        for workload in fleet.workloads.iter().filter(|one| one.unit.activation == Activation::Always) {
            let command = &workload.unit.command;
            let mut lines = command.before.iter().chain([&command.words]);
            let Some(word) = lines.find_map(|words| self.import(words)) else { continue };
            let project = helpers.entry(home(workload)).or_default();
            if project.len() < MOST {
                project.push(Helper { workload, word, places: places(workload) });
            }
        }
        helpers
    }
}

/// Answers a unit that starts with the project, imports keys and ends, into a folder of this one.
fn beside<'f>(
    client: &Client<'f>,
    helpers: &BTreeMap<Home<'f>, Vec<Helper<'f>>>,
) -> Option<(&'f Text, Option<&'f Workload>)> {
    let (unit, candidates) = (&client.workload.unit, helpers.get(&home(client.workload))?);
    let own = places(client.workload);
    let is_near = |helper: &&Helper<'_>| {
        let waited_for = || unit.depends_on.iter().any(|name| name.value == helper.workload.unit.name.value);
        let shared = |place: &Location| own.iter().any(|mine| mine.holds(place) || place.holds(mine));
        let other = helper.workload.unit.name.span != unit.name.span;
        other && (helper.places.iter().any(|place| shared(place)) || waited_for())
    };
    candidates.iter().find(is_near).map(|helper| (helper.word, Some(helper.workload)))
}

fn home(workload: &Workload) -> Home<'_> {
    let unit = &workload.unit;
    (&unit.project, &unit.host, unit.alternative.as_deref())
}

/// Where a unit keeps its keys and its data.
fn places(workload: &Workload) -> Vec<&Location> {
    let stores = workload.stores.iter().filter(|store| matches!(store.purpose, Purpose::Keys | Purpose::Data));
    stores.filter_map(|store| store.outside.as_ref()).collect()
}
