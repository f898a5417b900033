//! The fees of blocks go where the chosen packs want them to go.

use crate::ethereum::Address;
use crate::lint::fact::called;
use crate::lint::model::{Check, Scene};
use crate::lint::recipient::{Named, recipients};
use crate::lint::report::Report;
use serde::Deserialize;

/// What a card says of demanded recipients.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PackRecipient {}

impl Check for PackRecipient {
    fn check(&self, scene: &mut Scene<'_>) {
        let demands = &scene.catalogue().demands().fee_recipient;
        if demands.is_empty() {
            return;
        }
        for recipient in recipients(scene) {
            let workload = recipient.client.workload;
            let demand = workload.network.as_ref().and_then(|network| demands.get(&network.value));
            let Some((demand, network)) = demand.zip(workload.network.as_ref()) else { continue };
            let Some(address) = recipient.text.known().and_then(|text| parse(text.trim())) else { continue };
            let allowed = demand.of.addresses.iter().filter_map(|text| parse(text));
            // What nobody can fetch is another rule's matter.
            if address.is_burn() || allowed.into_iter().any(|allowed| allowed == address) {
                continue;
            }
            let whose = match recipient.named_by {
                Named::Setting(_) | Named::Default => "the rewards of its blocks",
                Named::Entry(_) => "a key's rewards",
            };
            let (by, wanted) = (&demand.by, &demand.of.called);
            let headline = format!("{} sends {whose} to `{address}`, not to {wanted}", called(workload));
            let because = format!("The pack of {by} wants them there on `{}`.", network.value);
            scene
                .report(Report::on(workload, recipient.spot(), headline).subject(recipient.subject()).because(because));
        }
    }
}

fn parse(text: &str) -> Option<Address> {
    Address::parse(&text.to_ascii_lowercase()).ok()
}
