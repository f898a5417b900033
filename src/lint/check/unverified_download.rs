//! A client's program is what its makers have released.

use crate::catalogue::Catalogue;
use crate::deployment::{Act, Procedure, Step};
use crate::fleet::Fleet;
use crate::lint::model::{Check, Scene};
use crate::lint::procedure::{home, is_near};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a card says of downloads.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct UnverifiedDownload {
    /// Parts of addresses that name clients, besides the clients' own names.
    makers: Vec<String>,
}

impl Check for UnverifiedDownload {
    fn check(&self, scene: &mut Scene<'_>) {
        let (fleet, catalogue) = (scene.fleet(), scene.catalogue());
        // Several procedures may go on in one file.
        let mut places = BTreeSet::new();
        for procedure in &fleet.inventory.procedures {
            let mut known = BTreeSet::new();
            for (client, step) in self.downloads(procedure, fleet, catalogue) {
                if known.insert((step.place.file, client.clone())) && places.insert(step.place) {
                    let path = fleet.path(step.place.file);
                    let headline = format!(
                        "a program is fetched (`{client}`) and run as it comes, without a checksum or signature"
                    );
                    let subject = format!("{} {client}", home(procedure, step, fleet));
                    scene.report(Report::at(step.place, headline).subject(subject).written_in(path));
                }
            }
        }
    }
}

impl UnverifiedDownload {
    /// Answers what is fetched and held against nothing, where the address names a client.
    fn downloads<'p>(&self, procedure: &'p Procedure, fleet: &Fleet, catalogue: &Catalogue) -> Vec<(String, &'p Step)> {
        let fetched = procedure.steps.iter().filter(|step| step.act == Act::Download { checked: false });
        let verifies =
            |step: &Step, other: &Step| other.act == Act::Verify && other.meets(step) && is_near(other, step, fleet);
        let unchecked = fetched.filter(|step| !procedure.steps.iter().any(|other| verifies(step, other)));
        let named = unchecked.filter_map(|step| {
            let address = step.subject.as_ref()?.value().to_ascii_lowercase();
            let parts: BTreeSet<&str> = address.split(|sign: char| !sign.is_ascii_alphanumeric()).collect();
            let names = |name: &str| if name.contains('-') { address.contains(name) } else { parts.contains(name) };
            let client = catalogue.clients().find(|id| names(id)).map(str::to_owned);
            // What else a maker has on its shelf is no client.
            let shelf = |maker: &str| address.split_once(&format!("github.com/{maker}/")).is_some();
            let maker = || self.makers.iter().find(|maker| names(maker) && !shelf(maker)).cloned();
            Some((client.or_else(maker)?, step))
        });
        named.collect()
    }
}
