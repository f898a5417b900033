//! Keys of several owners are kept apart where a pack wants that.

use crate::ethereum::Address;
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Scene};
use crate::lint::recipient::{Named, Recipient, recipients};
use crate::lint::report::Report;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a card says of keys of several owners.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CommingledKeys {}

impl Check for CommingledKeys {
    fn check(&self, scene: &mut Scene<'_>) {
        let Some(demand) = &scene.catalogue().demands().no_commingling else { return };
        let mut units: BTreeMap<usize, Vec<(Recipient<'_>, Address)>> = BTreeMap::new();
        for recipient in recipients(scene) {
            let address =
                recipient.text.known().and_then(|text| Address::parse(&text.trim().to_ascii_lowercase()).ok());
            if let Some(address) = address.filter(|address| !address.is_burn()) {
                units.entry(recipient.client.id).or_default().push((recipient, address));
            }
        }
        for told in units.values() {
            let keyed = told.iter().any(|(recipient, _)| matches!(recipient.named_by, Named::Entry(_)));
            let Some((first, rest)) = told.split_first().filter(|_| keyed) else { continue };
            let others: BTreeMap<Address, &Recipient<'_>> = rest
                .iter()
                .filter(|(_, address)| *address != first.1)
                .rev()
                .map(|(one, address)| (*address, one))
                .collect();
            let Some(second) = others.values().next() else { continue };
            let workload = first.0.client.workload;
            let headline =
                format!("{} holds keys of {} owners, by their fee recipients", called(workload), others.len() + 1);
            let report = Report::on(workload, second.spot(), headline)
                .related(first.0.spot(), format!("the first of them, `{}`", first.1))
                .because(demand.of.clone());
            scene.report(report.subject(identity(workload)));
        }
    }
}
