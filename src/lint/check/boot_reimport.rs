//! What a key manager deletes does not come back with the next start.

use crate::fleet::{Fleet, Purpose, Workload};
use crate::lint::fact::identity;
use crate::lint::gather::{Others, Said, gather};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::source::Text;
use serde::Deserialize;

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

impl Check for BootReimport {
    fn check(&self, scene: &mut Scene<'_>) {
        let fleet = scene.fleet();
        let mut said = Vec::new();
        for client in scene.validators().collect::<Vec<_>>() {
            let switch = client.invocation.set(&self.setting).filter(|setting| setting.is_on() == Some(true));
            let Some(switch) = switch else { continue };
            let own = client.workload.unit.command.before.iter().find_map(|words| self.import(words));
            let Some((place, helper)) = own.map(|place| (place, None)).or_else(|| self.beside(&client, fleet)) else {
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

    /// A unit that starts with the project, imports keys and ends, into a folder of this one.
    fn beside<'f>(&self, client: &Client<'_>, fleet: &'f Fleet) -> Option<(&'f Text, Option<&'f Workload>)> {
        let unit = &client.workload.unit;
        let places = |workload: &Workload| -> Vec<_> {
            let stores = workload.stores.iter().filter(|store| matches!(store.purpose, Purpose::Keys | Purpose::Data));
            stores.filter_map(|store| store.outside.clone()).collect()
        };
        let own = places(client.workload);
        let is_near = |other: &&Workload| {
            let same = other.unit.project == unit.project
                && other.unit.host == unit.host
                && other.unit.alternative == unit.alternative;
            let waited_for = unit.depends_on.iter().any(|name| name.value == other.unit.name.value);
            let shared =
                || places(other).iter().any(|place| own.iter().any(|mine| mine.holds(place) || place.holds(mine)));
            same && matches!(other.unit.activation, crate::deployment::Activation::Always) && (waited_for || shared())
        };
        let mut helpers = fleet.workloads.iter().filter(is_near).filter(|other| other.unit.name.span != unit.name.span);
        helpers.find_map(|helper| {
            let commands = helper.unit.command.before.iter().chain(std::iter::once(&helper.unit.command.words));
            commands.into_iter().find_map(|words| self.import(words)).map(|word| (word, Some(helper)))
        })
    }
}
