//! Bids of builders are weighed as the chosen packs want.

use crate::catalogue::{Demand, Role};
use crate::invocation::Setting;
use crate::lint::fact::{called, identity};
use crate::lint::model::{Check, Client, Scene};
use crate::lint::report::Report;
use crate::lint::spot::Spot;
use serde::Deserialize;

/// What a card says of demanded weights.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PackBuilder {
    /// Settings with the weight of a bid, in per cent of its value.
    boosts: Vec<String>,
    /// Settings with the per cent by which the own block is put above a bid.
    handicaps: Vec<String>,
    /// The setting of a go-between with the least bid that it takes, in ether.
    minimum_bid: String,
}

impl Check for PackBuilder {
    fn check(&self, scene: &mut Scene<'_>) {
        let demands = scene.catalogue().demands();
        for client in scene.clients().filter(|client| !client.workload.behind_dvt) {
            for (setting, boost) in known(&client, &self.boosts) {
                let low = demands.least_boost.as_ref().filter(|demand| boost < demand.of);
                let high = demands.most_boost.as_ref().filter(|demand| boost > demand.of);
                if let Some(demand) = low.or(high) {
                    let says = format!("weighs bids of builders with {boost} per cent");
                    report(&client, setting, &says, demand, "per cent", scene);
                }
            }
            for (setting, handicap) in known(&client, &self.handicaps) {
                if let Some(demand) = demands.least_boost.as_ref().filter(|demand| handicap > 0.0 && demand.of >= 100.0)
                {
                    let says = format!("puts its own blocks {handicap} per cent above bids of builders");
                    report(&client, setting, &says, demand, "per cent for a bid", scene);
                }
            }
            let bids = known(&client, std::slice::from_ref(&self.minimum_bid));
            for (setting, bid) in bids.filter(|_| client.invocation.role == Role::Relay) {
                if let Some(demand) = demands.most_minimum_bid.as_ref().filter(|demand| bid > demand.of) {
                    report(&client, setting, &format!("takes no bid below {bid} ETH"), demand, "ETH at most", scene);
                }
            }
        }
    }
}

/// Answers settings that are set to a number.
fn known<'a>(client: &Client<'a>, names: &[String]) -> impl Iterator<Item = (&'a Setting, f64)> {
    let settings: Vec<&Setting> = names.iter().filter_map(|name| client.invocation.set(name)).collect();
    settings.into_iter().filter_map(|setting| {
        let number: f64 = setting.known()?.trim().parse().ok()?;
        number.is_finite().then_some((setting, number))
    })
}

fn report(client: &Client<'_>, setting: &Setting, says: &str, demand: &Demand<f64>, unit: &str, scene: &mut Scene<'_>) {
    let Demand { of, by } = demand;
    let headline = format!("{} {says}; the pack of {by} wants {of} {unit}", called(client.workload));
    let subject = format!("{} {}", identity(client.workload), setting.name);
    scene.report(Report::on(client.workload, Spot::from(setting), headline).subject(subject));
}
