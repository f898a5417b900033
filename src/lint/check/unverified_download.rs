//! A client's program is what its makers have released.

use crate::catalogue::Catalogue;
use crate::deployment::{Act, Procedure};
use crate::lint::model::{Check, Scene};
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
        for procedure in &fleet.inventory.procedures {
            let path = fleet.path(procedure.file);
            let mut known = BTreeSet::new();
            for (client, place) in self.downloads(procedure, catalogue) {
                if known.insert(client.clone()) {
                    let headline = format!(
                        "a program is fetched (`{client}`) and run as it comes, without a checksum or signature"
                    );
                    let subject = format!("{path} {} {client}", procedure.name);
                    scene.report(Report::at(place, headline).subject(subject).written_in(path));
                }
            }
        }
    }
}

impl UnverifiedDownload {
    /// Answers what is fetched and held against nothing, where the address names a client.
    fn downloads(&self, procedure: &Procedure, catalogue: &Catalogue) -> Vec<(String, crate::source::Span)> {
        let fetched = procedure.steps.iter().filter(|step| step.act == Act::Download { checked: false });
        let unchecked =
            fetched.filter(|step| !procedure.steps.iter().any(|other| other.act == Act::Verify && other.meets(step)));
        let named = unchecked.filter_map(|step| {
            let address = step.subject.as_ref()?.value().to_ascii_lowercase();
            let parts: BTreeSet<&str> = address.split(|sign: char| !sign.is_ascii_alphanumeric()).collect();
            let names = |name: &str| if name.contains('-') { address.contains(name) } else { parts.contains(name) };
            let client = catalogue.clients().find(|id| names(id)).map(str::to_owned);
            let client = client.or_else(|| self.makers.iter().find(|maker| names(maker)).cloned())?;
            Some((client, step.place))
        });
        named.collect()
    }
}
